"""How a group asks for solidarity."""

from __future__ import annotations

import re

from fedi.errors import Named
from fedi.practices.requests.document import from_document, to_document
from fedi.practices.requests.model import NEEDS, STATES, Need, Request, Way
from fedi.publishing import fields
from fedi.publishing.front_matter import Field, Found, Problems, Values, read_fields
from fedi.publishing.kinds import Kind, register
from fedi.publishing.words import _


def read(values: Values, problems: Problems) -> Request:
    """Make a request of front matter."""
    if values["needs"] == ():
        problems.add(values.line("needs"), _("Nothing is needed."), _("Name at least one need."))
    return Request(
        needs=values["needs"] or (),
        by=values["by"],
        links=values["links"] or (),
        state=values["state"] or "open",
    )


def _need(found: Found, problems: Problems) -> Need | None:
    before = len(problems.found)
    values = read_fields(found, _NEED, problems, Named(_("A need")))
    kind, amount, unit = values["kind"], values["amount"], values["unit"] or ""
    if kind == "money" and not re.fullmatch(r"[A-Z]{3}", unit):
        problems.add(
            values.line("unit"), _("Money needs a currency."), _("Write it like unit: GBP")
        )
    if unit and amount is None:
        problems.add(values.line("unit"), _("A unit needs an amount."), _("Add `amount`."))
    if kind == "hours" and not unit and amount is not None:
        unit = "hours"
    if len(problems.found) > before:
        return None
    return Need(kind=kind, amount=amount, unit=unit, of=values["of"] or "")


_NEED = {
    "kind": Field(
        fields.choice(*NEEDS), required=_("Write what kind of need it is, like money or goods.")
    ),
    "amount": Field(fields.amount),
    "unit": Field(fields.text(40)),
    "of": Field(fields.text(200)),
}
_WAY = {
    "name": Field(fields.text(200), required=_("Write what the link is called.")),
    "url": Field(fields.web_address("payto"), required=_("Write where the link leads.")),
}

KIND = register(
    Kind(
        name="request",
        path="requests",
        stamp="request",
        type="Note",
        meaning="SolidarityRequest",
        label=_("Solidarity request"),
        plural=_("Requests"),
        schema={
            "by": Field(fields.day),
            "needs": Field(
                fields.list_of(_need, most=40),
                required=_("Write a line like - {kind: money, amount: 6000, unit: GBP} below it."),
            ),
            "links": Field(
                fields.list_of(
                    fields.record(
                        _WAY, lambda values: Way(values["name"], values["url"]), Named(_("A link"))
                    ),
                    most=20,
                )
            ),
            "state": Field(fields.choice(*STATES)),
        },
        read=read,
        to_document=to_document,
        from_document=from_document,
    )
)

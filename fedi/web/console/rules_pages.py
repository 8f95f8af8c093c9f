"""Who may do what: each permission with one member or two, and how long things are kept here."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response
from werkzeug.wrappers import Response as Redirect
from wtforms import IntegerField
from wtforms.validators import NumberRange

from fedi.errors import Refused
from fedi.governing import rules
from fedi.governing.profile import DAYS
from fedi.house import House
from fedi.publishing.labels import label
from fedi.publishing.words import _
from fedi.storage import house_rules
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.forms import Form, between, form_data

SAID = {
    "rules": _("The rules are changed."),
    "kept": _("That is how long things are kept from now on."),
}


def _within(name: str) -> NumberRange:
    return between(*DAYS[name])


class Kept(Form):
    """How long things stay, in days."""

    log_days = IntegerField(_("Names in the log"), [_within("log_days")])
    pending_days = IntegerField(_("What waits for a second member"), [_within("pending_days")])


def blueprint(house: House) -> Blueprint:
    """Return the routes of a group's rules."""
    bp = Blueprint("rules", __name__)

    @bp.get("/console/<name>/rules")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _page(house, member)

    @bp.post("/console/<name>/rules")
    async def change(name: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        wanted = {key: sent[key] for key in rules.PERMISSIONS if sent.get(key) in ("1", "2")}

        def differing(tx: Tx) -> dict[str, int]:
            group = member.group.actor
            return {k: int(v) for k, v in wanted.items() if int(v) != rules.set_to(tx, group, k)}

        changes = await house.store.read(differing)
        line = label(_("Change who may do what"))
        outcome = await ask(house, member, "rules", line, **changes)
        return answered(member, outcome, f"{member.home}/rules?said=rules")

    @bp.post("/console/<name>/rules/kept")
    async def keep(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        form = Kept(await form_data(), member.speech)
        if not form.validate():
            return await _page(house, member, form)
        line = label(_("Change how long things are kept"))
        try:
            outcome = await ask(house, member, "settings", line, **form.data)
        except Refused as error:
            form.refuse(error)
            return await _page(house, member, form)
        return answered(member, outcome, f"{member.home}/rules?said=kept")

    return bp


async def _page(house: House, member: Member, form: Kept | None = None) -> Response:
    group = member.group.actor

    def read(tx: Tx) -> dict[str, Any]:
        kept = house_rules.find(tx, group)
        days = {"log_days": kept.log_days, "pending_days": kept.pending_days}
        return {
            "set_to": {name: rules.set_to(tx, group, name) for name in rules.PERMISSIONS},
            "is_alone": rules.is_alone(tx, group),
            "form": form or Kept(None, member.speech, **days),
        }

    values = await house.store.read(read)
    return await console_page(
        house,
        member,
        "console/rules.html",
        current="people",
        status=422 if form is not None else 200,
        said=said_to(member, SAID),
        permissions=rules.PERMISSIONS,
        fixed=rules.FIXED,
        **values,
    )

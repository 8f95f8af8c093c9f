"""The form of a request: what is needed, by when, and where to give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import wtforms
from wtforms import FieldList, FormField, SelectField, StringField

from fedi.errors import Refused
from fedi.publishing.words import NEEDS, _
from fedi.web.console.typed import a_day, an_amount, choices, somewhere_to_give, unless_empty
from fedi.web.console.writing import WritingForm, register
from fedi.web.forms import at_most, required

MOST_ROWS = 40


class NeedRow(wtforms.Form):
    """One thing that is needed."""

    kind = SelectField(
        _("Kind"), choices=choices([("", "–"), *NEEDS.items()]), validate_choice=False
    )
    amount = StringField(_("How much"), [unless_empty, an_amount])
    unit = StringField(_("Currency or unit"), [at_most(40)])
    of = StringField(_("Of what"), [at_most(200)])


class WayRow(wtforms.Form):
    """One place to give."""

    name = StringField(_("What it is called"), [at_most(200)])
    url = StringField(_("Its address"), [unless_empty, somewhere_to_give, at_most(2000)])


@register
class RequestForm(WritingForm):
    """A request: what is needed, by when, and where to give."""

    kind = "request"
    template = "console/compose_request.html"
    heading = _("Ask for solidarity")
    rows = ("needs", "links")

    title = StringField(_("What for"), [required, at_most(200)])
    by = StringField(_("Needed by"), [unless_empty, a_day])
    needs = FieldList(FormField(NeedRow), min_entries=1, max_entries=MOST_ROWS)
    links = FieldList(FormField(WayRow), min_entries=1, max_entries=MOST_ROWS)
    state = SelectField(
        _("Where it stands"),
        choices=choices(
            [
                ("open", _("Still needed")),
                ("covered", _("Covered, nothing more is needed")),
                ("closed", _("Closed")),
            ]
        ),
        validate_choice=False,
    )

    def front(self) -> dict[str, Any]:
        """Return needs and ways to give, as front matter."""
        state = self.state.data or "open"
        return {
            "by": self.by.data,
            "needs": self.needs.data,
            "links": self.links.data,
            "state": "" if state == "open" else state,
        }

    @classmethod
    def fill(cls, front: Mapping[str, Any], body: str) -> dict[str, Any]:
        """Return what stands in the fields of a request that was written before."""
        names = ("by", "needs", "links", "state")
        return {"body": body, **{name: front.get(name) for name in names}}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed, and that something is needed."""
        good = super().validate(extra_validators)
        if not any(any(row.values()) for row in self.needs.data):
            self.refuse(Refused(_("Say at least one thing that is needed.")), "needs-0-kind")
            return False
        wrong = [*self._wrong_needs(), *self._wrong_ways()]
        for name, sentence in wrong:
            self.refuse(Refused(sentence), name)
        return good and not wrong

    def _wrong_needs(self) -> Iterator[tuple[str, str]]:
        for number, need in enumerate(self.needs.data):
            if not any(need.values()):
                continue
            if not need["kind"]:
                yield f"needs-{number}-kind", _("Choose what kind of thing this is.")
            if need["kind"] == "money" and not re.fullmatch("[A-Z]{3}", need["unit"] or ""):
                yield f"needs-{number}-unit", _("Write the currency in three letters, like GBP.")
            if need["unit"] and not need["amount"]:
                yield f"needs-{number}-amount", _("Say how much.")

    def _wrong_ways(self) -> Iterator[tuple[str, str]]:
        for number, way in enumerate(self.links.data):
            if way["url"] and not way["name"]:
                yield f"links-{number}-name", _("Say what the link is called.")
            if way["name"] and not way["url"]:
                yield f"links-{number}-url", _("Say where the link leads.")

"""The form of a poll: a question, answers to choose from, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FieldList, SelectField, StringField

from fedi.errors import Refused
from fedi.publishing.words import _
from fedi.publishing.written import Place
from fedi.web.console.typed import (
    a_day,
    a_zone,
    an_hour,
    choices,
    day_and_hour,
    local,
    unless_empty,
)
from fedi.web.console.writing import WritingForm, register
from fedi.web.forms import at_most

FEWEST = 2


@register
class PollForm(WritingForm):
    """A poll: a question, answers to choose from, and until when."""

    kind = "poll"
    template = "console/compose_poll.html"
    heading = _("Ask a question")
    rows = ("options",)

    options = FieldList(StringField(_("Answer"), [at_most(100)]), min_entries=2, max_entries=8)
    multiple = BooleanField(_("People may choose several answers"))
    open_for = SelectField(
        _("How long"),
        choices=choices(
            [
                ("1 day", _("One day")),
                ("3 days", _("Three days")),
                ("1 week", _("One week")),
                ("2 weeks", _("Two weeks")),
                ("", _("Until a moment you choose")),
            ]
        ),
        default="3 days",
        validate_choice=False,
    )
    ends_day = StringField(_("Last day"), [unless_empty, a_day])
    ends_hour = StringField(_("Until"), [unless_empty, an_hour])
    timezone = StringField(_("Time zone"), [a_zone])

    def front(self) -> dict[str, Any]:
        """Return the answers and the end, as front matter."""
        is_open_for = self.open_for.data or ""
        ends = "" if is_open_for else local(self.ends_day.data, self.ends_hour.data)
        return {
            "options": self.options.data,
            "multiple": self.multiple.data,
            "open_for": is_open_for,
            "ends": ends,
            "timezone": self.timezone.data if ends else "",
        }

    @classmethod
    def fill(cls, front: Mapping[str, Any], body: str) -> dict[str, Any]:
        """Return what stands in the fields of a poll that was written before."""
        day, hour = day_and_hour(front.get("ends") or "")
        return {
            "body": body,
            "options": front.get("options"),
            "multiple": front.get("multiple") in ("true", "yes"),
            "open_for": front.get("open_for") or "",
            "ends_day": day,
            "ends_hour": hour,
            "timezone": front.get("timezone"),
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed, and that there is a question, something to choose from, and an end."""
        good = super().validate(extra_validators) and self.needs_something()
        names = [" ".join(name.split()).casefold() for name in self.options.data if name]
        wrong: list[tuple[str, str]] = []
        if len(names) < FEWEST:
            wrong.append(("options-0", _("Write at least two answers.")))
        elif len(set(names)) < len(names):
            wrong.append(("options-0", _("Two answers are the same.")))
        if not self.open_for.data and not (self.ends_day.data and self.timezone.data):
            wrong.append(("ends_day", _("Say until when, and on whose clock.")))
        for name, sentence in wrong:
            self.refuse(Refused(sentence), name)
        return good and not wrong

    def field_at(self, place: Place) -> str:
        """Return the name of the field that a value of the front matter came from."""
        moved: dict[Place, str] = {("ends",): "ends_hour", ("options",): "options-0"}
        return moved.get(place) or super().field_at(place)

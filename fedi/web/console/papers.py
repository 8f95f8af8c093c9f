"""The forms of updates, polls, calls and requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import wtforms
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField

from fedi.publishing.place import PRECISIONS
from fedi.publishing.words import NEEDS, _
from fedi.publishing.written import Place
from fedi.web.console.typed import (
    a_day,
    a_zone,
    an_address,
    an_hour,
    choices,
    day_and_hour,
    local,
    unless_empty,
)
from fedi.web.console.writing import WritingForm, register
from fedi.web.forms import at_most, required

PRECISION_NAMES = {
    "exact": _("To the metre, with the street"),
    "street": _("The street"),
    "area": _("The part of town"),
    "city": _("The town"),
    "region": _("The region"),
    "country": _("The country"),
}
MOST_ROWS = 40


class PlacedForm(WritingForm):
    """A form that says where something is, and how exactly that may be told."""

    place_name = StringField(_("Place"), [at_most(200)])
    place_area = StringField(_("Part of town, town"), [at_most(200)])
    place_street = StringField(_("Street"), [at_most(200)])
    place_precision = SelectField(
        _("How exactly others may know"),
        choices=choices(
            [
                ("", _("Just what is written here")),
                *((p, PRECISION_NAMES[p]) for p in PRECISIONS),
            ]
        ),
        validate_choice=False,
    )
    place_lat = StringField(_("Latitude"), [at_most(20)])
    place_lon = StringField(_("Longitude"), [at_most(20)])

    def place(self) -> dict[str, Any]:
        """Return the place as front matter."""
        parts = ("name", "area", "street", "lat", "lon", "precision")
        return {part: self[f"place_{part}"].data for part in parts}

    @staticmethod
    def fill_place(front: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stands in the fields of a place that was written before."""
        place = front.get("place") or {}
        place = {"name": place} if isinstance(place, str) else place
        return {f"place_{part}": value for part, value in place.items()}

    def field_at(self, place: Place) -> str:
        """Return the name of the field that a value of the front matter came from."""
        if place[:1] == ("place",):
            return f"place_{place[1]}" if len(place) > 1 else "place_name"
        return super().field_at(place)


@register
class UpdateForm(WritingForm):
    """An update: a text, and nothing that has to be there beside it."""

    kind = "update"
    template = "console/compose_update.html"
    heading = _("Write an update")


@register
class CallForm(PlacedForm):
    """A call: when and where people are asked to come together."""

    kind = "call"
    template = "console/compose_call.html"
    heading = _("Call people together")

    title = StringField(_("What for"), [required, at_most(180)])
    start_day = StringField(_("Day"), [required, a_day])
    start_hour = StringField(_("From"), [required, an_hour])
    end_day = StringField(_("Last day, if it is another"), [unless_empty, a_day])
    end_hour = StringField(_("Until"), [unless_empty, an_hour])
    timezone = StringField(_("Time zone"), [required, a_zone])
    online = StringField(_("Address online"), [unless_empty, an_address, at_most(2000)])
    status = SelectField(
        _("Does it take place?"),
        choices=choices(
            [
                ("confirmed", _("Yes")),
                ("tentative", _("Not yet certain")),
                ("postponed", _("Postponed, a new date will follow")),
                ("cancelled", _("Cancelled")),
            ]
        ),
        validate_choice=False,
    )

    def front(self) -> dict[str, Any]:
        """Return when and where, as front matter."""
        status = self.status.data or "confirmed"
        ends = self.end_hour.data or self.end_day.data
        return {
            "start": local(self.start_day.data, self.start_hour.data),
            "end": local(self.end_day.data or self.start_day.data, self.end_hour.data)
            if ends
            else "",
            "timezone": self.timezone.data,
            "place": self.place(),
            "online": self.online.data,
            "status": "" if status == "confirmed" else status,
        }

    @classmethod
    def fill(cls, front: Mapping[str, Any], body: str) -> dict[str, Any]:
        """Return what stands in the fields of a call that was written before."""
        (start_day, start_hour), (end_day, end_hour) = (
            day_and_hour(front.get(name) or "") for name in ("start", "end")
        )
        return {
            "body": body,
            "start_day": start_day,
            "start_hour": start_hour,
            "end_day": "" if end_day == start_day else end_day,
            "end_hour": end_hour,
            "timezone": front.get("timezone"),
            "online": front.get("online"),
            "status": front.get("status") or "confirmed",
            **cls.fill_place(front),
        }

    def field_at(self, place: Place) -> str:
        """Return the name of the field that a value of the front matter came from."""
        moments: dict[Place, str] = {("start",): "start_hour", ("end",): "end_hour"}
        return moments.get(place) or super().field_at(place)


class NeedRow(wtforms.Form):
    """One thing that is needed."""

    kind = SelectField(
        _("Kind"), choices=choices([("", "–"), *NEEDS.items()]), validate_choice=False
    )
    amount = StringField(_("How much"), [at_most(20)])
    unit = StringField(_("Currency or unit"), [at_most(40)])
    of = StringField(_("Of what"), [at_most(200)])


class WayRow(wtforms.Form):
    """One place to give."""

    name = StringField(_("What it is called"), [at_most(200)])
    url = StringField(_("Its address"), [at_most(2000)])


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
            first = self.needs.entries[0].form.kind
            first.errors = [*first.errors, _("Say at least one thing that is needed.")]
            return False
        return good


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

    def field_at(self, place: Place) -> str:
        """Return the name of the field that a value of the front matter came from."""
        moved: dict[Place, str] = {("ends",): "ends_hour", ("options",): "options-0"}
        return moved.get(place) or super().field_at(place)

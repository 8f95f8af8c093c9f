"""The forms of updates and calls, and of whatever happens at a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import SelectField, StringField

from fedi.errors import Refused
from fedi.publishing.place import PRECISIONS
from fedi.publishing.words import _
from fedi.publishing.written import Place
from fedi.web.console.typed import (
    a_coordinate,
    a_day,
    a_zone,
    an_address,
    an_hour,
    choices,
    day_and_hour,
    local,
    moment,
    unless_empty,
    without_empty,
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
SHORTEST_TITLE = 3


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
    place_lat = StringField(_("Latitude"), [unless_empty, a_coordinate])
    place_lon = StringField(_("Longitude"), [unless_empty, a_coordinate])

    def place(self) -> dict[str, Any]:
        """Return the place as front matter."""
        parts = ("name", "area", "street", "lat", "lon", "precision")
        return {part: self[f"place_{part}"].data for part in parts}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed, and that a place says how exactly it may be told."""
        good = super().validate(extra_validators)
        place = without_empty(self.place())
        is_finer = any(place.get(part) for part in ("street", "lat", "lon"))
        wrong = (
            ("place_name", place and not place.get("name"), _("Say what people call the place.")),
            ("place_lon", ("lat" in place) != ("lon" in place), _("A place needs both of them.")),
            (
                "place_precision",
                is_finer and not place.get("precision"),
                _("Choose how exactly others may know this place."),
            ),
        )
        for name, is_wrong, sentence in wrong:
            if is_wrong:
                self.refuse(Refused(sentence), name)
                good = False
        return good

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

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed, and that there is something."""
        good = super().validate(extra_validators)
        return self.needs_something() and good


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

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed, and that it ends after it begins."""
        good = super().validate(extra_validators)
        zone = self.timezone.data
        starts = moment(self.start_day.data, self.start_hour.data, zone)
        ends = moment(self.end_day.data or self.start_day.data, self.end_hour.data, zone)
        if starts and ends and (self.end_hour.data or self.end_day.data) and ends <= starts:
            cure = _("If it ends after midnight, choose the next day.")
            self.refuse(Refused(_("It ends before it begins."), cure=cure), "end_hour")
            return False
        if 0 < len((self.title.data or "").strip()) < SHORTEST_TITLE:
            self.refuse(Refused(_("Say a little more: at least three letters.")), "title")
            return False
        return good

    def field_at(self, place: Place) -> str:
        """Return the name of the field that a value of the front matter came from."""
        moments: dict[Place, str] = {("start",): "start_hour", ("end",): "end_hour"}
        return moments.get(place) or super().field_at(place)

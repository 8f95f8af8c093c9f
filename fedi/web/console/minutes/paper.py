"""The form in which minutes are written, in the meeting or after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField, StringField
from wtforms import TextAreaField as Area

from fedi.publishing.words import _
from fedi.publishing.written import Place
from fedi.storage import parts
from fedi.storage.tx import Tx
from fedi.web.console.minutes import pieces, suggestions
from fedi.web.console.minutes.pieces import FINER, ActionRow, DecisionRow, RoleRow, lines, listed
from fedi.web.console.minutes.preview import preview
from fedi.web.console.minutes.suggestions import Suggested
from fedi.web.console.papers import PlacedForm
from fedi.web.console.typed import (
    a_day,
    a_number,
    a_zone,
    an_address,
    an_hour,
    day_and_hour,
    local,
    unless_empty,
)
from fedi.web.console.writing import Occasion, register
from fedi.web.forms import at_most, required
from fedi.web.i18n import catalogue

_HEADING = re.compile(r"^ {0,3}##[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_VIEWS = {"view:preview": "?view=preview#notes", "view:write": "#notes"}
_PLACES: Mapping[Place, str] = {
    ("date",): "start",
    ("next",): "next_day",
    ("next", "date"): "next_day",
    ("next", "place"): "next_place",
    ("next", "agenda"): "next_agenda",
    ("witness",): "witness",
    ("witness", "group"): "witness",
    ("witness", "note"): "witness_note",
    ("mirror",): "mirror_post",
    ("mirror", "title"): "mirror_title",
    ("mirror", "post"): "mirror_post",
    ("mirror", "group"): "mirror_group",
    ("mirror", "note"): "mirror_note",
    ("mirror", "prepared_by"): "mirror_by",
    ("mirror", "next"): "mirror_next",
}


@register
class MinutesForm(PlacedForm):
    """Minutes: when and where a group met, who held which role, what was talked about, decided and taken on."""

    kind = "minutes"
    template = "console/compose_minutes.html"
    heading = _("Write minutes")
    rows = ("roles", "agenda", "decisions", "actions")
    is_checked = True

    title = StringField(_("Title"), [required, at_most(200)])
    day = StringField(_("Date"), [required, a_day])
    start = StringField(_("From"), [required, an_hour])
    end = StringField(_("Until"), [unless_empty, an_hour])
    end_day = StringField(_("Last day, if it is another"), [unless_empty, a_day])
    timezone = StringField(_("Time zone"), [required, a_zone])
    is_online = BooleanField(_("We met online"))
    attendance = StringField(_("How many people"), [unless_empty, a_number])
    attendance_remote = StringField(_("By phone or online"), [unless_empty, a_number])
    roles = FieldList(FormField(RoleRow), max_entries=20)
    agenda = FieldList(StringField(_("Item"), [at_most(200)]), min_entries=1, max_entries=60)
    body = Area(_("Notes"))
    decisions = FieldList(FormField(DecisionRow), min_entries=1, max_entries=60)
    actions = FieldList(FormField(ActionRow), min_entries=1, max_entries=60)
    next_day = StringField(_("Date"), [unless_empty, a_day])
    next_hour = StringField(_("From"), [unless_empty, an_hour])
    next_place = StringField(_("Place"), [at_most(200)])
    next_area, next_street, next_lat, next_lon, next_precision = (HiddenField() for _one in FINER)
    next_online = BooleanField(_("Online"))
    next_agenda = Area(_("What is on the agenda"))
    witness = SelectField(_("Witness"), choices=[], validate_choice=False)
    witness_note = Area(_("What they say about the meeting"), [at_most(2_000)])
    mirror_pick = StringField(_("What groups you follow published lately"), [at_most(2_000)])
    mirror_post = StringField(
        _("Address of a post elsewhere"), [unless_empty, an_address, at_most(2_000)]
    )
    mirror_group = StringField(_("Handle of a group elsewhere"), [at_most(300)])
    mirror_title = StringField(_("What it is called"), [at_most(200)])
    mirror_note = Area(_("What it means for us"), [at_most(3_000)])
    mirror_by = StringField(_("Who prepared it"), [at_most(60)])
    mirror_next = StringField(_("Who prepares the next one"), [at_most(60)])

    suggested = Suggested()
    mirrored = ""
    preview: Markup | None = None

    def front(self) -> dict[str, Any]:
        """Return the meeting and all that came of it, as front matter."""
        return {
            "date": local(self.day.data, self.start.data),
            "end": self._end(),
            "timezone": self.timezone.data,
            "place": self.place(),
            "online": self.is_online.data,
            "attendance": self.attendance.data,
            "attendance_remote": self.attendance_remote.data,
            "roles": [pieces.role_front(row) for row in self.roles.data],
            "agenda": self.agenda.data,
            "decisions": [
                pieces.decision_front(row)
                for row in self.decisions.data
                if not pieces.is_blank(row)
            ],
            "actions": [
                pieces.action_front(row) for row in self.actions.data if not pieces.is_blank(row)
            ],
            "next": self._next(),
            "witness": {"group": self.witness.data, "note": self.witness_note.data},
            "mirror": {
                "title": self.mirror_title.data or self.mirrored,
                "post": self.mirror_pick.data or self.mirror_post.data,
                "group": self.mirror_group.data,
                "note": self.mirror_note.data,
                "prepared_by": self.mirror_by.data,
                "next": self.mirror_next.data,
            },
        }

    @classmethod
    def fill(cls, front: Mapping[str, Any], body: str) -> dict[str, Any]:
        """Return what stands in the fields of minutes that were written before."""
        day, start = day_and_hour(front.get("date") or "")
        end_day, end = day_and_hour(front.get("end") or "")
        items = [
            item if isinstance(item, Mapping) else {"title": str(item)}
            for item in listed(front.get("agenda"))
        ]
        notes = [f"## {item['title']}\n\n{item['notes']}" for item in items if item.get("notes")]
        text = "\n\n".join(part for part in (body, *notes) if part)
        titles = [str(item.get("title") or "") for item in items]
        agenda = titles or headings(text)
        return {
            "body": text,
            "day": day,
            "start": start,
            "end": end,
            "end_day": "" if end_day in (day, _day_after(day)) and end else end_day,
            "timezone": front.get("timezone"),
            "is_online": pieces.is_yes(front.get("online")),
            "attendance": front.get("attendance"),
            "attendance_remote": front.get("attendance_remote"),
            "roles": [pieces.role_row(one) for one in listed(front.get("roles"))],
            "agenda": titles,
            "decisions": [
                pieces.decision_row(one, agenda) for one in listed(front.get("decisions"))
            ],
            "actions": [pieces.action_row(one) for one in listed(front.get("actions"))],
            **pieces.next_fields(front.get("next") or {}),
            **pieces.witness_fields(front.get("witness") or {}),
            **pieces.mirror_fields(front.get("mirror") or {}),
            **cls.fill_place(front),
        }

    @classmethod
    def recall(cls, tx: Tx, object_id: str) -> dict[str, str]:
        """Return the keys of decisions and action items, which stay the same through all versions."""
        return {
            f"{kind}s-{number}-key": part.key
            for kind in ("decision", "action")
            for number, part in enumerate(
                part for part in parts.of_object(tx, object_id, kind) if part.removed_at is None
            )
        }

    def field_at(self, place: Place) -> str:
        """Return the name of the field that a value of the front matter came from."""
        if place[:1] == ("roles",) and len(place) > 1:
            told = [n for n, row in enumerate(self.roles.data) if pieces.role_front(row)]
            place = ("roles", told[int(place[1])], *(place[2:] or ("role",)))
        if "reasons" in place:
            place = (*place[:2], "text")
        return _PLACES.get(place) or super().field_at(place)

    def furnish(self, tx: Tx, about: Occasion) -> None:
        """Offer what the group's records suggest: whose turn it is, partners, posts, the last zone, the next number."""
        is_new = about.draft is None and not self.title.data and not self.body.data
        self.suggested = suggestions.read(tx, about, is_new=is_new)
        if is_new:
            self.timezone.data = self.timezone.data or self.suggested.zone
            self.day.data = self.day.data or self.suggested.today
            self._fill(self.roles, self.suggested.role_rows)
        for row in self.roles.entries:
            kept = row.form.held_by.data or ""
            row.form.held_by.choices = self.suggested.holders(row.form.role.data or "", kept)
        titles = self.titles()
        for row in self.decisions.entries:
            row.form.item.choices = self.suggested.items(titles, row.form.item.data or "")
        self.witness.choices = self.suggested.witnesses(self.witness.data or "")
        super().furnish(tx, about)
        if about.view == "preview":
            self.preview = preview(self.body.data or "", self.lang.data or "en")

    def settle(self, tx: Tx, about: Occasion) -> None:
        """Give every decision without a number the next of the year, and a chosen mirror the name of its group."""
        self.mirrored = suggestions.whose(tx, self.mirror_pick.data or "")
        year = (self.day.data or "")[:4]
        fresh = suggestions.numbers(
            tx, about, year, {row.form.key.data or "" for row in self.decisions}
        )
        for row in self.decisions.entries:
            if not row.form.key.data and not pieces.is_blank(row.data):
                row.form.key.data = next(fresh)

    def arrange(self, do: str) -> str:
        """Show the notes as they will look, or put a heading for each agenda item into them where there is none."""
        if do in _VIEWS:
            return _VIEWS[do]
        if do != "headings":
            return ""
        there = {_key(title) for title in headings(self.body.data or "")}
        missing = [title for title in self.agenda.data if title and _key(title) not in there]
        parts = [(self.body.data or "").rstrip(), *(f"## {title}\n" for title in missing)]
        self.body.data = "\n\n".join(part for part in parts if part)
        return "#notes"

    def is_blank(self, row: Any) -> bool:
        """Tell whether nothing stands in a row of a list."""
        return pieces.is_blank(row) if isinstance(row, Mapping) else super().is_blank(row)

    def titles(self) -> list[str]:
        """Return what was talked about: the agenda, and what the notes have headings for."""
        found = [*(title for title in self.agenda.data if title), *headings(self.body.data or "")]
        return list({_key(title): title for title in reversed(found)}.values())[::-1]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed; a decision or a task needs words, the next meeting a day."""
        good = super().validate(extra_validators)
        say = catalogue(self.tongue).gettext
        for entry in (*self.decisions.entries, *self.actions.entries):
            if not pieces.is_blank(entry.data) and not entry.form["text"].data:
                entry.form["text"].errors = [say(_("Write it in a sentence, or remove this one."))]
                good = False
        if self._next() and not self.next_day.data:
            self.next_day.errors = [say(_("Say on which day."))]
            good = False
        return good

    def _end(self) -> str:
        """Return when the meeting ended; an hour before its beginning is one of the next day."""
        day, start, end = self.day.data or "", self.start.data or "", self.end.data or ""
        if self.end_day.data:
            return local(self.end_day.data, end)
        return local(_day_after(day) if end <= start else day, end) if end else ""

    def _next(self) -> dict[str, Any]:
        finer = {name: self[f"next_{name}"].data for name in FINER}
        place: Any = self.next_place.data
        if place and any(finer.values()):
            place = {"name": place, **finer}
        day, hour = self.next_day.data, self.next_hour.data
        meeting = {
            "date": local(day, hour) if hour else day,
            "place": place,
            "online": self.next_online.data,
            "agenda": lines(self.next_agenda.data),
        }
        return meeting if any(meeting.values()) else {}


def headings(text: str) -> list[str]:
    """Return the headings of the second level in Markdown, without marks."""
    return [re.sub(r"[*_`\\]", "", title) for title in _HEADING.findall(text)]


def _key(title: str) -> str:
    return " ".join(title.casefold().split())


def _day_after(day: str) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except ValueError:
        return day

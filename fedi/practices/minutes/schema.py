"""The front matter of minutes: every key, and what its value becomes."""

from __future__ import annotations

from datetime import date, datetime

from fedi.activitypub.handles import parse_handle
from fedi.errors import Malformed, Named
from fedi.practices.minutes.agenda import Item
from fedi.practices.minutes.model import (
    METHODS,
    RESULTS,
    STANCES,
    Action,
    Decision,
    Meeting,
    Mirror,
    Reason,
    Role,
    Witness,
)
from fedi.publishing import fields
from fedi.publishing.front_matter import Field, Found, Problems, Reader, Schema, Values
from fedi.publishing.places import place
from fedi.publishing.words import _

MOST_DECISIONS = 60
MOST_ITEMS = 60
NOTES = 10_000
WORDS = 1_000
NAME = 60
"""Characters; who held a role is an initial or a pseudonym, not a paragraph."""


def _text_or(read: Reader, key: str) -> Reader:
    """A mapping, or a text that stands for a mapping with only this key."""

    def short(found: Found, problems: Problems) -> object:
        is_text = isinstance(found.value, str)
        return read(
            Found(found.line, {key: found}, {key: found.line}) if is_text else found, problems
        )

    return short


def _lines(most: int) -> Reader:
    """A text of several lines, such as the notes of an agenda item."""

    def read(found: Found, problems: Problems) -> str | None:
        if isinstance(found.value, str) and len(found.value) <= most:
            return found.value
        problems.add(
            found.line,
            _("Here should be a text of at most %(most)s characters."),
            _("Put the rest below the ---."),
            most=most,
        )
        return None

    return read


def _handle(found: Found, problems: Problems) -> str | None:
    """A handle of a group, with or without its first mark."""
    value = fields.text(300)(found, problems)
    if value is None:
        return None
    try:
        return parse_handle(value).address.lower()
    except Malformed:
        problems.add(
            found.line,
            _("`%(value)s` is not a handle."),
            _("Write it like @mietrat@kiez.example, in quotes."),
            value=value,
        )
        return None


def _day_or_time(found: Found, problems: Problems) -> date | datetime | None:
    """A day, or a day and an hour."""
    has_hour = isinstance(found.value, str) and len(found.value) > len("2027-06-25")
    return (fields.local_time if has_hour else fields.day)(found, problems)


def _role(values: Values) -> Role:
    return Role(values["role"] or "", values["held_by"] or "", values["note"] or "")


def _item(values: Values) -> Item:
    return Item(values["title"] or "", values["notes"] or "")


def _reason(values: Values) -> Reason:
    return Reason(values["text"] or "", values["stance"] or "")


def _decision(values: Values) -> Decision:
    return Decision(
        text=values["text"] or "",
        how=values["how"] or "consent",
        result=values["result"] or "adopted",
        consent=values["consent"],
        stand_aside=values["stand_aside"],
        block=values["block"],
        abstain=values["abstain"],
        review=values["review"],
        note=values["note"] or "",
        reasons=tuple(reason for reason in values["reasons"] or () if reason.text),
        key=values["key"] or "",
        about=values["item"] or "",
        line=values.start,
    )


def _action(values: Values) -> Action:
    return Action(
        text=values["text"] or "",
        role=values["role"] or "",
        due=values["due"],
        done=bool(values["done"]),
        key=values["key"] or "",
        line=values.start,
    )


def _meeting(values: Values) -> Meeting:
    when = values["date"]
    return Meeting(
        day=when.date() if isinstance(when, datetime) else when,
        start=when if isinstance(when, datetime) else None,
        place=values["place"],
        is_online=bool(values["online"]),
        agenda=values["agenda"] or (),
    )


def _witness(values: Values) -> Witness:
    return Witness(values["group"] or "", values["note"] or "")


def _mirror(values: Values) -> Mirror:
    return Mirror(
        title=values["title"] or "",
        post=values["post"] or "",
        group=values["group"] or "",
        note=values["note"] or "",
        prepared_by=values["prepared_by"] or "",
        next=values["next"] or "",
    )


_ROLE = {
    "role": Field(fields.text(100), required=_("Write what the role is called.")),
    "held_by": Field(fields.text(NAME)),
    "note": Field(fields.text(200)),
}
_ITEM = {
    "title": Field(fields.text(200), required=_("Write what the item is about.")),
    "notes": Field(_lines(NOTES)),
}
_REASON = {
    "text": Field(fields.text(WORDS), required=_("Write the reason in the words of who gave it.")),
    "stance": Field(fields.choice(*STANCES)),
}
_KEY = fields.text(40)
_DECISION = {
    "text": Field(fields.text(WORDS), required=_("Write what was decided in a sentence.")),
    "how": Field(fields.choice(*METHODS)),
    "result": Field(fields.choice(*RESULTS)),
    "consent": Field(fields.whole()),
    "stand_aside": Field(fields.whole()),
    "block": Field(fields.whole()),
    "abstain": Field(fields.whole()),
    "review": Field(fields.day),
    "note": Field(fields.text(2 * WORDS)),
    "reasons": Field(
        fields.list_of(
            _text_or(fields.record(_REASON, _reason, Named(_("A reason"))), "text"), most=20
        )
    ),
    "item": Field(fields.text(200)),
    "key": Field(_KEY),
}
_ACTION = {
    "text": Field(fields.text(WORDS), required=_("Write what is to be done in a sentence.")),
    "role": Field(fields.text(NAME)),
    "due": Field(fields.day),
    "done": Field(fields.yes_no),
    "key": Field(_KEY),
}
_MEETING = {
    "date": Field(_day_or_time, required=_("Write a line like date: 2027-06-10T19:00")),
    "place": Field(place),
    "online": Field(fields.yes_no),
    "agenda": Field(fields.list_of(fields.text(200), most=MOST_ITEMS)),
}
_WITNESS = {
    "group": Field(_handle, required=_("Write it like @mietrat@kiez.example, in quotes.")),
    "note": Field(fields.text(2 * WORDS)),
}
_MIRROR = {
    "title": Field(fields.text(200)),
    "post": Field(fields.web_address()),
    "group": Field(_handle),
    "note": Field(fields.text(3 * WORDS)),
    "prepared_by": Field(fields.text(NAME)),
    "next": Field(fields.text(NAME)),
}

SCHEMA: Schema = {
    "date": Field(fields.local_time, required=_("Write a line like date: 2026-12-03T19:00")),
    "end": Field(fields.local_time),
    "timezone": Field(fields.timezone, required=_("Write a line like timezone: Europe/London")),
    "place": Field(place),
    "online": Field(fields.yes_no),
    "attendance": Field(fields.whole()),
    "attendance_remote": Field(fields.whole()),
    "roles": Field(
        fields.list_of(_text_or(fields.record(_ROLE, _role, Named(_("A role"))), "role"), most=20)
    ),
    "agenda": Field(
        fields.list_of(
            _text_or(fields.record(_ITEM, _item, Named(_("An agenda item"))), "title"),
            most=MOST_ITEMS,
        )
    ),
    "decisions": Field(
        fields.list_of(
            _text_or(fields.record(_DECISION, _decision, Named(_("A decision"))), "text"),
            most=MOST_DECISIONS,
        )
    ),
    "actions": Field(
        fields.list_of(
            _text_or(fields.record(_ACTION, _action, Named(_("An action item"))), "text"),
            most=MOST_ITEMS,
        )
    ),
    "next": Field(
        _text_or(fields.record(_MEETING, _meeting, Named(_("The next meeting"))), "date")
    ),
    "witness": Field(_text_or(fields.record(_WITNESS, _witness, Named(_("A witness"))), "group")),
    "mirror": Field(_text_or(fields.record(_MIRROR, _mirror, Named(_("A mirror"))), "post")),
}

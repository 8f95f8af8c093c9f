"""The lines above minutes, a label and its value each, and what of the front matter they become."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fedi.publishing.times import zone
from fedi.web.console.minutes import labels as of
from fedi.web.console.minutes.days import beside, clocks_in, day_in, digits, hours_in, is_hour

LONGEST = 60
"""Characters of the name of a place; what is longer is a description, and stays in the notes."""
MOST_NAME = 60
_COUNT = re.compile(
    r"(?:(?:about|around|ca\.?|etwa|unos|unas|environ|cerca de|نحو|حوالي|~)\s*)?(\d{1,4})\s*"
    r"(?:people|persons|members|of us|present|leute|personen|menschen|anwesende|mitglieder|personas|socias|asistentes"
    r"|personnes|membres|pessoas|membros|شخصا|شخصًا|شخص|أشخاص|عضوا|أعضاء)?\.?",
    re.IGNORECASE,
)
_STARTS_WITH = re.compile(r"(\d{1,4})\b(?!\.\d)")
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;،؛/&]|\b(?:and|und|y|et|e)\b)\s*")
_ONLINE = frozenset(
    {"online", "en línea", "en ligne", "em linha", "virtual", "عبر الإنترنت", "أونلاين"}
)


@dataclass(frozen=True, slots=True)
class Head:
    """One line: what was understood before, the value and its label, and the languages it can be in."""

    front: dict[str, Any]
    value: str
    label: str
    languages: frozenset[str]


Taker = Callable[[Head], str | None]
"""Takes a line over; returns what of it stays in the notes ('' for nothing), or None where it is not understood."""


def _rest(head: Head) -> str:
    """Return the line where it says more than a day and hours, unless it stays somewhere else."""
    is_more = head.label and beside(head.value, head.languages)
    return f"{head.label}: {head.value}" if is_more else ""


def _title(head: Head) -> str | None:
    return None if head.front.setdefault("title", head.value) != head.value else ""


def _date(head: Head) -> str | None:
    day = day_in(head.value, head.languages)
    if not day or "date" in head.front:
        return None
    starts, ends = clocks_in(head.value, head.languages)
    head.front["date"] = f"{day}T{starts}" if starts else day
    if starts and ends:
        head.front["end"] = f"{day}T{ends}"
    return _rest(head)


def _time(head: Head) -> str | None:
    starts, ends = hours_in(head.value)
    day = str(head.front.get("date") or "")
    if not starts or len(day) != len("2027-06-03"):
        return None
    head.front["date"] = f"{day}T{starts}"
    if ends:
        head.front["end"] = f"{day}T{ends}"
    return "" if ends or is_hour(head.value) else f"{head.label}: {head.value}"


def _until(head: Head) -> str | None:
    ends, _after = hours_in(head.value)
    day = str(head.front.get("date") or "")[:10]
    if not ends or not day or "end" in head.front:
        return None
    head.front["end"] = f"{day}T{ends}"
    return "" if is_hour(head.value) else f"{head.label}: {head.value}"


def _zone(head: Head) -> str | None:
    if zone(head.value) is None:
        return None
    head.front["timezone"] = head.value
    return ""


def _place(head: Head) -> str | None:
    # Where to dial in is for those who meet, and not to be published by itself.
    if "://" in head.value or "place" in head.front or len(head.value) > LONGEST:
        return None
    if head.value.casefold() in _ONLINE:
        head.front["online"] = "yes"
    else:
        head.front["place"] = head.value
    return ""


def _present(head: Head) -> str | None:
    found = _COUNT.fullmatch(digits(head.value))
    if found and "attendance" not in head.front:
        head.front["attendance"] = found[1]
        return ""
    names = [name for name in _BETWEEN_NAMES.split(head.value) if name]
    if counted := _STARTS_WITH.match(digits(head.value)):
        head.front.setdefault("attendance", counted[1])
    elif len(names) > 1:
        head.front.setdefault("attendance", str(len(names)))
    # Who was there is nobody's business but theirs.
    said = head.value.replace("[[", "[").replace("]]", "]")
    return f"[[members: {head.label}: {said}]]"


def _remote(head: Head) -> str | None:
    found = _COUNT.fullmatch(digits(head.value))
    if found is None or "attendance_remote" in head.front:
        return None
    head.front["attendance_remote"] = found[1]
    return ""


def _next(head: Head) -> str | None:
    day = day_in(head.value, head.languages)
    if not day or "next" in head.front:
        return None
    starts, ends = clocks_in(head.value, head.languages)
    head.front["next"] = {"date": f"{day}T{starts}" if starts else day}
    # Where they meet next, and until when, often stands behind the day.
    return f"{head.label}: {head.value}" if ends else _rest(head)


def _role(head: Head) -> str | None:
    if len(head.value) > MOST_NAME:
        return None
    role = {"role": head.label, "held_by": head.value}
    head.front.setdefault("roles", []).append(role)
    return ""


def _language(head: Head) -> str | None:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", head.value):
        return None
    head.front["language"] = head.value
    return ""


def _tags(head: Head) -> str | None:
    tags = [tag.strip().lstrip("#") for tag in re.split(r"[\s,;،]+", head.value)]
    head.front.setdefault("hashtags", []).extend(tag for tag in tags if tag)
    return ""


HEADS: Mapping[str, Taker] = {
    of.TITLE: _title,
    of.DATE: _date,
    of.TIME: _time,
    of.UNTIL: _until,
    of.ZONE: _zone,
    of.PLACE: _place,
    of.PRESENT: _present,
    of.REMOTE: _remote,
    of.NEXT: _next,
    of.FACILITATION: _role,
    of.NOTE_TAKER: _role,
    of.LANGUAGE: _language,
    of.TAGS: _tags,
}

"""A call as an Event that Mobilizon, Gancio, PieFed, Friendica and FEP-8a8e read at once (interop §8.2), and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fedi.practices.calls.model import LONGEST_NAME, Call
from fedi.publishing import words
from fedi.publishing.kinds import Part, Subject
from fedi.publishing.place import from_document as place_from_document
from fedi.publishing.reading import text
from fedi.publishing.times import read_moment, span_in_words, to_ms
from fedi.publishing.words import say

ASSUMED_LENGTH = timedelta(hours=2)
"""PieFed wants an end; where the group named none, `displayEndTime` says that this is none."""

_STATUS = {
    "confirmed": ("CONFIRMED", "EventScheduled"),
    "tentative": ("TENTATIVE", "EventTentative"),
    "postponed": ("TENTATIVE", "EventPostponed"),
    "cancelled": ("CANCELLED", "EventCancelled"),
}
_PREFIX = {
    "tentative": words.TENTATIVE,
    "postponed": words.POSTPONED,
    "cancelled": words.CANCELLED,
}


def titled(details: Call, subject: Subject) -> str:
    """Return the title as followers see it: Mastodon shows nothing else of a change of status."""
    return _titled(details, subject.language, subject.title)


def to_document(details: Call, subject: Subject) -> Part:
    """Say when and where before the text itself; the street never stands in the summary."""
    language = subject.language
    when = span_in_words(details.start, details.end, language)
    short = span_in_words(details.start, details.end, language, short=True)
    where = details.place.label if details.place else say(words.ONLINE, language)
    where = where if details.place or details.online else ""
    return Part(
        name=_name(details, subject),
        summary=" – ".join(part for part in (short, where) if part),
        opening=_opening(details, subject, when),
        terms=_terms(details, subject),
        attachments=(
            {
                "type": "Link",
                "mediaType": "text/html",
                "href": details.online or subject.id,
                "name": "Website",
            },
        ),
        facts=_facts(details),
        state=details.status,
        starts_at=to_ms(details.start),
        ends_at=to_ms(details.end) if details.end else None,
    )


def from_document(document: Mapping[str, Any]) -> Call | None:
    """Read a call that another fedi server wrote; None if it does not say when."""
    timezone = text(document, "timezone")
    start = read_moment(text(document, "startTime"), timezone)
    if start is None:
        return None
    shows_end = document.get("displayEndTime") is not False
    return Call(
        start=start,
        timezone=timezone,
        end=read_moment(text(document, "endTime"), timezone) if shows_end else None,
        place=place_from_document(document.get("location")),
        online=text(document, "onlineLink"),
        status=_status(document),
        previous_start=read_moment(text(document, "previousStartTime"), timezone),
    )


def _titled(details: Call, language: str, title: str) -> str:
    prefix = _PREFIX.get(details.status)
    return say(prefix, language, title=title) if prefix else title


def _name(details: Call, subject: Subject) -> str:
    """The same, as long as Mobilizon takes it: what a language has no shorter words for, the title makes room for."""
    over = len(titled(details, subject)) - LONGEST_NAME
    if over <= 0:
        return titled(details, subject)
    return _titled(details, subject.language, subject.title[: -over - 1].rstrip() + "…")


def _opening(details: Call, subject: Subject, when: str) -> str:
    lines = [f"<strong>{escape(titled(details, subject))}</strong>", escape(when)]
    if details.place:
        lines.append(escape(details.place.address))
    if details.online:
        href = escape(details.online)
        lines.append(f'{escape(say(words.ONLINE, subject.language))}: <a href="{href}">{href}</a>')
    return f"<p>{'<br>'.join(lines)}</p>"


def _terms(details: Call, subject: Subject) -> dict[str, Any]:
    status, event_status = _STATUS[details.status]
    if details.status == "confirmed" and details.previous_start:
        event_status = "EventRescheduled"
    end = details.end or details.start + ASSUMED_LENGTH
    terms: dict[str, Any] = {
        "uuid": str(uuid5(NAMESPACE_URL, subject.id)),
        "audience": subject.actor,
        "startTime": details.start.isoformat(),
        "endTime": end.isoformat(),
        "displayEndTime": details.end is not None,
        "timezone": details.timezone,
        "status": status,
        "ical:status": status,
        "eventStatus": event_status,
        "category": "MOVEMENTS_POLITICS",
        "joinMode": "external",
        "externalParticipationUrl": subject.id,
        "maximumAttendeeCapacity": 0,
        "participantCount": 0,
        "repliesModerationOption": "allow_all",
        "commentsEnabled": True,
        "anonymousParticipationEnabled": False,
        "anonymousParticipation": False,
        "isOnline": bool(details.online) and details.place is None,
        "draft": False,
        # PieFed asks for these keys; Mobilizon does not mind them empty (interop §8.2).
        "onlineLink": details.online or None,
        "buyTicketsLink": None,
        "feeCurrency": None,
        "feeAmount": None,
        "contacts": [],
    }
    if details.place:
        terms["location"] = details.place.to_document()
    elif details.online:
        name = say(words.ONLINE, subject.language)
        terms["location"] = {"type": "VirtualLocation", "name": name, "url": details.online}
    if details.previous_start:
        terms["previousStartTime"] = details.previous_start.isoformat()
    return terms


def _status(document: Mapping[str, Any]) -> str:
    for ours, (status, event_status) in _STATUS.items():
        if text(document, "eventStatus") == event_status:
            return ours
        if not text(document, "eventStatus") and text(document, "status").upper() == status:
            return ours
    return "confirmed"


def _facts(details: Call) -> dict[str, Any]:
    return {
        "starts": details.start.isoformat(),
        "ends": details.end.isoformat() if details.end else None,
        "timezone": details.timezone,
        "place": details.place.facts() if details.place else None,
        "place_line": details.place.address if details.place else "",
        "online": details.online,
        "status": details.status,
        "previous_start": details.previous_start.isoformat() if details.previous_start else None,
    }

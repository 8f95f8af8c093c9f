"""What documents of minutes say beyond the text: our terms, written and read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from fedi.activitypub.html import plain
from fedi.practices.minutes.model import (
    METHODS,
    RESULTS,
    Action,
    Decision,
    Meeting,
    Minutes,
    Mirror,
    Reason,
    Role,
    Witness,
)
from fedi.publishing.kinds import NAMESPACE, Subject
from fedi.publishing.place import Place
from fedi.publishing.place import from_document as place_from_document
from fedi.publishing.reading import count, day, mappings, text
from fedi.publishing.times import read_moment

_STANCES = {
    "standAside": "stand_aside",
    "consent": "consent",
    "block": "block",
    "abstain": "abstain",
}


def minutes_terms(details: Minutes, subject: Subject) -> dict[str, Any]:
    """Say all that minutes tell beyond their text."""
    terms: dict[str, Any] = {
        "startTime": details.date.isoformat(),
        "timezone": details.timezone,
        "agenda": list(details.agenda),
        "decisions": [
            {**_piece(one.id, "Decision", one.text), **decision_terms(one)}
            for one in details.decisions
        ],
        "actionItems": [
            {**_piece(one.id, "ActionItem", one.text), **action_terms(one)}
            for one in details.actions
        ],
        **_where(details.place, details.is_online),
    }
    if details.end:
        terms["endTime"] = details.end.isoformat()
    if details.attendance is not None:
        terms["attendanceCount"] = details.attendance
    if details.attendance_remote is not None:
        terms["remoteAttendanceCount"] = details.attendance_remote
    if details.roles:
        terms["roles"] = [_role(role) for role in details.roles]
    if details.next:
        terms["nextMeeting"] = _meeting(details.next, details.timezone)
    if details.witness:
        terms["witness"] = _witness(details.witness, subject)
    if details.mirror:
        terms["mirror"] = _mirror(details.mirror, subject)
    return terms


def decision_terms(decision: Decision) -> dict[str, Any]:
    """Say how a decision was taken, with its numbers and reasons."""
    terms: dict[str, Any] = {"how": decision.how, "outcome": decision.result}
    numbers = {
        "consent": decision.consent,
        "standAside": decision.stand_aside,
        "block": decision.block,
        "abstain": decision.abstain,
    }
    terms |= {term: number for term, number in numbers.items() if number is not None}
    terms |= {"identifier": decision.key} if decision.key else {}
    terms |= {"agendaItem": decision.item} if decision.item else {}
    terms |= {"reviewDate": decision.review.isoformat()} if decision.review else {}
    terms |= {"note": decision.note} if decision.note else {}
    if decision.reasons:
        stances = {name: term for term, name in _STANCES.items()}
        terms["reasons"] = [
            {
                **({"stance": stances[reason.stance]} if reason.stance else {}),
                "content": _html(reason.text),
            }
            for reason in decision.reasons
        ]
    return terms


def action_terms(action: Action) -> dict[str, Any]:
    """Say who does it by when, and whether it is done."""
    return {
        **({"identifier": action.key} if action.key else {}),
        **({"role": action.role} if action.role else {}),
        **({"due": action.due.isoformat()} if action.due else {}),
        "finished": action.done,
    }


def minutes_from(document: Mapping[str, Any]) -> Minutes | None:
    """Read minutes that a group of fedi wrote; None if they do not say when the meeting was."""
    timezone = text(document, "timezone")
    start = read_moment(text(document, "startTime"), timezone)
    if start is None:
        return None
    place, is_online = _read_where(document)
    return Minutes(
        date=start,
        timezone=timezone,
        end=read_moment(text(document, "endTime"), timezone),
        place=place,
        is_online=is_online,
        attendance=count(document, "attendanceCount"),
        attendance_remote=count(document, "remoteAttendanceCount"),
        roles=tuple(_read_role(role) for role in mappings(document, "roles")),
        agenda=_texts(document, "agenda"),
        decisions=tuple(_read_decision(one) for one in mappings(document, "decisions")),
        actions=tuple(_read_action(one) for one in mappings(document, "actionItems")),
        next=_read_meeting(document.get("nextMeeting"), timezone),
        witness=_read_witness(document.get("witness")),
        mirror=_read_mirror(document.get("mirror")),
    )


def _piece(piece_id: str, meaning: str, title: str) -> dict[str, Any]:
    return {
        **({"id": piece_id} if piece_id else {}),
        "type": "Note",
        "additionalType": NAMESPACE + meaning,
        "headline": title,
    }


def _where(place: Place | None, is_online: bool) -> dict[str, Any]:
    if place:
        return {"location": place.to_document(), **({"isOnline": True} if is_online else {})}
    return {"location": {"type": "VirtualLocation", "name": "Online"}} if is_online else {}


def _role(role: Role) -> dict[str, Any]:
    return {
        "role": role.role,
        **({"heldBy": role.held_by} if role.held_by else {}),
        **({"note": role.note} if role.note else {}),
    }


def _meeting(meeting: Meeting, timezone: str) -> dict[str, Any]:
    return {
        "type": "Event",
        "startDate": meeting.day.isoformat(),
        **({"startTime": meeting.start.isoformat(), "timezone": timezone} if meeting.start else {}),
        **_where(meeting.place, meeting.is_online),
        **({"agenda": list(meeting.agenda)} if meeting.agenda else {}),
    }


def _witness(witness: Witness, subject: Subject) -> dict[str, Any]:
    person = subject.people.get(witness.group)
    return {
        "webfinger": witness.group,
        **({"attributedTo": person.actor} if person else {}),
        **({"content": _html(witness.note)} if witness.note else {}),
    }


def _mirror(mirror: Mirror, subject: Subject) -> dict[str, Any]:
    person = subject.people.get(mirror.group) or subject.people.get(mirror.post)
    return {
        **({"headline": mirror.title} if mirror.title else {}),
        **({"object": mirror.post} if mirror.post else {}),
        **({"webfinger": mirror.group} if mirror.group else {}),
        **({"attributedTo": person.actor} if person else {}),
        **({"content": _html(mirror.note)} if mirror.note else {}),
        **({"preparedBy": mirror.prepared_by} if mirror.prepared_by else {}),
        **({"preparedNextBy": mirror.next} if mirror.next else {}),
    }


def _read_decision(document: Mapping[str, Any]) -> Decision:
    how, result = text(document, "how"), text(document, "outcome")
    return Decision(
        text=text(document, "headline"),
        how=how if how in METHODS else "consent",
        result=result if result in RESULTS else "adopted",
        consent=count(document, "consent"),
        stand_aside=count(document, "standAside"),
        block=count(document, "block"),
        abstain=count(document, "abstain"),
        review=day(document, "reviewDate"),
        note=text(document, "note"),
        reasons=tuple(
            Reason(plain(text(one, "content")), _STANCES.get(text(one, "stance"), ""))
            for one in mappings(document, "reasons")
        ),
        item=count(document, "agendaItem") or 0,
        key=text(document, "identifier"),
        id=text(document, "id"),
    )


def _read_action(document: Mapping[str, Any]) -> Action:
    return Action(
        text=text(document, "headline"),
        role=text(document, "role"),
        due=day(document, "due"),
        done=document.get("finished") is True,
        key=text(document, "identifier"),
        id=text(document, "id"),
    )


def _read_where(document: Mapping[str, Any]) -> tuple[Place | None, bool]:
    location = document.get("location")
    is_virtual = isinstance(location, Mapping) and location.get("type") == "VirtualLocation"
    return place_from_document(location), is_virtual or document.get("isOnline") is True


def _read_role(document: Mapping[str, Any]) -> Role:
    return Role(text(document, "role"), text(document, "heldBy"), text(document, "note"))


def _read_meeting(document: object, timezone: str) -> Meeting | None:
    on = day(document, "startDate") if isinstance(document, Mapping) else None
    if on is None or not isinstance(document, Mapping):
        return None
    place, is_online = _read_where(document)
    start: datetime | None = read_moment(text(document, "startTime"), timezone)
    return Meeting(on, start, place, is_online, _texts(document, "agenda"))


def _read_witness(document: object) -> Witness | None:
    if not isinstance(document, Mapping) or not text(document, "webfinger"):
        return None
    note = plain(text(document, "content"))
    return Witness(text(document, "webfinger"), note, text(document, "attributedTo"))


def _read_mirror(document: object) -> Mirror | None:
    if not isinstance(document, Mapping):
        return None
    return Mirror(
        title=text(document, "headline"),
        post=text(document, "object"),
        group=text(document, "webfinger"),
        note=plain(text(document, "content")),
        prepared_by=text(document, "preparedBy"),
        next=text(document, "preparedNextBy"),
        actor=text(document, "attributedTo"),
    )


def _texts(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = document.get(key)
    values = value if isinstance(value, list) else [value]
    return tuple(one for one in values if isinstance(one, str))


def _html(words: str) -> str:
    return f"<p>{escape(words, quote=False)}</p>"

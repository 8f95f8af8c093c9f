"""Minutes as an Article with a preview (FEP-b2b8) and with pieces that have addresses of their own, and back."""

from __future__ import annotations

from html import escape
from typing import Any

from fedi.practices.minutes import wording
from fedi.practices.minutes.model import Action, Decision, Meeting, Minutes
from fedi.practices.minutes.parts import ACTION, DECISION
from fedi.practices.minutes.terms import action_terms, decision_terms, minutes_from, minutes_terms
from fedi.publishing import words
from fedi.publishing.kinds import Part, Piece, Subject
from fedi.publishing.times import to_ms
from fedi.publishing.words import say

MOST_IN_PREVIEW = 5

from_document = minutes_from


def to_document(details: Minutes, subject: Subject) -> Part:
    """Say when and where, how many, and what was decided, before the text itself; the rest stands after it."""
    language = subject.language
    head = wording.head(details, subject)
    return Part(
        name=subject.title,
        summary=wording.summary(details, subject),
        opening=head
        + wording.roles(details.roles, language)
        + wording.decisions(details.decisions, language),
        closing=wording.actions(details.actions, language)
        + wording.mirror(details.mirror, subject)
        + wording.witness(details.witness, subject)
        + wording.next_meeting(details.next, language),
        terms=minutes_terms(details, subject) | {"preview": _preview(head, details, subject)},
        facts=_facts(details, subject),
        pieces=(
            *(_decision_piece(one, details, subject) for one in details.decisions),
            *(_action_piece(one, details, subject) for one in details.actions),
        ),
        starts_at=to_ms(details.date),
        ends_at=to_ms(details.end) if details.end else None,
    )


def _preview(head: str, details: Minutes, subject: Subject) -> dict[str, Any]:
    more = f'<p><a href="{escape(subject.id)}">{escape(say(words.MORE, subject.language))}</a></p>'
    shown = details.decisions[:MOST_IN_PREVIEW]
    decided = wording.decisions(shown, subject.language, is_short=True)
    return {"type": "Note", "attributedTo": subject.actor, "content": head + decided + more}


def _decision_piece(decision: Decision, details: Minutes, subject: Subject) -> Piece:
    return Piece(
        id=decision.id,
        kind=DECISION,
        key=decision.key,
        meaning="Decision",
        title=decision.text,
        content=wording.decision_content(decision, details, subject),
        terms=decision_terms(decision),
        facts=_decision_facts(decision) | _meeting_of(details, subject),
        state=decision.result,
        due=decision.review.isoformat() if decision.review else "",
    )


def _action_piece(action: Action, details: Minutes, subject: Subject) -> Piece:
    return Piece(
        id=action.id,
        kind=ACTION,
        key=action.key,
        meaning="ActionItem",
        title=action.text,
        content=wording.action_content(action, details, subject),
        terms=action_terms(action),
        facts=_action_facts(action) | _meeting_of(details, subject),
        state="done" if action.done else "open",
        due=action.due.isoformat() if action.due else "",
    )


def _facts(details: Minutes, subject: Subject) -> dict[str, Any]:
    return {
        "starts": details.date.isoformat(),
        "ends": details.end.isoformat() if details.end else None,
        "timezone": details.timezone,
        "place": details.place.facts() if details.place else None,
        "place_line": details.place.address if details.place else "",
        "is_online": details.is_online,
        "attendance": details.attendance,
        "attendance_remote": details.attendance_remote,
        "roles": [
            {"role": role.role, "held_by": role.held_by, "note": role.note}
            for role in details.roles
        ],
        "agenda": list(details.agenda),
        "decisions": [_decision_facts(decision) for decision in details.decisions],
        "actions": [_action_facts(action) for action in details.actions],
        "next": _meeting_facts(details.next) if details.next else None,
        "witness": _witness_facts(details, subject),
        "mirror": _mirror_facts(details, subject),
    }


def _meeting_of(details: Minutes, subject: Subject) -> dict[str, Any]:
    """What lists of pieces tell about the meeting that each is of."""
    return {
        "minutes": subject.id,
        "minutes_title": subject.title,
        "day": details.date.date().isoformat(),
        "language": subject.language,
        "warning": subject.warning,
    }


def _decision_facts(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "key": decision.key,
        "text": decision.text,
        "how": decision.how,
        "result": decision.result,
        "consent": decision.consent,
        "stand_aside": decision.stand_aside,
        "block": decision.block,
        "abstain": decision.abstain,
        "review": decision.review.isoformat() if decision.review else None,
        "note": decision.note,
        "reasons": [{"text": reason.text, "stance": reason.stance} for reason in decision.reasons],
        "item": decision.item,
    }


def _action_facts(action: Action) -> dict[str, Any]:
    return {
        "id": action.id,
        "key": action.key,
        "text": action.text,
        "role": action.role,
        "due": action.due.isoformat() if action.due else None,
        "done": action.done,
    }


def _meeting_facts(meeting: Meeting) -> dict[str, Any]:
    return {
        "day": meeting.day.isoformat(),
        "starts_at": to_ms(meeting.start) if meeting.start else None,
        "place": meeting.place.label if meeting.place else "",
        "is_online": meeting.is_online,
        "agenda": list(meeting.agenda),
    }


def _witness_facts(details: Minutes, subject: Subject) -> dict[str, Any] | None:
    witness = details.witness
    if witness is None:
        return None
    person = subject.people.get(witness.group)
    return {
        "group": witness.group,
        "note": witness.note,
        "actor": person.actor if person else witness.actor,
        "url": person.url if person else witness.actor,
    }


def _mirror_facts(details: Minutes, subject: Subject) -> dict[str, Any] | None:
    mirror = details.mirror
    if mirror is None:
        return None
    person = subject.people.get(mirror.group) or subject.people.get(mirror.post)
    return {
        "title": mirror.title,
        "post": mirror.post,
        "group": mirror.group or (person.handle if person else ""),
        "note": mirror.note,
        "prepared_by": mirror.prepared_by,
        "next": mirror.next,
        "actor": person.actor if person else mirror.actor,
        "url": person.url if person else mirror.actor,
    }

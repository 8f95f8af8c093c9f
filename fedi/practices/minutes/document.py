"""Minutes as an Article with a preview (FEP-b2b8), and back."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from fedi.practices.minutes.model import METHODS, RESULTS, Decision, Minutes
from fedi.publishing import words
from fedi.publishing.kinds import Part, Subject
from fedi.publishing.place import from_document as place_from_document
from fedi.publishing.reading import count, day, mappings, text
from fedi.publishing.times import day_in_words, read_moment, span_in_words, to_ms
from fedi.publishing.words import say

MOST_IN_PREVIEW = 5


def to_document(details: Minutes, subject: Subject) -> Part:
    """Say when and where, how many, and what was decided, before the text itself."""
    where = _where(details, subject.language)
    present = _present(details, subject.language)
    title = escape(say(words.MINUTES, subject.language, title=subject.title))
    line = " – ".join(part for part in (_when(details, subject.language), where, present) if part)
    head = f"<p><strong>{title}</strong><br>{escape(line)}</p>"
    short = _when(details, subject.language, short=True)
    return Part(
        name=subject.title,
        summary=" – ".join(part for part in (short, where, present) if part),
        opening=head + _list(details.decisions, subject.language),
        terms=_terms(details) | {"preview": _preview(head, details.decisions, subject)},
        facts=_facts(details),
        starts_at=to_ms(details.date),
        ends_at=to_ms(details.end) if details.end else None,
    )


def from_document(document: Mapping[str, Any]) -> Minutes | None:
    """Read minutes that another fedi server wrote; None if they do not say when the meeting was."""
    timezone = text(document, "timezone")
    start = read_moment(text(document, "startTime"), timezone)
    if start is None:
        return None
    location = document.get("location")
    return Minutes(
        date=start,
        timezone=timezone,
        end=read_moment(text(document, "endTime"), timezone),
        place=place_from_document(location),
        is_online=isinstance(location, Mapping) and location.get("type") == "VirtualLocation",
        attendance=count(document, "attendanceCount"),
        decisions=tuple(_decision(decision) for decision in mappings(document, "decisions")),
    )


def _terms(details: Minutes) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "startTime": details.date.isoformat(),
        "timezone": details.timezone,
        "decisions": [_decision_document(decision) for decision in details.decisions],
    }
    if details.end:
        terms["endTime"] = details.end.isoformat()
    if details.place:
        terms["location"] = details.place.to_document()
    elif details.is_online:
        terms["location"] = {"type": "VirtualLocation", "name": "Online"}
    if details.attendance is not None:
        terms["attendanceCount"] = details.attendance
    return terms


def _decision_document(decision: Decision) -> dict[str, Any]:
    numbers = {
        "consent": decision.consent,
        "standAside": decision.stand_aside,
        "block": decision.block,
    }
    return {
        "type": "Decision",
        "name": decision.text,
        "how": decision.how,
        "outcome": decision.result,
        **{key: number for key, number in numbers.items() if number is not None},
        **({"reviewDate": decision.review.isoformat()} if decision.review else {}),
    }


def _decision(document: Mapping[str, Any]) -> Decision:
    how, result = text(document, "how"), text(document, "outcome")
    return Decision(
        text=text(document, "name"),
        how=how if how in METHODS else "consent",
        result=result if result in RESULTS else "adopted",
        consent=count(document, "consent"),
        stand_aside=count(document, "standAside"),
        block=count(document, "block"),
        review=day(document, "reviewDate"),
    )


def _preview(head: str, decisions: tuple[Decision, ...], subject: Subject) -> dict[str, Any]:
    more = f'<p><a href="{escape(subject.id)}">{escape(say(words.MORE, subject.language))}</a></p>'
    return {
        "type": "Note",
        "attributedTo": subject.actor,
        "content": head + _list(decisions[:MOST_IN_PREVIEW], subject.language) + more,
    }


def _list(decisions: tuple[Decision, ...], language: str) -> str:
    if not decisions:
        return ""
    items = "".join(f"<li>{_item(decision, language)}</li>" for decision in decisions)
    return f"<p><strong>{escape(say(words.DECISIONS, language))}</strong></p><ul>{items}</ul>"


def _item(decision: Decision, language: str) -> str:
    outcome = say(words.OUTCOMES[decision.result], language)
    if decision.result in ("adopted", "amended"):
        outcome = f"{outcome} {say(words.METHODS[decision.how], language)}"
    parts = [outcome]
    for number, words_for in (
        (decision.consent, words.CONSENT),
        (decision.stand_aside, words.STAND_ASIDE),
        (decision.block, words.BLOCK),
    ):
        if number is not None:
            parts.append(say(words_for, language, count=number))
    if decision.review:
        on = day_in_words(decision.review, language, short=True)
        parts.append(say(words.REVIEW, language, day=on))
    return f"{escape(decision.text)}<br>{escape(' · '.join(parts))}"


def _when(details: Minutes, language: str, *, short: bool = False) -> str:
    return span_in_words(details.date, details.end, language, short=short)


def _where(details: Minutes, language: str) -> str:
    if details.place:
        return details.place.label
    return say(words.ONLINE, language) if details.is_online else ""


def _present(details: Minutes, language: str) -> str:
    if details.attendance is None:
        return ""
    return say(words.PRESENT, language, count=details.attendance)


def _facts(details: Minutes) -> dict[str, Any]:
    return {
        "starts": details.date.isoformat(),
        "ends": details.end.isoformat() if details.end else None,
        "timezone": details.timezone,
        "place": details.place.facts() if details.place else None,
        "place_line": details.place.address if details.place else "",
        "is_online": details.is_online,
        "attendance": details.attendance,
        "decisions": [
            {
                "text": decision.text,
                "how": decision.how,
                "result": decision.result,
                "consent": decision.consent,
                "stand_aside": decision.stand_aside,
                "block": decision.block,
                "review": decision.review.isoformat() if decision.review else None,
            }
            for decision in details.decisions
        ],
    }

"""A poll as a Question that Mastodon, GoToSocial, Misskey and Pleroma read (interop §3.9), and back."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from fedi.practices.polls.model import Option, Poll
from fedi.publishing.kinds import Part, Subject
from fedi.publishing.reading import count, mappings, text
from fedi.publishing.times import read_moment, to_ms


def to_document(details: Poll, subject: Subject) -> Part:
    """Tell options and counts the way every server with polls shows them; the text stays free of them.

    `endTime` is when it was to end and never changes by itself (GoToSocial takes another one for another poll);
    `closed` is when it did.
    """
    return Part(
        opening=f"<p><strong>{escape(subject.title)}</strong></p>" if subject.title else "",
        terms=_terms(details),
        facts=_facts(details),
        state="closed" if details.closed_at else "open",
        ends_at=to_ms(details.ends) if details.ends else None,
    )


def from_document(document: Mapping[str, Any]) -> Poll | None:
    """Read a poll that another fedi server wrote; None if there is nothing to choose from."""
    several = mappings(document, "anyOf")
    options = several or mappings(document, "oneOf")
    if not options:
        return None
    timezone = text(document, "timezone")
    closed_at = read_moment(text(document, "closed"), timezone)
    return Poll(
        options=tuple(Option(text(option, "name"), _votes(option)) for option in options),
        multiple=bool(several),
        timezone=timezone,
        ends=read_moment(text(document, "endTime"), timezone),
        status="closed" if closed_at else "",
        closed_at=closed_at,
        voters=count(document, "votersCount") or 0,
    )


def _votes(option: Mapping[str, Any]) -> int:
    replies = option.get("replies")
    return (count(replies, "totalItems") or 0) if isinstance(replies, Mapping) else 0


def _terms(details: Poll) -> dict[str, Any]:
    options = [
        {
            "type": "Note",
            "name": option.name,
            "replies": {"type": "Collection", "totalItems": option.votes},
        }
        for option in details.options
    ]
    return {
        "anyOf" if details.multiple else "oneOf": options,
        "votersCount": details.voters,
        "timezone": details.timezone,
        **({"endTime": details.ends.isoformat()} if details.ends else {}),
        **({"closed": details.closed_at.isoformat()} if details.closed_at else {}),
    }


def _facts(details: Poll) -> dict[str, Any]:
    return {
        "options": [{"name": option.name, "votes": option.votes} for option in details.options],
        "multiple": details.multiple,
        "voters": details.voters,
        "timezone": details.timezone,
        "ends": details.ends.isoformat() if details.ends else None,
        "closed": details.closed_at.isoformat() if details.closed_at else None,
        "state": "closed" if details.closed_at else "open",
    }

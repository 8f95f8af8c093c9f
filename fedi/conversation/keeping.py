"""Foreign posts find their place here: in the thread of something of ours, or as a word to a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from markupsafe import escape

from fedi.activitypub.vocabulary import Note as ReadNote
from fedi.conversation import changes
from fedi.site import Site
from fedi.storage import actors, groups, jobs, notes, objects
from fedi.storage.notes import Note
from fedi.storage.tx import Tx

LARGEST_KEPT = 100_000
"""A foreign document larger than this is kept without the verbatim copy."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a note belongs: under an object of ours, and to which group it speaks."""

    thread: str | None
    group: str | None


NOWHERE = Place(None, None)
"""For what somebody here asked about, although it is not about us."""


def keep(
    tx: Tx,
    site: Site,
    read: ReadNote,
    document: Mapping[str, Any],
    now: int,
    *,
    inbox_of: str | None = None,
    hidden: bool = False,
    place: Place | None = None,
) -> bool:
    """Keep a post that answers us or speaks to us, and tell whether it has a place here.

    What its owner deleted never comes back, and an answer to a poll is no reply.
    """
    if read.is_vote or notes.is_buried(tx, read.id):
        return False
    place = place or place_of(tx, site, read, inbox_of)
    if place is None:
        return False
    author = actors.find(tx, read.attributed_to)
    note = Note(
        id=read.id,
        author=read.attributed_to,
        type=read.type,
        visibility=read.visibility(author.followers if author else None),
        html=_titled(read),
        document=_verbatim(document),
        # Nobody answers from the future; a clock that runs ahead would stay on top for ever.
        published_at=min(read.published_ms or now, now),
        received_at=now,
        in_reply_to=read.in_reply_to,
        thread=place.thread,
        to_group=place.group,
        warning=read.summary,
        language=read.language or "",
        url=read.url,
        updated_at=read.updated_ms,
        hidden_at=now if hidden else None,
    )
    if not notes.add(tx, note):
        return revise(tx, read, document)
    changes.counted(tx, note, 1)
    if place.thread is None and read.in_reply_to and place.group:
        # It may hang under something of ours further up; its parents are fetched within a budget.
        jobs.add(tx, "conversation.parents", note.id, {"note": note.id}, now)
    return True


def revise(tx: Tx, read: ReadNote, document: Mapping[str, Any]) -> bool:
    """Replace what a known note says, if its author says so and later than before."""
    before = notes.find(tx, read.id)
    if before is None or before.author != read.attributed_to:
        return False
    if read.updated_ms is None or read.updated_ms <= (before.updated_at or before.published_at):
        return True
    author = actors.find(tx, before.author)
    after = Note(
        id=before.id,
        author=before.author,
        type=read.type,
        visibility=read.visibility(author.followers if author else None),
        html=_titled(read),
        document=_verbatim(document),
        published_at=before.published_at,
        received_at=before.received_at,
        in_reply_to=before.in_reply_to,
        thread=before.thread,
        to_group=before.to_group,
        warning=read.summary,
        language=read.language or "",
        url=read.url,
        updated_at=read.updated_ms,
        hidden_at=before.hidden_at,
    )
    notes.revise(tx, after)
    if notes.is_shown(before) != notes.is_shown(after):
        changes.counted(
            tx, after if notes.is_shown(after) else before, 1 if notes.is_shown(after) else -1
        )
    changes.touched(tx, after)
    return True


def place_of(tx: Tx, site: Site, read: ReadNote, inbox_of: str | None = None) -> Place | None:
    """Return where a post belongs, or None if it concerns nobody here."""
    parent = read.in_reply_to
    if parent and site.is_local(parent):
        ours = objects.find(tx, parent)
        if ours is not None and ours.withdrawn_at is None:
            return Place(ours.thread, ours.actor)
    if parent:
        known = notes.find(tx, parent)
        if known is not None and known.thread is not None:
            return Place(known.thread, known.to_group)
    named = [mention.href for mention in read.mentions] + list(read.to) + list(read.cc)
    for name in [*named, inbox_of or ""]:
        if (
            site.is_local(name)
            and (group := groups.find_by_actor(tx, name))
            and group.removed_at is None
        ):
            return Place(None, group.actor)
    return None


def forget(tx: Tx, note_id: str) -> None:
    """Delete a note and no longer count it."""
    before = notes.remove(tx, note_id)
    if before is not None:
        changes.counted(tx, before, -1)


def _titled(read: ReadNote) -> str:
    """An Article or Event that answers us keeps its title, which other servers show apart from the text."""
    if not read.name or read.is_vote:
        return read.content_html
    return f"<p><strong>{escape(read.name)}</strong></p>{read.content_html}"


def _verbatim(document: Mapping[str, Any]) -> str:
    text = orjson.dumps(document).decode()
    return text if len(text) <= LARGEST_KEPT else "{}"

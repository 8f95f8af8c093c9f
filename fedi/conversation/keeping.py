"""Foreign posts find their place here: in the thread of something of ours, or as a word to a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from markupsafe import escape

from fedi.activitypub.vocabulary import Note as ReadNote
from fedi.actors import blocked
from fedi.actors.may_read import Reader, may_read
from fedi.conversation import changes, votes
from fedi.site import Site
from fedi.storage import actors, groups, jobs, notes, objects, parts, reading
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
    place: Place | None = None,
) -> bool:
    """Keep a post that answers us or speaks to us, and tell whether it has a place here.

    What its owner deleted never comes back, a vote is counted and is no reply, and whoever is blocked, by the
    instance or the group concerned, is not listened to however the post came here.
    """
    tx.lock("note", read.id)
    if notes.is_buried(tx, read.id, read.attributed_to):
        return False
    if read.is_vote:
        votes.count(tx, read, now)
        return False
    visibility = visibility_of(tx, read)
    # What came to a personal inbox and names nobody was meant for whose inbox it is, unless it is for many.
    place = place or place_of(tx, site, read, inbox_of if visibility == "direct" else None)
    severity = _severity(tx, read, place) if place else "block"
    if place is None or severity == "block":
        return False
    if site.is_local(read.id):
        # What another group of this server says stands in the thread already, as an object of ours.
        place = Place(None, place.group)
    note = Note(
        id=read.id,
        author=read.attributed_to,
        type=read.type,
        visibility=visibility,
        html=_titled(read),
        document=_verbatim(document),
        # Nobody answers from the future; a clock that runs ahead would stay on top for ever.
        published_at=min(read.published_ms or now, now),
        received_at=now,
        in_reply_to=read.in_reply_to,
        thread=place.thread,
        to_group=place.group,
        warning=read.warning,
        language=read.language or "",
        url=read.url,
        updated_at=read.updated_ms,
        hidden_at=now if severity == "limit" else None,
        hidden_by="policy" if severity == "limit" else "",
    )
    if not notes.add(tx, note):
        return revise(tx, read, document)
    changes.counted(tx, note, 1)
    if place.thread is None and read.in_reply_to and place.group and not site.is_local(read.id):
        # It may hang under something of ours further up; its parents are fetched within a budget.
        jobs.add(tx, "conversation.parents", note.id, {"note": note.id}, now)
    return True


def revise(tx: Tx, read: ReadNote, document: Mapping[str, Any]) -> bool:
    """Replace what a known note says, if its author says so and later than before; tell whether it is known."""
    tx.lock("note", read.id)
    before = notes.find(tx, read.id)
    if before is None or before.author != read.attributed_to:
        return False
    if read.updated_ms is None or read.updated_ms <= (before.updated_at or before.published_at):
        return True
    after = replace(
        before,
        type=read.type,
        visibility=visibility_of(tx, read),
        html=_titled(read),
        document=_verbatim(document),
        warning=read.warning,
        language=read.language or "",
        url=read.url,
        updated_at=read.updated_ms,
    )
    notes.revise(tx, after)
    changes.counted(tx, before, -1)
    changes.counted(tx, after, 1)
    return True


def hide(tx: Tx, note_id: str, at: int, by: str) -> None:
    """Hide a note from the pages here and count it accordingly; twice is once."""
    tx.lock("note", note_id)
    before = notes.find(tx, note_id)
    if before is not None and notes.hide(tx, note_id, at, by):
        changes.counted(tx, before, -1)


def show(tx: Tx, note_id: str) -> None:
    """Show a hidden note again and count it accordingly; twice is once."""
    tx.lock("note", note_id)
    before = notes.find(tx, note_id)
    if before is not None and notes.show(tx, note_id):
        changes.counted(tx, replace(before, hidden_at=None), 1)


def hang(tx: Tx, note_id: str, place: Place) -> None:
    """Hang a note in a thread, once it is known that it belongs there; twice is once."""
    tx.lock("note", note_id)
    before = notes.find(tx, note_id)
    if before is not None and before.thread is None and place.thread is not None:
        group = place.group or before.to_group
        notes.hang(tx, note_id, place.thread, group)
        changes.counted(tx, replace(before, thread=place.thread, to_group=group), 1)


def forget(tx: Tx, note_id: str) -> None:
    """Delete a note, take it off every reading list, and no longer count it."""
    tx.lock("note", note_id)
    reading.remove(tx, note_id)
    before = notes.remove(tx, note_id)
    if before is not None:
        changes.counted(tx, before, -1)


def place_of(tx: Tx, site: Site, read: ReadNote, inbox_of: str | None = None) -> Place | None:
    """Return where a post belongs, or None if it concerns nobody here."""
    parent = read.in_reply_to
    if parent and site.is_local(parent):
        # What answers a decision stands with the minutes that it is of.
        part = parts.find(tx, parent)
        ours = objects.find(tx, part.object if part else parent)
        if ours is not None and may_read(tx, ours, Reader(read.attributed_to)):
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


def visibility_of(tx: Tx, read: ReadNote) -> str:
    """Tell who was meant to see a post, whose author may be known here."""
    author = actors.find(tx, read.attributed_to)
    return read.visibility(author.followers if author else None)


def _severity(tx: Tx, read: ReadNote, place: Place) -> str | None:
    """Hold author and host of a post against the blocks of the instance and of the group concerned."""
    named = (read.attributed_to, read.id)
    found = [
        blocked.severity(tx, group, named)
        for group in (blocked.INSTANCE, place.group)
        if group is not None
    ]
    return min(filter(None, found), default=None)  # in the alphabet, too, block comes before limit


def _titled(read: ReadNote) -> str:
    """An Article or Event that answers us keeps its title, which other servers show apart from the text."""
    if not read.name or read.is_vote:
        return read.content_html
    return f"<p><strong>{escape(read.name)}</strong></p>{read.content_html}"


def _verbatim(document: Mapping[str, Any]) -> str:
    text = orjson.dumps(document).decode()
    return text if len(text) <= LARGEST_KEPT else "{}"

"""What follows from a change in a thread: the count on our object, and who draws it anew."""

from __future__ import annotations

from fedi.storage import groups, notes, objects, signals
from fedi.storage.notes import Note
from fedi.storage.tx import Tx


def counted(tx: Tx, note: Note, by: int) -> None:
    """Count a note that is shown under its object of ours, or no longer."""
    if note.thread is not None and notes.is_shown(note):
        objects.tally(tx, note.thread, replies=by)
    touched(tx, note)


def touched(tx: Tx, note: Note) -> None:
    """Let the pages that show a note be drawn anew."""
    if note.thread is not None:
        drawn_anew(tx, note.thread)


def drawn_anew(tx: Tx, object_id: str) -> None:
    """Let the page of an object, and the lists its counts stand in, be drawn anew."""
    stored = objects.find(tx, object_id)
    if stored is None:
        return
    signals.bump(tx, f"object:{object_id}")
    group = groups.find_by_actor(tx, stored.actor)
    if group is not None:
        signals.bump(tx, f"group:{group.name}")
    signals.bump(tx, "instance")

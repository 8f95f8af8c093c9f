"""What follows from a change in a thread: the counts on our objects, and who draws them anew."""

from __future__ import annotations

from fedi.storage import groups, notes, objects, signals, tallies
from fedi.storage.notes import Note
from fedi.storage.tx import Tx


def counted(tx: Tx, note: Note, by: int) -> None:
    """Count a note that is shown in a thread of ours, or no longer: at its beginning, and at what it answers."""
    if notes.is_shown(note):
        above = _above(note)
        for object_id in above:
            objects.tally(tx, object_id, replies=by)
        if above and note.to_group:
            tallies.add(tx, note.to_group, tallies.COMMENTS, by)
    touched(tx, note)


def touched(tx: Tx, note: Note) -> None:
    """Let the pages that show a note be drawn anew."""
    for object_id in _above(note):
        drawn_anew(tx, object_id)


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


def _above(note: Note) -> list[str]:
    """What shows a note that hangs in a thread; the beginning of one may be somebody else's, and is not counted."""
    if note.thread is None:
        return []
    return list(dict.fromkeys((note.thread, note.in_reply_to or note.thread)))

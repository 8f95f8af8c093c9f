"""What those said or shared whom our groups follow: for each group which posts, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.notes import COLUMNS, Note, from_row
from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Entry:
    """A post on a group's reading list; `shared_by` is the actor who passed it on, '' for its author."""

    note: Note
    at: int
    shared_by: str


def add(tx: Tx, group: str, note_id: str, at: int, shared_by: str = "") -> bool:
    """Put a post onto a group's list; tell whether it was not there yet."""
    return (
        tx.execute(
            "INSERT INTO reading (grp, note, published_at, shared_by) "
            "VALUES (:grp, :note, :at, :shared_by) ON CONFLICT DO NOTHING",
            grp=group,
            note=note_id,
            at=at,
            shared_by=shared_by,
        )
        == 1
    )


def has(tx: Tx, group: str, note_id: str) -> bool:
    """Tell whether a post is on a group's list."""
    row = tx.one(
        "SELECT 1 AS found FROM reading WHERE grp = :grp AND note = :note", grp=group, note=note_id
    )
    return row is not None


def list_(
    tx: Tx, group: str, before: tuple[int, str] | None = None, limit: int = 30
) -> list[Entry]:
    """Return a page of a group's list, newest first; `before` is (at, id) of the last one of the page before."""
    at, last = before or (2**62, "")
    rows = tx.all(
        "SELECT reading.published_at AS at, reading.shared_by, "
        + COLUMNS
        + "FROM reading JOIN notes ON notes.id = reading.note "
        "WHERE reading.grp = :grp AND (reading.published_at, reading.note) < (:at, :last) "
        "ORDER BY reading.published_at DESC, reading.note DESC LIMIT :limit",
        grp=group,
        at=at,
        last=last,
        limit=limit,
    )
    return [Entry(from_row(row), row["at"], row["shared_by"]) for row in rows]


def count_shared(tx: Tx, by: str, since: int) -> int:
    """Count the posts that somebody passed on to our groups since a moment."""
    row = tx.one(
        "SELECT count(DISTINCT note) AS n FROM reading WHERE shared_by = :by AND published_at >= :since",
        by=by,
        since=since,
    )
    return int(row["n"]) if row else 0


def remove(tx: Tx, note_id: str) -> None:
    """Take a post off every list."""
    tx.execute("DELETE FROM reading WHERE note = :note", note=note_id)


def unshare(tx: Tx, note_id: str, by: str) -> None:
    """Take a post off the lists to which somebody passed it on."""
    tx.execute("DELETE FROM reading WHERE note = :note AND shared_by = :by", note=note_id, by=by)


def forget_of(tx: Tx, group: str, actor: str) -> list[str]:
    """Take off a group's list what somebody wrote or shared; return the ids."""
    rows = tx.all(
        "DELETE FROM reading WHERE grp = :grp AND (shared_by = :actor OR (shared_by = '' "
        "AND note IN (SELECT id FROM notes WHERE author = :actor))) RETURNING note",
        grp=group,
        actor=actor,
    )
    return sorted(row["note"] for row in rows)


def prune(tx: Tx, before: int, limit: int = 500) -> list[str]:
    """Take off every list what is older than a moment, some at a time; return the ids."""
    rows = tx.all(
        "DELETE FROM reading WHERE (grp, note) IN (SELECT grp, note FROM reading "
        "WHERE published_at < :before ORDER BY published_at, grp, note LIMIT :limit) RETURNING note",
        before=before,
        limit=limit,
    )
    return sorted({row["note"] for row in rows})


def unneeded(tx: Tx, note_id: str) -> bool:
    """Tell whether a post speaks to nobody here, is on no list, and nothing of ours answers it."""
    row = tx.one(
        "SELECT 1 AS found FROM notes WHERE id = :id AND thread IS NULL AND to_group IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM reading WHERE reading.note = notes.id) "
        "AND NOT EXISTS (SELECT 1 FROM objects WHERE objects.thread = notes.id)",
        id=note_id,
    )
    return row is not None

"""What others wrote in our threads or to our groups, cleaned, and their documents verbatim beside it."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Note:
    """A foreign post; `thread` is the id of our object it hangs under, `to_group` the group it speaks to.

    `hidden_by` is 'group' where a person hid it, 'policy' where its host is limited or blocked.
    """

    id: str
    author: str
    type: str
    visibility: str
    html: str
    document: str
    published_at: int
    received_at: int
    in_reply_to: str | None = None
    thread: str | None = None
    to_group: str | None = None
    warning: str = ""
    language: str = ""
    url: str | None = None
    updated_at: int | None = None
    hidden_at: int | None = None
    hidden_by: str = ""


SELECT = (
    "SELECT id, author, in_reply_to, thread, to_group, type, visibility, warning, html, language, url, "
    "document, published_at, updated_at, received_at, hidden_at, hidden_by FROM notes "
)
SHOWN = "hidden_at IS NULL AND visibility IN ('public', 'unlisted')"


def add(tx: Tx, note: Note) -> bool:
    """Keep a note; tell whether it was new."""
    return (
        tx.execute(
            "INSERT INTO notes (id, author, in_reply_to, thread, to_group, type, visibility, warning, html, "
            "language, url, document, published_at, updated_at, received_at, hidden_at, hidden_by) VALUES (:id, "
            ":author, :in_reply_to, :thread, :to_group, :type, :visibility, :warning, :html, :language, :url, "
            ":document, :published_at, :updated_at, :received_at, :hidden_at, :hidden_by) ON CONFLICT DO NOTHING",
            **{name: getattr(note, name) for name in Note.__slots__},
        )
        == 1
    )


def revise(tx: Tx, note: Note) -> None:
    """Replace what a note says; where it hangs, and whether it is hidden, stay."""
    tx.execute(
        "UPDATE notes SET type = :type, warning = :warning, html = :html, language = :language, url = :url, "
        "document = :document, updated_at = :updated_at, visibility = :visibility WHERE id = :id",
        id=note.id,
        type=note.type,
        warning=note.warning,
        html=note.html,
        language=note.language,
        url=note.url,
        document=note.document,
        updated_at=note.updated_at,
        visibility=note.visibility,
    )


def find(tx: Tx, note_id: str) -> Note | None:
    """Return the note with this id."""
    row = tx.one(SELECT + "WHERE id = :id", id=note_id)
    return _note(row) if row else None


def find_at(tx: Tx, url: str) -> Note | None:
    """Return the note whose id or page this is."""
    row = tx.one(SELECT + "WHERE id = :url OR url = :url ORDER BY id LIMIT 1", url=url)
    return _note(row) if row else None


def remove(tx: Tx, note_id: str) -> Note | None:
    """Delete a note and return what it was; of several who delete it at once, one gets it."""
    row = tx.one("DELETE FROM notes WHERE id = :id RETURNING *", id=note_id)
    return _note(row) if row else None


def hide(tx: Tx, note_id: str, at: int, by: str) -> bool:
    """Hide a note; tell whether it was shown before."""
    return (
        tx.execute(
            "UPDATE notes SET hidden_at = :at, hidden_by = :by WHERE id = :id AND hidden_at IS NULL",
            at=at,
            by=by,
            id=note_id,
        )
        == 1
    )


def show(tx: Tx, note_id: str) -> bool:
    """Show a note again; tell whether it was hidden before."""
    return (
        tx.execute(
            "UPDATE notes SET hidden_at = NULL, hidden_by = '' WHERE id = :id AND hidden_at IS NOT NULL",
            id=note_id,
        )
        == 1
    )


def hang(tx: Tx, note_id: str, thread: str, group: str | None) -> None:
    """Hang a note under an object of ours, once it is known that it belongs there."""
    tx.execute(
        "UPDATE notes SET thread = :thread, to_group = :grp WHERE id = :id",
        thread=thread,
        grp=group,
        id=note_id,
    )


def by_author(tx: Tx, author: str, after: str = "", limit: int = 200) -> list[Note]:
    """Return a page of what somebody wrote here, by id."""
    rows = tx.all(
        SELECT + "WHERE author = :author AND id > :after ORDER BY id LIMIT :limit",
        author=author,
        after=after,
        limit=limit,
    )
    return [_note(row) for row in rows]


def authors(tx: Tx, after: str = "", limit: int = 500) -> list[str]:
    """Return a page of those who wrote something here, by id."""
    rows = tx.all(
        "SELECT DISTINCT author FROM notes WHERE author > :after ORDER BY author LIMIT :limit",
        after=after,
        limit=limit,
    )
    return [row["author"] for row in rows]


def answers_to(
    tx: Tx, parent: str, after: tuple[int, str] = (0, ""), limit: int = 50
) -> list[Note]:
    """Return a page of what may be shown as direct answers to something, oldest first."""
    rows = tx.all(
        SELECT + "WHERE in_reply_to = :parent AND (published_at, id) > (:at, :last) AND "
        "thread IS NOT NULL AND " + SHOWN + " ORDER BY published_at, id LIMIT :limit",
        parent=parent,
        at=after[0],
        last=after[1],
        limit=limit,
    )
    return [_note(row) for row in rows]


def of_thread(tx: Tx, thread: str, after: tuple[int, str] = (0, ""), limit: int = 50) -> list[Note]:
    """Return a page of what may be shown under one of our objects, oldest first."""
    rows = tx.all(
        SELECT + "WHERE thread = :thread AND (published_at, id) > (:at, :last) AND " + SHOWN + " "
        "ORDER BY published_at, id LIMIT :limit",
        thread=thread,
        at=after[0],
        last=after[1],
        limit=limit,
    )
    return [_note(row) for row in rows]


def of_group(tx: Tx, group: str, limit: int = 50) -> list[Note]:
    """Return the latest that was said to a group, hidden or not, newest first."""
    rows = tx.all(
        SELECT + "WHERE to_group = :grp ORDER BY received_at DESC, id DESC LIMIT :limit",
        grp=group,
        limit=limit,
    )
    return [_note(row) for row in rows]


def is_shown(note: Note) -> bool:
    """Tell whether anybody may see a note."""
    return note.hidden_at is None and note.visibility in ("public", "unlisted")


def bury(tx: Tx, object_id: str, actor: str, now: int) -> None:
    """Remember that an actor deleted this id, so that nothing by that actor comes back under it."""
    tx.execute(
        "INSERT INTO tombstones (id, actor, at) VALUES (:id, :actor, :at) ON CONFLICT DO NOTHING",
        id=object_id,
        actor=actor,
        at=now,
    )


def is_buried(tx: Tx, object_id: str, author: str) -> bool:
    """Tell whether an id was deleted by its author; who else said so, on the same server, does not count."""
    row = tx.one(
        "SELECT 1 AS found FROM tombstones WHERE id = :id AND actor = :actor",
        id=object_id,
        actor=author,
    )
    return row is not None


def _note(row: Row) -> Note:
    return Note(**{name: row[name] for name in Note.__slots__})

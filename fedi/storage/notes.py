"""What others wrote in our threads or to our groups, cleaned, and their documents verbatim beside it."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Note:
    """A foreign post; `thread` is the id of our object it hangs under, `to_group` the group it speaks to.

    `hidden_by` is 'group' where a person hid it, 'policy' where its host is limited or blocked. `looked_at` is when
    somebody of the group dealt with it.
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
    looked_at: int | None = None


COLUMNS = (
    "notes.id, notes.author, notes.in_reply_to, notes.thread, notes.to_group, notes.type, notes.visibility, "
    "notes.warning, notes.html, notes.language, notes.url, notes.document, notes.published_at, notes.updated_at, "
    "notes.received_at, notes.hidden_at, notes.hidden_by, notes.looked_at "
)
SELECT = "SELECT " + COLUMNS + "FROM notes "
SHOWN = "hidden_at IS NULL AND visibility IN ('public', 'unlisted')"


def add(tx: Tx, note: Note) -> bool:
    """Keep a note; tell whether it was new."""
    return (
        tx.execute(
            "INSERT INTO notes (id, author, in_reply_to, thread, to_group, type, visibility, warning, html, "
            "language, url, document, published_at, updated_at, received_at, hidden_at, hidden_by, looked_at) "
            "VALUES (:id, :author, :in_reply_to, :thread, :to_group, :type, :visibility, :warning, :html, :language, "
            ":url, :document, :published_at, :updated_at, :received_at, :hidden_at, :hidden_by, :looked_at) "
            "ON CONFLICT DO NOTHING",
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
    return from_row(row) if row else None


def find_at(tx: Tx, url: str) -> Note | None:
    """Return the note whose id or page this is."""
    row = tx.one(SELECT + "WHERE id = :url OR url = :url ORDER BY id LIMIT 1", url=url)
    return from_row(row) if row else None


def remove(tx: Tx, note_id: str) -> Note | None:
    """Delete a note and return what it was; of several who delete it at once, one gets it."""
    row = tx.one("DELETE FROM notes WHERE id = :id RETURNING *", id=note_id)
    return from_row(row) if row else None


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
    return [from_row(row) for row in rows]


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
    return [from_row(row) for row in rows]


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
    return [from_row(row) for row in rows]


def of_group(
    tx: Tx, group: str, before: tuple[int, str] | None = None, limit: int = 50
) -> list[Note]:
    """Return a page of what was said to a group, hidden or not, newest first; `before` is (received_at, id)."""
    at, last = before or (2**62, "")
    rows = tx.all(
        SELECT + "WHERE to_group = :grp AND (received_at, id) < (:at, :last) "
        "ORDER BY received_at DESC, id DESC LIMIT :limit",
        grp=group,
        at=at,
        last=last,
        limit=limit,
    )
    return [from_row(row) for row in rows]


def waiting(tx: Tx, group: str, limit: int = 50) -> list[Note]:
    """Return the latest that was said to a group and nobody dealt with yet, newest first."""
    rows = tx.all(
        SELECT + "WHERE to_group = :grp AND looked_at IS NULL AND hidden_at IS NULL "
        "ORDER BY received_at DESC, id DESC LIMIT :limit",
        grp=group,
        limit=limit,
    )
    return [from_row(row) for row in rows]


def count_waiting(tx: Tx, group: str) -> int:
    """Count what was said to a group and nobody dealt with yet."""
    row = tx.one(
        "SELECT count(*) AS n FROM notes WHERE to_group = :grp AND looked_at IS NULL AND hidden_at IS NULL",
        grp=group,
    )
    return int(row["n"]) if row else 0


def looked(tx: Tx, note_id: str, now: int) -> bool:
    """Remember that somebody of the group dealt with a note; tell whether it waited for that."""
    sql = "UPDATE notes SET looked_at = :now WHERE id = :id AND looked_at IS NULL"
    return tx.execute(sql, now=now, id=note_id) == 1


def around(tx: Tx, root: str, limit: int = 200) -> list[Note]:
    """Return what was said in a thread from its beginning, whoever may see it, oldest first."""
    rows = tx.all(
        SELECT + "WHERE thread = :root OR id = :root ORDER BY published_at, id LIMIT :limit",
        root=root,
        limit=limit,
    )
    return [from_row(row) for row in rows]


def older(tx: Tx, group: str, before: int, limit: int = 200) -> list[str]:
    """Return the ids of the oldest that was said to a group before a moment."""
    rows = tx.all(
        "SELECT id FROM notes WHERE to_group = :grp AND received_at < :before "
        "ORDER BY received_at, id LIMIT :limit",
        grp=group,
        before=before,
        limit=limit,
    )
    return [row["id"] for row in rows]


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


def dig_up(tx: Tx, before: int, limit: int = 500) -> int:
    """Forget some of what was deleted before a moment and is named by nothing here; return how many that were."""
    return tx.execute(
        "DELETE FROM tombstones WHERE (id, actor) IN (SELECT id, actor FROM tombstones "
        "WHERE at < :before "
        "AND id NOT IN (SELECT in_reply_to FROM notes WHERE in_reply_to IS NOT NULL) "
        "AND id NOT IN (SELECT in_reply_to FROM objects WHERE in_reply_to IS NOT NULL) "
        "AND id NOT IN (SELECT quoting FROM quotes) "
        "ORDER BY at, id, actor LIMIT :limit)",
        before=before,
        limit=limit,
    )


def from_row(row: Row) -> Note:
    """Read the columns of a note."""
    return Note(**{name: row[name] for name in Note.__slots__})

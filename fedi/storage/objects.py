"""What our groups published: one row for each object for ever, one for each version and each audience."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from fedi.storage import parts, polls, translation_links, translations, versions
from fedi.storage.tx import Row, Tx
from fedi.storage.versions import Version


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object; a withdrawn one keeps its row and has no versions."""

    id: str
    kind: str
    actor: str
    type: str
    audience: str
    version: int
    thread: str
    published_at: int
    updated_at: int
    title: str = ""
    state: str = ""
    language: str = ""
    in_reply_to: str | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    pinned_at: int | None = None
    withdrawn_at: int | None = None
    likes: int = 0
    shares: int = 0
    replies: int = 0


COLUMNS = (
    "SELECT objects.id, kind, actor, type, objects.audience, title, state, language, objects.version, "
    "in_reply_to, thread, objects.published_at, updated_at, starts_at, ends_at, pinned_at, withdrawn_at, "
    "likes, shares, replies"
)


def add(tx: Tx, stored: StoredObject, version: Version) -> None:
    """Keep a new object with its first version."""
    tx.execute(
        "INSERT INTO objects (id, kind, actor, type, audience, title, state, language, version, "
        "in_reply_to, thread, published_at, updated_at, starts_at, ends_at) VALUES (:id, :kind, :actor, "
        ":type, :audience, :title, :state, :language, :version, :in_reply_to, :thread, :published_at, "
        ":updated_at, :starts_at, :ends_at)",
        kind=stored.kind,
        actor=stored.actor,
        type=stored.type,
        audience=stored.audience,
        in_reply_to=stored.in_reply_to,
        thread=stored.thread,
        published_at=stored.published_at,
        **_changeable(stored),
    )
    versions.add(tx, version)
    _count(tx, stored, 1)


def revise(tx: Tx, stored: StoredObject, version: Version) -> None:
    """Keep a later version; the earlier ones stay."""
    tx.execute(
        "UPDATE objects SET title = :title, state = :state, language = :language, version = :version, "
        "updated_at = :updated_at, starts_at = :starts_at, ends_at = :ends_at WHERE id = :id",
        **_changeable(stored),
    )
    versions.add(tx, version)


def recount(tx: Tx, stored: StoredObject, version: Version) -> None:
    """Keep a version that differs from the one before in what is counted alone, in its place and with its date."""
    tx.execute(
        "UPDATE objects SET state = :state, version = :version, updated_at = :updated_at WHERE id = :id",
        state=stored.state,
        version=stored.version,
        updated_at=stored.updated_at,
        id=stored.id,
    )
    tx.execute(
        "UPDATE versions SET version = :version, document = :document, facts = :facts "
        "WHERE object = :object AND audience = :audience AND version = :before",
        version=version.version,
        document=version.document,
        facts=orjson.dumps(version.facts).decode(),
        object=version.object,
        audience=version.audience,
        before=version.version - 1,
    )


def withdraw(tx: Tx, object_id: str, now: int) -> None:
    """Take an object down: the row stays, so that its id can say Gone; what it said is deleted."""
    stored = find(tx, object_id)
    if stored is None or stored.withdrawn_at is not None:
        return
    tx.execute(
        "UPDATE objects SET withdrawn_at = :now, pinned_at = NULL, title = '' WHERE id = :id",
        now=now,
        id=object_id,
    )
    tx.execute("DELETE FROM versions WHERE object = :id", id=object_id)
    tx.execute("DELETE FROM hashtags WHERE object = :id", id=object_id)
    polls.forget(tx, object_id)
    parts.remove_of(tx, object_id, now)
    translations.forget(tx, object_id)
    translation_links.forget(tx, object_id)
    _count(tx, stored, -1)


def withdraw_all(tx: Tx, actor: str, now: int) -> list[str]:
    """Take down everything a group published, when the group itself goes; return the ids."""
    rows = tx.all(
        "UPDATE objects SET withdrawn_at = :now, pinned_at = NULL, title = '' "
        "WHERE actor = :actor AND withdrawn_at IS NULL RETURNING id",
        now=now,
        actor=actor,
    )
    tx.execute(
        "DELETE FROM versions WHERE object IN (SELECT id FROM objects WHERE actor = :actor)",
        actor=actor,
    )
    tx.execute(
        "DELETE FROM hashtags WHERE object IN (SELECT id FROM objects WHERE actor = :actor)",
        actor=actor,
    )
    polls.forget_of(tx, actor)
    parts.remove_all(tx, actor, now)
    translations.forget_of(tx, actor)
    translation_links.forget_of(tx, actor)
    tx.execute("DELETE FROM streams WHERE actor = :actor", actor=actor)
    return sorted(row["id"] for row in rows)


def find(tx: Tx, object_id: str) -> StoredObject | None:
    """Return the object with this id, withdrawn or not."""
    row = tx.one(COLUMNS + " FROM objects WHERE id = :id", id=object_id)
    return from_row(row) if row else None


def version(tx: Tx, object_id: str, audience: str) -> Version | None:
    """Return the present version as an audience sees it, if it sees something of its own."""
    return versions.present(tx, object_id, audience)


def latest(tx: Tx, stored: StoredObject) -> list[Version]:
    """Return the latest version as each audience sees it that sees something of its own."""
    return versions.of_number(tx, stored.id, stored.version)


def history(tx: Tx, object_id: str, audience: str) -> list[tuple[int, int]]:
    """Return number and moment of each version that an audience sees, the latest first."""
    rows = tx.all(
        "SELECT version, published_at FROM versions WHERE object = :id AND audience = :audience "
        "ORDER BY version DESC",
        id=object_id,
        audience=audience,
    )
    return [(row["version"], row["published_at"]) for row in rows]


def pin(tx: Tx, object_id: str, at: int) -> bool:
    """Pin an object; tell whether it was not pinned before."""
    sql = "UPDATE objects SET pinned_at = :at WHERE id = :id AND pinned_at IS NULL"
    return tx.execute(sql + " AND withdrawn_at IS NULL", at=at, id=object_id) == 1


def unpin(tx: Tx, object_id: str) -> bool:
    """Unpin an object; tell whether it was pinned."""
    sql = "UPDATE objects SET pinned_at = NULL WHERE id = :id AND pinned_at IS NOT NULL"
    return tx.execute(sql, id=object_id) == 1


def set_hashtags(tx: Tx, stored: StoredObject, tags: Iterable[str]) -> None:
    """Keep the hashtags of an object in place of those it had; tag pages list what is public."""
    tx.execute("DELETE FROM hashtags WHERE object = :id", id=stored.id)
    if stored.audience == "public":
        tx.executemany(
            "INSERT INTO hashtags (tag, object, published_at) VALUES (:tag, :object, :at)",
            [
                {"tag": tag, "object": stored.id, "at": stored.published_at}
                for tag in sorted({tag.lower() for tag in tags})
            ],
        )


def tally(tx: Tx, object_id: str, *, likes: int = 0, shares: int = 0, replies: int = 0) -> None:
    """Add to what is counted about an object, or take from it."""
    tx.execute(
        "UPDATE objects SET likes = likes + :likes, shares = shares + :shares, "
        "replies = replies + :replies WHERE id = :id",
        likes=likes,
        shares=shares,
        replies=replies,
        id=object_id,
    )


def _count(tx: Tx, stored: StoredObject, by: int) -> None:
    if stored.in_reply_to is None:
        tx.execute(
            "INSERT INTO streams (actor, audience, kind, n) VALUES (:actor, :audience, :kind, :by) "
            "ON CONFLICT (actor, audience, kind) DO UPDATE SET n = streams.n + excluded.n",
            actor=stored.actor,
            audience=stored.audience,
            kind=stored.kind,
            by=by,
        )


def _changeable(stored: StoredObject) -> dict[str, Any]:
    return {
        "id": stored.id,
        "title": stored.title,
        "state": stored.state,
        "language": stored.language,
        "version": stored.version,
        "updated_at": stored.updated_at,
        "starts_at": stored.starts_at,
        "ends_at": stored.ends_at,
    }


def from_row(row: Row) -> StoredObject:
    """Read the columns of an object."""
    return StoredObject(**{name: row[name] for name in StoredObject.__slots__})

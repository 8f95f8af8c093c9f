"""Every actor we know, ours and other people's."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor; `document` is theirs verbatim and None for ours, `handle` is None until confirmed."""

    id: str
    is_local: bool
    type: str
    host: str
    username: str
    name: str
    inbox: str
    handle: str | None = None
    summary: str = ""
    url: str | None = None
    shared_inbox: str | None = None
    followers: str | None = None
    locked: bool = False
    moved_to: str | None = None
    also_known_as: tuple[str, ...] = ()
    document: str | None = None
    fetched_at: int = 0
    gone_at: int | None = None


SELECT = (
    "SELECT id, is_local, type, host, username, handle, name, summary, url, inbox, shared_inbox, "
    "followers, locked, moved_to, also_known_as, document, fetched_at, gone_at FROM actors "
)
INSERT = (
    "INSERT INTO actors (id, is_local, type, host, username, handle, name, summary, url, inbox, "
    "shared_inbox, followers, locked, moved_to, also_known_as, document, fetched_at, gone_at) VALUES "
)


def find(tx: Tx, actor_id: str) -> Actor | None:
    """Return the actor with this id, gone or not."""
    row = tx.one(SELECT + "WHERE id = :id", id=actor_id)
    return _actor(row) if row else None


def find_by_handle(tx: Tx, handle: str) -> Actor | None:
    """Return the actor, not gone, whose confirmed handle this is (`name@domain`, lower case, without `@` first)."""
    row = tx.one(
        SELECT + "WHERE handle = :handle AND gone_at IS NULL ORDER BY id LIMIT 1", handle=handle
    )
    return _actor(row) if row else None


def find_instance(tx: Tx) -> Actor | None:
    """Return the instance's own actor, whatever its id is."""
    row = tx.one(SELECT + "WHERE is_local = 1 AND type = 'Application' ORDER BY id LIMIT 1")
    return _actor(row) if row else None


def is_known(tx: Tx, actor_id: str) -> bool:
    """Tell whether there is an actor with this id, gone or not."""
    return tx.one("SELECT 1 AS known FROM actors WHERE id = :id", id=actor_id) is not None


def knows_host(tx: Tx, host: str) -> bool:
    """Tell whether any actor of this host is known."""
    return tx.one("SELECT id FROM actors WHERE host = :host LIMIT 1", host=host) is not None


def put_remote(tx: Tx, actor: Actor, now: int) -> None:
    """Keep what was fetched about somebody else's actor; a local row stays as it is.

    Its handle stays confirmed as long as its name is the same.
    """
    tx.execute(
        INSERT + "(:id, 0, :type, :host, :username, NULL, :name, "
        ":summary, :url, :inbox, :shared_inbox, :followers, :locked, :moved_to, :also_known_as, "
        ":document, :fetched_at, NULL) ON CONFLICT (id) DO UPDATE SET type = excluded.type, "
        "handle = CASE WHEN actors.username = excluded.username THEN actors.handle ELSE NULL END, "
        "username = excluded.username, name = excluded.name, summary = excluded.summary, "
        "url = excluded.url, inbox = excluded.inbox, shared_inbox = excluded.shared_inbox, "
        "followers = excluded.followers, locked = excluded.locked, moved_to = excluded.moved_to, "
        "also_known_as = excluded.also_known_as, document = excluded.document, "
        "fetched_at = excluded.fetched_at, gone_at = NULL WHERE actors.is_local = 0",
        id=actor.id,
        type=actor.type,
        host=actor.host,
        username=actor.username,
        name=actor.name,
        summary=actor.summary,
        url=actor.url,
        inbox=actor.inbox,
        shared_inbox=actor.shared_inbox,
        followers=actor.followers,
        locked=int(actor.locked),
        moved_to=actor.moved_to,
        also_known_as=orjson.dumps(actor.also_known_as).decode(),
        document=actor.document,
        fetched_at=now,
    )


def put_local(tx: Tx, actor: Actor, now: int) -> None:
    """Keep one of our own actors, or bring its row up to date."""
    tx.execute(
        INSERT + "(:id, 1, :type, :host, :username, :handle, :name, "
        ":summary, :url, :inbox, :shared_inbox, :followers, :locked, :moved_to, :also_known_as, "
        "NULL, :now, NULL) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
        "summary = excluded.summary, locked = excluded.locked, moved_to = excluded.moved_to, "
        "also_known_as = excluded.also_known_as",
        id=actor.id,
        type=actor.type,
        host=actor.host,
        username=actor.username,
        handle=actor.handle,
        name=actor.name,
        summary=actor.summary,
        url=actor.url,
        inbox=actor.inbox,
        shared_inbox=actor.shared_inbox,
        followers=actor.followers,
        locked=int(actor.locked),
        moved_to=actor.moved_to,
        also_known_as=orjson.dumps(actor.also_known_as).decode(),
        now=now,
    )


def set_handle(tx: Tx, actor_id: str, handle: str) -> bool:
    """Bind a confirmed handle to an actor; tell whether it is bound now.

    A handle that another actor has is not taken from it while it is there, nor is one exchanged for another.
    """
    return (
        tx.execute(
            "UPDATE actors SET handle = :handle WHERE id = :id AND (handle IS NULL OR handle = :handle) "
            "AND NOT EXISTS (SELECT 1 FROM actors AS other WHERE other.handle = :handle "
            "AND other.id <> :id AND other.gone_at IS NULL)",
            id=actor_id,
            handle=handle,
        )
        == 1
    )


def begin_move(tx: Tx, actor_id: str, now: int, cooldown_ms: int) -> bool:
    """Note that a remote actor says it moved; tell whether it last did so long enough ago."""
    return (
        tx.execute(
            "UPDATE actors SET moved_at = :now WHERE id = :id AND is_local = 0 "
            "AND (moved_at IS NULL OR moved_at <= :before)",
            id=actor_id,
            now=now,
            before=now - cooldown_ms,
        )
        == 1
    )


def set_moved(tx: Tx, actor_id: str, target: str) -> None:
    """Note where a remote actor moved to."""
    tx.execute(
        "UPDATE actors SET moved_to = :target WHERE id = :id AND is_local = 0",
        id=actor_id,
        target=target,
    )


def mark_gone(tx: Tx, actor_id: str, now: int) -> None:
    """Note that an actor was deleted; the row stays, so that what it signed can still be named."""
    tx.execute(
        "UPDATE actors SET gone_at = :now WHERE id = :id AND gone_at IS NULL", id=actor_id, now=now
    )


def _actor(row: Row) -> Actor:
    return Actor(
        id=row["id"],
        is_local=bool(row["is_local"]),
        type=row["type"],
        host=row["host"],
        username=row["username"],
        handle=row["handle"],
        name=row["name"],
        summary=row["summary"],
        url=row["url"],
        inbox=row["inbox"],
        shared_inbox=row["shared_inbox"],
        followers=row["followers"],
        locked=bool(row["locked"]),
        moved_to=row["moved_to"],
        also_known_as=tuple(orjson.loads(row["also_known_as"])),
        document=row["document"],
        fetched_at=row["fetched_at"],
        gone_at=row["gone_at"],
    )

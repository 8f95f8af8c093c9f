"""Keys are rows: ours with their private half, other people's as last fetched; no row of ours is ever deleted."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.errors import NotFound
from fedi.storage import signals
from fedi.storage.tx import Row, Tx

SIGNAL = "keys"
"""Bumped when a key that counted no longer does, or is another one now."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key: `algorithm` is 'rsa' (PEM) or 'ed25519' (Multikey); `private` is None for other people's.

    `valid_until` is when it expired, will expire, or was no longer named by its owner.
    """

    id: str
    actor: str
    algorithm: str
    public: str
    private: str | None
    valid_from: int
    valid_until: int | None = None


SELECT = "SELECT id, actor, algorithm, public, private, valid_from, valid_until FROM keys "


def find(tx: Tx, key_id: str) -> StoredKey | None:
    """Return the key with this id, retired or not."""
    row = tx.one(SELECT + "WHERE id = :id", id=key_id)
    return _key(row) if row else None


def signing(tx: Tx, actor: str, algorithm: str, at: int | None = None) -> StoredKey:
    """Return the key with which an actor of ours signs, or raise NotFound.

    With `at` (the moment an activity was recorded), the key that was in use then: what was said before a
    rotation goes out under the key its receivers still hold.
    """
    rows = tx.all(
        SELECT + "WHERE actor = :actor AND algorithm = :algorithm "
        "AND private IS NOT NULL ORDER BY valid_from DESC, id DESC",
        actor=actor,
        algorithm=algorithm,
    )
    if not rows:
        raise NotFound(f"{actor} has no {algorithm} key here")
    in_use = (row for row in rows if at is None or row["valid_from"] <= at)
    return _key(next(in_use, rows[-1]))


def of_actor(tx: Tx, actor: str) -> list[StoredKey]:
    """Return every key of an actor, oldest first, retired ones included."""
    rows = tx.all(
        SELECT + "WHERE actor = :actor ORDER BY valid_from, id",
        actor=actor,
    )
    return [_key(row) for row in rows]


def put(tx: Tx, key: StoredKey, now: int) -> None:
    """Keep a key; a known id takes the newly fetched material, unless it is ours or another actor's."""
    tx.execute(
        "INSERT INTO keys (id, actor, algorithm, public, private, valid_from, valid_until, fetched_at) "
        "VALUES (:id, :actor, :algorithm, :public, :private, :valid_from, :valid_until, :now) "
        "ON CONFLICT (id) DO UPDATE SET algorithm = excluded.algorithm, public = excluded.public, "
        "valid_until = excluded.valid_until, fetched_at = excluded.fetched_at "
        "WHERE keys.private IS NULL AND keys.actor = excluded.actor",
        id=key.id,
        actor=key.actor,
        algorithm=key.algorithm,
        public=key.public,
        private=key.private,
        valid_from=key.valid_from,
        valid_until=key.valid_until,
        now=now,
    )


def retire(tx: Tx, key_id: str, until: int) -> None:
    """Say that a key is not used for signing after this moment, unless it expired before; it is kept for ever."""
    tx.execute(
        "UPDATE keys SET valid_until = :until WHERE id = :id "
        "AND (valid_until IS NULL OR valid_until > :until)",
        id=key_id,
        until=until,
    )
    signals.bump(tx, SIGNAL)


def _key(row: Row) -> StoredKey:
    return StoredKey(
        id=row["id"],
        actor=row["actor"],
        algorithm=row["algorithm"],
        public=row["public"],
        private=row["private"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
    )

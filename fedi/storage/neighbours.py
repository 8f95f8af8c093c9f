"""What a group published before and after something, of the same kind."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.objects import StoredObject
from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The id, title and moment of what stands beside something in a stream."""

    id: str
    title: str
    published_at: int


_OF = (
    "SELECT id, title, published_at FROM objects WHERE withdrawn_at IS NULL AND in_reply_to IS NULL "
    "AND audience = :audience AND actor = :actor AND kind = :kind "
)


def earlier(tx: Tx, stored: StoredObject) -> Neighbour | None:
    """Return what was published last before this, for the same audience."""
    return _neighbour(
        tx.one(
            _OF + "AND (published_at, id) < (:at, :id) ORDER BY published_at DESC, id DESC LIMIT 1",
            audience=stored.audience,
            actor=stored.actor,
            kind=stored.kind,
            at=stored.published_at,
            id=stored.id,
        )
    )


def later(tx: Tx, stored: StoredObject) -> Neighbour | None:
    """Return what was published first after this, for the same audience."""
    return _neighbour(
        tx.one(
            _OF + "AND (published_at, id) > (:at, :id) ORDER BY published_at, id LIMIT 1",
            audience=stored.audience,
            actor=stored.actor,
            kind=stored.kind,
            at=stored.published_at,
            id=stored.id,
        )
    )


def _neighbour(row: Row | None) -> Neighbour | None:
    return Neighbour(row["id"], row["title"], row["published_at"]) if row else None

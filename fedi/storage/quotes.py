"""Permissions to quote us, each with an id of its own that anybody can fetch until it is revoked."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx

GRANTED, REVOKED = "granted", "revoked"


@dataclass(frozen=True, slots=True)
class Quote:
    """One permission: `quoting` is the post that quotes our `object`, `actor` who asked."""

    id: str
    object: str
    quoting: str
    actor: str
    request: str
    state: str
    at: int


_SELECT = "SELECT id, object, quoting, actor, request, state, at FROM quotes "


def add(tx: Tx, quote: Quote) -> Quote:
    """Keep a permission, or return the one there is for the same two posts, granted again."""
    row = tx.one(
        "INSERT INTO quotes (id, object, quoting, actor, request, state, at) VALUES (:id, :object, :quoting, "
        ":actor, :request, :state, :at) ON CONFLICT (object, quoting) DO UPDATE SET request = excluded.request "
        "RETURNING id, object, quoting, actor, request, state, at",
        id=quote.id,
        object=quote.object,
        quoting=quote.quoting,
        actor=quote.actor,
        request=quote.request,
        state=quote.state,
        at=quote.at,
    )
    return _quote(row) if row else quote


def find(tx: Tx, quote_id: str) -> Quote | None:
    """Return the permission with this id, granted or revoked."""
    row = tx.one(_SELECT + "WHERE id = :id", id=quote_id)
    return _quote(row) if row else None


def of_quoting(tx: Tx, quoting: str) -> list[Quote]:
    """Return the permissions that a quoting post has."""
    rows = tx.all(_SELECT + "WHERE quoting = :quoting ORDER BY id", quoting=quoting)
    return [_quote(row) for row in rows]


def of_object(tx: Tx, object_id: str) -> list[Quote]:
    """Return the permissions given for one of our objects."""
    rows = tx.all(_SELECT + "WHERE object = :object ORDER BY at, id", object=object_id)
    return [_quote(row) for row in rows]


def revoke(tx: Tx, quote_id: str) -> bool:
    """Take a permission back; tell whether it was granted."""
    sql = "UPDATE quotes SET state = 'revoked' WHERE id = :id AND state = 'granted'"
    return tx.execute(sql, id=quote_id) == 1


def _quote(row: Row) -> Quote:
    return Quote(**{name: row[name] for name in Quote.__slots__})

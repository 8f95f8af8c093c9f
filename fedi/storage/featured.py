"""What the actors that our groups follow show first on their profiles."""

from __future__ import annotations

from fedi.storage.tx import Tx


def add(tx: Tx, actor: str, featured: str, now: int) -> None:
    """Note that an actor features an object (by id)."""
    tx.execute(
        "INSERT INTO featured (actor, object, at) VALUES (:actor, :object, :now) "
        "ON CONFLICT (actor, object) DO NOTHING",
        actor=actor,
        object=featured,
        now=now,
    )


def remove(tx: Tx, actor: str, featured: str) -> None:
    """Note that an actor no longer features an object."""
    tx.execute(
        "DELETE FROM featured WHERE actor = :actor AND object = :object",
        actor=actor,
        object=featured,
    )


def remove_all(tx: Tx, actor: str) -> None:
    """Forget what an actor featured."""
    tx.execute("DELETE FROM featured WHERE actor = :actor", actor=actor)


def list_(tx: Tx, actor: str, limit: int = 20) -> list[str]:
    """Return what an actor features, the newest first."""
    rows = tx.all(
        "SELECT object FROM featured WHERE actor = :actor ORDER BY at DESC, object LIMIT :limit",
        actor=actor,
        limit=limit,
    )
    return [row["object"] for row in rows]

"""Who blocked one of our groups, so that nothing is sent to them."""

from __future__ import annotations

from fedi.storage.tx import Tx


def add(tx: Tx, group: str, actor: str, now: int) -> None:
    """Note that an actor blocked a group (both by id)."""
    tx.execute(
        "INSERT INTO blocked_by (grp, actor, at) VALUES (:grp, :actor, :now) "
        "ON CONFLICT (grp, actor) DO NOTHING",
        grp=group,
        actor=actor,
        now=now,
    )


def remove(tx: Tx, group: str, actor: str) -> None:
    """Note that an actor no longer blocks a group."""
    tx.execute("DELETE FROM blocked_by WHERE grp = :grp AND actor = :actor", grp=group, actor=actor)


def has(tx: Tx, group: str, actor: str) -> bool:
    """Tell whether an actor blocks a group."""
    row = tx.one(
        "SELECT at FROM blocked_by WHERE grp = :grp AND actor = :actor", grp=group, actor=actor
    )
    return row is not None

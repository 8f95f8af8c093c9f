"""Who blocked one of our groups, so that nothing is sent to them."""

from __future__ import annotations

from fedi.storage.tx import Tx


def add(tx: Tx, group: str, actor: str, activity: str, now: int) -> None:
    """Note that an actor blocked a group (both by id), and with which activity ('' where it had no id)."""
    tx.execute(
        "INSERT INTO blocked_by (grp, actor, activity, at) VALUES (:grp, :actor, :activity, :now) "
        "ON CONFLICT (grp, actor) DO UPDATE SET activity = excluded.activity",
        grp=group,
        actor=actor,
        activity=activity,
        now=now,
    )


def find_begun(tx: Tx, actor: str, activity: str) -> str | None:
    """Return the id of the group that an actor blocked with this activity."""
    row = tx.one(
        "SELECT grp FROM blocked_by WHERE actor = :actor AND activity = :activity "
        "AND activity <> '' LIMIT 1",
        actor=actor,
        activity=activity,
    )
    return row["grp"] if row else None


def remove(tx: Tx, group: str, actor: str) -> None:
    """Note that an actor no longer blocks a group."""
    tx.execute("DELETE FROM blocked_by WHERE grp = :grp AND actor = :actor", grp=group, actor=actor)


def has(tx: Tx, group: str, actor: str) -> bool:
    """Tell whether an actor blocks a group."""
    row = tx.one(
        "SELECT at FROM blocked_by WHERE grp = :grp AND actor = :actor", grp=group, actor=actor
    )
    return row is not None

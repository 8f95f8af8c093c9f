"""Groups and others elsewhere that a group of ours treats as partners: they read what is marked for partners."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Partner:
    """The id of a partner's actor, and since when it is one."""

    actor: str
    since: int


def add(tx: Tx, group: str, actor: str, now: int) -> bool:
    """Make an actor a partner of a group (by its actor id); tell whether it was none."""
    sql = "INSERT INTO partners (grp, actor, since) VALUES (:grp, :actor, :now) ON CONFLICT DO NOTHING"
    return tx.execute(sql, grp=group, actor=actor, now=now) == 1


def remove(tx: Tx, group: str, actor: str) -> bool:
    """End a partnership; tell whether there was one."""
    sql = "DELETE FROM partners WHERE grp = :grp AND actor = :actor"
    return tx.execute(sql, grp=group, actor=actor) == 1


def of_group(tx: Tx, group: str) -> list[Partner]:
    """Return the partners of a group, the first one first."""
    rows = tx.all(
        "SELECT actor, since FROM partners WHERE grp = :grp ORDER BY since, actor", grp=group
    )
    return [Partner(row["actor"], row["since"]) for row in rows]


def is_partner(tx: Tx, group: str, actor: str) -> bool:
    """Tell whether an actor is a partner of a group."""
    sql = "SELECT 1 AS one FROM partners WHERE grp = :grp AND actor = :actor"
    return tx.one(sql, grp=group, actor=actor) is not None

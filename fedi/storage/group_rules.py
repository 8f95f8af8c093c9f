"""How many members an act takes, where a group decided otherwise than is usual."""

from __future__ import annotations

from fedi.storage.tx import Tx


def find(tx: Tx, group: str, permission: str) -> int | None:
    """Return how many members a permission takes in a group; None where it is as usual."""
    row = tx.one(
        "SELECT takes FROM group_rules WHERE grp = :grp AND act = :act", grp=group, act=permission
    )
    return row["takes"] if row else None


def put(tx: Tx, group: str, permission: str, takes: int) -> None:
    """Set how many members a permission takes."""
    tx.execute(
        "INSERT INTO group_rules (grp, act, takes) VALUES (:grp, :act, :takes) "
        "ON CONFLICT (grp, act) DO UPDATE SET takes = excluded.takes",
        grp=group,
        act=permission,
        takes=takes,
    )

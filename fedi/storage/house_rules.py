"""How each group runs its side of things; what other servers see of a group stands in `groups`."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What a group decided for itself, or what is usual; `keep_replies_days` 0 keeps them for good."""

    group: str
    log_days: int = 30
    pending_days: int = 7
    keep_replies_days: int = 0
    boosts_mentions: bool = False


def find(tx: Tx, group: str) -> HouseRules:
    """Return the rules of a group, the usual ones where it has none of its own."""
    row = tx.one(
        "SELECT log_days, pending_days, keep_replies_days, boosts_mentions FROM house_rules "
        "WHERE grp = :grp",
        grp=group,
    )
    if row is None:
        return HouseRules(group)
    return HouseRules(
        group,
        log_days=row["log_days"],
        pending_days=row["pending_days"],
        keep_replies_days=row["keep_replies_days"],
        boosts_mentions=bool(row["boosts_mentions"]),
    )


def put(tx: Tx, rules: HouseRules) -> None:
    """Keep the rules of a group."""
    tx.execute(
        "INSERT INTO house_rules (grp, log_days, pending_days, keep_replies_days, boosts_mentions) "
        "VALUES (:grp, :log_days, :pending_days, :keep_replies_days, :boosts_mentions) "
        "ON CONFLICT (grp) DO UPDATE SET log_days = excluded.log_days, "
        "pending_days = excluded.pending_days, keep_replies_days = excluded.keep_replies_days, "
        "boosts_mentions = excluded.boosts_mentions",
        grp=rules.group,
        log_days=rules.log_days,
        pending_days=rules.pending_days,
        keep_replies_days=rules.keep_replies_days,
        boosts_mentions=int(rules.boosts_mentions),
    )

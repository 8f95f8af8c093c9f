"""How much is here, in numbers: for NodeInfo, the front page and the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from fedi.storage import tallies
from fedi.storage.tx import Tx

MONTH = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class OfInstance:
    """Groups, how many of them published lately, public posts by kind, and what others answered."""

    groups: int
    active_month: int
    active_half_year: int
    posts: int
    comments: int


def of_instance(tx: Tx, now: int) -> OfInstance:
    """Count what is here now."""
    month, half_year = now - MONTH, now - 6 * MONTH
    row = tx.one(
        "SELECT count(*) AS n, "
        "coalesce(sum(CASE WHEN last_post_at >= :month THEN 1 ELSE 0 END), 0) AS month, "
        "coalesce(sum(CASE WHEN last_post_at >= :half_year THEN 1 ELSE 0 END), 0) AS half "
        "FROM groups WHERE removed_at IS NULL",
        month=month,
        half_year=half_year,
    )
    posts = tx.one("SELECT coalesce(sum(n), 0) AS n FROM streams WHERE audience = 'public'")
    comments = tallies.total(tx, tallies.COMMENTS)
    if row is None or posts is None:
        raise RuntimeError("A count always has a row.")
    return OfInstance(row["n"], int(row["month"]), int(row["half"]), int(posts["n"]), comments)


def by_kind(tx: Tx) -> dict[str, int]:
    """Count public posts of all groups by kind, without answers."""
    rows = tx.all(
        "SELECT kind, sum(n) AS n FROM streams WHERE audience = 'public' GROUP BY kind ORDER BY kind"
    )
    return {row["kind"]: int(row["n"]) for row in rows if row["n"]}


def groups_here(tx: Tx) -> int:
    """Count the groups that are there now."""
    row = tx.one("SELECT count(*) AS n FROM groups WHERE removed_at IS NULL")
    return int(row["n"]) if row else 0


class Queues(NamedTuple):
    """What waits to be delivered, what failed for good, and how many jobs are due."""

    waiting: int
    failed: int
    jobs_due: int


def queues(tx: Tx, now: int) -> Queues:
    """Count what is in line."""
    rows = tx.all("SELECT state, count(*) AS n FROM deliveries GROUP BY state")
    by_state = {row["state"]: int(row["n"]) for row in rows}
    failed = by_state.pop("failed", 0)
    due = tx.one(
        "SELECT count(*) AS n FROM jobs WHERE due_at <= :now AND given_up_at IS NULL", now=now
    )
    return Queues(sum(by_state.values()), failed, int(due["n"]) if due else 0)

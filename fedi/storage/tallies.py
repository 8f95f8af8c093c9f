"""What is counted as it happens, because to count a hundred thousand rows takes longer than a page."""

from __future__ import annotations

from fedi.storage.tx import Tx

FOLLOWERS, FOLLOWING, COMMENTS = "followers", "following", "comments"


def add(tx: Tx, actor: str, what: str, by: int) -> None:
    """Count something more (or less) about one of our own actors; about others nothing is counted."""
    tx.execute(
        "INSERT INTO tallies (actor, what, n) SELECT id, CAST(:what AS TEXT), CAST(:by AS BIGINT) "
        "FROM actors WHERE id = :actor AND is_local = 1 "
        "ON CONFLICT (actor, what) DO UPDATE SET n = tallies.n + excluded.n",
        actor=actor,
        what=what,
        by=by,
    )


def of(tx: Tx, actor: str, what: str) -> int:
    """Return how many an actor of ours has."""
    row = tx.one(
        "SELECT n FROM tallies WHERE actor = :actor AND what = :what", actor=actor, what=what
    )
    return row["n"] if row else 0


def total(tx: Tx, what: str) -> int:
    """Return how many all our actors have together."""
    row = tx.one("SELECT coalesce(sum(n), 0) AS n FROM tallies WHERE what = :what", what=what)
    return int(row["n"]) if row else 0

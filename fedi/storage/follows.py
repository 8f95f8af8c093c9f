"""Who follows whom: others our groups (their `Follow`), and our groups others (ours)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from fedi.storage import tallies
from fedi.storage.tx import Row, Tx

PENDING = "pending"
ACCEPTED = "accepted"
REFUSED = "refused"
"""Of a follow of ours that its object does not want; whoever follows us and is refused is forgotten."""


@dataclass(frozen=True, slots=True)
class Follow:
    """One follow; `activity` is the id of the Follow that began it ('' where it had none)."""

    follower: str
    followed: str
    state: str
    activity: str
    created_at: int
    decided_at: int | None


class Counts(NamedTuple):
    """How many follow an actor, and how many it follows; accepted ones."""

    followers: int
    following: int


SELECT = "SELECT follower, followed, state, activity, created_at, decided_at FROM follows "


def add(tx: Tx, follower: str, followed: str, state: str, activity: str, now: int) -> Follow:
    """Keep a follow and return it; asked again, the new activity replaces the old and an accepted one stays so."""
    decided_at = now if state == ACCEPTED else None
    pair = {"follower": follower, "followed": followed}
    while True:
        # Each of these tells whether it was the one that changed something, so that nothing is counted twice.
        if tx.execute(
            "INSERT INTO follows (follower, followed, state, activity, created_at, decided_at) "
            "VALUES (:follower, :followed, :state, :activity, :now, :decided_at) "
            "ON CONFLICT (follower, followed) DO NOTHING",
            state=state,
            activity=activity,
            now=now,
            decided_at=decided_at,
            **pair,
        ):
            if state == ACCEPTED:
                _tally(tx, follower, followed, 1)
            return Follow(follower, followed, state, activity, now, decided_at)
        if state == ACCEPTED:
            decide(tx, follower, followed, now)
        if tx.execute(
            "UPDATE follows SET activity = :activity WHERE follower = :follower AND followed = :followed",
            activity=activity,
            **pair,
        ) and (kept := find(tx, follower, followed)):
            return kept


def find(tx: Tx, follower: str, followed: str) -> Follow | None:
    """Return the follow between these two, pending or accepted."""
    row = tx.one(
        SELECT + "WHERE follower = :follower AND followed = :followed",
        follower=follower,
        followed=followed,
    )
    return _follow(row) if row else None


def find_begun(tx: Tx, follower: str, activity: str) -> Follow | None:
    """Return the follow that this follower began with this activity."""
    row = tx.one(
        SELECT + "WHERE follower = :follower AND activity = :activity LIMIT 1",
        follower=follower,
        activity=activity,
    )
    return _follow(row) if row else None


def find_answered(tx: Tx, followed: str, activity: str) -> Follow | None:
    """Return the follow of this actor that was begun with this activity, by whomever."""
    row = tx.one(
        SELECT + "WHERE followed = :followed AND activity = :activity LIMIT 1",
        followed=followed,
        activity=activity,
    )
    return _follow(row) if row else None


def is_follower(tx: Tx, follower: str, followed: str) -> bool:
    """Tell whether a follow was made and accepted."""
    follow = find(tx, follower, followed)
    return follow is not None and follow.state == ACCEPTED


def decide(tx: Tx, follower: str, followed: str, now: int) -> bool:
    """Accept a pending follow; tell whether there was one."""
    decided = tx.execute(
        "UPDATE follows SET state = 'accepted', decided_at = :now "
        "WHERE follower = :follower AND followed = :followed AND state = 'pending'",
        follower=follower,
        followed=followed,
        now=now,
    )
    if decided:
        _tally(tx, follower, followed, 1)
    return decided == 1


def refuse(tx: Tx, follower: str, followed: str, now: int) -> bool:
    """Remember that a follow is not wanted, also when it had been accepted; tell whether there was one."""
    before = remove(tx, follower, followed)
    if before is not None:
        add(tx, follower, followed, REFUSED, before.activity, before.created_at)
        tx.execute(
            "UPDATE follows SET decided_at = :now WHERE follower = :follower AND followed = :followed",
            now=now,
            follower=follower,
            followed=followed,
        )
    return before is not None


def remove(tx: Tx, follower: str, followed: str) -> Follow | None:
    """End a follow and return what it was."""
    row = tx.one(
        "DELETE FROM follows WHERE follower = :follower AND followed = :followed RETURNING *",
        follower=follower,
        followed=followed,
    )
    return _ended(tx, row) if row else None


def remove_all(tx: Tx, actor: str) -> list[Follow]:
    """End every follow by and of an actor that is gone, and return what they were."""
    rows = tx.all("DELETE FROM follows WHERE follower = :actor RETURNING *", actor=actor)
    rows += tx.all("DELETE FROM follows WHERE followed = :actor RETURNING *", actor=actor)
    return [_ended(tx, row) for row in rows]


def followers_after(tx: Tx, after: str = "", limit: int = 500) -> list[str]:
    """Return a page of all who follow somebody, by id."""
    rows = tx.all(
        "SELECT DISTINCT follower FROM follows WHERE follower > :after ORDER BY follower LIMIT :limit",
        after=after,
        limit=limit,
    )
    return [row["follower"] for row in rows]


def counts(tx: Tx, actor: str) -> Counts:
    """Return how many accepted followers an actor of ours has and how many accepted follows."""
    return Counts(
        tallies.of(tx, actor, tallies.FOLLOWERS), tallies.of(tx, actor, tallies.FOLLOWING)
    )


def count_hosts(tx: Tx, followed: str) -> int:
    """Count the servers on which somebody follows an actor."""
    row = tx.one(
        "SELECT count(DISTINCT actors.host) AS n FROM follows "
        "JOIN actors ON actors.id = follows.follower WHERE follows.followed = :followed "
        "AND follows.state = 'accepted' AND actors.is_local = 0 AND actors.gone_at IS NULL",
        followed=followed,
    )
    return _count(row)


def count_pending(tx: Tx, followed: str) -> int:
    """Count those who wait for a decision of a locked group."""
    row = tx.one(
        "SELECT count(*) AS n FROM follows WHERE followed = :a AND state = 'pending'", a=followed
    )
    return _count(row)


def list_followers(
    tx: Tx,
    followed: str,
    state: str = ACCEPTED,
    before: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[Follow]:
    """Return a page of those who follow an actor, newest first; `before` is (created_at, follower)."""
    at, who = before or (2**62, "")
    rows = tx.all(
        SELECT + "WHERE followed = :followed AND state = :state "
        "AND (created_at, follower) < (:at, :who) ORDER BY created_at DESC, follower DESC LIMIT :limit",
        followed=followed,
        state=state,
        at=at,
        who=who,
        limit=limit,
    )
    return [_follow(row) for row in rows]


def list_following(
    tx: Tx,
    follower: str,
    state: str = ACCEPTED,
    before: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[Follow]:
    """Return a page of whom an actor follows, newest first; `before` is (created_at, followed)."""
    at, who = before or (2**62, "")
    rows = tx.all(
        SELECT + "WHERE follower = :follower AND state = :state "
        "AND (created_at, followed) < (:at, :who) ORDER BY created_at DESC, followed DESC LIMIT :limit",
        follower=follower,
        state=state,
        at=at,
        who=who,
        limit=limit,
    )
    return [_follow(row) for row in rows]


def followers_on(tx: Tx, followed: str, host: str) -> list[str]:
    """Return the ids of accepted followers of an actor that live on one host, in order."""
    rows = tx.all(
        "SELECT follows.follower FROM follows JOIN actors ON actors.id = follows.follower "
        "WHERE follows.followed = :followed AND follows.state = 'accepted' AND actors.host = :host "
        "ORDER BY follows.follower",
        followed=followed,
        host=host,
    )
    return [row["follower"] for row in rows]


def ours_of(tx: Tx, followed: str, state: str = ACCEPTED) -> list[str]:
    """Return the ids of our own groups that follow an actor."""
    rows = tx.all(
        "SELECT follows.follower FROM follows JOIN actors ON actors.id = follows.follower "
        "WHERE follows.followed = :followed AND follows.state = :state AND actors.is_local = 1 "
        "ORDER BY follows.follower",
        followed=followed,
        state=state,
    )
    return [row["follower"] for row in rows]


def _ended(tx: Tx, row: Row) -> Follow:
    follow = _follow(row)
    if follow.state == ACCEPTED:
        _tally(tx, follow.follower, follow.followed, -1)
    return follow


def _tally(tx: Tx, follower: str, followed: str, by: int) -> None:
    tallies.add(tx, followed, tallies.FOLLOWERS, by)
    tallies.add(tx, follower, tallies.FOLLOWING, by)


def followed_by(tx: Tx, follower: str) -> list[str]:
    """Return the ids of all whom an actor follows, or has asked to follow."""
    rows = tx.all(
        "SELECT followed FROM follows WHERE follower = :follower AND state <> 'refused' ORDER BY followed",
        follower=follower,
    )
    return [row["followed"] for row in rows]


def _count(row: Row | None) -> int:
    return int(row["n"]) if row else 0


def _follow(row: Row) -> Follow:
    return Follow(
        follower=row["follower"],
        followed=row["followed"],
        state=row["state"],
        activity=row["activity"],
        created_at=row["created_at"],
        decided_at=row["decided_at"],
    )

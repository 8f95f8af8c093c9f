"""The queue of what goes out: one row for each activity and inbox, until the inbox has answered.

A row is 'waiting' (in line for its host, in the order of the ids), 'deferred' (the host answered, but not
this; not before `next_at`) or 'failed' (for good, kept to be seen). A delivered one is counted on its
activity, and its row is gone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from fedi.storage import activities, signals
from fedi.storage.hosts import ASKED_TO_WAIT
from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class HostQueue:
    """What is on its way to a host; `next_at` is None where nothing waits."""

    host: str
    waiting: int
    failed: int
    next_at: int | None
    last_error: str | None
    asleep: bool


class Progress(NamedTuple):
    """How far an activity has come, in inboxes."""

    planned: int
    delivered: int
    failed: int

    @property
    def waiting(self) -> int:
        """How many have not answered yet."""
        return self.planned - self.delivered - self.failed


class Queued(NamedTuple):
    """How many deliveries of an actor wait, and how many failed for good."""

    waiting: int
    failed: int


# In both: nobody who is gone or blocked, nothing twice. Domains above a host are looked at when it is visited.
FAN_OUT = """
    INSERT INTO deliveries (host, inbox, activity, next_at, created_at)
    SELECT DISTINCT actors.host, coalesce(actors.shared_inbox, actors.inbox),
        CAST(:activity AS TEXT), CAST(:now AS BIGINT), CAST(:now AS BIGINT)
    FROM follows JOIN actors ON actors.id = follows.follower
    WHERE follows.followed = :followed AND follows.state = 'accepted' AND actors.gone_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM blocked_by
        WHERE blocked_by.grp = :followed AND blocked_by.actor = follows.follower)
    AND NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.grp IN ('', :followed)
        AND blocks.subject IN (actors.id, actors.host) AND blocks.severity = 'block')
    ON CONFLICT (activity, inbox) DO NOTHING
"""
ADD = """
    INSERT INTO deliveries (host, inbox, activity, next_at, created_at)
    SELECT actors.host, CASE WHEN :shared = 1
        THEN coalesce(actors.shared_inbox, actors.inbox) ELSE actors.inbox END,
        CAST(:activity AS TEXT), CAST(:now AS BIGINT), CAST(:now AS BIGINT)
    FROM actors WHERE actors.id = :recipient AND actors.gone_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM blocked_by
        WHERE blocked_by.grp = :by AND blocked_by.actor = actors.id)
    AND NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.grp IN ('', :by)
        AND blocks.subject IN (actors.id, actors.host) AND blocks.severity = 'block')
    ON CONFLICT (activity, inbox) DO NOTHING
"""


def fan_out(tx: Tx, activity_id: str, followed: str, now: int) -> int:
    """Plan the delivery of an activity to every accepted follower of its actor, a shared inbox once."""
    return tx.execute(FAN_OUT, activity=activity_id, followed=followed, now=now)


def add(tx: Tx, activity_id: str, by: str, recipient: str, now: int, *, shared: bool) -> int:
    """Plan the delivery of an activity to one actor, or to the inbox its host shares; 0 if it is unknown."""
    return tx.execute(
        ADD, activity=activity_id, by=by, recipient=recipient, now=now, shared=int(shared)
    )


def begin(tx: Tx, activity_id: str, planned: int, now: int) -> None:
    """Count what was planned for an activity and hand its hosts to the workers."""
    if not planned:
        return
    activities.count(tx, activity_id, planned=planned)
    # In the order of their names, so that two publications cannot wait for each other.
    tx.execute(
        "INSERT INTO hosts (host, has_work, next_at) "
        "SELECT DISTINCT host, 1, CAST(:now AS BIGINT) FROM deliveries WHERE activity = :activity "
        "ORDER BY host ON CONFLICT (host) DO UPDATE SET has_work = 1, next_at = CASE "
        "WHEN hosts.failures = 0 AND hosts.next_at > excluded.next_at THEN excluded.next_at "
        "ELSE hosts.next_at END",
        activity=activity_id,
        now=now,
    )
    signals.bump(tx, "deliveries")


def overview(tx: Tx, actor: str | None = None) -> list[HostQueue]:
    """Return every host that something waits for or failed at, the fullest first; of one actor or of all."""
    rows = tx.all(
        "SELECT queued.host, queued.waiting, queued.failed, queued.failure, hosts.next_at, "
        "hosts.lease_until, hosts.last_error, hosts.asleep_since FROM (SELECT host, "
        "sum(CASE WHEN state = 'failed' THEN 0 ELSE 1 END) AS waiting, "
        "sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed, "
        "max(last_error) AS failure FROM deliveries WHERE CAST(:actor AS TEXT) IS NULL "
        "OR activity IN (SELECT id FROM activities WHERE actor = :actor) GROUP BY host) AS queued "
        "LEFT JOIN hosts ON hosts.host = queued.host "
        "ORDER BY queued.waiting DESC, queued.failed DESC, queued.host",
        actor=actor,
    )
    return [
        HostQueue(
            host=row["host"],
            waiting=int(row["waiting"]),
            failed=int(row["failed"]),
            next_at=max(row["next_at"] or 0, row["lease_until"] or 0) if row["waiting"] else None,
            last_error=row["last_error"] or row["failure"],
            asleep=row["asleep_since"] is not None,
        )
        for row in rows
    ]


def progress(tx: Tx, activity_id: str) -> Progress | None:
    """Return how far an activity has come; None if there is no such activity."""
    found = activities.find(tx, activity_id)
    return Progress(found.planned, found.delivered, found.failed) if found else None


def queued_by(tx: Tx, actor: str) -> Queued:
    """Count what waits and what failed of all that an actor said."""
    # What was ever said is far more than what waits: each delivery is asked whose it is, and not the other way round.
    rows = tx.all(
        "SELECT state, count(*) AS n FROM deliveries WHERE EXISTS (SELECT 1 FROM activities "
        "WHERE activities.id = deliveries.activity AND activities.actor = :actor) GROUP BY state",
        actor=actor,
    )
    by_state = {row["state"]: row["n"] for row in rows}
    failed = by_state.pop("failed", 0)
    return Queued(sum(by_state.values()), failed)


def retry(tx: Tx, host: str | None, now: int, actor: str | None = None) -> int:
    """Try at once what waits or failed, at one host or everywhere, of one actor or all; return how many deliveries."""
    rows = tx.all(
        "SELECT id, activity, state FROM deliveries "
        "WHERE (CAST(:host AS TEXT) IS NULL OR host = :host) AND (CAST(:actor AS TEXT) IS NULL "
        "OR activity IN (SELECT id FROM activities WHERE actor = :actor)) ORDER BY id",
        host=host,
        actor=actor,
    )
    # What is tried again gets its whole time again.
    tx.execute(
        "UPDATE deliveries SET state = 'waiting', next_at = :now, created_at = :now "
        "WHERE (CAST(:host AS TEXT) IS NULL OR host = :host) AND (CAST(:actor AS TEXT) IS NULL "
        "OR activity IN (SELECT id FROM activities WHERE actor = :actor))",
        host=host,
        actor=actor,
        now=now,
    )
    again = Counter(row["activity"] for row in rows if row["state"] == "failed")
    for activity_id, n in sorted(again.items()):
        activities.count(tx, activity_id, failed=-n)
    tx.execute(
        "UPDATE hosts SET has_work = 1, next_at = :now, failing_days = 0, asleep_since = NULL, "
        "lease_by = CASE WHEN lease_by = :asked THEN NULL ELSE lease_by END, "
        "lease_until = CASE WHEN lease_by = :asked THEN 0 ELSE lease_until END "
        "WHERE (CAST(:host AS TEXT) IS NULL OR host = :host) "
        "AND EXISTS (SELECT 1 FROM deliveries WHERE deliveries.host = hosts.host)",
        host=host,
        now=now,
        asked=ASKED_TO_WAIT,
    )
    signals.bump(tx, "deliveries")
    return len(rows)


def drop(tx: Tx, host: str) -> int:
    """Give up and forget everything on its way to a host; return how many deliveries."""
    rows = tx.all("DELETE FROM deliveries WHERE host = :host RETURNING activity, state", host=host)
    dropped = Counter(row["activity"] for row in rows if row["state"] != "failed")
    for activity_id, n in sorted(dropped.items()):
        activities.count(tx, activity_id, failed=n)
    return len(rows)


def recall(tx: Tx, activity_id: str) -> None:
    """Forget what is still on its way of an activity; nobody else is to hear of it."""
    left = tx.execute("DELETE FROM deliveries WHERE activity = :activity", activity=activity_id)
    activities.count(tx, activity_id, planned=-left)


def forget_failed(tx: Tx, before: int) -> int:
    """Remove the rows of what failed before a moment; the counts on the activities stay."""
    return tx.execute(
        "DELETE FROM deliveries WHERE state = 'failed' AND created_at < :before", before=before
    )

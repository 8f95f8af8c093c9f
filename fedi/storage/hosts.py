"""The servers we speak to: who of our workers speaks to each, whether it answers, and when to try again."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage import signals
from fedi.storage.tx import Row, Tx

ASKED_TO_WAIT = "the host asked us to wait"
"""In place of a worker, this holds the lease of a host that sent Retry-After, so that nothing wakes it sooner."""

WAKE_EVERY = 600_000
"""What arrives from a host brings its next attempt forward at most once in so many milliseconds."""


@dataclass(frozen=True, slots=True)
class Host:
    """What we know of a server; `failures` are in a row, `failing_days` distinct days without a success.

    `signature_form` is the one it took last. `wait_until` is the moment before which it asked us not to come.
    """

    host: str
    failures: int = 0
    failing_days: int = 0
    last_failing_day: int | None = None
    asleep_since: int | None = None
    next_at: int = 0
    signature_form: str | None = None
    last_error: str | None = None
    last_success_at: int | None = None
    wait_until: int | None = None


def find(tx: Tx, host: str) -> Host | None:
    """Return what we know of a server."""
    row = tx.one("SELECT * FROM hosts WHERE host = :host", host=host)
    return _host(row) if row else None


def claim(tx: Tx, worker: str, now: int, until: int, limit: int, *, failing: bool) -> list[Host]:
    """Lease hosts that have work due to one worker, longest due first: either sound ones or failing ones."""
    rows = tx.all(
        "WITH due AS MATERIALIZED (SELECT host FROM hosts WHERE has_work = 1 AND next_at <= :now "
        "AND lease_until <= :now AND failures BETWEEN :least AND :most "
        "ORDER BY next_at, host LIMIT :limit {lock}) "
        "UPDATE hosts SET lease_by = :worker, lease_until = :until "
        "WHERE host IN (SELECT host FROM due) RETURNING *",
        worker=worker,
        now=now,
        until=until,
        least=1 if failing else 0,
        most=2**62 if failing else 0,
        limit=limit,
    )
    return [_host(row) for row in sorted(rows, key=lambda row: (row["next_at"], row["host"]))]


def next_due(tx: Tx) -> int | None:
    """Return the moment at which the next host that has work may be claimed."""
    row = tx.one(
        "SELECT min(CASE WHEN lease_until > next_at THEN lease_until ELSE next_at END) AS at "
        "FROM hosts WHERE has_work = 1"
    )
    return row["at"] if row else None


def renew(tx: Tx, worker: str, until: int) -> None:
    """Lengthen every lease of a worker."""
    tx.execute(
        "UPDATE hosts SET lease_until = :until WHERE lease_by = :worker", worker=worker, until=until
    )


def let_go(tx: Tx, worker: str) -> None:
    """End every lease of a worker that stops, so that others need not wait for them to run out."""
    tx.execute(
        "UPDATE hosts SET lease_by = NULL, lease_until = 0 WHERE lease_by = :worker", worker=worker
    )
    signals.bump(tx, "deliveries")


def put_back(tx: Tx, host: Host, worker: str, now: int) -> None:
    """End the lease of one host and keep what was learned of it; nothing happens if the lease was lost.

    There are two statements because the first waits for a publication that is just being planned, and only
    the second then sees its deliveries (READ COMMITTED).
    """
    waits = host.wait_until is not None and host.wait_until > now
    kept = tx.execute(
        "UPDATE hosts SET lease_by = :lease_by, lease_until = :lease_until, has_work = 0, "
        "next_at = :next_at, failures = :failures, failing_days = :failing_days, "
        "last_failing_day = :last_failing_day, asleep_since = :asleep_since, "
        "signature_form = :signature_form, last_error = :last_error, "
        "last_success_at = :last_success_at WHERE host = :host AND lease_by = :worker",
        host=host.host,
        worker=worker,
        lease_by=ASKED_TO_WAIT if waits else None,
        lease_until=host.wait_until if waits else 0,
        next_at=host.next_at,
        failures=host.failures,
        failing_days=host.failing_days,
        last_failing_day=host.last_failing_day,
        asleep_since=host.asleep_since,
        signature_form=host.signature_form,
        last_error=host.last_error,
        last_success_at=host.last_success_at,
    )
    if kept:
        tx.execute(
            "UPDATE hosts SET has_work = 1, next_at = CASE WHEN failures = 0 AND EXISTS "
            "(SELECT 1 FROM deliveries WHERE host = :host AND state = 'waiting') "
            "THEN CAST(:now AS BIGINT) ELSE next_at END "
            "WHERE host = :host AND EXISTS (SELECT 1 FROM deliveries "
            "WHERE host = :host AND state IN ('waiting', 'deferred'))",
            host=host.host,
            now=now,
        )


def woken(tx: Tx, host: str, now: int) -> None:
    """Note that something arrived from a host: it lives, so what waits for it is tried again soon."""
    touched = tx.execute(
        "UPDATE hosts SET last_inbound_at = :now, failing_days = 0, asleep_since = NULL, "
        "next_at = CASE WHEN failures > 0 AND next_at > :now THEN CAST(:now AS BIGINT) "
        "ELSE next_at END WHERE host = :host AND (last_inbound_at IS NULL OR last_inbound_at < :then)",
        host=host,
        now=now,
        then=now - WAKE_EVERY,
    )
    if touched:
        signals.bump(tx, "deliveries")


def _host(row: Row) -> Host:
    return Host(
        host=row["host"],
        failures=row["failures"],
        failing_days=row["failing_days"],
        last_failing_day=row["last_failing_day"],
        asleep_since=row["asleep_since"],
        next_at=row["next_at"],
        signature_form=row["signature_form"],
        last_error=row["last_error"],
        last_success_at=row["last_success_at"],
        wait_until=row["lease_until"] if row["lease_by"] == ASKED_TO_WAIT else None,
    )

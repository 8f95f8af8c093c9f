"""Things to be done at a time, one row each, leased to whoever does them so that a crash loses none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from fedi.storage import signals
from fedi.storage.tx import Tx

NEVER = 2**53 - 1
"""When a job that was given up is due, so that it stays to be looked at and can be added again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed job; `attempts` counts this one too."""

    kind: str
    key: str
    payload: dict[str, Any]
    due_at: int
    lease_until: int
    attempts: int


def add(tx: Tx, kind: str, key: str, payload: dict[str, Any], due_at: int) -> None:
    """Have a job done at `due_at`; the same kind and key again is one job, at the earlier time, as last told.

    A job added while it is being done will be done once more, at the new time, even if that is later.
    """
    tx.execute(
        """
        INSERT INTO jobs (kind, key, due_at, payload) VALUES (:kind, :key, :due_at, :payload)
        ON CONFLICT (kind, key) DO UPDATE SET
            due_at = CASE WHEN jobs.lease_until = 0 AND jobs.due_at < excluded.due_at
                     THEN jobs.due_at ELSE excluded.due_at END,
            payload = excluded.payload, attempts = 0, last_error = NULL, given_up_at = NULL
        """,
        kind=kind,
        key=key,
        due_at=due_at,
        payload=orjson.dumps(payload).decode(),
    )
    signals.bump(tx, "jobs")


def remove(tx: Tx, kind: str, key: str) -> None:
    """Take back a job that was added; one that is being done is not stopped."""
    tx.execute("DELETE FROM jobs WHERE kind = :kind AND key = :key", kind=kind, key=key)


def claim(tx: Tx, now: int, lease_ms: int, limit: int) -> list[Job]:
    """Take jobs that are due, earliest first; whoever does not finish within the lease loses them."""
    # Materialised, because PostgreSQL may look for the due ones again for each row, and then claims them all.
    rows = tx.all(
        """
        WITH due AS MATERIALIZED (
            SELECT kind, key FROM jobs WHERE due_at <= :now AND lease_until <= :now
            ORDER BY due_at, kind, key LIMIT :limit {lock}
        )
        UPDATE jobs SET lease_until = :until, attempts = attempts + 1
        WHERE (kind, key) IN (SELECT kind, key FROM due)
        RETURNING kind, key, payload, due_at, lease_until, attempts
        """,
        now=now,
        until=now + lease_ms,
        limit=limit,
    )
    claimed = [Job(**{**row, "payload": orjson.loads(row["payload"])}) for row in rows]
    return sorted(claimed, key=lambda job: (job.due_at, job.kind, job.key))


def finish(tx: Tx, job: Job) -> None:
    """Forget a job that was done, unless it was added again meanwhile or its lease was lost."""
    values = {"kind": job.kind, "key": job.key, "lease": job.lease_until}
    forgotten = tx.execute(
        """
        DELETE FROM jobs
        WHERE kind = :kind AND key = :key AND lease_until = :lease AND attempts = :attempts
        """,
        attempts=job.attempts,
        **values,
    )
    if not forgotten:
        tx.execute(
            "UPDATE jobs SET lease_until = 0 WHERE kind = :kind AND key = :key AND lease_until = :lease",
            **values,
        )


def fail(tx: Tx, job: Job, error: str, retry_at: int | None, now: int) -> None:
    """Try a job again at `retry_at`, or give it up; what was added meanwhile keeps its time."""
    tx.execute(
        """
        UPDATE jobs SET lease_until = 0, last_error = :error,
            due_at = CASE WHEN attempts = :attempts THEN :due_at ELSE due_at END,
            given_up_at = CASE WHEN attempts = :attempts THEN CAST(:given_up_at AS BIGINT) END
        WHERE kind = :kind AND key = :key AND lease_until = :lease
        """,
        kind=job.kind,
        key=job.key,
        lease=job.lease_until,
        attempts=job.attempts,
        error=error,
        due_at=NEVER if retry_at is None else retry_at,
        given_up_at=now if retry_at is None else None,
    )


def forget_given_up(tx: Tx, before: int) -> int:
    """Remove the jobs that were given up before a moment, and return how many."""
    return tx.execute("DELETE FROM jobs WHERE given_up_at < :before", before=before)


def next_due(tx: Tx) -> int | None:
    """Return when the next job can be claimed, a leased one when its lease ends; None if none waits."""
    row = tx.one(
        """
        SELECT min(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) AS at
        FROM jobs WHERE due_at < :never
        """,
        never=NEVER,
    )
    return row["at"] if row else None

"""The queue of deliveries as a worker sees it: what is in line for a host, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fedi.storage import activities
from fedi.storage.tx import Row, Tx

Outcome = Literal["delivered", "failed", "deferred", "waiting"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One activity on its way to one inbox; `actor`, `object` and `audience` are the activity's."""

    id: int
    host: str
    inbox: str
    activity: str
    attempts: int
    next_at: int
    created_at: int
    actor: str
    object: str | None
    audience: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a delivery; `tried` is False where it was only put off."""

    delivery: Delivery
    outcome: Outcome
    next_at: int
    status: int | None = None
    error: str | None = None
    tried: bool = True


SELECT = (
    "SELECT deliveries.id, deliveries.host, deliveries.inbox, deliveries.activity, "
    "deliveries.attempts, deliveries.next_at, deliveries.created_at, activities.actor, "
    "activities.object, activities.audience FROM deliveries "
    "JOIN activities ON activities.id = deliveries.activity "
)


def list_waiting(tx: Tx, host: str, after: int, limit: int) -> list[Delivery]:
    """Return the next deliveries in line for a host, after the one with this id."""
    rows = tx.all(
        SELECT + "WHERE deliveries.host = :host AND deliveries.state = 'waiting' "
        "AND deliveries.id > :after ORDER BY deliveries.id LIMIT :limit",
        host=host,
        after=after,
        limit=limit,
    )
    return [_delivery(row) for row in rows]


def list_deferred(tx: Tx, host: str, limit: int) -> list[Delivery]:
    """Return the deliveries to a host that were put off, due or not, oldest first."""
    rows = tx.all(
        SELECT + "WHERE deliveries.host = :host AND deliveries.state = 'deferred' "
        "ORDER BY deliveries.id LIMIT :limit",
        host=host,
        limit=limit,
    )
    return [_delivery(row) for row in rows]


def settle(tx: Tx, results: Iterable[Result]) -> None:
    """Write down what came of deliveries; one that is no longer there is passed over."""
    delivered: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for result in results:
        delivery = result.delivery
        if result.outcome == "delivered":
            delivered[delivery.activity] += tx.execute(
                "DELETE FROM deliveries WHERE id = :id AND state <> 'failed'", id=delivery.id
            )
            continue
        touched = tx.execute(
            "UPDATE deliveries SET state = :state, attempts = attempts + :tried, "
            "next_at = :next_at, last_status = coalesce(CAST(:status AS BIGINT), last_status), "
            "last_error = coalesce(CAST(:error AS TEXT), last_error) "
            "WHERE id = :id AND state <> 'failed'",
            id=delivery.id,
            state=result.outcome,
            tried=int(result.tried),
            next_at=result.next_at,
            status=result.status,
            error=result.error,
        )
        if result.outcome == "failed":
            failed[delivery.activity] += touched
    for activity_id in sorted({*delivered, *failed}):
        activities.count(
            tx, activity_id, delivered=delivered[activity_id], failed=failed[activity_id]
        )


def give_up(tx: Tx, host: str, before: int, error: str) -> int:
    """Let everything fail that has been on its way to a host since before a moment; return how many."""
    rows = tx.all(
        "UPDATE deliveries SET state = 'failed', last_error = :error WHERE host = :host "
        "AND state IN ('waiting', 'deferred') AND created_at < :before RETURNING activity",
        host=host,
        before=before,
        error=error,
    )
    for activity_id, n in sorted(Counter(row["activity"] for row in rows).items()):
        activities.count(tx, activity_id, failed=n)
    return len(rows)


def whose_inbox(tx: Tx, host: str, inbox: str) -> str | None:
    """Return the actor whose own inbox this is, None if several share it or nobody has it."""
    row = tx.one(
        "SELECT id FROM actors WHERE host = :host AND inbox = :inbox AND is_local = 0 "
        "AND NOT EXISTS (SELECT 1 FROM actors AS others "
        "WHERE others.host = :host AND others.shared_inbox = :inbox) ORDER BY id LIMIT 1",
        host=host,
        inbox=inbox,
    )
    return row["id"] if row else None


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        host=row["host"],
        inbox=row["inbox"],
        activity=row["activity"],
        attempts=row["attempts"],
        next_at=row["next_at"],
        created_at=row["created_at"],
        actor=row["actor"],
        object=row["object"],
        audience=row["audience"],
    )

"""What our actors said: the exact bytes that go out, and how far they have come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of ours; `object` is the id of what it is about, `body` the bytes every inbox gets.

    `planned` inboxes were to hear of it, `delivered` have answered, `failed` never will.
    """

    id: str
    actor: str
    type: str
    object: str | None
    audience: str
    body: bytes
    created_at: int
    planned: int = 0
    delivered: int = 0
    failed: int = 0

    @property
    def document(self) -> dict[str, Any]:
        """The activity as it was said."""
        return orjson.loads(self.body)


SELECT = (
    "SELECT id, actor, type, object, audience, body, created_at, planned, delivered, failed "
    "FROM activities "
)


def add(tx: Tx, activity: Activity) -> None:
    """Keep an activity; ids are never used twice."""
    tx.execute(
        "INSERT INTO activities (id, actor, type, object, audience, body, created_at) "
        "VALUES (:id, :actor, :type, :object, :audience, :body, :created_at)",
        id=activity.id,
        actor=activity.actor,
        type=activity.type,
        object=activity.object,
        audience=activity.audience,
        body=activity.body,
        created_at=activity.created_at,
    )


def find(tx: Tx, activity_id: str) -> Activity | None:
    """Return the activity with this id."""
    row = tx.one(SELECT + "WHERE id = :id", id=activity_id)
    return _activity(row) if row else None


def list_said(
    tx: Tx, actor: str, audience: str, before: tuple[int, str] | None = None, limit: int = 20
) -> list[Activity]:
    """Return a page of what an actor said to one audience, newest first; `before` is (created_at, id)."""
    at, last = before or (2**62, "")
    rows = tx.all(
        SELECT + "WHERE actor = :actor AND audience = :audience "
        "AND (created_at, id) < (:at, :last) ORDER BY created_at DESC, id DESC LIMIT :limit",
        actor=actor,
        audience=audience,
        at=at,
        last=last,
        limit=limit,
    )
    return [_activity(row) for row in rows]


def told_of(tx: Tx, object_id: str) -> list[Activity]:
    """Return what published an object and its later versions."""
    rows = tx.all(
        SELECT + "WHERE object = :object AND type IN ('Create', 'Update')", object=object_id
    )
    return [_activity(row) for row in rows]


def put_body(tx: Tx, activity_id: str, body: bytes) -> None:
    """Keep other bytes of an activity; who is still to hear of it hears these."""
    tx.execute("UPDATE activities SET body = :body WHERE id = :id", body=body, id=activity_id)


def reached(tx: Tx, object_id: str) -> int:
    """Return how many inboxes have a copy of an object, or may get one; most servers share one inbox."""
    row = tx.one(
        "SELECT max(planned - failed) AS n FROM activities WHERE object = :object", object=object_id
    )
    return int(row["n"] or 0) if row else 0


def count(
    tx: Tx, activity_id: str, *, planned: int = 0, delivered: int = 0, failed: int = 0
) -> None:
    """Add to the counts of an activity (or take from them)."""
    tx.execute(
        "UPDATE activities SET planned = planned + :planned, delivered = delivered + :delivered, "
        "failed = failed + :failed WHERE id = :id",
        id=activity_id,
        planned=planned,
        delivered=delivered,
        failed=failed,
    )


def _activity(row: Row) -> Activity:
    return Activity(
        id=row["id"],
        actor=row["actor"],
        type=row["type"],
        object=row["object"],
        audience=row["audience"],
        body=bytes(row["body"]),
        created_at=row["created_at"],
        planned=row["planned"],
        delivered=row["delivered"],
        failed=row["failed"],
    )

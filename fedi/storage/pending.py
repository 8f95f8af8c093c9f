"""Acts that wait for a second member, and for a while what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from fedi.storage.tx import Row, Tx

WAITING = "waiting"
TEXTS = frozenset({"source", "mentions", "pictures", "voices"})
"""Arguments in which there is a text, or what was found out about it."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One act that somebody asked for; `state` is waiting, done, refused, taken_back, expired, lapsed or failed.

    `group` is the id of its actor, `act` the kind of act, `reason` why it did not happen, `result` what came of it.
    """

    id: str
    group: str
    act: str
    arguments: Mapping[str, Any]
    label: str
    asked_by: str
    asked_at: int
    expires_at: int
    state: str = WAITING
    decided_by: str = ""
    decided_at: int | None = None
    reason: str = ""
    result: str = ""


_SELECT = (
    "SELECT id, grp, act, arguments, label, asked_by, asked_at, expires_at, state, decided_by, "
    "decided_at, reason, result FROM pending "
)


def add(tx: Tx, pending: Pending) -> None:
    """Keep an act until it is decided."""
    tx.execute(
        "INSERT INTO pending (id, grp, act, arguments, label, asked_by, asked_at, expires_at) "
        "VALUES (:id, :grp, :act, :arguments, :label, :asked_by, :asked_at, :expires_at)",
        id=pending.id,
        grp=pending.group,
        act=pending.act,
        arguments=_written(pending.arguments),
        label=pending.label,
        asked_by=pending.asked_by,
        asked_at=pending.asked_at,
        expires_at=pending.expires_at,
    )


def find(tx: Tx, pending_id: str) -> Pending | None:
    """Return an act that waits or waited."""
    row = tx.one(_SELECT + "WHERE id = :id", id=pending_id)
    return _pending(row) if row else None


def waiting_same(tx: Tx, group: str, act: str, arguments: Mapping[str, Any]) -> Pending | None:
    """Return the act of this group that waits already and asks for exactly the same."""
    row = tx.one(
        _SELECT + "WHERE grp = :grp AND state = :state AND act = :act AND arguments = :arguments",
        grp=group,
        state=WAITING,
        act=act,
        arguments=_written(arguments),
    )
    return _pending(row) if row else None


def waiting(tx: Tx, group: str) -> list[Pending]:
    """Return what waits in a group, the oldest first."""
    sql = _SELECT + "WHERE grp = :grp AND state = :state ORDER BY asked_at, id"
    return [_pending(row) for row in tx.all(sql, grp=group, state=WAITING)]


def decided(tx: Tx, group: str, limit: int) -> list[Pending]:
    """Return what was decided lately in a group, the latest first."""
    rows = tx.all(
        _SELECT
        + "WHERE grp = :grp AND state <> :state ORDER BY decided_at DESC, id DESC LIMIT :limit",
        grp=group,
        state=WAITING,
        limit=limit,
    )
    return [_pending(row) for row in rows]


def decide(
    tx: Tx,
    pending_id: str,
    state: str,
    now: int,
    *,
    by: str = "",
    reason: str = "",
    result: str = "",
) -> bool:
    """Say what became of an act; tell whether it was still waiting, so that it is decided once."""
    return (
        tx.execute(
            "UPDATE pending SET state = :state, decided_by = :by, decided_at = :now, "
            "reason = :reason, result = :result WHERE id = :id AND state = :waiting",
            id=pending_id,
            state=state,
            by=by,
            now=now,
            reason=reason,
            result=result,
            waiting=WAITING,
        )
        == 1
    )


def empty_results(tx: Tx, act: str, before: int) -> None:
    """Forget what came of acts of a kind that were decided before a moment."""
    tx.execute(
        "UPDATE pending SET result = '' WHERE act = :act AND result <> '' AND decided_at < :before",
        act=act,
        before=before,
    )


def forget_texts(tx: Tx, group: str, object_id: str) -> None:
    """Forget the texts that acts about an object brought with them; what still waits to change it waits no more."""
    rows = tx.all(_SELECT + "WHERE grp = :grp", grp=group)
    for found in map(_pending, rows):
        is_about = object_id in (found.result, found.arguments.get("object"))
        if not is_about or "source" not in found.arguments:
            continue
        if found.state == WAITING:
            tx.execute("DELETE FROM pending WHERE id = :id", id=found.id)
            continue
        kept = {name: value for name, value in found.arguments.items() if name not in TEXTS}
        tx.execute(
            "UPDATE pending SET arguments = :arguments WHERE id = :id",
            arguments=_written(kept),
            id=found.id,
        )


def forget(tx: Tx, group: str, before: int) -> int:
    """Remove the acts of a group that were decided before a moment, and return how many."""
    return tx.execute(
        "DELETE FROM pending WHERE grp = :grp AND decided_at < :before", grp=group, before=before
    )


def _written(arguments: Mapping[str, Any]) -> str:
    return orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS).decode()


def _pending(row: Row) -> Pending:
    return Pending(
        id=row["id"],
        group=row["grp"],
        act=row["act"],
        arguments=orjson.loads(row["arguments"]),
        label=row["label"],
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        state=row["state"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        reason=row["reason"],
        result=row["result"],
    )

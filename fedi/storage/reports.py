"""Reports from other servers, kept for the administrators."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Report:
    """One report about things of ours; `reporter` is usually another server's own actor."""

    id: int
    reporter: str
    activity: str | None
    objects: tuple[str, ...]
    content: str
    at: int
    resolved_at: int | None


def add(
    tx: Tx, reporter: str, activity: str | None, objects: list[str], content: str, now: int
) -> bool:
    """Keep a report; tell whether it was new. One without an id is always new."""
    return (
        tx.execute(
            "INSERT INTO reports (reporter, activity, objects, content, at) "
            "VALUES (:reporter, :activity, :objects, :content, :at) ON CONFLICT DO NOTHING",
            reporter=reporter,
            activity=activity,
            objects=orjson.dumps(objects).decode(),
            content=content,
            at=now,
        )
        == 1
    )


def open_(tx: Tx, limit: int = 100) -> list[Report]:
    """Return the reports nobody has dealt with yet, oldest first."""
    rows = tx.all(
        "SELECT id, reporter, activity, objects, content, at, resolved_at FROM reports "
        "WHERE resolved_at IS NULL ORDER BY at, id LIMIT :limit",
        limit=limit,
    )
    return [_report(row) for row in rows]


def resolve(tx: Tx, report_id: int, now: int) -> bool:
    """Mark a report as dealt with; tell whether it was open."""
    sql = "UPDATE reports SET resolved_at = :now WHERE id = :id AND resolved_at IS NULL"
    return tx.execute(sql, now=now, id=report_id) == 1


def _report(row: Row) -> Report:
    return Report(
        id=row["id"],
        reporter=row["reporter"],
        activity=row["activity"],
        objects=tuple(orjson.loads(row["objects"])),
        content=row["content"],
        at=row["at"],
        resolved_at=row["resolved_at"],
    )

"""Objects as readers walk through them: streams, tags, the calendar, what is pinned, and how many there are."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from fedi.storage.objects import COLUMNS, StoredObject, from_row
from fedi.storage.tx import Row, Tx

MONTH_MS = 31 * 86_400_000


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in a stream, with what its card shows."""

    object: StoredObject
    html: str
    facts: Mapping[str, Any]


Position = tuple[int, str]
"""Where a page ends: the moment and id of its last entry."""

_ENTRIES = (
    COLUMNS + ", html, facts FROM objects JOIN versions ON versions.object = objects.id "
    "AND versions.version = objects.version AND versions.audience = objects.audience "
)
_LAST = (2**62, "")


def stream(
    tx: Tx,
    actor: str | None,
    audiences: Iterable[str],
    before: Position | None = None,
    limit: int = 20,
    kind: str | None = None,
) -> list[Entry]:
    """Return a page of what is there, newest first, of one group or (None) all, of one kind or all.

    What answers something else stands in its thread and not here.
    """
    at, last = before or _LAST
    sql = _ENTRIES + (
        "WHERE withdrawn_at IS NULL AND in_reply_to IS NULL AND objects.audience = :audience "
        + ("AND actor = :actor " if actor else "")
        + ("AND kind = :kind " if kind else "")
        + "AND (objects.published_at, objects.id) < (:at, :last) "
        "ORDER BY objects.published_at DESC, objects.id DESC LIMIT :limit"
    )
    of: dict[str, Any] = {"at": at, "last": last, "limit": limit}
    of |= {"actor": actor} if actor else {}
    of |= {"kind": kind} if kind else {}
    # One walk along the index for each audience: asked for several at once, a database sorts them all.
    return _newest([tx.all(sql, audience=audience, **of) for audience in audiences], limit)


def find(tx: Tx, object_id: str, audiences: Sequence[str]) -> Entry | None:
    """Return one object in its latest version, if it is there and for one of these audiences."""
    row = tx.one(_ENTRIES + "WHERE objects.id = :id AND withdrawn_at IS NULL", id=object_id)
    return _entry(row) if row and row["audience"] in audiences else None


def under(
    tx: Tx,
    thread: str,
    audiences: Sequence[str],
    after: Position = (0, ""),
    limit: int = 50,
    *,
    parent: str | None = None,
) -> list[Entry]:
    """Return what our groups said in a thread, oldest first, without its beginning; or only what answers `parent`."""
    rows = tx.all(
        _ENTRIES
        + "WHERE thread = :thread AND objects.id <> :thread AND withdrawn_at IS NULL "
        + ("AND in_reply_to = :parent " if parent else "")
        + "AND (objects.published_at, objects.id) > (:at, :last) "
        "ORDER BY objects.published_at, objects.id LIMIT :limit",
        thread=thread,
        at=after[0],
        last=after[1],
        limit=limit,
        **({"parent": parent} if parent else {}),
    )
    return [_entry(row) for row in rows if row["audience"] in audiences]


def tagged(tx: Tx, tag: str, *, before: Position | None = None, limit: int = 20) -> list[Entry]:
    """Return a page of public objects with a hashtag (without its mark), newest first."""
    at, last = before or _LAST
    rows = tx.all(
        COLUMNS + ", html, facts FROM hashtags "
        "JOIN objects ON objects.id = hashtags.object "
        "JOIN versions ON versions.object = objects.id AND versions.version = objects.version "
        "AND versions.audience = objects.audience "
        "WHERE tag = :tag AND (hashtags.published_at, hashtags.object) < (:at, :last) "
        "ORDER BY hashtags.published_at DESC, hashtags.object DESC LIMIT :limit",
        tag=tag.lower(),
        at=at,
        last=last,
        limit=limit,
    )
    return [_entry(row) for row in rows]


def calendar(
    tx: Tx,
    start: int,
    end: int,
    *,
    audiences: Sequence[str],
    actor: str | None = None,
    limit: int = 500,
) -> list[Entry]:
    """Return events that take place between two moments, earliest first; one that began up to a month before counts."""
    sql = _ENTRIES + (
        "WHERE starts_at >= :since AND starts_at < :end AND withdrawn_at IS NULL "
        "AND type = 'Event' AND objects.audience = :audience "
        "AND COALESCE(ends_at, starts_at) >= :start "
        + ("AND actor = :actor " if actor else "")
        + "ORDER BY starts_at, objects.id LIMIT :limit"
    )
    of: dict[str, Any] = {"since": start - MONTH_MS, "start": start, "end": end, "limit": limit}
    of |= {"actor": actor} if actor else {}
    rows = [row for audience in audiences for row in tx.all(sql, audience=audience, **of)]
    rows.sort(key=lambda row: (row["starts_at"], row["id"]))
    return [_entry(row) for row in rows[:limit]]


def over(tx: Tx, now: int, *, audiences: Sequence[str], since: int, limit: int) -> list[Entry]:
    """Return events that began after `since` and are over, the latest first."""
    sql = _ENTRIES + (
        "WHERE starts_at >= :since AND starts_at < :now AND withdrawn_at IS NULL "
        "AND type = 'Event' AND objects.audience = :audience "
        "AND COALESCE(ends_at, starts_at) < :now "
        "ORDER BY starts_at DESC, objects.id DESC LIMIT :limit"
    )
    of = {"now": now, "since": since, "limit": limit}
    rows = [row for audience in audiences for row in tx.all(sql, audience=audience, **of)]
    rows.sort(key=lambda row: (row["starts_at"], row["id"]), reverse=True)
    return [_entry(row) for row in rows[:limit]]


def pinned(tx: Tx, actor: str, audiences: Sequence[str]) -> list[Entry]:
    """Return what a group pinned, the last pinned first."""
    rows = tx.all(
        _ENTRIES + "WHERE actor = :actor AND pinned_at IS NOT NULL "
        "ORDER BY pinned_at DESC, objects.id DESC",
        actor=actor,
    )
    return [_entry(row) for row in rows if row["audience"] in audiences]


def withdrawn(tx: Tx, actor: str, kind: str, limit: int) -> list[StoredObject]:
    """Return what a group withdrew of a kind, the last withdrawn first; nothing of what it said is left."""
    rows = tx.all(
        COLUMNS
        + " FROM objects WHERE actor = :actor AND kind = :kind AND withdrawn_at IS NOT NULL "
        "AND in_reply_to IS NULL ORDER BY withdrawn_at DESC, id DESC LIMIT :limit",
        actor=actor,
        kind=kind,
        limit=limit,
    )
    return [from_row(row) for row in rows]


def hashtags_of(tx: Tx, actor: str, limit: int = 10) -> list[tuple[str, int]]:
    """Return the hashtags of a group's latest 500 public objects with their counts, most used first."""
    rows = tx.all(
        "SELECT tag, count(*) AS n FROM hashtags JOIN (SELECT id FROM objects WHERE actor = :actor "
        "AND audience = 'public' AND withdrawn_at IS NULL AND in_reply_to IS NULL "
        "ORDER BY published_at DESC, id DESC LIMIT 500) "
        "AS latest ON latest.id = hashtags.object GROUP BY tag ORDER BY n DESC, tag LIMIT :limit",
        actor=actor,
        limit=limit,
    )
    return [(row["tag"], row["n"]) for row in rows]


def count_by_kind(tx: Tx, actor: str, audiences: Sequence[str]) -> dict[str, int]:
    """Count what a group has published for these audiences, by kind, without answers."""
    counts: dict[str, int] = {}
    for row in tx.all(
        "SELECT audience, kind, n FROM streams WHERE actor = :actor AND n > 0 ORDER BY kind",
        actor=actor,
    ):
        if row["audience"] in audiences:
            counts[row["kind"]] = counts.get(row["kind"], 0) + row["n"]
    return counts


def count_answers(tx: Tx, actor: str, audience: str) -> int:
    """Count what a group has answered to one audience, which is in no stream."""
    row = tx.one(
        "SELECT count(*) AS n FROM objects WHERE actor = :actor AND audience = :audience "
        "AND withdrawn_at IS NULL AND in_reply_to IS NOT NULL",
        actor=actor,
        audience=audience,
    )
    return int(row["n"]) if row else 0


def _newest(walks: list[list[Row]], limit: int) -> list[Entry]:
    merged = heapq.merge(*walks, key=lambda row: (row["published_at"], row["id"]), reverse=True)
    return [_entry(row) for row, _ in zip(merged, range(limit), strict=False)]


def _entry(row: Row) -> Entry:
    return Entry(from_row(row), row["html"], orjson.loads(row["facts"]))

"""Parts of published things that have addresses of their own: one row for ever, and one for each audience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One part; `key` tells it from the others of its kind in that object. A removed one keeps its row."""

    id: str
    object: str
    actor: str
    kind: str
    key: str
    place: int
    taken_at: int
    removed_at: int | None = None


@dataclass(frozen=True, slots=True)
class SeenPart:
    """A part as one audience sees it; `gone_at` is set, and the rest empty, where it does so no more."""

    part: str
    audience: str
    version: int
    actor: str
    kind: str
    title: str
    state: str
    due: str
    taken_at: int
    document: bytes
    facts: Mapping[str, Any]
    gone_at: int | None = None


Position = tuple[int, str]
"""Where a page of parts ends: the moment and id of its last one."""

_PARTS = "SELECT id, object, actor, kind, key, place, taken_at, removed_at FROM parts "
_SEEN = (
    "SELECT part, audience, version, actor, kind, title, state, due, taken_at, document, facts, gone_at "
    "FROM part_versions "
)
_LOST = "UPDATE part_versions SET title = '', state = '', due = '', document = :nothing, facts = '{}', gone_at = :now "
_FOREVER = 2**62
_MOST_FIRST = ("members", "partners", "followers", "unlisted", "public")


def put(tx: Tx, part: StoredPart) -> None:
    """Keep a part, or its new key and place."""
    tx.execute(
        "INSERT INTO parts (id, object, actor, kind, key, place, taken_at) "
        "VALUES (:id, :object, :actor, :kind, :key, :place, :taken_at) "
        "ON CONFLICT (id) DO UPDATE SET key = excluded.key, place = excluded.place, "
        "taken_at = excluded.taken_at",
        id=part.id,
        object=part.object,
        actor=part.actor,
        kind=part.kind,
        key=part.key,
        place=part.place,
        taken_at=part.taken_at,
    )


def show(tx: Tx, seen: SeenPart) -> None:
    """Keep a part as an audience sees it, in place of what they saw before."""
    tx.execute(
        "INSERT INTO part_versions (part, audience, version, actor, kind, title, state, due, taken_at, "
        "document, facts) VALUES (:part, :audience, :version, :actor, :kind, :title, :state, :due, "
        ":taken_at, :document, :facts) ON CONFLICT (part, audience) DO UPDATE SET "
        "version = excluded.version, title = excluded.title, state = excluded.state, "
        "due = excluded.due, taken_at = excluded.taken_at, document = excluded.document, "
        "facts = excluded.facts, gone_at = NULL",
        part=seen.part,
        audience=seen.audience,
        version=seen.version,
        actor=seen.actor,
        kind=seen.kind,
        title=seen.title,
        state=seen.state,
        due=seen.due,
        taken_at=seen.taken_at,
        document=seen.document,
        facts=orjson.dumps(seen.facts).decode(),
    )


def hide(tx: Tx, part: str, audience: str, now: int) -> None:
    """Take a part from the eyes of one audience."""
    tx.execute(
        _LOST + "WHERE part = :part AND audience = :audience AND gone_at IS NULL",
        part=part,
        audience=audience,
        nothing=b"",
        now=now,
    )


def remove(tx: Tx, part: str, now: int) -> None:
    """Take a part down: its row stays, so that its id can say Gone; what it said is deleted."""
    tx.execute("UPDATE parts SET removed_at = :now WHERE id = :part", now=now, part=part)
    tx.execute(_LOST + "WHERE part = :part AND gone_at IS NULL", part=part, nothing=b"", now=now)


def remove_of(tx: Tx, object_id: str, now: int) -> None:
    """Take down every part of an object."""
    for part in of_object(tx, object_id):
        if part.removed_at is None:
            remove(tx, part.id, now)


def remove_all(tx: Tx, actor: str, now: int) -> None:
    """Take down every part that a group published."""
    tx.execute(
        "UPDATE parts SET removed_at = :now WHERE actor = :actor AND removed_at IS NULL",
        now=now,
        actor=actor,
    )
    tx.execute(
        _LOST + "WHERE actor = :actor AND gone_at IS NULL", actor=actor, nothing=b"", now=now
    )


def find(tx: Tx, part: str) -> StoredPart | None:
    """Return the part with this id, removed or not."""
    row = tx.one(_PARTS + "WHERE id = :id", id=part)
    return StoredPart(**row) if row else None


def seen(tx: Tx, part: str, audience: str) -> SeenPart | None:
    """Return a part as an audience sees it, or saw it once; None if it never did."""
    row = tx.one(
        _SEEN + "WHERE part = :part AND audience = :audience", part=part, audience=audience
    )
    return _seen(row) if row else None


def of_object(tx: Tx, object_id: str, kind: str = "") -> list[StoredPart]:
    """Return every part an object has or had, of one kind or all, in their order."""
    rows = tx.all(_PARTS + "WHERE object = :object ORDER BY place, id", object=object_id)
    return [StoredPart(**row) for row in rows if row["kind"] == kind or not kind]


def titles(tx: Tx, part: str) -> dict[str, str]:
    """Return what a part is called for each audience that sees it."""
    rows = tx.all(
        "SELECT audience, title FROM part_versions WHERE part = :part AND gone_at IS NULL",
        part=part,
    )
    return {row["audience"]: row["title"] for row in rows}


def keys(tx: Tx, actor: str, kind: str, start: int, end: int) -> set[str]:
    """Return the keys of all parts of a kind that a group had between two moments, removed ones as well."""
    rows = tx.all(
        "SELECT key FROM parts WHERE actor = :actor AND kind = :kind "
        "AND taken_at >= :start AND taken_at < :end",
        actor=actor,
        kind=kind,
        start=start,
        end=end,
    )
    return {row["key"] for row in rows}


def taken(
    tx: Tx,
    actor: str,
    kind: str,
    audience: str,
    *,
    before: Position | None = None,
    since: int = 0,
    limit: int = 50,
) -> list[SeenPart]:
    """Return a page of a group's parts of a kind, the last taken first."""
    at, last = before or (_FOREVER, "")
    rows = tx.all(
        _SEEN
        + "WHERE actor = :actor AND kind = :kind AND audience = :audience AND gone_at IS NULL "
        "AND (taken_at, part) < (:at, :last) AND taken_at >= :since "
        "ORDER BY taken_at DESC, part DESC LIMIT :limit",
        actor=actor,
        kind=kind,
        audience=audience,
        at=at,
        last=last,
        since=since,
        limit=limit,
    )
    return [_seen(row) for row in rows]


def due(
    tx: Tx,
    actor: str,
    kind: str,
    audience: str,
    *,
    after: tuple[str, str] = ("", ""),
    limit: int = 50,
) -> list[SeenPart]:
    """Return a page of a group's parts of a kind that have a day to come back to, the earliest first."""
    day, last = after
    rows = tx.all(
        _SEEN
        + "WHERE actor = :actor AND kind = :kind AND audience = :audience AND gone_at IS NULL "
        "AND due <> '' AND (due, part) > (:day, :last) ORDER BY due, part LIMIT :limit",
        actor=actor,
        kind=kind,
        audience=audience,
        day=day,
        last=last,
        limit=limit,
    )
    return [_seen(row) for row in rows]


def open_in(
    tx: Tx, actor: str, kind: str, states: tuple[str, ...], limit: int = 500
) -> list[SeenPart]:
    """Return a group's parts of a kind in one of these states, the latest first.

    Each is told as those see it who see most of it.
    """
    found: dict[str, SeenPart] = {}
    for audience in _MOST_FIRST:
        rows = tx.all(
            _SEEN
            + "WHERE actor = :actor AND kind = :kind AND audience = :audience AND gone_at IS NULL "
            "ORDER BY taken_at DESC, part DESC LIMIT :limit",
            actor=actor,
            kind=kind,
            audience=audience,
            limit=limit,
        )
        for row in rows:
            found.setdefault(row["part"], _seen(row))
    return [part for part in found.values() if part.state in states]


def years(tx: Tx, actor: str, kind: str, audience: str) -> tuple[int, int] | None:
    """Return the moments of the first and the last of a group's parts of a kind."""
    row = tx.one(
        "SELECT (SELECT taken_at FROM part_versions WHERE actor = :actor AND kind = :kind "
        "AND audience = :audience AND gone_at IS NULL ORDER BY taken_at, part LIMIT 1) AS first, "
        "(SELECT taken_at FROM part_versions WHERE actor = :actor AND kind = :kind "
        "AND audience = :audience AND gone_at IS NULL ORDER BY taken_at DESC, part DESC LIMIT 1) AS last",
        actor=actor,
        kind=kind,
        audience=audience,
    )
    return (row["first"], row["last"]) if row and row["first"] is not None else None


def _seen(row: Row) -> SeenPart:
    values: dict[str, Any] = {name: row[name] for name in SeenPart.__slots__}
    values |= {"document": bytes(row["document"]), "facts": orjson.loads(row["facts"])}
    return SeenPart(**values)

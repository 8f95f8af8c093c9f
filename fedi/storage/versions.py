"""What our groups published, as each audience sees it: one row for each version and each audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Version:
    """An object as one audience sees it; `source` is what its author wrote and is for the group alone."""

    object: str
    version: int
    audience: str
    document: bytes
    html: str
    source: str
    facts: Mapping[str, Any]
    published_at: int


_SELECT = (
    "SELECT object, version, audience, document, html, source, facts, published_at FROM versions "
)
PRESENT = (
    "SELECT versions.object, versions.version, versions.audience, document, html, source, facts, "
    "versions.published_at FROM versions JOIN objects ON objects.id = versions.object "
    "AND objects.version = versions.version "
    "WHERE versions.object = :id AND versions.audience = :audience"
)


def add(tx: Tx, version: Version) -> None:
    """Keep what an audience sees of a version."""
    tx.execute(
        "INSERT INTO versions (object, version, audience, document, html, source, facts, published_at) "
        "VALUES (:object, :version, :audience, :document, :html, :source, :facts, :published_at)",
        object=version.object,
        version=version.version,
        audience=version.audience,
        document=version.document,
        html=version.html,
        source=version.source,
        facts=orjson.dumps(version.facts).decode(),
        published_at=version.published_at,
    )


def set_others(
    tx: Tx, object_id: str, number: int, audience: str, others: Iterable[Version]
) -> None:
    """Keep what other audiences than the one it is for see of a version, in place of what there was."""
    tx.execute(
        "DELETE FROM versions WHERE object = :id AND version = :number AND audience <> :audience",
        id=object_id,
        number=number,
        audience=audience,
    )
    for other in others:
        add(tx, other)


def present(tx: Tx, object_id: str, audience: str) -> Version | None:
    """Return the present version as an audience sees it, if it sees something of its own."""
    row = tx.one(PRESENT, id=object_id, audience=audience)
    return _version(row) if row else None


def of_number(tx: Tx, object_id: str, number: int) -> list[Version]:
    """Return one version as each audience sees it that sees something of its own."""
    rows = tx.all(
        _SELECT + "WHERE object = :id AND version = :number ORDER BY audience",
        id=object_id,
        number=number,
    )
    return [_version(row) for row in rows]


def audiences(tx: Tx, object_id: str, number: int) -> set[str]:
    """Return the audiences that see something of their own in a version."""
    rows = tx.all(
        "SELECT audience FROM versions WHERE object = :id AND version = :number",
        id=object_id,
        number=number,
    )
    return {row["audience"] for row in rows}


def all_seen(tx: Tx, object_id: str, audience: str) -> list[Version]:
    """Return every version that an audience has seen, the first one first."""
    rows = tx.all(
        _SELECT + "WHERE object = :id AND audience = :audience ORDER BY version",
        id=object_id,
        audience=audience,
    )
    return [_version(row) for row in rows]


def source_at(tx: Tx, object_id: str, audience: str, number: int) -> tuple[str, int]:
    """Return the source of the version an audience saw at a number, and how many it had seen by then."""
    row = tx.one(
        "SELECT source FROM versions WHERE object = :id AND audience = :audience "
        "AND version <= :number ORDER BY version DESC LIMIT 1",
        id=object_id,
        audience=audience,
        number=number,
    )
    counted = tx.one(
        "SELECT count(*) AS n FROM versions WHERE object = :id AND audience = :audience "
        "AND version <= :number",
        id=object_id,
        audience=audience,
        number=number,
    )
    return (row["source"] if row else "", counted["n"] if counted else 0)


def last_seen(tx: Tx, object_id: str, audience: str, limit: int) -> list[Version]:
    """Return the last versions that an audience has seen, the last one first."""
    rows = tx.all(
        _SELECT + "WHERE object = :id AND audience = :audience ORDER BY version DESC LIMIT :limit",
        id=object_id,
        audience=audience,
        limit=limit,
    )
    return [_version(row) for row in rows]


def source(tx: Tx, object_id: str, audience: str) -> str:
    """Return all that was written, with its marks, of what is for an audience.

    It is for the group's own editing and for nobody else.
    """
    found = present(tx, object_id, "members") or present(tx, object_id, audience)
    return found.source if found else ""


def _version(row: Row) -> Version:
    return Version(
        object=row["object"],
        version=row["version"],
        audience=row["audience"],
        document=bytes(row["document"]),
        html=row["html"],
        source=row["source"],
        facts=orjson.loads(row["facts"]),
        published_at=row["published_at"],
    )

"""Published things in other languages: the last translation into each, as each audience sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Translation:
    """A published thing in another language; `of_version` is the version it was made from.

    `content` and `summary` are what its document says, `html` and `facts` what its page shows; `source` is for the
    group alone. `made_by` names a group elsewhere; without it the group's own members made it.
    """

    object: str
    language: str
    audience: str
    of_version: int
    title: str
    summary: str
    content: str
    html: str
    source: str
    facts: Mapping[str, Any]
    added_at: int
    made_by: str = ""


_COLUMNS = (
    "SELECT object, language, audience, of_version, title, summary, content, html, source, facts, "
    "added_at, made_by FROM translations "
)


def put(tx: Tx, translation: Translation) -> None:
    """Keep a translation as one audience sees it."""
    tx.execute(
        "INSERT INTO translations (object, language, audience, of_version, title, summary, content, "
        "html, source, facts, added_at, made_by) VALUES (:object, :language, :audience, :of_version, "
        ":title, :summary, :content, :html, :source, :facts, :added_at, :made_by)",
        object=translation.object,
        language=translation.language,
        audience=translation.audience,
        of_version=translation.of_version,
        title=translation.title,
        summary=translation.summary,
        content=translation.content,
        html=translation.html,
        source=translation.source,
        facts=orjson.dumps(translation.facts).decode(),
        added_at=translation.added_at,
        made_by=translation.made_by,
    )


def of_object(tx: Tx, object_id: str, audience: str) -> list[Translation]:
    """Return every translation that an audience sees, by language."""
    rows = tx.all(
        _COLUMNS + "WHERE object = :object AND audience = :audience ORDER BY language",
        object=object_id,
        audience=audience,
    )
    return [_translation(row) for row in rows]


def drop(tx: Tx, object_id: str, language: str) -> bool:
    """Delete a translation; tell whether there was one."""
    sql = "DELETE FROM translations WHERE object = :object AND language = :language"
    return tx.execute(sql, object=object_id, language=language) > 0


def forget(tx: Tx, object_id: str) -> None:
    """Delete every translation of something that was withdrawn."""
    tx.execute("DELETE FROM translations WHERE object = :object", object=object_id)


def forget_of(tx: Tx, actor: str) -> None:
    """Delete every translation of what a group published."""
    tx.execute(
        "DELETE FROM translations WHERE object IN (SELECT id FROM objects WHERE actor = :actor)",
        actor=actor,
    )


def _translation(row: Row) -> Translation:
    return Translation(**{**row, "facts": orjson.loads(row["facts"])})

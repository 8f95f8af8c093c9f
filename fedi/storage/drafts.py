"""What is being written: drafts of our groups, and the files uploaded for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Draft:
    """Something being written; `form` holds the fields as typed, `source` what they make, as far as they do.

    `state` is 'draft', 'checked' or 'scheduled' (for `publish_at`); `failure` is why it was not published then.
    `findings` are pairs of kind and text that the writer keeps although they look private. `version` counts the times
    it was saved.
    """

    id: str
    group: str
    kind: str
    made_by: str
    changed_by: str
    created_at: int
    updated_at: int
    title: str = ""
    form: Mapping[str, list[str]] = field(default_factory=dict)
    source: str = ""
    findings: tuple[tuple[str, str], ...] = ()
    state: str = "draft"
    object: str | None = None
    failure: str = ""
    version: int = 1
    publish_at: int | None = None


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file uploaded for a draft, safe already; `about` is plain data: type, size, description and the like."""

    name: str
    draft: str
    place: int
    about: Mapping[str, Any]
    created_at: int


SELECT = (
    "SELECT id, grp, kind, title, form, source, findings, state, object, failure, version, publish_at, "
    "made_by, changed_by, created_at, updated_at FROM drafts "
)
_FILES = "SELECT name, draft, place, about, created_at FROM draft_files "


def add(tx: Tx, draft: Draft) -> None:
    """Keep a new draft."""
    tx.execute(
        "INSERT INTO drafts (id, grp, kind, title, form, source, findings, state, object, failure, "
        "version, publish_at, made_by, changed_by, created_at, updated_at) VALUES (:id, :grp, "
        ":kind, :title, :form, :source, :findings, :state, :object, :failure, :version, "
        ":publish_at, :made_by, :changed_by, :created_at, :updated_at)",
        id=draft.id,
        grp=draft.group,
        kind=draft.kind,
        object=draft.object,
        version=draft.version,
        made_by=draft.made_by,
        created_at=draft.created_at,
        **_changeable(draft),
    )


def save(tx: Tx, draft: Draft) -> bool:
    """Keep a draft as it is now, one version further; tell whether nobody else saved it since it was read."""
    return (
        tx.execute(
            "UPDATE drafts SET title = :title, form = :form, source = :source, findings = :findings, "
            "state = :state, failure = :failure, publish_at = :publish_at, "
            "changed_by = :changed_by, updated_at = :updated_at, version = version + 1 "
            "WHERE id = :id AND version = :version",
            id=draft.id,
            version=draft.version,
            **_changeable(draft),
        )
        == 1
    )


def find(tx: Tx, draft_id: str) -> Draft | None:
    """Return the draft with this id."""
    row = tx.one(SELECT + "WHERE id = :id", id=draft_id)
    return _draft(row) if row else None


def of_group(tx: Tx, group: str, kind: str | None = None, limit: int = 100) -> list[Draft]:
    """Return what a group is writing, of one kind or all, the last changed first."""
    rows = tx.all(
        SELECT + "WHERE grp = :grp AND (CAST(:kind AS TEXT) IS NULL OR kind = :kind) "
        "ORDER BY updated_at DESC, id DESC LIMIT :limit",
        grp=group,
        kind=kind,
        limit=limit,
    )
    return [_draft(row) for row in rows]


def of_object(tx: Tx, object_id: str) -> Draft | None:
    """Return the draft of the next version of something published."""
    row = tx.one(
        SELECT + "WHERE object = :object ORDER BY created_at, id LIMIT 1", object=object_id
    )
    return _draft(row) if row else None


def count_by_kind(tx: Tx, group: str) -> dict[str, int]:
    """Count what a group is writing, by kind."""
    rows = tx.all(
        "SELECT kind, count(*) AS n FROM drafts WHERE grp = :grp GROUP BY kind ORDER BY kind",
        grp=group,
    )
    return {row["kind"]: int(row["n"]) for row in rows}


def count_waiting(tx: Tx, group: str) -> dict[str, int]:
    """Count the drafts of a group that do not come out by themselves, by kind."""
    rows = tx.all(
        "SELECT kind, count(*) AS n FROM drafts WHERE grp = :grp AND state <> 'scheduled' "
        "GROUP BY kind ORDER BY kind",
        grp=group,
    )
    return {row["kind"]: int(row["n"]) for row in rows}


def of_nobody(tx: Tx, limit: int = 100) -> list[str]:
    """Return the ids of drafts of groups that were removed."""
    rows = tx.all(
        "SELECT drafts.id FROM drafts JOIN groups ON groups.actor = drafts.grp "
        "WHERE groups.removed_at IS NOT NULL ORDER BY drafts.id LIMIT :limit",
        limit=limit,
    )
    return [row["id"] for row in rows]


def remove(tx: Tx, draft_id: str) -> None:
    """Forget a draft; its files stay until they are removed."""
    tx.execute("DELETE FROM drafts WHERE id = :id", id=draft_id)


def add_file(tx: Tx, file: DraftFile) -> None:
    """Keep a file of a draft, or what is known of it now; a name belongs to one draft for ever."""
    tx.execute(
        "INSERT INTO draft_files (name, draft, place, about, created_at) "
        "VALUES (:name, :draft, :place, :about, :created_at) ON CONFLICT (name) DO UPDATE SET "
        "place = excluded.place, about = excluded.about WHERE draft_files.draft = excluded.draft",
        name=file.name,
        draft=file.draft,
        place=file.place,
        about=orjson.dumps(file.about).decode(),
        created_at=file.created_at,
    )


def files_of(tx: Tx, draft_id: str) -> list[DraftFile]:
    """Return the files of a draft in their order."""
    rows = tx.all(_FILES + "WHERE draft = :draft ORDER BY place, name", draft=draft_id)
    return [_file(row) for row in rows]


def abandoned_files(tx: Tx, limit: int = 200) -> list[str]:
    """Return names of files whose draft is gone."""
    rows = tx.all(
        "SELECT name FROM draft_files WHERE NOT EXISTS "
        "(SELECT 1 FROM drafts WHERE drafts.id = draft_files.draft) ORDER BY name LIMIT :limit",
        limit=limit,
    )
    return [row["name"] for row in rows]


def remove_files(tx: Tx, names: Iterable[str]) -> None:
    """Forget files of drafts; whoever calls sees to the files themselves."""
    tx.executemany("DELETE FROM draft_files WHERE name = :name", [{"name": name} for name in names])


def _changeable(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "form": orjson.dumps(draft.form).decode(),
        "source": draft.source,
        "findings": orjson.dumps(draft.findings).decode(),
        "state": draft.state,
        "failure": draft.failure,
        "publish_at": draft.publish_at,
        "changed_by": draft.changed_by,
        "updated_at": draft.updated_at,
    }


def _draft(row: Row) -> Draft:
    return Draft(
        id=row["id"],
        group=row["grp"],
        kind=row["kind"],
        title=row["title"],
        form=orjson.loads(row["form"]),
        source=row["source"],
        findings=tuple((kind, text) for kind, text in orjson.loads(row["findings"])),
        state=row["state"],
        object=row["object"],
        failure=row["failure"],
        version=row["version"],
        publish_at=row["publish_at"],
        made_by=row["made_by"],
        changed_by=row["changed_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _file(row: Row) -> DraftFile:
    return DraftFile(
        name=row["name"],
        draft=row["draft"],
        place=row["place"],
        about=orjson.loads(row["about"]),
        created_at=row["created_at"],
    )

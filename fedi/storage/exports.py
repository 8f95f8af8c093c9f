"""Files with everything a group has here: asked for, made, and gone after a day."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Export:
    """One file; `name` is random, `made_at` is None while it is being made."""

    name: str
    group: str
    asked_at: int
    expires_at: int
    made_at: int | None = None
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """Something a group published or is writing; `audience` is named where it saw less or more than others."""

    folder: str
    kind: str
    id: str
    at: int
    source: str
    audience: str = ""
    document: bytes = b""


_SELECT = "SELECT name, grp, asked_at, expires_at, made_at, bytes FROM exports "


def add(tx: Tx, export: Export) -> None:
    """Note that a file is to be made."""
    tx.execute(
        "INSERT INTO exports (name, grp, asked_at, expires_at) "
        "VALUES (:name, :grp, :asked_at, :expires_at)",
        name=export.name,
        grp=export.group,
        asked_at=export.asked_at,
        expires_at=export.expires_at,
    )


def find(tx: Tx, name: str) -> Export | None:
    """Return what is known of a file."""
    row = tx.one(_SELECT + "WHERE name = :name", name=name)
    return _export(row) if row else None


def of_group(tx: Tx, group: str) -> list[Export]:
    """Return the files of a group, the latest first."""
    rows = tx.all(_SELECT + "WHERE grp = :grp ORDER BY asked_at DESC, name", grp=group)
    return [_export(row) for row in rows]


def finish(tx: Tx, name: str, size: int, made_at: int, expires_at: int) -> None:
    """Note that a file is there, with its size in bytes."""
    tx.execute(
        "UPDATE exports SET bytes = :size, made_at = :made_at, expires_at = :expires_at "
        "WHERE name = :name",
        name=name,
        size=size,
        made_at=made_at,
        expires_at=expires_at,
    )


def remove(tx: Tx, name: str) -> None:
    """Forget a file."""
    tx.execute("DELETE FROM exports WHERE name = :name", name=name)


def posts_after(tx: Tx, group: str, after: tuple[str, str], limit: int) -> list[Text]:
    """Return a page of what a group published, in its latest version for each audience, by id and audience."""
    rows = tx.all(
        """
        SELECT objects.id, kind, objects.published_at, versions.audience, source, document
        FROM objects JOIN versions
            ON versions.object = objects.id AND versions.version = objects.version
        WHERE actor = :actor AND withdrawn_at IS NULL
            AND (objects.id > :id OR (objects.id = :id AND versions.audience > :audience))
        ORDER BY objects.id, versions.audience LIMIT :limit
        """,
        actor=group,
        id=after[0],
        audience=after[1],
        limit=limit,
    )
    return [
        Text(
            "posts",
            row["kind"],
            row["id"],
            row["published_at"],
            row["source"],
            row["audience"],
            bytes(row["document"]),
        )
        for row in rows
    ]


def drafts_after(tx: Tx, group: str, after: tuple[str, str], limit: int) -> list[Text]:
    """Return a page of what a group is writing, by id."""
    rows = tx.all(
        "SELECT id, kind, updated_at, source FROM drafts WHERE grp = :grp AND id > :id "
        "ORDER BY id LIMIT :limit",
        grp=group,
        id=after[0],
        limit=limit,
    )
    return [
        Text("drafts", row["kind"], row["id"], row["updated_at"], row["source"]) for row in rows
    ]


def followers(tx: Tx, group: str) -> list[str]:
    """Return the ids of all who follow a group."""
    rows = tx.all(
        "SELECT follower FROM follows WHERE followed = :grp AND state = 'accepted' ORDER BY follower",
        grp=group,
    )
    return [row["follower"] for row in rows]


def _export(row: Row) -> Export:
    return Export(
        name=row["name"],
        group=row["grp"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        made_at=row["made_at"],
        bytes=row["bytes"],
    )

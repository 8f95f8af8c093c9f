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


def _export(row: Row) -> Export:
    return Export(
        name=row["name"],
        group=row["grp"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        made_at=row["made_at"],
        bytes=row["bytes"],
    )

"""The pictures we serve: each by its random name, with what is known of it and who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture; `focal` is the point to keep in view, from -1 to 1 to the right and up."""

    name: str
    media_type: str
    width: int
    height: int
    bytes: int
    blurhash: str = ""
    description: str = ""
    focal: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """A picture with the object it belongs to (None for a group's own) and the audience that may see it."""

    picture: Picture
    object: str | None
    audience: str


_SELECT = (
    "SELECT name, media_type, description, width, height, blurhash, focal, bytes, object, audience "
    "FROM media "
)


def add(tx: Tx, picture: Picture, *, object_id: str | None, audience: str, now: int) -> None:
    """Keep a picture; one that is there already changes its description, focal point and audience."""
    tx.execute(
        "INSERT INTO media (name, media_type, description, width, height, blurhash, focal, bytes, object, "
        "audience, created_at) VALUES (:name, :media_type, :description, :width, :height, :blurhash, "
        ":focal, :bytes, :object, :audience, :now) ON CONFLICT (name) DO UPDATE SET "
        "description = excluded.description, focal = excluded.focal, audience = excluded.audience",
        name=picture.name,
        media_type=picture.media_type,
        description=picture.description,
        width=picture.width,
        height=picture.height,
        blurhash=picture.blurhash,
        focal=" ".join(map(str, picture.focal)) if picture.focal else "",
        bytes=picture.bytes,
        object=object_id,
        audience=audience,
        now=now,
    )


def find(tx: Tx, name: str) -> Media | None:
    """Return what is known of the picture with this name."""
    row = tx.one(_SELECT + "WHERE name = :name", name=name)
    return _media(row) if row else None


def of_object(tx: Tx, object_id: str) -> list[Picture]:
    """Return the pictures of an object."""
    rows = tx.all(_SELECT + "WHERE object = :object ORDER BY name", object=object_id)
    return [_media(row).picture for row in rows]


def names_of_actor(tx: Tx, actor: str) -> list[str]:
    """Return the names of the pictures of everything a group published."""
    rows = tx.all(
        "SELECT name FROM media WHERE object IN (SELECT id FROM objects WHERE actor = :actor) "
        "ORDER BY name",
        actor=actor,
    )
    return [row["name"] for row in rows]


def remove(tx: Tx, names: Iterable[str]) -> None:
    """Forget pictures; whoever calls sees to it that the files go once this is committed."""
    tx.executemany("DELETE FROM media WHERE name = :name", [{"name": name} for name in names])


def _media(row: Row) -> Media:
    across, _, up = row["focal"].partition(" ")
    return Media(
        Picture(
            name=row["name"],
            media_type=row["media_type"],
            width=row["width"],
            height=row["height"],
            bytes=row["bytes"],
            blurhash=row["blurhash"],
            description=row["description"],
            focal=(float(across), float(up)) if up else None,
        ),
        object=row["object"],
        audience=row["audience"],
    )

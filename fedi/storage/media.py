"""The pictures and sounds we serve: each by its random name, with what is known of it and who may have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture; `focal` is the point to keep in view, from -1 to 1 to the right and up.

    `thumbnail` is the name of a smaller one, where it is large.
    """

    name: str
    media_type: str
    width: int
    height: int
    bytes: int
    blurhash: str = ""
    description: str = ""
    focal: tuple[float, float] | None = None
    thumbnail: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A stored recording of so many milliseconds, and what is said in it; the same sound has the same fingerprint."""

    name: str
    media_type: str
    bytes: int
    duration: int
    fingerprint: str
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A file with the object it belongs to (None for a group's own picture) and the audience that may have it."""

    file: Picture | Voice
    object: str | None
    audience: str


_SELECT = (
    "SELECT name, media_type, description, width, height, blurhash, focal, thumbnail, transcript, duration, "
    "fingerprint, bytes, object, audience FROM media "
)


def add(tx: Tx, file: Picture | Voice, *, object_id: str | None, audience: str, now: int) -> None:
    """Keep a file; one that is there already changes what is said about it, and its audience."""
    tx.execute(
        "INSERT INTO media (name, media_type, description, width, height, blurhash, focal, thumbnail, "
        "transcript, duration, fingerprint, bytes, object, audience, created_at) VALUES (:name, "
        ":media_type, :description, :width, :height, :blurhash, :focal, :thumbnail, :transcript, "
        ":duration, :fingerprint, :bytes, :object, :audience, :now) ON CONFLICT (name) DO UPDATE SET "
        "description = excluded.description, focal = excluded.focal, transcript = excluded.transcript, "
        "audience = excluded.audience",
        **(_of_picture(file) if isinstance(file, Picture) else _of_voice(file)),
        name=file.name,
        media_type=file.media_type,
        bytes=file.bytes,
        object=object_id,
        audience=audience,
        now=now,
    )


def find(tx: Tx, name: str) -> Media | None:
    """Return what is known of the file with this name."""
    row = tx.one(_SELECT + "WHERE name = :name", name=name)
    return _media(row) if row else None


def of_object(tx: Tx, object_id: str) -> list[Picture]:
    """Return the pictures of an object."""
    return [media.file for media in _of_object(tx, object_id) if isinstance(media.file, Picture)]


def voices_of(tx: Tx, object_id: str) -> list[Voice]:
    """Return the recordings of an object."""
    return [media.file for media in _of_object(tx, object_id) if isinstance(media.file, Voice)]


def names_of_actor(tx: Tx, actor: str) -> list[str]:
    """Return the names of the files of everything a group published."""
    rows = tx.all(
        "SELECT name FROM media WHERE object IN (SELECT id FROM objects WHERE actor = :actor) "
        "ORDER BY name",
        actor=actor,
    )
    return [row["name"] for row in rows]


def remove(tx: Tx, names: Iterable[str]) -> None:
    """Forget files; whoever calls sees to it that the files go once this is committed."""
    tx.executemany("DELETE FROM media WHERE name = :name", [{"name": name} for name in names])


def _of_object(tx: Tx, object_id: str) -> list[Media]:
    rows = tx.all(_SELECT + "WHERE object = :object ORDER BY name", object=object_id)
    return [_media(row) for row in rows]


def _of_picture(picture: Picture) -> dict[str, Any]:
    return {
        "description": picture.description,
        "width": picture.width,
        "height": picture.height,
        "blurhash": picture.blurhash,
        "focal": " ".join(map(str, picture.focal)) if picture.focal else "",
        "thumbnail": picture.thumbnail,
        "transcript": "",
        "duration": 0,
        "fingerprint": "",
    }


def _of_voice(voice: Voice) -> dict[str, Any]:
    nothing = {
        "description": "",
        "width": 0,
        "height": 0,
        "blurhash": "",
        "focal": "",
        "thumbnail": "",
    }
    return {
        **nothing,
        "transcript": voice.transcript,
        "duration": voice.duration,
        "fingerprint": voice.fingerprint,
    }


def _media(row: Row) -> Media:
    is_voice = row["media_type"].startswith("audio/")
    return Media(_voice(row) if is_voice else _picture(row), row["object"], row["audience"])


def _picture(row: Row) -> Picture:
    across, _, up = row["focal"].partition(" ")
    return Picture(
        name=row["name"],
        media_type=row["media_type"],
        width=row["width"],
        height=row["height"],
        bytes=row["bytes"],
        blurhash=row["blurhash"],
        description=row["description"],
        focal=(float(across), float(up)) if up else None,
        thumbnail=row["thumbnail"],
    )


def _voice(row: Row) -> Voice:
    return Voice(
        name=row["name"],
        media_type=row["media_type"],
        bytes=row["bytes"],
        duration=row["duration"],
        fingerprint=row["fingerprint"],
        transcript=row["transcript"],
    )

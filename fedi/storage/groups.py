"""Our groups: what each decides about its own actor; a removed group stays, so that its name is never reused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from fedi.storage.tx import Row, Tx


class Field(NamedTuple):
    """A line of a profile; `value` is plain text or one URL, `verified_at` when it was seen to link back."""

    name: str
    value: str
    verified_at: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group of ours; `actor` is its id, `name` stands in its handle and never changes.

    `about` is clean HTML, `about_source` the Markdown it was made of ('' where that is not known).
    """

    actor: str
    name: str
    title: str
    created_at: int
    updated_at: int
    summary: str = ""
    about: str = ""
    fields: tuple[Field, ...] = ()
    place: str = ""
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    motif: str = "house"
    ink: str = ""
    avatar: str | None = None
    banner: str | None = None
    locked: bool = False
    discoverable: bool = True
    followers_visible: bool = False
    quotes: str = "public"
    also_known_as: tuple[str, ...] = ()
    version: int = 1
    last_post_at: int | None = None
    removed_at: int | None = None
    about_source: str = ""


SELECT = (
    "SELECT actor, name, title, summary, about, fields, place, languages, themes, motif, ink, avatar, "
    "banner, locked, discoverable, followers_visible, quotes, also_known_as, version, created_at, "
    "updated_at, last_post_at, removed_at, about_source FROM groups "
)


def add(tx: Tx, group: Group) -> bool:
    """Keep a new group; tell whether the name was free (it is not, once a group has had it)."""
    return (
        tx.execute(
            "INSERT INTO groups (actor, name, title, summary, about, fields, place, languages, themes, "
            "motif, ink, avatar, banner, locked, discoverable, followers_visible, quotes, also_known_as, "
            "version, created_at, updated_at, about_source) VALUES (:actor, :name, :title, :summary, :about, :fields, "
            ":place, :languages, :themes, :motif, :ink, :avatar, :banner, :locked, :discoverable, "
            ":followers_visible, :quotes, :also_known_as, :version, :created_at, :updated_at, :about_source) "
            "ON CONFLICT DO NOTHING",
            created_at=group.created_at,
            **_values(group),
        )
        == 1
    )


def save(tx: Tx, group: Group) -> None:
    """Write back every changeable column of a group."""
    tx.execute(
        "UPDATE groups SET title = :title, summary = :summary, about = :about, fields = :fields, "
        "place = :place, languages = :languages, themes = :themes, motif = :motif, ink = :ink, "
        "avatar = :avatar, banner = :banner, locked = :locked, discoverable = :discoverable, "
        "followers_visible = :followers_visible, quotes = :quotes, also_known_as = :also_known_as, "
        "version = :version, updated_at = :updated_at, about_source = :about_source "
        "WHERE actor = :actor AND name = :name",
        **_values(group),
    )


def find(tx: Tx, name: str) -> Group | None:
    """Return the group with this name, removed or not."""
    row = tx.one(SELECT + "WHERE name = :name", name=name)
    return _group(row) if row else None


def find_by_actor(tx: Tx, actor: str) -> Group | None:
    """Return the group with this actor id, removed or not."""
    row = tx.one(SELECT + "WHERE actor = :actor", actor=actor)
    return _group(row) if row else None


def list_(tx: Tx) -> list[Group]:
    """Return every group that was not removed, by name."""
    return [_group(row) for row in tx.all(SELECT + "WHERE removed_at IS NULL ORDER BY name")]


def note_post(tx: Tx, actor: str, now: int) -> None:
    """Note when a group last published something."""
    tx.execute("UPDATE groups SET last_post_at = :now WHERE actor = :actor", actor=actor, now=now)


def remove(tx: Tx, actor: str, now: int) -> bool:
    """Mark a group as removed; tell whether it was there."""
    return (
        tx.execute(
            "UPDATE groups SET removed_at = :now, updated_at = :now "
            "WHERE actor = :actor AND removed_at IS NULL",
            actor=actor,
            now=now,
        )
        == 1
    )


def _values(group: Group) -> dict[str, Any]:
    return {
        "actor": group.actor,
        "name": group.name,
        "title": group.title,
        "summary": group.summary,
        "about": group.about,
        "fields": orjson.dumps([tuple(field) for field in group.fields]).decode(),
        "place": group.place,
        "languages": orjson.dumps(group.languages).decode(),
        "themes": orjson.dumps(group.themes).decode(),
        "motif": group.motif,
        "ink": group.ink,
        "avatar": group.avatar,
        "banner": group.banner,
        "locked": int(group.locked),
        "discoverable": int(group.discoverable),
        "followers_visible": int(group.followers_visible),
        "quotes": group.quotes,
        "also_known_as": orjson.dumps(group.also_known_as).decode(),
        "version": group.version,
        "updated_at": group.updated_at,
        "about_source": group.about_source,
    }


def _group(row: Row) -> Group:
    return Group(
        actor=row["actor"],
        name=row["name"],
        title=row["title"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        summary=row["summary"],
        about=row["about"],
        fields=tuple(Field(*field) for field in orjson.loads(row["fields"])),
        place=row["place"],
        languages=tuple(orjson.loads(row["languages"])),
        themes=tuple(orjson.loads(row["themes"])),
        motif=row["motif"],
        ink=row["ink"],
        avatar=row["avatar"],
        banner=row["banner"],
        locked=bool(row["locked"]),
        discoverable=bool(row["discoverable"]),
        followers_visible=bool(row["followers_visible"]),
        quotes=row["quotes"],
        also_known_as=tuple(orjson.loads(row["also_known_as"])),
        version=row["version"],
        last_post_at=row["last_post_at"],
        removed_at=row["removed_at"],
        about_source=row["about_source"],
    )

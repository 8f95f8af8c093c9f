"""group set: what a group says about itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fedi.actors import groups
from fedi.commands.running import Desk, find_our_group, with_desk
from fedi.errors import Refused
from fedi.publishing import fields, pictures
from fedi.publishing.about import about_html
from fedi.publishing.front_matter import Found, Problems, Reader
from fedi.publishing.pictures import Encoded
from fedi.storage import media
from fedi.storage.groups import Group
from fedi.storage.media import Picture
from fedi.storage.tx import Tx
from fedi.web.art.avatars import MOTIFS
from fedi.web.art.raster import INKS

HARBOUR = "harbour"
"""What the ink is called that a group has from the beginning."""


def _checked(reader: Reader) -> Callable[[str], Any]:
    """Read a value as front matter is read, or raise Refused with what is wrong and the cure."""

    def read(value: str) -> Any:
        problems = Problems([])
        found = reader(Found(1, value), problems)
        for problem in problems.found:
            raise Refused(problem.sentence, cure=problem.cure)
        return found

    return read


def _each(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """Read values with commas between; none at all is an empty list."""
    return lambda value: tuple(read(word.strip()) for word in value.split(",") if word.strip())


def _pairs(value: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition(":") for part in value.split(";") if part.strip()]
    if any(not mark for _, mark, _ in pairs):
        raise Refused(
            "Fields are pairs.", cure="Write fields='Web: https://example.org; Meets: Thursdays'."
        )
    return tuple((label.strip(), text.strip()) for label, _, text in pairs)


def _ink(value: str) -> str:
    inks = (HARBOUR, *(name for name in INKS if name))
    chosen = _checked(fields.choice(*inks))(value)
    return "" if chosen == HARBOUR else chosen


def _switch(value: str) -> bool:
    words = ("on", "off", "yes", "no", "true", "false")
    return _checked(fields.choice(*words))(value) in ("on", "yes", "true")


READERS: dict[str, Callable[[str], Any]] = {
    "title": str,
    "summary": str,
    "about": about_html,
    "fields": _pairs,
    "place": str,
    "languages": _each(_checked(fields.language)),
    "themes": _each(str),
    "motif": _checked(fields.choice(*MOTIFS)),
    "ink": _ink,
    "locked": _switch,
    "discoverable": _switch,
    "followers_visible": _switch,
    "quotes": _checked(fields.choice("public", "followers", "nobody")),
    "also_known_as": _each(_checked(fields.web_address())),
}
PICTURES = ("avatar", "banner")


@click.command("set")
@click.argument("name")
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
@with_desk
async def set_(desk: Desk, name: str, settings: tuple[str, ...]) -> None:
    """Change a group's profile, all of it or nothing; an empty VALUE takes away what stood there.

    Keys: title, summary, about (Markdown), fields ('Web: https://…; Meets: Thursdays'), place, languages,
    themes, motif, ink, avatar, banner (files), locked, discoverable, followers_visible (on or off), quotes
    (public, followers or nobody), also_known_as.
    """
    group = await find_our_group(desk, name)
    given = dict(_split(setting) for setting in settings)
    changes = {key: _read(key, value) for key, value in given.items() if key not in PICTURES}
    if "about" in given:
        changes["about_source"] = given["about"]
    files = {key: given[key] for key in PICTURES if key in given}
    encoded = {key: await _picture(file) for key, file in files.items() if file}
    stored = {key: _store(desk, picture) for key, picture in encoded.items()}
    changes |= {key: stored[key].name if key in stored else None for key in files}
    now = desk.now()

    def unit(tx: Tx) -> Group:
        for picture in stored.values():
            media.add(tx, picture, object_id=None, audience="public", now=now)
        return groups.set_profile(tx, desk.site, group.name, changes, now)

    try:
        after = await desk.store.write(unit)
    except Exception:
        for picture in stored.values():
            pictures.discard(desk.config.media, picture.name)
        raise
    unchanged = after.version == group.version
    said = (
        "Nothing has changed."
        if unchanged
        else f"{group.name} is changed, and its followers are told."
    )
    click.echo(said, err=True)


def _split(setting: str) -> tuple[str, str]:
    key, mark, value = setting.partition("=")
    if not mark:
        raise click.UsageError(f"{setting!r} is not KEY=VALUE.")
    if key not in READERS and key not in PICTURES:
        known = ", ".join(sorted([*READERS, *PICTURES]))
        raise Refused(f"A group has no {key}.", cure=f"It has: {known}.")
    return key, value


def _read(key: str, value: str) -> Any:
    try:
        return READERS[key](value)
    except Refused as error:
        raise Refused(f"{key}: {error.sentence}", cure=error.cure) from error


async def _picture(file: str) -> Encoded:
    """Read a group's own picture and write it anew without anything but its pixels."""
    try:
        data = await asyncio.to_thread(Path(file).read_bytes)
    except OSError as error:
        raise Refused(
            f"{file} cannot be read: {error.strerror}.", cure="Paths begin where you are."
        ) from error
    return await asyncio.to_thread(pictures.encode, data, file)


def _store(desk: Desk, made: Encoded) -> Picture:
    name = pictures.store(desk.config.media, made)
    return Picture(name, made.media_type, made.width, made.height, len(made.data), made.blurhash)


COMMANDS = (set_,)

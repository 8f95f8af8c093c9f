"""group add, list, show, set, rotate-keys and remove."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fedi.activitypub.html import own
from fedi.activitypub.keys import KeyPair, generate_ed25519, generate_rsa
from fedi.actors import groups as actor_groups
from fedi.commands.running import print_json, with_house
from fedi.errors import Refused
from fedi.house import House
from fedi.publishing import pictures
from fedi.publishing.markdown import render
from fedi.storage import deliveries, follows, media, streams
from fedi.storage import groups as rows
from fedi.storage.groups import Group
from fedi.storage.tx import Tx
from fedi.web.art.avatars import MOTIFS
from fedi.web.art.raster import INKS


async def new_keys() -> tuple[KeyPair, KeyPair]:
    """Make a pair of RSA and a pair of Ed25519 keys; the first takes a moment, so not on the loop."""
    return await asyncio.to_thread(generate_rsa), generate_ed25519()


@click.group()
def group() -> None:
    """Groups: each is one fediverse account."""


@group.command()
@click.argument("name")
@click.option("--title", required=True, help="What the group is called.")
@click.option("--summary", default="", help="One or two sentences about it.")
@click.option(
    "--locked", is_flag=True, help="Look at each request to follow before it is accepted."
)
@with_house
async def add(house: House, name: str, title: str, summary: str, locked: bool) -> None:
    """Add a group; NAME stands in its handle for ever."""
    rsa, ed25519 = await new_keys()
    now = house.now()
    made = await house.store.write(
        lambda tx: actor_groups.add_group(
            tx, house.site, name, title, summary, locked, now=now, rsa=rsa, ed25519=ed25519
        )
    )
    click.echo(f"@{house.site.handle(made.name)}")
    click.echo(f"{made.actor} can be found and followed from any fediverse server now.", err=True)


@group.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_house
async def list_(house: House, as_json: bool) -> None:
    """List the groups here."""
    found = await house.store.read(actor_groups.all_groups)
    if as_json:
        print_json([{"name": one.name, "title": one.title, "id": one.actor} for one in found])
        return
    for one in found:
        click.echo(f"@{house.site.handle(one.name)}\t{one.title}")
    if not found:
        click.echo("No group yet. Add one with: fedi group add NAME --title TITLE", err=True)


@group.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True)
@with_house
async def show(house: House, name: str, as_json: bool) -> None:
    """Show a group's profile and counts."""
    facts = await house.store.read(lambda tx: _facts(tx, house, actor_groups.get_group(tx, name)))
    if as_json:
        print_json(facts)
        return
    for label, value in facts.items():
        click.echo(f"{label.replace('_', ' ')}: {value}")


def _facts(tx: Tx, house: House, found: Group) -> dict[str, Any]:
    numbers = follows.counts(tx, found.actor)
    queued = deliveries.queued_by(tx, found.actor)
    return {
        "name": found.name,
        "handle": f"@{house.site.handle(found.name)}",
        "id": found.actor,
        "title": found.title,
        "summary": found.summary,
        "locked": found.locked,
        "discoverable": found.discoverable,
        "quotes": found.quotes,
        "place": found.place,
        "languages": list(found.languages),
        "motif": found.motif,
        "ink": found.ink or "harbour",
        "followers": numbers.followers,
        "following": numbers.following,
        "requests_waiting": follows.count_pending(tx, found.actor),
        "posts": sum(
            streams.count_by_kind(tx, found.actor, ("public", "unlisted", "followers")).values()
        ),
        "deliveries_waiting": queued.waiting,
        "deliveries_failed": queued.failed,
    }


def _switch(value: str) -> bool:
    if value.lower() in ("on", "yes", "true", "1"):
        return True
    if value.lower() in ("off", "no", "false", "0"):
        return False
    raise Refused(f"{value!r} is neither on nor off.", cure="Write on or off.")


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _pairs(value: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition(":") for part in value.split(";") if part.strip()]
    if any(not mark for _, mark, _ in pairs):
        raise Refused(
            "Fields are pairs.", cure="Write fields='Web: https://example.org; Meets: Thursdays'."
        )
    return tuple((label.strip(), text.strip()) for label, _, text in pairs)


def _one_of(known: tuple[str, ...]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in known:
            raise Refused(
                f"{value!r} is not among them.", cure=f"Choose one of: {', '.join(known)}."
            )
        return value

    return check


def _ink(value: str) -> str:
    return "" if value == "harbour" else _one_of(tuple(name for name in INKS if name))(value)


READERS: dict[str, Callable[[str], Any]] = {
    "title": str,
    "summary": str,
    "about": lambda text: own(render(text, mentions={}, tag_page=lambda tag: f"/tags/{tag}").html),
    "fields": _pairs,
    "place": str,
    "languages": _words,
    "themes": _words,
    "motif": _one_of(MOTIFS),
    "ink": _ink,
    "locked": _switch,
    "discoverable": _switch,
    "followers_visible": _switch,
    "quotes": _one_of(("public", "followers", "nobody")),
    "also_known_as": _words,
}


@group.command("set")
@click.argument("name")
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
@with_house
async def set_(house: House, name: str, settings: tuple[str, ...]) -> None:
    """Change a group's profile.

    Keys: title, summary, about (Markdown), fields ('Web: https://…; Meets: Thursdays'), place, languages,
    themes, motif, ink, avatar, banner (files), locked, discoverable, followers_visible, quotes, also_known_as.
    """
    changes: dict[str, Any] = {}
    for setting in settings:
        key, mark, value = setting.partition("=")
        if not mark:
            raise click.UsageError(f"{setting!r} is not KEY=VALUE.")
        if key in ("avatar", "banner"):
            changes[key] = await _picture(house, value) if value else None
        elif key in READERS:
            changes[key] = READERS[key](value)
        else:
            raise Refused(
                f"A group has no {key}.",
                cure=f"It has: {', '.join(sorted([*READERS, 'avatar', 'banner']))}.",
            )
    now = house.now()
    await house.store.write(lambda tx: actor_groups.set_profile(tx, house.site, name, changes, now))
    click.echo(f"{name} is changed, and its followers are told.", err=True)


async def _picture(house: House, file: str) -> str:
    """Read a group's own picture, write it anew without anything but its pixels, and return its name."""
    try:
        data = await asyncio.to_thread(Path(file).read_bytes)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    encoded = await asyncio.to_thread(pictures.encode, data, file)
    name = await asyncio.to_thread(pictures.store, house.config.media, encoded)
    made = media.Picture(
        name, encoded.media_type, encoded.width, encoded.height, len(encoded.data), encoded.blurhash
    )
    now = house.now()
    await house.store.write(
        lambda tx: media.add(tx, made, object_id=None, audience="public", now=now)
    )
    return name


@group.command("rotate-keys")
@click.argument("name")
@with_house
async def rotate_keys(house: House, name: str) -> None:
    """Give a group new keys; the old ones stay readable, so that what they signed can be checked."""
    rsa, ed25519 = await new_keys()
    now = house.now()
    await house.store.write(
        lambda tx: actor_groups.rotate_keys(tx, house.site, name, now=now, rsa=rsa, ed25519=ed25519)
    )
    click.echo(f"{name} has new keys, and its followers are told.", err=True)


@group.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_house
async def remove(house: House, name: str, yes: bool) -> None:
    """Take a group away for ever; its name cannot be used again."""
    found = await house.store.read(lambda tx: rows.find(tx, name))
    if found is not None and found.removed_at is None and not yes:
        click.confirm(
            f"Remove {found.title} for ever? Every server that knows it is told to delete it.",
            abort=True,
        )
    now = house.now()
    await house.store.write(lambda tx: actor_groups.remove_group(tx, house.site, name, now))
    click.echo(f"{name} is removed.", err=True)


COMMANDS = (group,)

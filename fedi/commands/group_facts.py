"""group list and show."""

from __future__ import annotations

from typing import Any

import click

from fedi.clock import iso
from fedi.commands.running import Desk, our_group, print_json, with_desk
from fedi.storage import deliveries, follows, groups, streams
from fedi.storage.groups import Group
from fedi.storage.tx import Tx


@click.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_desk
async def list_(desk: Desk, as_json: bool) -> None:
    """List the groups here."""
    found = await desk.store.read(groups.list_)
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "handle": f"@{desk.site.handle(one.name)}",
                    "title": one.title,
                    "id": one.actor,
                }
                for one in found
            ]
        )
        return
    for one in found:
        click.echo(f"@{desk.site.handle(one.name)}\t{one.title}")
    if not found:
        click.echo("No group yet. Add one with: fedi group add NAME --title TITLE", err=True)


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True)
@with_desk
async def show(desk: Desk, name: str, as_json: bool) -> None:
    """Show a group's profile and counts."""
    facts = await desk.store.read(lambda tx: _facts(tx, desk, our_group(tx, desk.site, name)))
    if as_json:
        print_json(facts)
        return
    for label, value in facts.items():
        text = _plain(value)
        if text:
            click.echo(f"{label.replace('_', ' ')}: {text}")


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_plain, value))
        case dict():
            return f"{value['name']}: {value['value']}" + (
                " (verified)" if value["verified"] else ""
            )
        case None:
            return ""
        case _:
            return str(value)


def _facts(tx: Tx, desk: Desk, found: Group) -> dict[str, Any]:
    numbers = follows.counts(tx, found.actor)
    queued = deliveries.queued_by(tx, found.actor)
    posts = streams.count_by_kind(tx, found.actor, ("public", "unlisted", "followers"))
    return {
        "name": found.name,
        "handle": f"@{desk.site.handle(found.name)}",
        "id": found.actor,
        "title": found.title,
        "summary": found.summary,
        "about": found.about,
        "fields": [
            {"name": one.name, "value": one.value, "verified": one.verified_at is not None}
            for one in found.fields
        ],
        "place": found.place,
        "languages": list(found.languages),
        "themes": list(found.themes),
        "motif": found.motif,
        "ink": found.ink or "harbour",
        "avatar": desk.site.media(found.avatar) if found.avatar else None,
        "banner": desk.site.media(found.banner) if found.banner else None,
        "locked": found.locked,
        "discoverable": found.discoverable,
        "followers_visible": found.followers_visible,
        "quotes": found.quotes,
        "also_known_as": list(found.also_known_as),
        "created": iso(found.created_at),
        "followers": numbers.followers,
        "following": numbers.following,
        "requests_waiting": follows.count_pending(tx, found.actor),
        "posts": sum(posts.values()),
        "deliveries_waiting": queued.waiting,
        "deliveries_failed": queued.failed,
    }


COMMANDS = (list_, show)

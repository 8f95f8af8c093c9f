"""follow, unfollow and requests."""

from __future__ import annotations

import click

from fedi.actors import follows as wishes
from fedi.actors.groups import get_group
from fedi.commands.running import print_json, with_house
from fedi.errors import Refused
from fedi.house import House
from fedi.storage import actors, follows
from fedi.storage.actors import Actor
from fedi.storage.tx import Tx


async def find_actor(house: House, who: str) -> Actor:
    """Return an actor by handle or id, fetching it where needed."""
    if who.startswith(("https://", "http://")):
        return await house.remote.actor(who)
    return await house.remote.by_handle(who)


@click.command()
@click.argument("group")
@click.argument("who", metavar="@NAME@HOST")
@with_house
async def follow(house: House, group: str, who: str) -> None:
    """Let GROUP follow somebody elsewhere."""
    found = await find_actor(house, who)
    now = house.now()
    wish = await house.store.write(lambda tx: wishes.follow(tx, house.site, group, found.id, now))
    said = "follows" if wish.state == follows.ACCEPTED else "asked to follow"
    click.echo(f"{group} {said} {found.name} ({found.id}).", err=True)


@click.command()
@click.argument("group")
@click.argument("who", metavar="@NAME@HOST")
@with_house
async def unfollow(house: House, group: str, who: str) -> None:
    """Let GROUP no longer follow somebody."""
    found = await find_actor(house, who)
    now = house.now()
    await house.store.write(lambda tx: wishes.unfollow(tx, house.site, group, found.id, now))
    click.echo(f"{group} no longer follows {found.name}.", err=True)


@click.command()
@click.argument("group")
@click.argument("answer", required=False, type=click.Choice(["accept", "refuse"]))
@click.argument("who", required=False, metavar="[WHO]")
@click.option("--json", "as_json", is_flag=True)
@with_house
async def requests(
    house: House, group: str, answer: str | None, who: str | None, as_json: bool
) -> None:
    """Show who waits to follow a locked GROUP, or accept or refuse WHO (a handle or id)."""
    if answer is None:
        waiting = await house.store.read(lambda tx: _waiting(tx, group))
        if as_json:
            print_json([{"id": actor, "handle": handle} for actor, handle in waiting])
        for actor, handle in [] if as_json else waiting:
            click.echo(f"{handle}\t{actor}")
        if not waiting and not as_json:
            click.echo("Nobody waits.", err=True)
        return
    if who is None:
        raise click.UsageError(
            f"Whom to {answer}? Give the handle or id that `fedi requests {group}` shows."
        )
    now = house.now()
    act = wishes.accept_request if answer == "accept" else wishes.refuse_request
    actor = await house.store.read(lambda tx: _named(tx, group, who))
    await house.store.write(lambda tx: act(tx, house.site, group, actor, now))
    click.echo("Accepted." if answer == "accept" else "Refused.", err=True)


def _waiting(tx: Tx, group: str) -> list[tuple[str, str]]:
    ours = get_group(tx, group)
    found: list[tuple[str, str]] = []
    for wish in follows.list_followers(tx, ours.actor, follows.PENDING, limit=1_000):
        actor = actors.find(tx, wish.follower)
        handle = (actor.handle or f"{actor.username}@{actor.host}") if actor else ""
        found.append((wish.follower, f"@{handle}" if handle else wish.follower))
    return found


def _named(tx: Tx, group: str, who: str) -> str:
    """Find who is meant among those who wait or follow, by id or handle."""
    if who.startswith(("https://", "http://")):
        return who
    wanted = who.strip().lstrip("@").lower()
    for actor, handle in _waiting(tx, group):
        if handle.lstrip("@").lower() == wanted:
            return actor
    known = actors.find_by_handle(tx, wanted)
    if known is None:
        raise Refused(f"{who} does not wait to follow {group}.")
    return known.id


COMMANDS = (follow, unfollow, requests)

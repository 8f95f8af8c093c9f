"""follow, unfollow and requests."""

from __future__ import annotations

import click

from fedi.activitypub.handles import parse_handle
from fedi.actors import follows as wishes
from fedi.commands.running import Desk, find_our_group, our_group, print_json, with_desk, with_house
from fedi.errors import Refused
from fedi.house import House
from fedi.storage import actors, follows
from fedi.storage.actors import Actor
from fedi.storage.tx import Tx


def is_address(who: str) -> bool:
    """Tell whether somebody is named by an id rather than by a handle."""
    return who.startswith(("https://", "http://"))


def handle_of(actor: Actor) -> str:
    """Write the handle of an actor, whether it is confirmed or not."""
    return f"@{actor.handle or f'{actor.username}@{actor.host}'}"


@click.command()
@click.argument("group")
@click.argument("who", metavar="@NAME@HOST")
@with_house
async def follow(house: House, group: str, who: str) -> None:
    """Let GROUP follow somebody elsewhere, by handle or id."""
    ours = await find_our_group(house, group)
    found = await (house.remote.actor(who) if is_address(who) else house.remote.by_handle(who))
    now = house.now()
    wish = await house.store.write(
        lambda tx: wishes.follow(tx, house.site, ours.name, found.id, now)
    )
    said = "follows" if wish.state == follows.ACCEPTED else "asked to follow"
    click.echo(f"{ours.name} {said} {handle_of(found)} ({found.id}).", err=True)


@click.command()
@click.argument("group")
@click.argument("who", metavar="@NAME@HOST")
@with_desk
async def unfollow(desk: Desk, group: str, who: str) -> None:
    """Let GROUP no longer follow somebody, even if their server is gone."""
    now = desk.now()

    def unit(tx: Tx) -> str:
        ours = our_group(tx, desk.site, group)
        found = _known(tx, who, [one.followed for one in _followed(tx, ours.actor)])
        if found is None:
            raise Refused(f"{ours.name} does not follow {who}.")
        wishes.unfollow(tx, desk.site, ours.name, found, now)
        return ours.name

    click.echo(f"{await desk.store.write(unit)} no longer follows {who}.", err=True)


@click.command()
@click.argument("group")
@click.argument("answer", required=False, type=click.Choice(["accept", "refuse"]))
@click.argument("who", required=False, metavar="[WHO]")
@click.option("--json", "as_json", is_flag=True)
@with_desk
async def requests(
    desk: Desk, group: str, answer: str | None, who: str | None, as_json: bool
) -> None:
    """Show who waits to follow a locked GROUP, or accept or refuse WHO (a handle or id)."""
    if answer is None:
        waiting = await desk.store.read(lambda tx: _waiting(tx, desk, group))
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
    now = desk.now()
    act = wishes.accept_request if answer == "accept" else wishes.refuse_request

    def unit(tx: Tx) -> None:
        ours = our_group(tx, desk.site, group)
        found = _known(tx, who, [actor for actor, _ in _waiting(tx, desk, group)])
        if found is None:
            raise Refused(
                f"{who} does not wait to follow {ours.name}.",
                cure=f"fedi requests {ours.name} shows who does.",
            )
        act(tx, desk.site, ours.name, found, now)

    await desk.store.write(unit)
    click.echo("Accepted." if answer == "accept" else "Refused.", err=True)


def _followed(tx: Tx, actor: str) -> list[follows.Follow]:
    states = (follows.ACCEPTED, follows.PENDING)
    return [
        one for state in states for one in follows.list_following(tx, actor, state, limit=5_000)
    ]


def _waiting(tx: Tx, desk: Desk, group: str) -> list[tuple[str, str]]:
    ours = our_group(tx, desk.site, group)
    found: list[tuple[str, str]] = []
    for wish in follows.list_followers(tx, ours.actor, follows.PENDING, limit=1_000):
        actor = actors.find(tx, wish.follower)
        found.append((wish.follower, handle_of(actor) if actor else wish.follower))
    return found


def _known(tx: Tx, who: str, among: list[str]) -> str | None:
    """Return the id of somebody who is known here, by handle or id; those asked about come first."""
    if is_address(who):
        return who
    wanted = parse_handle(who).address.lower()
    for actor_id in among:
        actor = actors.find(tx, actor_id)
        if actor is not None and handle_of(actor).lower() == f"@{wanted}":
            return actor_id
    found = actors.find_by_handle(tx, wanted)
    return found.id if found else None


COMMANDS = (follow, unfollow, requests)

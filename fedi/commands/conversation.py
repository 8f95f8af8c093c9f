"""reply, like, boost and undo."""

from __future__ import annotations

import click

from fedi.commands.publish import read_source, refusing, report
from fedi.commands.running import Desk, find_our_group, our_group, told_by, with_desk, with_house
from fedi.conversation import asked
from fedi.conversation.fetching import get_note
from fedi.house import House
from fedi.publishing import prepare
from fedi.storage.tx import Tx


async def find_post(house: House, url: str) -> str:
    """Return the id of a post, fetching it unless it is ours or known."""
    return url if house.site.is_local(url) else (await get_note(house, url)).id


@click.command()
@click.argument("group")
@click.argument("url")
@click.argument("file")
@with_house
async def reply(house: House, group: str, url: str, file: str) -> None:
    """Answer the post at URL as GROUP, with a Markdown file (- is standard input); prints the id."""
    ours = await find_our_group(house, group)
    source, folder = read_source(file)
    post = await find_post(house, url)
    with refusing(file):
        told = await prepare.publish_file(
            house,
            ours.name,
            "update",
            source,
            folder=folder,
            by=told_by(),
            now=house.now(),
            reply_to=post,
        )
    report(told)


@click.command()
@click.argument("group")
@click.argument("url")
@with_house
async def like(house: House, group: str, url: str) -> None:
    """Like the post at URL as GROUP; prints the id of the activity, for undo."""
    ours = await find_our_group(house, group)
    post, now = await find_post(house, url), house.now()
    said = await house.store.write(lambda tx: asked.like(tx, house.site, ours.name, post, now))
    click.echo(said)


@click.command()
@click.argument("group")
@click.argument("url")
@with_house
async def boost(house: House, group: str, url: str) -> None:
    """Share the post at URL with everybody who follows GROUP; prints the id of the activity, for undo."""
    ours = await find_our_group(house, group)
    post, now = await find_post(house, url), house.now()
    said = await house.store.write(lambda tx: asked.boost(tx, house.site, ours.name, post, now))
    click.echo(said)


@click.command()
@click.argument("group")
@click.argument("what", metavar="URL")
@with_desk
async def undo(desk: Desk, group: str, what: str) -> None:
    """Take back a like or share of GROUP; URL is the post or the id that like or boost printed."""
    now = desk.now()

    def unit(tx: Tx) -> None:
        asked.undo(tx, desk.site, our_group(tx, desk.site, group).name, what, now)

    await desk.store.write(unit)
    click.echo("Taken back.", err=True)


COMMANDS = (reply, like, boost, undo)

"""group add, rotate-keys and remove."""

from __future__ import annotations

import asyncio

import click

from fedi.activitypub.keys import KeyPair, generate_ed25519, generate_rsa
from fedi.actors import groups
from fedi.commands.running import Desk, find_our_group, with_desk


async def _new_keys() -> tuple[KeyPair, KeyPair]:
    """Make a pair of RSA and a pair of Ed25519 keys; the first takes a moment, so not on the loop."""
    return await asyncio.to_thread(generate_rsa), generate_ed25519()


@click.command()
@click.argument("name")
@click.option("--title", required=True, help="What the group is called.")
@click.option("--summary", default="", help="One or two sentences about it.")
@click.option(
    "--locked", is_flag=True, help="Look at each request to follow before it is accepted."
)
@with_desk
async def add(desk: Desk, name: str, title: str, summary: str, locked: bool) -> None:
    """Add a group and print its handle; NAME stands in it for ever."""
    rsa, ed25519 = await _new_keys()
    now = desk.now()
    made = await desk.store.write(
        lambda tx: groups.add_group(
            tx, desk.site, name, title, summary, locked, now=now, rsa=rsa, ed25519=ed25519
        )
    )
    click.echo(f"@{desk.site.handle(made.name)}")
    where = "on this machine" if desk.config.is_local else "from any fediverse server"
    click.echo(f"Its page is {made.actor}; it can be found and followed {where} now.", err=True)


@click.command("rotate-keys")
@click.argument("name")
@with_desk
async def rotate_keys(desk: Desk, name: str) -> None:
    """Give a group new keys; the old ones stay readable, so that what they signed can be checked."""
    group = await find_our_group(desk, name)
    rsa, ed25519 = await _new_keys()
    now = desk.now()
    await desk.store.write(
        lambda tx: groups.rotate_keys(tx, desk.site, group.name, now=now, rsa=rsa, ed25519=ed25519)
    )
    click.echo(f"{group.name} has new keys, and its followers are told.", err=True)


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_desk
async def remove(desk: Desk, name: str, yes: bool) -> None:
    """Take a group away for ever; its name cannot be used again."""
    group = await find_our_group(desk, name)
    if not yes:
        click.confirm(
            f"Remove {group.title} for ever? Every server that knows it is told to delete it.",
            abort=True,
            err=True,
        )
    now = desk.now()
    await desk.store.write(lambda tx: groups.remove_group(tx, desk.site, group.name, now))
    click.echo(f"{group.name} is removed, and every server that knows it is told.", err=True)


COMMANDS = (add, rotate_keys, remove)

"""instance, which has name: what this server is called."""

from __future__ import annotations

import click

from fedi.actors import instance as here
from fedi.commands.running import Desk, with_desk


@click.group()
def instance() -> None:
    """This server as a whole: what it is called."""


@instance.command()
@click.argument("name", default=None, required=False)
@with_desk
async def name(desk: Desk, name: str | None) -> None:
    """Print what this server is called, or give it a NAME; "" stands for its domain.

    The name stands on every page, in feeds, and where other servers show what this one is called. Handles and
    addresses keep the domain.
    """
    if name is None:
        click.echo(await desk.store.read(lambda tx: here.name_of(tx, desk.site)))
        return
    called = await desk.store.write(lambda tx: here.rename(tx, desk.site, name))
    click.echo(
        f"This server is called {called}. Handles still end in @{desk.site.domain}.", err=True
    )


COMMANDS = (instance,)

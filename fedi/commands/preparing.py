"""init and migrate: the data folder, the database, and what to do next."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click

from fedi.actors.instance import ensure_instance
from fedi.clock import now_ms
from fedi.commands.running import called, fail, settings
from fedi.config import Config
from fedi.errors import FediError, Refused
from fedi.people import invitations
from fedi.storage import counts, persons
from fedi.storage.migrate import migrate as apply_migrations
from fedi.storage.store import open_store
from fedi.storage.tx import Tx


def prepare(config: Config) -> None:
    """Make the data folder, for nobody else's eyes, or raise Refused."""
    try:
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        config.media.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The data folder {config.data} cannot be made: {error.strerror}.",
            cure="Set FEDI_DATA to a folder you may write to.",
        ) from error
    if not os.access(config.data, os.W_OK):
        raise Refused(
            f"The data folder {config.data} cannot be written to.",
            cure="Give it to the user that runs fedi, or set FEDI_DATA to another one.",
        )


async def settle(config: Config) -> list[str]:
    """Make the instance's own actor unless it is there; return what is to be done next, once it is served.

    As long as there is nobody this makes the link for the first person anew.
    """

    def unit(tx: Tx) -> str | None:
        return None if persons.any_(tx) else invitations.begin_link(tx, now_ms())

    async with await open_store(config) as store:
        await ensure_instance(store, config.site, now_ms())
        token = await store.write(unit)
        groups = await store.read(counts.groups_here)
    if token is not None:
        return [
            f"Nobody is here yet. This link lets the first person in, once, within "
            f"{invitations.BEGIN_DAYS} days:",
            f"  {config.origin}/begin/{token}",
        ]
    if groups:
        return []
    return [
        "There is no group yet. In another terminal:",
        f"  {called()} group add tenants --title 'Tenants United'",
        f"  {called()} person invite tenants",
    ]


@click.command()
def init() -> None:
    """Make the data folder, keys and database; again is harmless."""
    config = settings()
    try:
        prepare(config)
        apply_migrations(config)
        steps = asyncio.run(settle(config))
    except FediError as error:
        fail(error)
    click.echo(f"Ready: {config.data} holds the database, keys and pictures of {config.domain}.")
    click.echo(f"Next:  {called()} serve")
    for line in steps:
        click.echo(f"       {line}")


@click.command()
def migrate() -> None:
    """Bring the database to this version; a SQLite file is copied first."""
    config = settings()
    try:
        if not config.is_postgres and not Path(config.database).exists():
            raise Refused(
                f"There is no database at {config.database}.",
                cure="Make one with fedi init, or set FEDI_DATA to the folder of the one you mean.",
            )
        done = apply_migrations(config)
    except FediError as error:
        fail(error)
    for one in done:
        click.echo(f"applied {one.name}")
    if not done:
        click.echo("The database is up to date.")


COMMANDS = (init, migrate)

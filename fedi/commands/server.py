"""init, serve, work and migrate."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

import click

from fedi.app import create_app, open_house
from fedi.commands.running import fail, settings
from fedi.commands.voice import configure_logging
from fedi.config import Config
from fedi.delivery.clockwork import Clockwork
from fedi.delivery.worker import Worker
from fedi.errors import FediError, Refused
from fedi.storage import groups
from fedi.storage.migrate import migrate as apply_migrations
from fedi.web.server import listening, server


def prepare(config: Config) -> None:
    """Make the data folder, for nobody else's eyes."""
    try:
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        config.media.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The data folder {config.data} cannot be made: {error.strerror}.",
            cure="Set FEDI_DATA to a folder you may write to.",
        ) from error


@click.command()
def init() -> None:
    """Make the data folder, keys and database; again is harmless."""
    config = settings()

    async def inside() -> int:
        async with open_house(config) as house:
            return len(await house.store.read(groups.list_))

    try:
        prepare(config)
        there = asyncio.run(inside())
    except FediError as error:
        fail(error)
    click.echo(f"Ready: {config.data} holds the database, keys and pictures of {config.domain}.")
    if not there:
        click.echo("Next:  fedi group add tenants --title 'Tenants United'   (your first group)")
    click.echo(
        f"       fedi serve                                        (then open {config.origin})"
    )


@click.command()
def migrate() -> None:
    """Bring the database to this version; a SQLite file is copied first."""
    try:
        prepare(settings())
        done = apply_migrations(settings())
    except FediError as error:
        fail(error)
    for one in done:
        click.echo(f"applied {one.name}")
    if not done:
        click.echo("The database is up to date.")


@click.command()
@click.option("--no-worker", is_flag=True, help="Only answer; deliveries are done by fedi work.")
@click.option(
    "--processes",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Needs PostgreSQL.",
)
def serve(no_worker: bool, processes: int) -> None:
    """Answer the web, deliver, and do what is due, in one process."""
    config = settings()
    configure_logging(config.log)
    try:
        if processes > 1 and not config.is_postgres:
            raise Refused(
                "Several processes need PostgreSQL.",
                cure="Set FEDI_DATABASE, or leave --processes out.",
            )
        prepare(config)
        apply_migrations(config)
        sock = listening(config)
    except FediError as error:
        fail(error)
    click.echo(f"fedi {config.domain} is at {config.origin}  (Ctrl-C stops it)")
    if processes == 1:
        sys.exit(_answer(config, sock, not no_worker))
    children = [
        multiprocessing.get_context("fork").Process(
            target=_child, args=(config, sock, not no_worker)
        )
        for _ in range(processes)
    ]
    for child in children:
        child.start()
    _wait(children)


def _child(config: Config, sock: socket.socket, work: bool) -> None:
    sys.exit(_answer(config, sock, work))


def _answer(config: Config, sock: socket.socket, work: bool) -> int:
    """Serve until told to stop; uvicorn takes the signals and finishes what was begun."""
    uvicorn = server(create_app(config, work=work), config)
    with contextlib.suppress(KeyboardInterrupt):
        _run(uvicorn.serve(sockets=[sock]))
    return 0 if uvicorn.started else 1


def _run(main: object) -> None:
    import uvloop

    uvloop.run(main)  # type: ignore[arg-type]


def _wait(children: Sequence[BaseProcess]) -> None:
    """Wait for the children; told to stop, tell them, and when one dies, stop all of them."""

    def stop(*_: object) -> None:
        for child in children:
            if child.pid and child.is_alive():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    wait([child.sentinel for child in children])
    stop()
    for child in children:
        child.join(15)
    sys.exit(max(child.exitcode or 0 for child in children))


@click.command()
def work() -> None:
    """Deliver and do what is due, without answering the web; any number of these may run."""
    config = settings()
    configure_logging(config.log)

    async def inside() -> None:
        async with open_house(config) as house:
            loop, stopped = asyncio.get_running_loop(), asyncio.Event()
            for name in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(name, stopped.set)
            tasks = [
                asyncio.create_task(Worker(house.store, house.client, house.site).run()),
                asyncio.create_task(Clockwork(house).run()),
            ]
            waiting = asyncio.create_task(stopped.wait())
            await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(result, Exception):
                    raise result

    try:
        prepare(config)
        _run(inside())
    except FediError as error:
        fail(error)


COMMANDS = (init, serve, work, migrate)

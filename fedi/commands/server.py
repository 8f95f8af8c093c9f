"""init, serve, work and migrate."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import sys
from collections.abc import Coroutine, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fedi.actors.instance import ensure_instance
from fedi.clock import now_ms
from fedi.commands.running import called, fail, settings
from fedi.commands.voice import configure_logging
from fedi.config import Config
from fedi.errors import FediError, Refused
from fedi.storage import counts
from fedi.storage.migrate import migrate as apply_migrations
from fedi.storage.store import open_store

if TYPE_CHECKING:
    from fedi.house import House


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


async def settle(config: Config) -> int:
    """Make the instance's own actor unless it is there, and return how many groups there are."""
    async with await open_store(config) as store:
        await ensure_instance(store, config.site, now_ms())
        return await store.read(counts.groups_here)


def _check_tls(config: Config) -> None:
    if config.tls_cert is None or config.tls_key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(config.tls_cert, config.tls_key)
    except (ssl.SSLError, OSError) as error:
        raise Refused(
            f"FEDI_TLS_CERT ({config.tls_cert}) and FEDI_TLS_KEY are not a certificate and its key.",
            cure="Both are in PEM form; the certificate comes with its whole chain.",
        ) from error


def next_steps(config: Config, groups: int) -> list[str]:
    """Return what to do with an instance that is served: for one without groups, how to add the first."""
    if groups:
        return []
    return [
        "There is no group yet. In another terminal:",
        f"  {called()} group add tenants --title 'Tenants United'",
        f"Then open {config.site.page_of('tenants')}",
    ]


@click.command()
def init() -> None:
    """Make the data folder, keys and database; again is harmless."""
    config = settings()
    try:
        prepare(config)
        apply_migrations(config)
        groups = asyncio.run(settle(config))
    except FediError as error:
        fail(error)
    click.echo(f"Ready: {config.data} holds the database, keys and pictures of {config.domain}.")
    click.echo(f"Next:  {called()} serve")
    for line in next_steps(config, groups):
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


@click.command()
@click.option("--no-worker", is_flag=True, help="Only answer; deliveries are done by fedi work.")
@click.option(
    "--processes",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many processes answer and deliver; more than one needs PostgreSQL.",
)
def serve(no_worker: bool, processes: int) -> None:
    """Answer the web, deliver, and do what is due, in one process."""
    from fedi.web.server import listening

    config = settings()
    configure_logging(config.log)
    try:
        if processes > 1 and not config.is_postgres:
            raise Refused(
                "Several processes need PostgreSQL.",
                cure="Set FEDI_DATABASE to postgresql://…, or leave --processes out.",
            )
        _check_tls(config)
        sock = listening(config)
        prepare(config)
        apply_migrations(config)
        groups = asyncio.run(settle(config))
    except FediError as error:
        fail(error)
    except KeyboardInterrupt:
        sys.exit(130)
    if processes == 1:
        sys.exit(_answer(config, sock, not no_worker, _welcome(config, groups)))
    _answer_together(config, sock, not no_worker, _welcome(config, groups), processes)


def _welcome(config: Config, groups: int) -> list[str]:
    return [
        f"fedi is at {config.origin}  (Ctrl-C stops it)",
        *next_steps(config, groups),
    ]


def _answer(config: Config, sock: socket.socket, work: bool, welcome: Sequence[str]) -> int:
    """Serve until told to stop; uvicorn takes the signals and finishes what was begun."""
    from fedi.app import create_app
    from fedi.web.server import server

    uvicorn = server(create_app(config, work=work), config)

    async def inside() -> None:
        serving = asyncio.create_task(uvicorn.serve(sockets=[sock]))
        while not uvicorn.started and not serving.done():  # noqa: ASYNC110 it has no event for that
            await asyncio.sleep(0.01)
        for line in welcome if uvicorn.started else ():
            click.echo(line)
        await serving

    # uvicorn raises the signal again once it has stopped; by then that is no news.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with contextlib.suppress(KeyboardInterrupt):
        _run(inside())
    return 0 if uvicorn.started else 1


def _run(main: Coroutine[Any, Any, None]) -> None:
    import uvloop

    uvloop.run(main)


def _answer_together(
    config: Config, sock: socket.socket, work: bool, welcome: Sequence[str], processes: int
) -> None:
    """Serve with several processes on one socket; told to stop, or when one dies, stop all of them."""
    import multiprocessing
    from multiprocessing.connection import wait

    context = multiprocessing.get_context("fork")
    children: list[BaseProcess] = [
        context.Process(target=_child, args=(config, sock, work, () if number else welcome))
        for number in range(processes)
    ]
    for child in children:
        child.start()
    told = False

    def stop(*_: object) -> None:
        nonlocal told
        told = True
        for child in children:
            if child.pid and child.is_alive():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ended = wait([child.sentinel for child in children])
    was_told = told
    stop()
    for child in children:
        child.join(15)
    if ended and not was_told:
        click.echo("fedi: One of the processes ended, so all of them stop.", err=True)
        sys.exit(1)
    sys.exit(max(child.exitcode or 0 for child in children))


def _child(config: Config, sock: socket.socket, work: bool, welcome: Sequence[str]) -> None:
    sys.exit(_answer(config, sock, work, welcome))


@click.command()
def work() -> None:
    """Deliver and do what is due, without answering the web; any number of these may run."""
    from fedi.opening import open_house

    config = settings()
    configure_logging(config.log)

    async def inside() -> None:
        async with open_house(config, upgrade=False) as house:
            await _deliver(house)

    try:
        _run(inside())
    except FediError as error:
        fail(error)
    except KeyboardInterrupt:
        sys.exit(130)


async def _deliver(house: House) -> None:
    """Deliver until told to stop, then finish what was begun."""
    from fedi.delivery.clockwork import Clockwork
    from fedi.delivery.worker import Worker

    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    tasks = [
        asyncio.create_task(Worker(house.store, house.client, house.site).run()),
        asyncio.create_task(Clockwork(house).run()),
    ]
    click.echo(f"fedi delivers for {house.site.domain}  (Ctrl-C stops it)")
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
    for task in (*tasks, waiting):
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            raise result


COMMANDS = (init, serve, work, migrate)

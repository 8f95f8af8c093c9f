"""serve and work: answering and delivering until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import ssl
import sys
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

import click

from fedi.commands.preparing import prepare, settle
from fedi.commands.running import fail, settings
from fedi.commands.voice import configure_logging
from fedi.config import Config
from fedi.errors import FediError, Refused
from fedi.storage.migrate import migrate as apply_migrations

if TYPE_CHECKING:
    from fedi.house import House


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
    config = settings()
    configure_logging(config.log)
    try:
        if processes > 1 and not config.is_postgres:
            raise Refused(
                "Several processes need PostgreSQL.",
                cure="Set FEDI_DATABASE to postgresql://…, or leave --processes out.",
            )
        _check_tls(config)
        with ExitStack() as bound:
            # Before anything is migrated: what listens there may be a server that uses this database.
            sock = bound.enter_context(_bound(config))
            metrics = _bound_for_metrics(config, processes, bound)
            prepare(config)
            apply_migrations(config)
            steps = asyncio.run(settle(config))
            welcome = [f"fedi is at {config.origin}  (Ctrl-C stops it)", *steps]
            if processes == 1:
                status = _answer(config, sock, not no_worker, welcome, *metrics)
            else:
                status = _answer_together(config, sock, not no_worker, welcome, processes, metrics)
    except FediError as error:
        fail(error)
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


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


def _bound(config: Config) -> socket.socket:
    from fedi.web.server import listening

    return listening(config)


def _bound_for_metrics(config: Config, processes: int, bound: ExitStack) -> list[socket.socket]:
    """Bind FEDI_METRICS for each process, the further ones at the ports after it; none if it is not set."""
    if not config.metrics:
        return []
    host, _, port = config.metrics.rpartition(":")
    try:
        return [
            bound.enter_context(_bound(replace(config, listen=f"{host}:{int(port) + number}")))
            for number in range(processes)
        ]
    except Refused as error:
        raise Refused(
            f"Numbers cannot be told: {error.sentence}",
            cure="Set FEDI_METRICS to a port that is free; fedi work needs another one than fedi serve.",
        ) from error


def _answer(
    config: Config,
    sock: socket.socket,
    work: bool,
    welcome: Sequence[str],
    metrics: socket.socket | None = None,
) -> int:
    """Serve until told to stop; uvicorn takes the signals and finishes what was begun."""
    # Nothing that is loaded now becomes garbage; looking for it is a twentieth of the start.
    gc.disable()
    from fedi.app import create_app
    from fedi.web.metrics import Metered, telling
    from fedi.web.server import server

    app = create_app(config, work=work)
    uvicorn = server(Metered(app) if metrics else app, config)

    async def inside() -> None:
        # uvicorn raises each signal again once it has stopped; by then that is no news.
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: None)
        serving = asyncio.create_task(uvicorn.serve(sockets=[sock]))
        while not uvicorn.started and not serving.done():  # noqa: ASYNC110 it has no event for that
            await asyncio.sleep(0.01)
        _collect_less()
        for line in welcome if uvicorn.started else ():
            click.echo(line)
        async with AsyncExitStack() as stack:
            if metrics and app.house is not None:
                await stack.enter_async_context(telling(metrics, app.house.store))
            await serving

    _run(inside())
    return 0 if uvicorn.started else 1


def _collect_less() -> None:
    """Let garbage be looked for among what requests leave, not again and again among all that was loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)
    gc.enable()


def _run(main: Coroutine[Any, Any, None]) -> None:
    import uvloop

    uvloop.run(main)


def _answer_together(
    config: Config,
    sock: socket.socket,
    work: bool,
    welcome: Sequence[str],
    processes: int,
    metrics: Sequence[socket.socket],
) -> int:
    """Serve with several processes on one socket; told to stop, or when one dies, stop all of them."""
    import multiprocessing
    from multiprocessing.connection import wait

    context = multiprocessing.get_context("fork")
    children: list[BaseProcess] = [
        context.Process(
            target=_child,
            args=(config, sock, work, () if number else welcome, *metrics[number : number + 1]),
        )
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
        return 1
    return max(abs(child.exitcode or 0) for child in children)


def _child(*answering: Any) -> None:
    sys.exit(_answer(*answering))


@click.command()
def work() -> None:
    """Deliver and do what is due, without answering the web; any number of these may run."""
    from fedi.opening import open_house
    from fedi.web.metrics import telling

    config = settings()
    configure_logging(config.log)

    async def inside() -> None:
        async with AsyncExitStack() as stack:
            house = await stack.enter_async_context(open_house(config, upgrade=False))
            for metrics in _bound_for_metrics(config, 1, stack.enter_context(ExitStack())):
                await stack.enter_async_context(telling(metrics, house.store))
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


COMMANDS = (serve, work)

"""What arrives: signed activities of people we know, and a Follow of people on servers we never met."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import bare
from bench.filling import NAME, fill, publish
from bench.foreign import servers
from bench.load import CONCURRENCY, Result, best_of, load
from bench.people import Person, follow, like, reply
from bench.running import CORES, Process, free_port, instance, settings
from bench.table import Line
from fedi.config import Config
from fedi.config import load as read_settings
from fedi.opening import open_house
from fedi.storage.tx import Tx

HOSTS = 100
ROUNDS = 6
BARS = {"Follow": 1_000, "Create of a reply": 600, "Like": 1_200}
STRANGERS, PEAK, PATIENCE = 225, 160, 60
WARM = 50
"""So many go before, so that what is loaded at its first use is there."""


async def known(size: int) -> list[Line]:
    """Measure Follow, replies and Likes of people we know, each durable before it is answered."""
    people = [Person(f"https://h{n % HOSTS}.example", n) for n in range(size)]
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "bare.sqlite"
        alone = together = 0.0
        environment = settings(Path(name) / "data", free_port())
        config = read_settings(environment)
        posts = await fill(config, people=people)
        group, handle = config.site.group(NAME), config.site.handle(NAME)
        kinds: dict[str, Callable[[Person, str], dict[str, Any]]] = {
            "Follow": lambda person, _: follow(person, group),
            "Create of a reply": lambda person, post: reply(person, post, group, handle),
            "Like": like,
        }
        results: dict[str, Result] = {}
        with instance(environment, "--no-worker") as server:
            for what, activity in kinds.items():
                requests = [
                    person.sends(
                        f"{group}/inbox", activity(person, posts[person.number % len(posts)])
                    )
                    for person in people
                ]
                alone = max(alone, await bare.receipts(file, size // 3, 1))
                together = max(together, await bare.receipts(file, size // 3, CONCURRENCY))
                results[what] = (await best_of(ROUNDS, server, requests)).only(202)
        return [_line(what, result, alone, together) for what, result in results.items()]


def _line(what: str, result: Result, alone: float, together: float) -> Line:
    bar = BARS[what]
    return Line(
        row=f"inbox: {what}, sender known",
        bar=f"≥ {bar:,}/s on one core, ≥ 0.5 of bare",
        measured=f"{result.per_core:,.0f}/s a core, {result.rate:,.0f}/s wall, p95 {result.p95:.0f} ms",
        met=result.per_core >= bar and result.rate >= alone / 2,
        ratio=f"{result.rate / alone:.2f} of {alone:,.0f}/s",
        note=f"{result.each:.2f} ms CPU; bare: RSA verify + one durable transaction each, "
        f"{CONCURRENCY} at once ({together:,.0f}/s where those that wait commit together)",
    )


async def strangers(size: int) -> list[Line]:
    """Measure Follows of people on servers that nobody here knows; each makes us fetch its actor over TLS."""
    lines: list[Line] = []
    for worker in (False, True):
        with (
            tempfile.TemporaryDirectory() as name,
            servers(Path(name) / "far", size + WARM) as (_, people),
        ):
            environment = settings(
                Path(name) / "data", free_port(), CA_FILE=str(Path(name) / "far" / "ca.pem")
            )
            config = read_settings(environment)
            await fill(config, posts=0)
            group = config.site.group(NAME)
            requests = [person.sends(f"{group}/inbox", follow(person, group)) for person in people]
            options = () if worker else ("--no-worker",)
            with instance(environment, *options, cores=CORES) as server:
                await load(server, requests[:WARM])
                result = (await best_of(ROUNDS, server, requests[WARM:])).only(202)
                lines.append(_stranger(result, worker=worker))
                if worker:
                    lines.append(await fan_out(server, config, len(people)))
    return lines


async def fan_out(server: Process, config: Config, followers: int) -> Line:
    """Publish to everybody who just came, and see how much memory the server has had when all have heard."""
    async with open_house(config) as house:

        async def all_heard() -> None:
            async with asyncio.timeout(PATIENCE):
                while await house.store.read(_waiting):  # noqa: ASYNC110 it is another process
                    await asyncio.sleep(0.1)

        await all_heard()
        begun, cpu = time.perf_counter(), server.cpu
        await publish(house, "update")
        await all_heard()
        rate = followers / (time.perf_counter() - begun)
        each = (server.cpu - cpu) / followers * 1000
    return Line(
        row="memory of fedi serve in a fan-out",
        bar=f"≤ {PEAK} MB resident at most",
        measured=f"{server.peak:.0f} MB",
        met=server.peak <= PEAK,
        note=f"to {followers:,} hosts over TLS, whose people had just followed: {rate:,.0f}/s wall, "
        f"{each:.2f} ms CPU each",
    )


def _waiting(tx: Tx) -> int:
    row = tx.one("SELECT count(*) AS n FROM deliveries WHERE state = 'waiting'")
    return row["n"] if row else 0


def _stranger(result: Result, *, worker: bool) -> Line:
    return Line(
        row="Follow from an unknown server" + (", everything running" if worker else ""),
        bar="" if worker else f"≥ {STRANGERS}/s on two cores",
        measured=f"{result.rate:,.0f}/s wall, {result.per_core:,.0f}/s a core, p95 {result.p95:.0f} ms",
        met=None if worker else result.rate >= STRANGERS,
        note=f"{result.each:.2f} ms CPU; "
        + (
            "WebFinger, the Accept and its delivery included"
            if worker
            else "one actor fetched over a new TLS connection each"
        ),
    )

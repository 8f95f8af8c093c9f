"""Workers that are killed, stopped, or work beside each other: each inbox hears everything, hardly ever twice."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import orjson
import pytest
from loopback import Asked, Loopback, loopback
from outgoing import ACCEPTS, SITE, a_note, add_follower, add_sender

from fedi.clock import now_ms
from fedi.config import Config
from fedi.delivery import activities, outbox
from fedi.delivery.loads import LEASE
from fedi.storage import deliveries
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HOSTS, INBOXES, POSTS = 25, 20, 2
SAID = HOSTS * INBOXES * POSTS
UNRECORDED = 0.1
"""The last seconds before a crash whose answers may be repeated (QUALITY)."""
SLACK = 0.4
"""What the machine may take to send, answer and kill."""


class Ears:
    """Five hundred inboxes that remember when they heard what."""

    def __init__(self) -> None:
        self.heard: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.count = 0
        self._waiting: list[tuple[int, asyncio.Event]] = []

    async def listen(self, server: Loopback) -> None:
        async def hear(asked: Asked, writer: asyncio.StreamWriter) -> None:
            name = orjson.loads(asked.body)["id"]
            self.heard[server.origin + asked.path, name].append(time.monotonic())
            self.count += 1
            for count, event in self._waiting:
                if self.count >= count:
                    event.set()
            await ACCEPTS(asked, writer)

        server.routes["*"] = hear

    async def until(self, count: int) -> None:
        event = asyncio.Event()
        self._waiting.append((count, event))
        if self.count < count:
            async with asyncio.timeout(120):
                await event.wait()


@asynccontextmanager
async def ears() -> AsyncIterator[tuple[Ears, list[Loopback]]]:
    async with AsyncExitStack() as stack:
        heard = Ears()
        servers = [await stack.enter_async_context(loopback()) for _ in range(HOSTS)]
        for server in servers:
            await heard.listen(server)
        yield heard, servers


@asynccontextmanager
async def a_worker(database: str, ahead: int = 0) -> AsyncIterator[asyncio.subprocess.Process]:
    script = Path(__file__).with_name("delivering.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), database, str(ahead), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def publish(store: Store, servers: Sequence[Loopback]) -> None:
    now = now_ms()

    def follow(tx: Tx) -> None:
        group = add_sender(tx, "harbour", now)
        for server in servers:
            for n in range(INBOXES):
                add_follower(tx, group, server.origin, f"u{n}", shared=False, now=now)

    await store.write(follow)
    await say(store, POSTS)


async def say(store: Store, posts: int) -> None:
    group, now = SITE.group("harbour"), now_ms()
    for n in range(posts):
        activity = activities.create(group, a_note(group, f"No. {n}", str(n)))
        await store.write(
            lambda tx, said=activity: outbox.publish(
                tx, SITE, by=group, activity=said, audience="public", now=now
            )
        )


async def until_empty(store: Store) -> None:
    async with asyncio.timeout(120):
        while await store.read(deliveries.overview):  # noqa: ASYNC110  another process empties it
            await asyncio.sleep(0.02)


def repeated(heard: Ears) -> list[float]:
    """When that was first heard which was heard again."""
    return [times[0] for times in heard.heard.values() if len(times) > 1]


async def kill_once(database: str, store: Store, heard: Ears, ahead: int) -> float:
    """Let a worker work for a while, kill it, and return the moment."""
    async with a_worker(database, ahead) as worker:
        await heard.until(heard.count + random.randint(20, SAID // 3))
        worker.kill()
        killed = time.monotonic()
        await worker.wait()
    return killed


async def test_a_worker_that_is_killed_loses_nothing_and_repeats_hardly_anything(
    config: Config, store: Store
) -> None:
    async with ears() as (heard, servers):
        await publish(store, servers)
        killed = await kill_once(config.database, store, heard, 0)
        async with a_worker(config.database, ahead=2 * LEASE):
            await until_empty(store)
        assert len(heard.heard) == SAID
        assert all(killed - first < UNRECORDED + SLACK for first in repeated(heard))


@pytest.mark.slow
async def test_ten_workers_killed_one_after_the_other_lose_nothing(
    config: Config, store: Store
) -> None:
    async with ears() as (heard, servers):
        await publish(store, servers)
        kills: list[float] = []
        for n in range(10):
            kills.append(await kill_once(config.database, store, heard, n * 2 * LEASE))
            await say(store, POSTS)
        async with a_worker(config.database, ahead=20 * LEASE):
            await until_empty(store)
        assert len(heard.heard) == SAID * 11
        for first in repeated(heard):
            # What was on the wire when its sender was killed is heard a little later.
            assert any(abs(killed - first) < UNRECORDED + SLACK for killed in kills)


async def test_a_worker_that_is_stopped_finishes_what_it_began_and_repeats_nothing(
    config: Config, store: Store
) -> None:
    async with ears() as (heard, servers):
        await publish(store, servers)
        async with a_worker(config.database) as worker:
            await heard.until(SAID // 4)
            worker.send_signal(signal.SIGTERM)
            async with asyncio.timeout(10):
                assert await worker.wait() == 0
        assert heard.count < SAID
        async with a_worker(config.database):
            await until_empty(store)
        assert len(heard.heard) == SAID
        assert repeated(heard) == []

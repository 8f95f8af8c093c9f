"""PostgreSQL: workers with connections of their own share the work, each host in order."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

from dialling import NEAR, using
from loopback import loopback
from outgoing import ACCEPTS, SITE, a_note, add_follower, add_sender, heard

from fedi.clock import now_ms
from fedi.config import Config
from fedi.delivery import activities, outbox
from fedi.delivery.worker import Worker
from fedi.storage import deliveries
from fedi.storage.store import Store, open_store
from fedi.storage.tx import Tx

HOSTS = 100  # more than one worker speaks to at once
POSTS = 5


def say(tx: Tx, group: str, n: int) -> None:
    said = activities.create(group, a_note(group, f"No. {n}", str(n)))
    outbox.publish(tx, SITE, by=group, activity=said, audience="public", now=now_ms())


async def work(config: Config, name: str) -> None:
    """Deliver with a database connection and an HTTP client of one's own until cancelled."""
    async with await open_store(config) as store, using(config) as client:
        client.always["user-agent"] = name
        with suppress(asyncio.CancelledError):
            await Worker(store, client, SITE).run()


async def until_empty(store: Store) -> None:
    async with asyncio.timeout(20):
        while await store.read(deliveries.overview):  # noqa: ASYNC110  others empty it
            await asyncio.sleep(0.02)


async def test_two_workers_share_the_hosts_and_each_hears_everything_once_in_order(
    postgres_config: Config,
) -> None:
    config = replace(postgres_config, allow_private=NEAR)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(await open_store(config))
        servers = [await stack.enter_async_context(loopback()) for _ in range(HOSTS)]

        def prepare(tx: Tx) -> str:
            group = add_sender(tx, "harbour", 0)
            for server in servers:
                server.routes["*"] = ACCEPTS
                add_follower(tx, group, server.origin, "anna", shared=True, now=0)
            return group

        group = await store.write(prepare)
        workers = [asyncio.create_task(work(config, name)) for name in ("one", "two")]
        for n in range(POSTS):
            await store.write(lambda tx, n=n: say(tx, group, n))
            await asyncio.sleep(0.05)
        await until_empty(store)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers)
    assert [heard(server) for server in servers] == [[f"No. {n}" for n in range(POSTS)]] * HOSTS
    senders = {asked.headers["user-agent"] for server in servers for asked in server.asked}
    assert senders == {"one", "two"}

"""PostgreSQL: several workers, and publications that are planned while a host is put back."""

from __future__ import annotations

import asyncio
import threading

import pytest
from outgoing import add_follower, add_sender
from signed import NOW
from test_deliveries import FAR, GROUP, claim, deliver_all, publish, two_followers

from fedi.storage import deliveries, hosts
from fedi.storage.store import open_store
from fedi.storage.tx import Tx


@pytest.fixture
async def store(postgres_config):
    async with await open_store(postgres_config) as store:
        yield store


async def test_no_host_is_claimed_twice_by_those_who_claim_at_once(store):
    def many(tx: Tx) -> None:
        add_sender(tx, "harbour", NOW)
        for n in range(100):
            add_follower(tx, GROUP, f"https://h{n}.example", "anna", shared=True, now=NOW)
        publish(tx)

    await store.write(many)
    meeting = threading.Barrier(5)

    def claim_some(tx: Tx, worker: str) -> list[str]:
        meeting.wait(timeout=10)
        return [host.host for host in claim(tx, worker, limit=15)]

    claimed = await asyncio.gather(
        *(store.write(lambda tx, w=str(n): claim_some(tx, w)) for n in range(5))
    )
    names = [name for some in claimed for name in some]
    assert len(names) == len(set(names)) == 75


async def test_a_publication_planned_while_a_host_is_put_back_is_not_forgotten(store):
    await store.write(two_followers)
    await store.write(lambda tx: publish(tx, "first"))
    (far, *_) = await store.write(lambda tx: claim(tx, limit=1))
    planned, go_on = threading.Event(), threading.Event()

    def publish_slowly(tx: Tx) -> None:
        publish(tx, "second")
        planned.set()
        go_on.wait(timeout=10)

    def put_back(tx: Tx) -> None:
        deliver_all(tx, far, "delivered")
        hosts.put_back(tx, far, "one", NOW)

    publishing = asyncio.create_task(store.write(publish_slowly))
    await asyncio.to_thread(planned.wait, 10)
    putting_back = asyncio.create_task(store.write(put_back))
    await asyncio.sleep(0.1)
    assert not putting_back.done()
    go_on.set()
    await asyncio.gather(publishing, putting_back)

    assert FAR in [host.host for host in await store.write(claim)]


async def test_two_publications_to_the_same_hosts_do_not_wait_for_each_other_for_ever(store):
    def many(tx: Tx) -> None:
        add_sender(tx, "harbour", NOW)
        for n in range(200):
            add_follower(tx, GROUP, f"https://h{n}.example", "anna", shared=True, now=NOW)

    await store.write(many)
    said = await asyncio.gather(
        *(store.write(lambda tx, n=n: publish(tx, f"p{n}")) for n in range(8))
    )
    for name in said:
        assert await store.read(lambda tx, n=name: deliveries.progress(tx, n)) == (200, 0, 0)

"""Delivering to servers that are not well: who waits for whom, what is tried again, and what is given up."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from loopback import in_turn, loopback, says
from outgoing import ACCEPTS, a_desk, add_follower, heard, silent_hosts, then

from fedi.config import Config
from fedi.delivery.ledger import CONFIRM_GONE
from fedi.delivery.retry import DAY, HOUR, LIFETIME
from fedi.storage import hosts, jobs
from fedi.storage.store import Store
from fedi.storage.tx import Tx

REFUSES = says(b"not for us", status=403)
IS_DOWN = says(b"", status=503)
CRASHES = says(b"", status=500)


async def test_silent_hosts_do_not_hold_up_the_others(config: Config, store: Store) -> None:
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(a_desk(config, store, seconds=2.0))
        silent = await stack.enter_async_context(silent_hosts(100))
        well = [await stack.enter_async_context(loopback()) for _ in range(5)]

        def follow(tx: Tx) -> None:
            for server in (*silent, *(server.origin for server in well)):
                add_follower(tx, desk.group, server, "anna", shared=True, now=0)

        def ask_the_silent_first(tx: Tx) -> None:
            tx.executemany(
                "UPDATE hosts SET next_at = 0 WHERE host = :host",
                [{"host": server.removeprefix("http://")} for server in silent],
            )

        await store.write(follow)
        await desk.publish("hear this")
        await store.write(ask_the_silent_first)
        all_heard = asyncio.Event()
        for server in well:
            server.routes["*"] = then(ACCEPTS, lambda: all(map(heard, well)) and all_heard.set())
        working = asyncio.create_task(desk.worker.drain())

        async with asyncio.timeout(1.8):
            await all_heard.wait()

        assert not working.done()
        await working
        assert sorted(queue.waiting for queue in await desk.queue()) == [1] * 100


async def test_a_host_that_was_silent_is_tried_with_one_delivery_before_the_rest(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        for name in ("anna", "ben", "chris", "dora"):
            await desk.add_follower(far, name, shared=False)
        await desk.publish("hear this")
        far.routes["*"] = IS_DOWN
        await desk.deliver()
        assert (await desk.host(far)).failures == 1
        far.asked.clear()
        await desk.deliver(after=await desk.until_due())
        assert len(far.asked) == 1
        far.routes["*"] = ACCEPTS
        await desk.deliver(after=await desk.until_due())
        assert len(far.asked) == 1 + 4
        assert (await desk.host(far)).failures == 0


async def test_a_host_that_asks_to_wait_is_left_alone_that_long(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        await desk.add_follower(far)
        await desk.publish("hear this")
        patience = says(b"", status=429, headers={"Retry-After": "600"})
        far.routes["*"] = in_turn(patience, ACCEPTS)
        await desk.deliver()
        await desk.deliver(after=599_000)
        assert len(far.asked) == 1
        # Not even what arrives from there makes it sooner: it is busy, not away.
        await store.write(lambda tx: hosts.woken(tx, far.host, desk.clock()))
        await desk.deliver()
        assert len(far.asked) == 1
        await desk.deliver(after=1_000)
        assert heard(far) == ["hear this", "hear this"]
        assert await desk.queue() == []


async def test_what_a_host_refuses_is_not_sent_again_and_the_rest_goes_on(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        await desk.add_follower(far)
        refused = await desk.publish("not for them", "1")
        taken = await desk.publish("for them", "2")
        far.routes["*"] = in_turn(REFUSES, ACCEPTS)
        await desk.deliver()
        await desk.deliver(after=LIFETIME)
        assert heard(far) == ["not for them", "for them"]
        assert await desk.progress(refused) == (1, 0, 1)
        assert await desk.progress(taken) == (1, 1, 0)
        (queue,) = await desk.queue()
        assert (queue.waiting, queue.failed) == (0, 1)
        assert queue.last_error == "answered 403: not for us"


async def test_one_delivery_that_a_host_cannot_digest_does_not_block_the_rest(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        await desk.add_follower(far)
        await desk.publish("indigestible", "1")
        far.routes["*"] = in_turn(CRASHES, ACCEPTS, ACCEPTS, CRASHES, ACCEPTS)
        await desk.deliver()
        for n in (2, 3):
            await desk.publish(f"No. {n}", str(n))
        await desk.deliver(after=await desk.until_due())
        assert heard(far) == ["indigestible", "No. 2", "No. 3"]
        await desk.deliver(after=await desk.until_due())
        await desk.deliver(after=HOUR)
        assert heard(far)[3:] == ["indigestible", "indigestible"]
        assert await desk.queue() == []


async def test_nothing_overtakes_what_is_about_the_same_thing(config: Config, store: Store) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        await desk.add_follower(far)
        far.routes["*"] = in_turn(CRASHES, ACCEPTS)
        await desk.publish("a draught", "same")
        await desk.deliver()
        await desk.publish("a better draught", "same")
        await desk.publish("something else", "other")
        await desk.deliver(after=await desk.until_due())
        assert heard(far) == ["a draught", "something else"]
        await desk.deliver(after=HOUR)
        assert heard(far)[2:] == ["a draught", "a better draught"]


async def test_what_cannot_be_delivered_for_three_days_is_given_up(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = IS_DOWN
        await desk.add_follower(far)
        old = await desk.publish("old", "1")
        await desk.deliver()
        await desk.deliver(after=LIFETIME)
        new = await desk.publish("new", "2")
        await desk.deliver(after=await desk.until_due())
        assert await desk.progress(old) == (1, 0, 1)
        assert await desk.progress(new) == (1, 0, 0)
        far.routes["*"] = ACCEPTS
        await desk.deliver(after=await desk.until_due())
        assert heard(far)[-1] == "new"
        assert await desk.progress(new) == (1, 1, 0)


async def test_a_host_that_fails_for_seven_days_sleeps_until_something_arrives_from_it(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = IS_DOWN
        await desk.add_follower(far)
        for day in range(7):
            await desk.publish(f"day {day}", str(day))
            await desk.deliver(after=DAY)
        assert (await desk.host(far)).asleep_since == desk.clock()
        assert [queue.asleep for queue in await desk.queue()] == [True]
        asked = len(far.asked)
        await desk.deliver(after=12 * HOUR)
        assert len(far.asked) == asked

        far.routes["*"] = ACCEPTS
        await store.write(lambda tx: hosts.woken(tx, far.host, desk.clock()))
        await desk.deliver()

        assert heard(far)[-1] == "day 6"
        assert "day 2" not in heard(far)[asked:]
        assert (await desk.host(far)).asleep_since is None
        assert [queue.waiting for queue in await desk.queue()] == [0]


async def test_an_actor_whose_own_inbox_is_gone_is_asked_about(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["/users/anna/inbox"] = says(b"", status=410)
        far.routes["/users/ben/inbox"] = ACCEPTS
        anna = await desk.add_follower(far, "anna", shared=False)
        await desk.add_follower(far, "ben", shared=False)
        said = await desk.publish("hear this")
        await desk.deliver()
        due = await store.write(lambda tx: jobs.claim(tx, desk.clock(), 1000, 10))
        assert [(job.kind, job.key, job.payload) for job in due] == [
            (CONFIRM_GONE, anna, {"actor": anna})
        ]
        assert await desk.progress(said) == (2, 1, 1)
        assert (await desk.host(far)).failures == 0


@pytest.mark.parametrize(("status", "sleeps"), [(410, True), (404, False)])
async def test_a_shared_inbox_that_is_gone_says_it_for_the_host_and_one_not_found_does_not(
    config: Config, store: Store, status: int, sleeps: bool
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = says(b"", status=status)
        await desk.add_follower(far)
        await desk.publish("hear this")
        await desk.deliver()
        assert ((await desk.host(far)).asleep_since is not None) == sleeps
        assert await store.write(lambda tx: jobs.claim(tx, desk.clock(), 1000, 10)) == []


async def test_the_form_of_signature_that_a_host_took_is_remembered(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = in_turn(says(b"", status=401), ACCEPTS)
        await desk.add_follower(far)
        await desk.publish("one", "1")
        await desk.deliver()
        await desk.publish("two", "2")
        await desk.deliver()
        assert heard(far) == ["one", "one", "two"]
        assert "signature-input" in far.asked[-1].headers
        assert (await desk.host(far)).signature_form == "rfc9421"


async def test_a_silent_host_is_tried_again_at_once_when_something_arrives_from_it(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = in_turn(IS_DOWN, IS_DOWN, IS_DOWN, ACCEPTS)
        await desk.add_follower(far)
        await desk.publish("hear this")
        for _ in range(3):
            await desk.deliver(after=HOUR)
        assert await desk.until_due() > 0
        await store.write(lambda tx: hosts.woken(tx, far.host, desk.clock()))
        await desk.deliver()
        assert await desk.queue() == []


async def test_an_activity_nobody_can_sign_any_more_fails_and_the_rest_goes_on(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = ACCEPTS
        await desk.add_follower(far)
        await desk.publish("lost", "1")
        await store.write(lambda tx: tx.execute("UPDATE activities SET actor = 'nobody'"))
        await desk.publish("kept", "2")
        await desk.deliver()
        assert heard(far) == ["kept"]
        assert [(queue.waiting, queue.failed) for queue in await desk.queue()] == [(0, 1)]

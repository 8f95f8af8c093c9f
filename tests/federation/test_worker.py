"""Delivering to servers that are well: everything, to everybody, in order, once."""

from __future__ import annotations

import asyncio

import orjson
from loopback import in_turn, loopback, says
from outgoing import ACCEPTS, a_desk, heard, then
from signed import key_of, public_key_of

from fedi.activitypub.signatures import Request, verify
from fedi.clock import now_ms
from fedi.config import Config
from fedi.delivery.followers_digest import followers_digest
from fedi.storage import keys
from fedi.storage.keys import StoredKey
from fedi.storage.store import Store


async def test_followers_hear_what_the_group_says_and_nothing_is_left(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = ACCEPTS
        await desk.add_follower(far)
        said = await desk.publish("We meet on Friday.")
        await desk.deliver()
        assert heard(far) == ["We meet on Friday."]
        assert await desk.progress(said) == (1, 1, 0)
        assert await desk.queue() == []


async def test_followers_who_share_an_inbox_hear_it_once(config: Config, store: Store) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["/inbox"] = ACCEPTS
        for name in ("anna", "ben", "chris"):
            await desk.add_follower(far, name)
        await desk.publish("We meet on Friday.")
        await desk.deliver()
        assert [asked.path for asked in far.asked] == ["/inbox"]


async def test_followers_without_a_shared_inbox_hear_it_one_by_one(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = ACCEPTS
        for name in ("anna", "ben", "chris", "dora", "eli"):
            await desk.add_follower(far, name, shared=False)
        await desk.publish("We meet on Friday.")
        await desk.deliver()
        assert sorted(asked.path for asked in far.asked) == [
            f"/users/{name}/inbox" for name in ("anna", "ben", "chris", "dora", "eli")
        ]
        assert len({asked.body for asked in far.asked}) == 1


async def test_a_host_hears_things_in_the_order_they_were_said(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = ACCEPTS
        for name in ("anna", "ben", "chris"):
            await desk.add_follower(far, name, shared=False)
        said = [await desk.publish(f"No. {n}", str(n)) for n in range(60)]
        await desk.deliver()
        for name in ("anna", "ben", "chris"):
            to_one = [a.body for a in far.asked if a.path == f"/users/{name}/inbox"]
            assert [orjson.loads(body)["id"] for body in to_one] == said
        assert heard(far) == [f"No. {n}" for n in range(60) for _ in range(3)]


async def test_what_is_published_while_a_host_is_visited_goes_out_too(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:

        async def meanwhile(asked, writer) -> None:
            far.routes["*"] = ACCEPTS
            await desk.publish("and this", "2")
            await ACCEPTS(asked, writer)

        far.routes["*"] = meanwhile
        await desk.add_follower(far)
        await desk.publish("this", "1")
        await desk.deliver()
        assert heard(far) == ["this", "and this"]


async def test_a_failed_post_is_sent_again_and_what_came_after_waits_behind_it(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = in_turn(says(b"", status=503), ACCEPTS)
        await desk.add_follower(far)
        await desk.publish("first", "1")
        await desk.publish("second", "2")
        await desk.deliver()
        assert heard(far) == ["first"]
        assert [queue.waiting for queue in await desk.queue()] == [2]
        await desk.deliver(after=await desk.until_due())
        assert heard(far) == ["first", "first", "second"]
        assert await desk.queue() == []


async def test_a_running_worker_hears_of_a_publication_at_once(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store, clock=now_ms) as desk:
        all_heard = asyncio.Event()
        far.routes["*"] = then(ACCEPTS, all_heard.set)
        await desk.add_follower(far)
        running = asyncio.create_task(desk.worker.run())
        await asyncio.sleep(0.1)
        await desk.publish("hear this")
        async with asyncio.timeout(1):
            await all_heard.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert await desk.queue() == []


async def test_what_is_for_followers_alone_says_which_of_them_are_there(
    config: Config, store: Store
) -> None:
    async with loopback() as far, loopback() as other, a_desk(config, store) as desk:
        far.routes["*"] = other.routes["*"] = ACCEPTS
        anna, ben = await desk.add_follower(far, "anna"), await desk.add_follower(far, "ben")
        await desk.add_follower(other, "chris")
        await desk.publish("for you alone", audience="followers")
        await desk.deliver()
        header = far.asked[0].headers["collection-synchronization"]
        assert header == (
            f'collectionId="{desk.group}/followers", '
            f'url="{desk.group}/followers_synchronization", '
            f'digest="{followers_digest([ben, anna])}"'
        )
        request = Request("POST", f"{far.origin}/inbox", far.asked[0].headers, far.asked[0].body)
        signed = verify(request, public_key_of(desk.group, name="key-1"), desk.clock())
        assert "collection-synchronization" in signed.covered
        assert other.asked[0].headers["collection-synchronization"] != header


async def test_what_is_for_everybody_says_nothing_about_followers(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = ACCEPTS
        await desk.add_follower(far)
        await desk.publish("for everybody")
        await desk.deliver()
        assert "collection-synchronization" not in far.asked[0].headers


async def test_what_was_said_before_a_new_key_is_signed_with_the_old_one(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = ACCEPTS
        await desk.add_follower(far)
        await desk.publish("before", "1")
        desk.clock.now += 1000
        newer = key_of(desk.group, "rsa", "key-3")
        public = public_key_of(desk.group, "rsa", "key-3")
        kept = StoredKey(newer.id, desk.group, "rsa", public.material, newer.material, desk.clock())
        await store.write(lambda tx: keys.put(tx, kept, desk.clock()))
        await desk.publish("after", "2")
        await desk.deliver()
        named = [
            asked.headers["signature"].partition('"')[2].partition('"')[0] for asked in far.asked
        ]
        assert named == [f"{desk.group}#key-1", f"{desk.group}#key-3"]

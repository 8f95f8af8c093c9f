"""What an admin does about deliveries: blocking, trying again, dropping."""

from __future__ import annotations

from loopback import loopback, says
from outgoing import ACCEPTS, a_desk

from fedi.config import Config
from fedi.storage import blocks, deliveries
from fedi.storage.store import Store

REFUSES = says(b"not for us", status=403)


async def test_what_is_on_its_way_to_a_host_that_is_blocked_meanwhile_is_not_sent(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = ACCEPTS
        await desk.add_follower(far)
        said = await desk.publish("not for them")
        # Without its port: a block covers a name with all below it.
        await store.write(lambda tx: blocks.add(tx, "", "127.0.0.1", blocks.BLOCK, 0))
        await desk.deliver()
        assert far.asked == []
        assert await desk.progress(said) == (1, 0, 1)
        assert [queue.last_error for queue in await desk.queue()] == ["this host is blocked here"]


async def test_what_an_admin_has_tried_again_gets_its_whole_time_again(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = REFUSES
        await desk.add_follower(far)
        said = await desk.publish("hear this")
        await desk.deliver()
        far.routes["*"] = ACCEPTS
        assert await store.write(lambda tx: deliveries.retry(tx, far.host, desk.clock())) == 1
        assert await desk.progress(said) == (1, 0, 0)
        await desk.deliver()
        assert await desk.progress(said) == (1, 1, 0)


async def test_what_an_admin_drops_is_never_sent(config: Config, store: Store) -> None:
    async with loopback() as far, a_desk(config, store) as desk:
        far.routes["*"] = ACCEPTS
        await desk.add_follower(far)
        said = await desk.publish("hear this")
        assert await store.write(lambda tx: deliveries.drop(tx, far.host)) == 1
        await desk.deliver()
        assert far.asked == []
        assert await desk.progress(said) == (1, 0, 1)

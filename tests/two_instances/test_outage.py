"""An instance is down for a while: the other waits longer and longer, and then everything arrives in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from speaking import follow, heard
from world import World, world

from fedi.clock import now_ms
from fedi.storage import deliveries, hosts
from fedi.storage.hosts import Host

MINUTE = 60_000


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, "alpha", "beta", sockets=True) as both:
        await both["alpha"].add_group("harbour", "Harbour Tenants")
        await both["beta"].add_group("sister", "Sister Street")
        yield both


async def sisters_host(two: World) -> Host:
    found = await two["alpha"].read(lambda tx: hosts.find(tx, two["beta"].config.site.host))
    assert found is not None
    return found


async def test_what_was_said_while_a_server_was_down_arrives_later_in_order(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    await beta.stop()
    first = await alpha.publish(source="---\n---\nFirst.\n")
    await two.deliver()
    second = await alpha.publish(source="---\n---\nSecond.\n")
    await alpha.edit(first, "---\n---\nFirst, corrected.\n")
    await two.deliver()
    waits: list[int] = []
    for _ in range(3):
        failing = await sisters_host(two)
        waits.append(failing.next_at - now_ms() - sum(waits))
        await two.deliver(ahead=failing.next_at - now_ms() + 1)
    assert 0 < waits[0] < waits[1] < waits[2]
    (queue,) = await alpha.read(deliveries.overview)
    assert queue.waiting == 3
    await beta.start()
    before = len(await heard(beta))
    await two.deliver(ahead=(await sisters_host(two)).next_at - now_ms() + 1)
    harbour = alpha.house.site.group("harbour")
    said = [name for signer, name in (await heard(beta))[before:] if signer == harbour]
    told = [(await alpha.get(name)).json() for name in said]
    assert [(one["type"], one["object"]["id"]) for one in told] == [
        ("Create", first),
        ("Create", second),
        ("Update", first),
    ]
    assert await alpha.read(deliveries.overview) == []
    assert (await sisters_host(two)).failures == 0


async def test_a_server_that_speaks_again_is_tried_at_once(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    harbour = await follow(two)
    await beta.stop()
    post = await alpha.publish()
    await two.deliver()
    assert (await sisters_host(two)).next_at > now_ms() + 5_000
    await beta.start()
    before = len(await heard(beta))
    await beta.unfollow("sister", harbour)
    await beta.follow("sister", f"harbour@{alpha.domain}")
    await two.deliver()
    said = {name for _, name in (await heard(beta))[before:]}
    creates = await alpha.read(
        lambda tx: tx.all("SELECT id FROM activities WHERE object = :post", post=post)
    )
    assert {row["id"] for row in creates} <= said


async def test_an_instance_that_was_restarted_has_forgotten_nothing(two: World) -> None:
    alpha = two["alpha"]
    await follow(two)
    post = await alpha.publish()
    page = await alpha.page(post)
    await alpha.stop()
    await alpha.start()
    assert "Nine weeks." in page
    assert "Nine weeks." in await alpha.page(post)
    await two.deliver()
    assert len(await heard(two["beta"])) == 2

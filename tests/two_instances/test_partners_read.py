"""A partner instance reads what is marked for partners live, in its group's name; other instances do not."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from speaking import follow
from world import World

from fedi.clock import now_ms
from fedi.errors import Forbidden, Missing
from fedi.publishing.as_partner import read_as
from fedi.storage import blocks, partners

SOURCE = "Seen by all. [[partners: The key is with zqpar.]] [[members: zqmem.]]"
QUIET = "---\nvisibility: partners\n---\nOnly zqpar."


async def read(two: World, url: str, group: str = "sister") -> dict[str, Any]:
    beta = two["beta"]
    return await read_as(beta.house, beta.house.site.group(group), url)


async def become_partners(two: World) -> str:
    """Let harbour on alpha take sister on beta as a partner; return sister's id."""
    alpha = two["alpha"]
    sister = two["beta"].house.site.group("sister")
    await alpha.house.remote.actor(sister)
    harbour = alpha.house.site.group("harbour")
    await alpha.write(lambda tx: partners.add(tx, harbour, sister, now_ms()))
    return sister


async def test_a_partner_reads_more_and_nothing_of_it_stays(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await beta.add_group("stranger", "Stranger")
    await follow(two)
    sister = await become_partners(two)
    post = await alpha.publish(source=SOURCE)
    await two.deliver()
    shown = await read(two, post)
    assert "zqpar" in shown["content"] and "zqmem" not in orjson.dumps(shown).decode()
    assert (shown["to"], shown["cc"]) == ([sister], [])
    assert "zqpar" not in (await read(two, post, "stranger"))["content"]
    rows = await beta.read(
        lambda tx: [
            str(dict(row))
            for table in tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")
            for row in tx.all(f"SELECT * FROM {table['name']}")
        ]
    )
    assert any("Seen by all" in row for row in rows)
    assert not any("zqpar" in row for row in rows)


async def test_a_post_for_partners_is_read_by_them_alone(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await beta.add_group("stranger", "Stranger")
    await become_partners(two)
    post = await alpha.publish(source=QUIET)
    await two.deliver()
    assert "zqpar" in (await read(two, post))["content"]
    with pytest.raises(Missing):
        await read(two, post, "stranger")
    with pytest.raises(Missing):
        await read_as(beta.house, beta.house.site.actor, post)
    # The same on one instance: what is ours is read without the network.
    await alpha.add_group("cousin", "Cousin")
    cousin = alpha.house.site.group("cousin")
    harbour = alpha.house.site.group("harbour")
    await alpha.write(lambda tx: partners.add(tx, harbour, cousin, now_ms()))
    assert "zqpar" in (await read_as(alpha.house, cousin, post))["content"]


async def test_nothing_is_read_from_who_is_blocked(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await become_partners(two)
    post = await alpha.publish(source=SOURCE)
    sister = beta.house.site.group("sister")
    await beta.write(lambda tx: blocks.add(tx, sister, alpha.domain.partition(":")[0], "block", 0))
    with pytest.raises(Forbidden):
        await read(two, post)

"""Two instances that show documents to signed requests only can still meet, and nobody else reads anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from speaking import follow, followers
from village import a_fetch, send
from world import World, world

from fedi.clock import now_ms
from fedi.storage import blocks

DOCUMENTS = (
    "/groups/harbour",
    "/groups/harbour/outbox",
    "/groups/harbour/outbox?page=first",
    "/groups/harbour/followers",
    "/groups/harbour/following",
    "/groups/harbour/featured",
    "/groups/harbour/featured_tags",
    "/groups/harbour/followers_synchronization",
)


@pytest.fixture(params=["one client", "sockets"])
async def two(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    sockets = request.param == "sockets"
    async with world(tmp_path, "alpha", "beta", sockets=sockets, signed_fetch="on") as both:
        await both["alpha"].add_group("harbour", "Harbour Tenants")
        await both["beta"].add_group("sister", "Sister Street")
        yield both


async def test_both_follow_each_other_and_talk(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    await alpha.follow("harbour", f"sister@{beta.domain}")
    await two.deliver()
    assert await followers(beta, "sister") == [alpha.house.site.group("harbour")]
    post = await alpha.publish()
    await two.deliver()
    reply = await beta.publish(group="sister", source="---\n---\nWe come.\n", to=post)
    await two.deliver()
    assert "We come." in await alpha.page(post)
    await alpha.like("harbour", reply)
    await two.deliver()
    assert "1" in await beta.page(reply)


async def test_no_document_is_shown_unsigned_but_that_of_the_instance(two: World) -> None:
    alpha = two["alpha"]
    post = await alpha.publish()
    create = await alpha.read(lambda tx: tx.one("SELECT id FROM activities WHERE type = 'Create'"))
    assert create is not None
    below = [post + part for part in ("", "/replies", "/likes", "/shares", "/context")]
    for path in (*DOCUMENTS, *below, create["id"]):
        refused = await alpha.get(path)
        assert refused.status_code == 401, path
        assert "accept-signature" in refused.headers
    assert (await alpha.get("/actor")).json()["type"] == "Application"
    for page in ("/", "/groups/harbour", post, "/about"):
        assert await alpha.page(page)


async def test_documents_are_shown_to_a_signature_and_kept_by_nobody_on_the_way(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    post = await alpha.publish()
    key = (await beta.house.remote.signer()).key
    for path in (*DOCUMENTS, post, f"{post}/replies"):
        url = path if "://" in path else alpha.config.origin + path
        for _ in range(2):
            shown = await send(two.visitor, a_fetch(url, key))
            assert shown.status_code == 200, path
            assert shown.headers["cache-control"] == "private, no-store"
            assert "signature" in shown.headers["vary"].lower()
        assert (await alpha.get(path)).status_code == 401, (
            "what was shown to one is not kept for all"
        )


async def test_a_blocked_server_reads_nothing(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    post = await alpha.publish()
    key = (await beta.house.remote.signer()).key
    assert (await send(two.visitor, a_fetch(post, key))).status_code == 200
    host = beta.config.site.host
    await alpha.write(lambda tx: blocks.add(tx, blocks.INSTANCE, host, blocks.BLOCK, now_ms()))
    for path in (post, alpha.house.site.group("harbour")):
        assert (await send(two.visitor, a_fetch(path, key))).status_code == 403


async def test_whom_a_group_blocks_finds_nothing_of_it(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    post = await alpha.publish()
    harbour, instance = alpha.house.site.group("harbour"), beta.house.site.actor
    await alpha.write(lambda tx: blocks.add(tx, harbour, instance, blocks.BLOCK, now_ms()))
    key = (await beta.house.remote.signer()).key
    for path in (harbour, f"{harbour}/outbox", post):
        assert (await send(two.visitor, a_fetch(path, key))).status_code == 404, path

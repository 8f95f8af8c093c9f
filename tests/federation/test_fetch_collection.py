"""Walking collections of others: within pages, items and budget, and never out of their server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from dialling import near_door
from loopback import ACTIVITY_JSON, Asked, Loopback, loopback, redirects, says

from fedi.activitypub.fetch import Door
from fedi.activitypub.fetch_memory import Budget
from fedi.config import Config
from fedi.errors import Missing, TooLarge, WrongType


@pytest.fixture
async def door(config: Config) -> AsyncIterator[Door]:
    async with near_door(config) as door:
        yield door


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        yield running


async def walk(door: Door, url: str, pages: int = 10, items: int = 100, **more: Any) -> list[Any]:
    return [item async for item in door.collection(url, pages=pages, items=items, **more)]


def outbox(server: Loopback, *pages: list[Any], **more: Any) -> str:
    """A collection whose pages hold these items, each pointing to the next."""
    for number, items in enumerate(pages):
        document: dict[str, Any] = {"type": "OrderedCollectionPage", "orderedItems": items}
        if number + 1 < len(pages):
            document["next"] = f"{server.origin}/outbox/{number + 1}"
        server.serves(f"/outbox/{number}", document)
    first = {"first": f"{server.origin}/outbox/0"} if pages else {}
    return server.serves("/outbox", {"type": "OrderedCollection", **first, **more})


async def test_the_items_of_all_pages_come_in_order(door: Door, server: Loopback) -> None:
    url = outbox(server, ["a", {"id": "b"}], [], ["c"])
    assert await walk(door, url) == ["a", {"id": "b"}, "c"]


async def test_items_may_stand_in_the_collection_itself(door: Door, server: Loopback) -> None:
    assert await walk(door, outbox(server, items=["a", "b"])) == ["a", "b"]
    assert await walk(door, outbox(server, orderedItems="a")) == ["a"]
    assert await walk(door, outbox(server)) == []


async def test_the_first_page_may_be_embedded(door: Door, server: Loopback) -> None:
    outbox(server, ["x"], ["c"])
    first = {"type": "CollectionPage", "items": ["a"], "next": f"{server.origin}/outbox/1"}
    assert await walk(door, outbox(server, first=first)) == ["a", "c"]


async def test_what_is_neither_id_nor_object_is_left_out(door: Door, server: Loopback) -> None:
    assert await walk(door, outbox(server, [None, 7, ["x"], "a", True, {}])) == ["a", {}]


async def test_pages_and_items_are_bounded(door: Door, server: Loopback) -> None:
    url = outbox(server, ["a", "b"], ["c", "d"], ["e", "f"])
    assert await walk(door, url, pages=3) == ["a", "b", "c", "d"]
    server.asked.clear()
    assert await walk(door, url, items=3) == ["a", "b", "c"]
    assert [asked.target for asked in server.asked] == ["/outbox", "/outbox/0", "/outbox/1"]


async def test_a_budget_that_is_spent_ends_the_walk(door: Door, server: Loopback) -> None:
    url = outbox(server, ["a"], ["b"], ["c"])
    budget = Budget(2)
    assert await walk(door, url, budget=budget) == ["a"]
    with pytest.raises(TooLarge):
        await walk(door, url, budget=budget)


async def test_a_next_page_that_is_itself_ends_the_walk(door: Door, server: Loopback) -> None:
    page = f"{server.origin}/outbox/0"
    url = outbox(server, ["a"])
    server.serves("/outbox/0", {"type": "CollectionPage", "items": ["a"], "next": page})
    assert await walk(door, url) == ["a"]
    assert len(server.asked) == 2


async def test_pages_without_end_end_with_the_bound(door: Door, server: Loopback) -> None:
    async def endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
        url = server.origin + asked.target
        page = {"id": url, "type": "CollectionPage", "items": ["a"], "next": url + "x"}
        await says(orjson.dumps(page), ACTIVITY_JSON)(asked, writer)

    server.routes["*"] = endless
    assert await walk(door, f"{server.origin}/outbox", pages=7) == ["a"] * 7
    assert len(server.asked) == 7


async def test_a_page_on_another_server_ends_the_walk(door: Door, server: Loopback) -> None:
    async with loopback() as other:
        there = other.serves("/page", {"type": "CollectionPage", "items": ["forged"]})
        url = outbox(server, items=["a"], first=there)
        assert await walk(door, url) == ["a"]
        assert other.asked == []
        server.routes["/moved"] = redirects(there)
        with pytest.raises(WrongType):
            await walk(door, server.origin + "/moved")


@pytest.mark.parametrize("kind", ["Note", None, 7, {}, [], [{}], ["Note"]])
async def test_what_is_no_collection_is_refused(door: Door, server: Loopback, kind: object) -> None:
    with pytest.raises(WrongType):
        await walk(door, server.serves("/x", {"type": kind, "items": ["a"]}))


@pytest.mark.parametrize("odd", [None, 7, [], {}, "", "javascript:x", {"next": {"first": {}}}])
async def test_an_odd_next_page_ends_the_walk(door: Door, server: Loopback, odd: object) -> None:
    assert await walk(door, outbox(server, items=["a"], first=odd)) == ["a"]


async def test_a_page_that_is_gone_is_told(door: Door, server: Loopback) -> None:
    got: list[Any] = []
    with pytest.raises(Missing):
        async for item in door.collection(
            outbox(server, items=["a"], first=f"{server.origin}/gone"), pages=5, items=5
        ):
            got.append(item)
    assert got == ["a"]

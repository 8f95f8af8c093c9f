"""What one fetch may cost, what a failure means, and how long it is remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from dialling import Clock, near_door
from loopback import (
    Loopback,
    bombs,
    endless_headers,
    floods,
    hangs,
    in_turn,
    loopback,
    redirects,
    says,
    trickles,
)

from fedi.activitypub.fetch import Door
from fedi.activitypub.fetch_memory import Budget
from fedi.config import Config
from fedi.errors import (
    Missing,
    RefusedByPeer,
    TooLarge,
    TooSlow,
    Unreachable,
    WrongType,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def door(config: Config, clock: Clock) -> AsyncIterator[Door]:
    async with near_door(config, clock) as door:
        yield door


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        yield running


async def test_a_document_up_to_the_cap_comes_in_and_a_longer_one_does_not(
    door: Door, server: Loopback
) -> None:
    fits = server.serves("/fits", {"content": "x" * 9_000})
    longer = server.serves("/longer", {"content": "x" * 10_000})
    assert await door.document(fits)
    with pytest.raises(TooLarge):
        await door.document(longer)


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (floods, TooLarge),
        (bombs(), WrongType),
        (hangs, TooSlow),
        (trickles, TooSlow),
        (endless_headers, Unreachable),
    ],
)
async def test_a_server_that_misbehaves_is_left_in_time(
    door: Door, server: Loopback, behaviour: object, error: type[Unreachable]
) -> None:
    server.routes["/x"] = behaviour  # type: ignore[assignment]
    with pytest.raises(error):
        await door.document(server.origin + "/x")


async def test_the_deadline_counts_for_all_redirects_together(door: Door, server: Loopback) -> None:
    server.routes["/a"] = redirects("/b")
    server.routes["/b"] = hangs
    with pytest.raises(TooSlow):
        await door.document(server.origin + "/a")


@pytest.mark.parametrize(
    ("status", "error", "may_retry"),
    [
        (404, Missing, False),
        (410, Missing, False),
        (401, RefusedByPeer, True),
        (403, RefusedByPeer, True),
        (429, Unreachable, True),
        (500, Unreachable, True),
        (503, Unreachable, True),
        (400, WrongType, False),
        (406, WrongType, False),
        (204, WrongType, False),
        (304, WrongType, False),
    ],
)
async def test_a_status_is_told_apart(
    door: Door, server: Loopback, status: int, error: type[Unreachable], may_retry: bool
) -> None:
    server.routes["/x"] = says(b"" if status in (204, 304) else b"{}", status=status)
    with pytest.raises(error) as raised:
        await door.document(server.origin + "/x")
    assert type(raised.value) is error
    assert raised.value.may_retry is may_retry
    if isinstance(raised.value, Missing):
        assert raised.value.gone is (status == 410)


async def test_when_to_come_back_is_kept(door: Door, server: Loopback, clock: Clock) -> None:
    server.routes["/x"] = says(b"", status=429, headers={"Retry-After": "90"})
    with pytest.raises(Unreachable) as raised:
        await door.document(server.origin + "/x")
    assert raised.value.retry_at == clock.now + 90_000


async def test_a_failure_is_remembered_for_five_minutes(
    door: Door, server: Loopback, clock: Clock
) -> None:
    url = server.serves("/x", {})
    server.routes["/x"] = in_turn(says(b"", status=410), server.routes["/x"])
    for _ in range(3):
        with pytest.raises(Missing) as raised:
            await door.document(url)
        assert raised.value.gone
    assert len(server.asked) == 1
    clock.now += 300_000
    assert await door.document(url)


async def test_who_knows_better_asks_again_at_once(door: Door, server: Loopback) -> None:
    url = server.serves("/x", {})
    server.routes["/x"] = in_turn(says(b"", status=503), server.routes["/x"])
    with pytest.raises(Unreachable):
        await door.document(url)
    assert await door.document(url, fresh=True)
    assert await door.document(url)


async def test_a_budget_bounds_what_one_request_may_cause(door: Door, server: Loopback) -> None:
    budget = Budget(2)
    urls = [server.serves(f"/{n}", {}) for n in range(3)]
    await door.document(urls[0], budget=budget)
    await door.document(urls[1], budget=budget)
    with pytest.raises(TooLarge):
        await door.document(urls[2], budget=budget)
    assert len(server.asked) == 2
    assert await door.document(urls[2])


async def test_other_content_comes_in_by_its_type_and_up_to_its_cap(
    door: Door, server: Loopback
) -> None:
    server.routes["/small"] = says(b"x" * 100, "image/png")
    server.routes["/large"] = says(b"x" * 101, "image/png")
    server.routes["/svg"] = says(b"<svg/>", "image/svg+xml")
    types = frozenset(("image/png", "image/jpeg"))
    answer = await door.bytes(server.origin + "/small", cap=100, types=types)
    assert (answer.media_type, len(answer.body)) == ("image/png", 100)
    with pytest.raises(TooLarge):
        await door.bytes(server.origin + "/large", cap=100, types=types)
    with pytest.raises(WrongType):
        await door.bytes(server.origin + "/svg", cap=100, types=types)

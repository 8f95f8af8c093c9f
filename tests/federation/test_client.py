"""The HTTP client on real sockets: what it sends, what it reads, and where it stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from dialling import NEAR, ask, using
from loopback import (
    Loopback,
    bombs,
    endless_headers,
    floods,
    hangs,
    hangs_up,
    loopback,
    says,
    speaks_nonsense,
    trickles,
)

from fedi import __version__
from fedi.activitypub import transport
from fedi.activitypub.client import exchange, retry_after, wire
from fedi.config import Config
from fedi.errors import NotPublicAddress, TooLarge, TooSlow, Unreachable, WrongType


@pytest.fixture
def near(config: Config) -> Config:
    return replace(config, allow_private=NEAR)


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        running.routes["*"] = says(b"{}")
        yield running


async def test_a_request_says_who_asks_and_asks_for_plain_bytes(
    near: Config, server: Loopback
) -> None:
    async with using(near) as client:
        answer = await ask(client, server.origin + "/x")
    assert (answer.status, answer.body, answer.media_type) == (
        200,
        b"{}",
        "application/activity+json",
    )
    headers = server.asked[0].headers
    assert headers["user-agent"] == f"fedi/{__version__} (+https://groups.example/)"
    assert headers["accept-encoding"] == "identity"
    assert headers["host"] == server.host


async def test_a_body_is_sent_as_it_is(near: Config, server: Loopback) -> None:
    async with using(near) as client:
        await exchange(client, "POST", server.origin, headers={"x": "y"}, body=b'{"a":1}', cap=10)
    assert server.asked[0].method == "POST"
    assert server.asked[0].body == b'{"a":1}'


async def test_connections_are_used_again(near: Config, server: Loopback) -> None:
    async with using(near) as client:
        for _ in range(3):
            await ask(client, server.origin)
    assert server.connections == 1


async def test_cookies_are_never_sent_back(near: Config, server: Loopback) -> None:
    cookie = {"Set-Cookie": "who=you; Path=/; Max-Age=99999"}
    server.routes["*"] = says(b"{}", headers=cookie)
    async with using(near) as client:
        first = await ask(client, server.origin)
        await ask(client, server.origin)
    assert first.headers["set-cookie"].startswith("who=you")
    assert all("cookie" not in asked.headers for asked in server.asked)


async def test_a_redirect_is_not_followed_by_the_client(near: Config, server: Loopback) -> None:
    server.routes["*"] = says(b"", status=302, headers={"Location": "/elsewhere"})
    async with using(near) as client:
        answer = await ask(client, server.origin)
    assert answer.status == 302
    assert len(server.asked) == 1


@pytest.mark.parametrize("behaviour", [hangs, trickles])
async def test_what_does_not_finish_in_time_is_too_slow(
    near: Config, server: Loopback, behaviour: Any
) -> None:
    server.routes["*"] = behaviour
    async with using(near) as client:
        with pytest.raises(TooSlow):
            await ask(client, server.origin, seconds=0.3)


async def test_a_body_up_to_the_cap_is_read_and_one_byte_more_is_not(
    near: Config, server: Loopback
) -> None:
    server.routes["/fits"] = says(b"x" * 1000)
    server.routes["/not"] = says(b"x" * 1001)
    async with using(near) as client:
        assert len((await ask(client, server.origin + "/fits")).body) == 1000
        with pytest.raises(TooLarge):
            await ask(client, server.origin + "/not")
        cut = await ask(client, server.origin + "/not", cut=True)
    assert len(cut.body) == 1000


async def test_a_body_that_does_not_end_is_cut_off(near: Config, server: Loopback) -> None:
    server.routes["*"] = floods
    async with using(near) as client:
        with pytest.raises(TooLarge):
            await ask(client, server.origin)


async def test_a_bomb_is_never_unpacked(near: Config, server: Loopback) -> None:
    server.routes["*"] = bombs()
    async with using(near) as client:
        with pytest.raises(WrongType):
            await ask(client, server.origin, cap=10_000_000)


@pytest.mark.parametrize("behaviour", [endless_headers, hangs_up, speaks_nonsense])
async def test_what_is_not_http_is_unreachable(
    near: Config, server: Loopback, behaviour: Any
) -> None:
    server.routes["*"] = behaviour
    async with using(near) as client:
        with pytest.raises(Unreachable) as broken:
            await ask(client, server.origin)
    assert type(broken.value) is Unreachable


async def test_what_is_signed_is_what_goes_over_the_wire(near: Config, server: Loopback) -> None:
    odd = [
        "/%7Euser/%41",
        "/a%2fb?x=acct:a@b&c=%40&d=a+b%20c",
        "/ä?q=ö#part",
        "//x//;a=b,c|d^e`f{g}",
    ]
    odd += ["/a/../b/./c", "/x?", "/%zz?%zz", "/?a[]=1&b='\"<>", "/100%"]
    async with using(near) as client:
        for path in odd:
            url = wire(server.origin + path)
            await ask(client, url)
            assert server.origin + server.asked[-1].target == url
            assert wire(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/x",
        "https:///x",
        "https://good.example:99999/",
        "mailto:a@b",
        "https://\u2460/",
    ],
)
def test_what_is_no_url_has_no_wire_form(url: str) -> None:
    with pytest.raises(NotPublicAddress):
        wire(url)


async def test_a_world_answers_for_its_hosts_and_nothing_else_exists(config: Config) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    async with using(config, world={"alpha.example": app}) as client:
        assert (await ask(client, "https://alpha.example/x")).body == b"/x"
        with pytest.raises(Unreachable):
            await ask(client, "https://beta.example/x")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Thu, 01 Jan 1970 00:16:50 GMT", 10),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("999999999999999999999999", 86_400),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Thu, 99 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str, seconds: int | None) -> None:
    moment = retry_after(httpx.Headers({"Retry-After": value}), 1_000_000)
    assert moment == (None if seconds is None else 1_000_000 + seconds * 1000)


async def test_a_failure_is_no_reason_to_swallow_a_cancellation(
    near: Config, server: Loopback
) -> None:
    server.routes["*"] = hangs
    async with using(near) as client:
        task = asyncio.create_task(ask(client, server.origin))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_only_so_many_idle_connections_are_kept(
    near: Config, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "IDLE_CONNECTIONS", 1)
    async with loopback() as other, using(near) as client:
        for _ in range(3):
            await ask(client, server.origin)
            await ask(client, other.origin)
    assert (server.connections, other.connections) == (1, 3)

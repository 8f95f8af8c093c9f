"""The door on real sockets: which documents come in, and which are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from dialling import NEAR, near_door, using
from loopback import (
    Loopback,
    certificate,
    loopback,
    redirects,
    says,
)

from fedi.activitypub.fetch import Door
from fedi.config import Config
from fedi.errors import (
    BadRedirect,
    NotPublicAddress,
    WrongType,
)

LD_JSON = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


@pytest.fixture
async def door(config: Config) -> AsyncIterator[Door]:
    async with near_door(config) as door:
        yield door


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        yield running


@pytest.fixture
async def evil() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        yield running


async def test_a_document_is_fetched_from_its_id(door: Door, server: Loopback) -> None:
    url = server.serves("/users/anna", {"type": "Person"})
    found = await door.document(url)
    assert found.url == url
    assert found.document == {"id": url, "type": "Person"}
    assert server.asked[0].headers["accept"].startswith("application/activity+json, ")


@pytest.mark.parametrize(
    "kind",
    [
        "application/activity+json",
        "Application/Activity+JSON; charset=utf-8",
        LD_JSON,
        f"{LD_JSON}; charset=utf-8",
        "application/ld+json; charset=utf-8; profile=https://www.w3.org/ns/activitystreams",
        'application/ld+json;profile="https://w3id.org/x https://www.w3.org/ns/activitystreams"',
    ],
)
async def test_a_document_comes_as_activity_json(door: Door, server: Loopback, kind: str) -> None:
    url = server.serves("/x", {}, kind)
    assert (await door.document(url)).document["id"] == url


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "text/html",
        "text/plain",
        "application/octet-stream",
        "application/ld+json",
        'application/ld+json; profile="https://evil.example/ns"',
        'application/ld+json; other="https://www.w3.org/ns/activitystreams"',
        "application/activity+jsonx",
        "image/png",
        "",
    ],
)
async def test_a_document_of_another_type_is_refused(
    door: Door, server: Loopback, kind: str
) -> None:
    url = server.serves("/x", {}, kind)
    with pytest.raises(WrongType):
        await door.document(url)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"id":', b"\xff\xfe", b"[" * 9000])
async def test_what_is_no_json_object_is_refused(door: Door, server: Loopback, body: bytes) -> None:
    server.routes["/x"] = says(body)
    with pytest.raises(WrongType):
        await door.document(server.origin + "/x")


async def test_a_document_at_another_address_of_its_server_is_fetched_from_its_id(
    door: Door, server: Loopback
) -> None:
    actor = server.serves("/users/anna", {"type": "Person", "name": "Anna"})
    key = server.serves("/users/anna/main-key", {"id": actor, "name": "a stub"})
    found = await door.document(key)
    assert (found.url, found.document["name"]) == (actor, "Anna")
    assert [asked.target for asked in server.asked] == ["/users/anna/main-key", "/users/anna"]


async def test_a_document_whose_id_says_yet_another_id_is_refused(
    door: Door, server: Loopback
) -> None:
    third = server.origin + "/3"
    second = server.serves("/2", {"id": third})
    first = server.serves("/1", {"id": second})
    with pytest.raises(WrongType):
        await door.document(first)
    assert len(server.asked) == 2


async def test_a_document_of_another_server_is_refused(
    door: Door, server: Loopback, evil: Loopback
) -> None:
    good = server.serves("/users/anna", {"type": "Person"})
    forged = evil.serves("/forged", {"id": good, "type": "Person"})
    with pytest.raises(WrongType):
        await door.document(forged)
    assert server.asked == []


async def test_a_redirect_to_another_server_cannot_bring_the_first_ones_id(
    door: Door, server: Loopback, evil: Loopback
) -> None:
    good = server.origin + "/redirect"
    server.routes["/redirect"] = redirects(evil.serves("/forged", {"id": good}))
    with pytest.raises(WrongType):
        await door.document(good)


@pytest.mark.parametrize("named", [None, 7, ["x"], {}, "", "x", "javascript:x"])
async def test_a_document_without_a_usable_id_is_refused(
    door: Door, server: Loopback, named: object
) -> None:
    url = server.serves("/x", {"id": named})
    with pytest.raises(WrongType):
        await door.document(url)


async def test_spelling_makes_no_other_id(door: Door, server: Loopback) -> None:
    said = f"HTTP://127.0.0.1:{server.port}/x#main"
    server.serves("/x", {"id": said})
    assert (await door.document(f"{server.origin}/x#me")).document["id"] == said
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_and_the_last_address_counts(
    door: Door, server: Loopback, evil: Loopback, status: int
) -> None:
    there = evil.serves("/there", {"type": "Note"})
    server.routes["/here"] = redirects(there, status)
    assert (await door.document(server.origin + "/here")).url == there


async def test_three_redirects_are_followed_and_four_are_not(door: Door, server: Loopback) -> None:
    server.serves("/4", {})
    for step in range(4):
        server.routes[f"/{step}"] = redirects(f"/{step + 1}")
    assert (await door.document(server.origin + "/1")).url == server.origin + "/4"
    with pytest.raises(BadRedirect):
        await door.document(server.origin + "/0")


async def test_a_redirect_in_a_circle_ends(door: Door, server: Loopback) -> None:
    server.routes["/a"] = redirects("/b")
    server.routes["/b"] = redirects("/a")
    with pytest.raises(BadRedirect):
        await door.document(server.origin + "/a")
    assert len(server.asked) == 2


async def test_a_redirect_to_nowhere_is_refused(door: Door, server: Loopback) -> None:
    server.routes["/a"] = says(b"", status=302)
    server.routes["/b"] = redirects("http://[")
    for path in ("/a", "/b"):
        with pytest.raises(BadRedirect):
            await door.document(server.origin + path)


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://2130706433/",
        "http://[::1]:6379/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:application/activity+json,{}",
        "https://somebody:secret@good.example/",
    ],
)
async def test_a_redirect_to_what_may_not_be_asked_is_refused(
    door: Door, server: Loopback, target: str
) -> None:
    server.routes["/a"] = redirects(target)
    with pytest.raises(NotPublicAddress):
        await door.document(server.origin + "/a")


async def test_a_redirect_never_leaves_tls(
    config: Config, server: Loopback, tmp_path: Path
) -> None:
    context, authority = certificate(tmp_path, "127.0.0.1")
    near = replace(config, allow_private=NEAR, ca_file=authority)
    plain = server.serves("/plain", {})
    async with loopback(context) as secure, using(near) as client:
        door = Door(client, near)
        secure.routes["/down"] = redirects(plain)
        with pytest.raises(BadRedirect):
            await door.document(secure.origin + "/down")
        assert server.asked == []
        upwards = secure.serves("/up", {})
        server.routes["/up"] = redirects(upwards)
        assert (await door.document(server.origin + "/up")).url == upwards

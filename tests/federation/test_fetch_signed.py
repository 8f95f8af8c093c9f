"""Signed fetches: the form a host takes is found, kept, and checked by the other end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from dialling import Clock, near_door
from loopback import ACTIVITY_JSON, Asked, Behaviour, Loopback, loopback, redirects, says
from signed import key_of, public_key_of

from fedi.activitypub.fetch import Door
from fedi.activitypub.fetch_memory import Failures
from fedi.activitypub.knocks import Forms, Signer, knocks
from fedi.activitypub.signatures import Request, verify
from fedi.config import Config
from fedi.errors import FediError, Missing, RefusedByPeer

US = "https://groups.example/actor"
SIGNER = Signer(key_of(US))
KEY = public_key_of(US)


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


def secure(
    clock: Clock, answer: Behaviour, *, takes: str = "cavage", path_only: bool = False
) -> Behaviour:
    """Answer whoever signed with our key in this form, and 401 to everybody else."""
    refuse = says(b"", status=401)

    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        target = asked.path if path_only else asked.target
        url = f"http://{asked.headers['host']}{target}"
        request = Request(asked.method, url, asked.headers)
        form = "rfc9421" if "signature-input" in asked.headers else "cavage"
        try:
            verify(request, KEY, clock.now)
        except FediError:
            form = "none"
        await (answer if form == takes else refuse)(asked, writer)

    return behave


def forms_seen(server: Loopback) -> list[str]:
    return [
        "rfc9421" if "signature-input" in asked.headers else
        "cavage" if "signature" in asked.headers else "unsigned"
        for asked in server.asked
    ]  # fmt: skip


def guarded(server: Loopback, clock: Clock, path: str, **wants: object) -> str:
    url = server.serves(path, {})
    plain = path.partition("?")[0]
    server.routes[plain] = secure(clock, server.routes.pop(path), **wants)  # type: ignore[arg-type]
    return url


async def test_a_signed_fetch_is_taken_and_an_unsigned_one_is_not(
    door: Door, server: Loopback, clock: Clock
) -> None:
    url = guarded(server, clock, "/users/anna")
    assert (await door.document(url, by=SIGNER)).url == url
    with pytest.raises(RefusedByPeer):
        await door.document(url)
    assert forms_seen(server) == ["cavage", "unsigned"]


async def test_after_a_401_the_other_form_is_tried_and_remembered(
    door: Door, server: Loopback, clock: Clock
) -> None:
    first = guarded(server, clock, "/1", takes="rfc9421")
    second = guarded(server, clock, "/2", takes="rfc9421")
    await door.document(first, by=SIGNER)
    await door.document(second, by=SIGNER)
    assert forms_seen(server) == ["cavage", "rfc9421", "rfc9421"]


async def test_a_host_that_changes_its_mind_is_followed(
    door: Door, server: Loopback, clock: Clock
) -> None:
    await door.document(guarded(server, clock, "/1", takes="rfc9421"), by=SIGNER)
    server.asked.clear()
    await door.document(guarded(server, clock, "/2", takes="cavage"), by=SIGNER)
    await door.document(guarded(server, clock, "/3", takes="cavage"), by=SIGNER)
    assert forms_seen(server) == ["rfc9421", "cavage", "cavage"]


async def test_a_query_is_left_out_of_the_signature_at_the_third_knock(
    door: Door, server: Loopback, clock: Clock
) -> None:
    url = guarded(server, clock, "/outbox?page=1", path_only=True)
    await door.document(url, by=SIGNER)
    assert forms_seen(server) == ["cavage", "rfc9421", "cavage"]
    assert {asked.target for asked in server.asked} == {"/outbox?page=1"}
    await door.document(url, by=SIGNER)
    assert len(server.asked) == 4


async def test_a_host_that_takes_none_is_asked_in_each_form_once(
    door: Door, server: Loopback
) -> None:
    server.routes["*"] = says(b"", status=401)
    with pytest.raises(RefusedByPeer):
        await door.document(server.origin + "/x", by=SIGNER)
    assert forms_seen(server) == ["cavage", "rfc9421"]
    server.asked.clear()
    with pytest.raises(RefusedByPeer):
        await door.document(server.origin + "/x?page=1", by=SIGNER)
    assert len(server.asked) == 3


async def test_another_refusal_is_no_reason_to_knock_again(door: Door, server: Loopback) -> None:
    server.routes["*"] = says(b"", status=403)
    with pytest.raises(RefusedByPeer):
        await door.document(server.origin + "/x", by=SIGNER)
    assert len(server.asked) == 1


async def test_a_redirect_is_signed_for_its_new_address(
    door: Door, server: Loopback, clock: Clock
) -> None:
    async with loopback() as other:
        there = guarded(other, clock, "/there")
        server.routes["/here"] = redirects(there)
        assert (await door.document(server.origin + "/here", by=SIGNER)).url == there
        first, second = server.asked[0].headers, other.asked[0].headers
    assert first["host"] != second["host"]
    assert first["signature"] != second["signature"]


async def test_what_failed_for_one_is_asked_again_for_another(
    door: Door, server: Loopback, clock: Clock
) -> None:
    url = guarded(server, clock, "/x")
    with pytest.raises(RefusedByPeer):
        await door.document(url, by=Signer(key_of("https://groups.example/groups/x")))
    assert await door.document(url, by=SIGNER)


async def test_a_signature_covers_odd_addresses_as_they_are_sent(
    door: Door, server: Loopback, clock: Clock
) -> None:
    odd = "/%7Eanna/\u00e4?q=%c3%b6&r=a+b%2F"
    answer = says(b"{}", ACTIVITY_JSON)
    server.routes["*"] = secure(clock, answer)
    found = await door.bytes(
        server.origin + odd, cap=10, types=frozenset(("application/activity+json",)), by=SIGNER
    )
    assert found.status == 200
    assert forms_seen(server) == ["cavage"]


def test_the_form_that_worked_is_tried_first() -> None:
    assert knocks("https://a.example/x", None) == ["cavage", "rfc9421"]
    assert knocks("https://a.example/x", "rfc9421") == ["rfc9421", "cavage"]
    assert knocks("https://a.example/x", "cavage-path") == ["cavage", "rfc9421"]
    assert knocks("https://a.example/x?y", "cavage-path") == ["cavage-path", "cavage", "rfc9421"]


def test_forms_are_kept_for_so_many_hosts_and_the_quietest_is_forgotten() -> None:
    forms = Forms(most=2)
    forms.put("a.example", "rfc9421")
    forms.put("b.example", "cavage")
    assert forms.get("a.example") == "rfc9421"
    forms.put("c.example", "cavage")
    assert forms.get("b.example") is None
    assert forms.get("a.example") == "rfc9421"


def test_a_flood_of_failures_takes_no_more_than_its_room() -> None:
    failures = Failures(most=3)
    for n in range(100_000):
        failures.put(f"https://{n}.evil.example/", Missing("nothing there"), 0)
    assert len(failures) == 3
    failures.check("https://1.evil.example/", 0)
    with pytest.raises(Missing):
        failures.check("https://99999.evil.example/", 0)

"""WebFinger as a client: who is behind a handle, and who only says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from dialling import near_door, using
from loopback import loopback
from made_up_host import JRD, Host

from fedi.activitypub.fetch import Door
from fedi.activitypub.fetch_memory import Budget
from fedi.activitypub.handles import Handle
from fedi.activitypub.webfinger import confirm, finger
from fedi.config import Config
from fedi.errors import Missing, NotPublicAddress, TooLarge, Unreachable, WrongType

ACTIVITY_JSON = "application/activity+json"
ANNA = Handle("anna", "good.example")
ANNA_ID = "https://good.example/users/anna"


def jrd(subject: Handle = ANNA, href: str = ANNA_ID) -> dict[str, Any]:
    links = [{"rel": "self", "type": ACTIVITY_JSON, "href": href}]
    return {"subject": subject.resource, "links": links}


def xrd(template: str) -> str:
    return (
        "<?xml version='1.0'?><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>"
        f"<Link rel='lrdd' type='application/xrd+xml' template='{template}'/></XRD>"
    )


@pytest.fixture
def good() -> Host:
    return Host()


@pytest.fixture
def other() -> Host:
    return Host()


@pytest.fixture
async def door(config: Config, good: Host, other: Host) -> AsyncIterator[Door]:
    world = {"good.example": good, "other.example": other}
    async with using(config, world=world) as client:
        yield Door(client, config)


@pytest.mark.parametrize("kind", [JRD, "application/jrd+json", "application/json"])
async def test_a_handle_leads_to_an_actor(door: Door, good: Host, kind: str) -> None:
    good.knows(ANNA, jrd(), kind)
    found = await finger(door, ANNA)
    assert (found.subject, found.self_href) == (ANNA, ANNA_ID)
    assert good.asked == ["/.well-known/webfinger?resource=acct:anna@good.example"]


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/activity+json", ""])
async def test_an_answer_of_another_type_is_refused(door: Door, good: Host, kind: str) -> None:
    good.knows(ANNA, jrd(), kind)
    with pytest.raises(WrongType):
        await finger(door, ANNA)


async def test_case_in_the_subject_makes_no_difference(door: Door, good: Host) -> None:
    good.knows(ANNA, jrd(Handle("Anna", "GOOD.example")))
    assert (await finger(door, ANNA)).subject == Handle("Anna", "good.example")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": None},
        {"subject": 7},
        {"subject": "https://good.example/@anna"},
        {"subject": "acct:an na@good.example"},
        {"links": None},
        {"links": {}},
        {"links": [None, 7, "x", {}]},
        {"links": [{"rel": "self", "type": "text/html", "href": ANNA_ID}]},
        {"links": [{"rel": "self", "href": ANNA_ID}]},
        {"links": [{"rel": "alternate", "type": ACTIVITY_JSON, "href": ANNA_ID}]},
        {"links": [{"rel": "self", "type": ACTIVITY_JSON, "href": "javascript:alert(1)"}]},
        {"links": [{"rel": "self", "type": ACTIVITY_JSON, "href": {"a": 1}}]},
    ],
)
async def test_an_answer_that_names_no_actor_is_refused(
    door: Door, good: Host, changes: dict[str, Any]
) -> None:
    good.knows(ANNA, jrd() | changes)
    with pytest.raises(WrongType):
        await finger(door, ANNA)


async def test_another_host_is_believed_only_if_it_says_the_same(
    door: Door, good: Host, other: Host
) -> None:
    there = Handle("anna", "other.example")
    good.knows(ANNA, jrd(there, "https://good.example/forged"))
    other.knows(there, jrd(there, "https://other.example/users/anna"))
    found = await finger(door, ANNA)
    assert (found.subject, found.self_href) == (there, "https://other.example/users/anna")


async def test_a_host_that_speaks_for_another_without_its_word_is_refused(
    door: Door, good: Host, other: Host
) -> None:
    good.knows(ANNA, jrd(Handle("victim", "other.example")))
    with pytest.raises(Missing):
        await finger(door, ANNA)
    assert "/.well-known/webfinger?resource=acct:victim@other.example" in other.asked


async def test_a_third_host_is_not_asked(door: Door, good: Host, other: Host) -> None:
    there = Handle("anna", "other.example")
    good.knows(ANNA, jrd(there))
    other.knows(there, jrd(Handle("anna", "third.example")))
    with pytest.raises(WrongType):
        await finger(door, ANNA)


async def test_an_account_that_is_gone_is_told(door: Door, good: Host) -> None:
    good.knows(ANNA, {}, status=410)
    with pytest.raises(Missing) as gone:
        await finger(door, ANNA)
    assert gone.value.gone
    assert len(good.asked) == 1


@pytest.mark.parametrize("status", [404, 400, 403])
async def test_host_meta_leads_to_where_the_answer_is(
    door: Door, good: Host, other: Host, status: int
) -> None:
    good.knows(ANNA, {}, status=status)
    good.has_host_meta(xrd("https://other.example/finger?of={uri}&amp;x=1"))
    other.says("/finger?of=acct:anna@good.example&x=1", jrd())
    assert (await finger(door, ANNA)).self_href == ANNA_ID


async def test_host_meta_may_be_json(door: Door, good: Host) -> None:
    template = "https://good.example/finger/{uri}"
    links = {"links": [{"rel": "lrdd", "template": template}]}
    good.has_host_meta(orjson.dumps(links).decode(), JRD)
    good.says("/finger/acct:anna@good.example?", jrd())
    assert (await finger(door, ANNA)).self_href == ANNA_ID


@pytest.mark.parametrize(
    "template",
    [
        "http://169.254.169.254/?{uri}",
        "https://127.0.0.1/{uri}",
        "http://other.example/{uri}",
        "file:///etc/{uri}",
        "https://other.example:22/{uri}",
    ],
)
async def test_a_template_may_not_lead_inside(door: Door, good: Host, template: str) -> None:
    good.has_host_meta(xrd(template))
    with pytest.raises(NotPublicAddress):
        await finger(door, ANNA)


@pytest.mark.parametrize(
    "text",
    ["", "<XRD>", xrd("https://good.example/no-place"), "<Link " * 10_000, "<Link rel=" * 9_000],
)
async def test_a_host_meta_of_no_use_leaves_the_first_answer(
    door: Door, good: Host, text: str
) -> None:
    good.has_host_meta(text)
    with pytest.raises(Missing):
        await finger(door, ANNA)


async def test_a_broken_host_may_be_asked_again(door: Door, good: Host) -> None:
    good.broken = 503
    with pytest.raises(Unreachable) as broken:
        await finger(door, ANNA)
    assert broken.value.may_retry
    assert len(good.asked) == 1


async def test_look_ups_count_in_the_budget(door: Door, good: Host, other: Host) -> None:
    there = Handle("anna", "other.example")
    good.knows(ANNA, jrd(there))
    other.knows(there, jrd(there))
    with pytest.raises(TooLarge):
        await finger(door, ANNA, budget=Budget(1))
    assert await finger(door, ANNA, budget=Budget(2))


async def test_a_handle_is_confirmed_when_it_leads_back(door: Door, good: Host) -> None:
    good.knows(ANNA, jrd())
    assert await confirm(door, ANNA_ID, "anna") == ANNA


async def test_a_handle_on_another_host_is_confirmed_when_both_agree(
    door: Door, good: Host, other: Host
) -> None:
    there = Handle("anna", "other.example")
    good.knows(ANNA, jrd(there))
    other.knows(there, jrd(there))
    assert await confirm(door, ANNA_ID, "anna") == there


@pytest.mark.parametrize(
    "href", ["https://good.example/users/ANNA", ANNA_ID + "/", "https://other.example/users/anna"]
)
async def test_a_handle_that_leads_elsewhere_is_not_confirmed(
    door: Door, good: Host, href: str
) -> None:
    good.knows(ANNA, jrd(href=href))
    assert await confirm(door, ANNA_ID, "anna") is None


@pytest.mark.parametrize("username", ["", "an na", "anna@evil.example", "x" * 400, "\u0430nna"])
async def test_a_name_that_makes_no_handle_is_not_confirmed(door: Door, username: str) -> None:
    assert await confirm(door, ANNA_ID, username) is None


async def test_whether_a_handle_leads_back_may_stay_open(door: Door, good: Host) -> None:
    assert await confirm(door, ANNA_ID, "anna") is None
    good.broken = 500
    with pytest.raises(Unreachable):
        await confirm(door, "https://good.example/users/ben", "ben")


async def test_a_near_host_is_asked_plainly_where_it_is_allowed(config: Config) -> None:
    async with loopback() as server, near_door(config) as door:
        handle = Handle("anna", server.host)
        server.serves("/.well-known/webfinger", jrd(handle, server.origin + "/anna"), JRD)
        assert (await finger(door, handle)).self_href == server.origin + "/anna"
        connections = server.connections
        async with using(replace(config, allow_private=())) as client:
            with pytest.raises(NotPublicAddress):
                await finger(Door(client, config), handle)
        assert server.connections == connections

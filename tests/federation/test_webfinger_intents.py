"""The way to a visitor's own server, and the WebFinger and host-meta documents we serve."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from typing import Any

import pytest
from dialling import near_door, using
from loopback import loopback
from made_up_host import Host

from fedi.activitypub.fetch import Door
from fedi.activitypub.handles import Handle
from fedi.activitypub.webfinger import (
    finger,
    host_meta_json,
    host_meta_xml,
    interaction_url,
    jrd,
)
from fedi.config import Config
from fedi.errors import Missing, NotPublicAddress

VISITOR = Handle("anna", "good.example")
GROUP = "https://groups.example/groups/harbour?a=b&c#d"
ENCODED = "https%3A%2F%2Fgroups.example%2Fgroups%2Fharbour%3Fa%3Db%26c%23d"
INTENTS = "https://w3id.org/fep/3b86/"
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
FALLBACK = f"https://good.example/authorize_interaction?uri={ENCODED}"


@pytest.fixture
def good() -> Host:
    return Host()


@pytest.fixture
async def door(config: Config, good: Host) -> AsyncIterator[Door]:
    async with using(config, world={"good.example": good}) as client:
        yield Door(client, config)


def links(*pairs: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"subject": VISITOR.resource, "links": [{"rel": rel, **more} for rel, more in pairs]}


FOLLOW = (INTENTS + "Follow", {"template": "https://good.example/follow?who={object}&x={other}"})
OBJECT = (INTENTS + "Object", {"href": "https://good.example/open?it={object}"})
OSTATUS = (SUBSCRIBE, {"template": "https://good.example/authorize?uri={uri}"})


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ((OSTATUS, OBJECT, FOLLOW), f"https://good.example/follow?who={ENCODED}&x="),
        ((OSTATUS, OBJECT), f"https://good.example/open?it={ENCODED}"),
        ((OSTATUS,), f"https://good.example/authorize?uri={ENCODED}"),
        ((), FALLBACK),
    ],
)
async def test_the_most_fitting_way_is_taken(
    door: Door, good: Host, said: tuple[tuple[str, dict[str, Any]], ...], url: str
) -> None:
    good.knows(VISITOR, links(*said))
    assert await interaction_url(door, VISITOR, "Follow", GROUP) == url


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert({object})",
        "data:text/html,{object}",
        "http://good.example/follow?who={object}",
        "//good.example/{object}",
        "https://good.example/follow",
        "https://a:b@good.example/{object}",
        "https://good.example/ onclick=x/{object}",
        "https://good.example\\@evil.example/{object}",
        "https:///{object}",
        "https://good.example/{object}" + "x" * 3000,
        "",
        7,
        None,
    ],
)
async def test_a_template_that_cannot_be_used_is_passed_over(
    door: Door, good: Host, template: object
) -> None:
    good.knows(VISITOR, links((INTENTS + "Follow", {"template": template, "href": template})))
    assert await interaction_url(door, VISITOR, "Follow", GROUP) == FALLBACK


@pytest.mark.parametrize("broken", [400, 403, 500, 503])
async def test_a_server_we_cannot_ask_gets_the_usual_address(
    door: Door, good: Host, broken: int
) -> None:
    good.broken = broken
    assert await interaction_url(door, VISITOR, "Follow", GROUP) == FALLBACK


async def test_an_account_that_does_not_exist_is_told(door: Door) -> None:
    with pytest.raises(Missing):
        await interaction_url(door, VISITOR, "Follow", GROUP)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost.example:8000", "169.254.169.254"])
async def test_nobody_is_sent_to_an_address_that_is_not_public(door: Door, host: str) -> None:
    with pytest.raises(NotPublicAddress):
        await interaction_url(door, Handle("anna", host), "Follow", GROUP)


async def test_a_near_server_may_be_led_to_plainly(config: Config) -> None:
    async with loopback() as server, near_door(config) as door:
        visitor = Handle("anna", server.host)
        template = f"{server.origin}/follow?who={{object}}"
        server.serves(
            "/.well-known/webfinger",
            {"links": [{"rel": INTENTS + "Follow", "template": template}]},
            "application/jrd+json",
        )
        url = await interaction_url(door, visitor, "Follow", GROUP)
    assert url == f"{server.origin}/follow?who={ENCODED}"


async def test_what_we_serve_is_what_we_would_believe(door: Door, good: Host) -> None:
    handle = Handle("harbour", "good.example")
    actor = "https://good.example/groups/harbour"
    page = "https://good.example/@harbour"
    served = jrd(
        handle,
        actor,
        origin="https://good.example",
        page=page,
        avatar=("https://good.example/media/x.png", "image/png"),
    )
    good.knows(handle, served)
    found = await finger(door, handle)
    assert (found.subject, found.self_href) == (handle, actor)
    assert served["subject"] == "acct:harbour@good.example"
    assert served["aliases"] == [page, actor]
    by_rel = {link["rel"]: link for link in served["links"]}
    assert by_rel["self"]["type"] == "application/activity+json"
    assert by_rel["http://webfinger.net/rel/profile-page"]["href"] == page
    assert by_rel["http://webfinger.net/rel/avatar"]["type"] == "image/png"
    assert by_rel[SUBSCRIBE]["template"] == ("https://good.example/authorize_interaction?uri={uri}")
    for intent in ("Follow", "Announce", "Like", "Object"):
        link = by_rel[INTENTS + intent]
        assert link["href"] == link["template"]
        assert "{object}" in link["href"]
    here = "https://good.example/authorize_interaction"
    assert await interaction_url(door, handle, "Like", "https://a.example/1") == (
        f"{here}?intent=like&uri=https%3A%2F%2Fa.example%2F1"
    )


def test_the_instance_invites_to_nothing() -> None:
    served = jrd(
        Handle("good.example", "good.example"),
        "https://good.example/actor",
        origin="https://good.example",
        is_group=False,
    )
    assert [link["rel"] for link in served["links"]] == ["self"]
    assert served["aliases"] == ["https://good.example/actor"]


def test_host_meta_says_the_same_in_both_forms() -> None:
    root = ET.fromstring(host_meta_xml("https://good.example"))
    (link,) = root
    assert root.tag == "{http://docs.oasis-open.org/ns/xri/xrd-1.0}XRD"
    template = "https://good.example/.well-known/webfinger?resource={uri}"
    assert (link.get("rel"), link.get("template")) == ("lrdd", template)
    (said,) = host_meta_json("https://good.example")["links"]
    assert (said["rel"], said["template"]) == ("lrdd", template)


async def test_our_own_host_meta_can_be_followed(door: Door, good: Host) -> None:
    good.has_host_meta(host_meta_xml("https://good.example").replace("resource=", "r="))
    handle = Handle("harbour", "good.example")
    actor = "https://good.example/groups/harbour"
    served = jrd(handle, actor, origin="https://good.example")
    good.says("/.well-known/webfinger?r=acct:harbour@good.example", served)
    assert (await finger(door, handle)).self_href == actor

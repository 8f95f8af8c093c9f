"""NodeInfo: what others run, asked with care, and what we say about ourselves."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from dialling import using
from made_up_host import Host

from fedi import __version__
from fedi.activitypub.fetch import Door
from fedi.activitypub.nodeinfo import (
    Counts,
    NodeInfo,
    about,
    content_type,
    nodeinfo_document,
    pointer_document,
)
from fedi.config import Config
from fedi.errors import Unreachable
from fedi.site import Site

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
SITE = Site(origin="https://groups.example", domain="groups.example")
POINTER = "/.well-known/nodeinfo?"


@pytest.fixture
def good() -> Host:
    return Host()


@pytest.fixture
async def door(config: Config, good: Host) -> AsyncIterator[Door]:
    async with using(config, world={"good.example": good}) as client:
        yield Door(client, config)


def points_to(good: Host, *links: Any) -> None:
    good.says(POINTER, {"links": list(links)}, "application/json")


def link(version: str, href: str) -> dict[str, str]:
    return {"rel": SCHEMA + version, "href": href}


def runs(good: Host, path: str, software: Any, **more: Any) -> None:
    good.says(f"{path}?", {"software": software, **more}, content_type("2.0"))


async def test_a_host_says_what_it_runs(door: Door, good: Host) -> None:
    points_to(good, link("2.0", "https://good.example/nodeinfo/2.0"))
    software = {"name": "mastodon", "version": "4.6.5"}
    runs(good, "/nodeinfo/2.0", software, openRegistrations=True)
    assert await about(door, "good.example") == NodeInfo("mastodon", "4.6.5", True)


async def test_the_newest_version_known_is_asked(door: Door, good: Host) -> None:
    points_to(
        good,
        None,
        {"rel": ["x"], "href": 7},
        link("1.0", "https://good.example/1.0"),
        link("2.1", "https://good.example/2.1"),
        link("2.0", "https://good.example/2.0"),
        link("9.9", "https://good.example/9.9"),
    )
    runs(good, "/2.1", {"name": "Mobilizon", "version": 7})
    assert await about(door, "good.example") == NodeInfo("mobilizon", "", False)
    assert good.asked == [POINTER, "/2.1?"]


@pytest.mark.parametrize(
    "href",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "http://good.example/nodeinfo",
        "/nodeinfo/2.0",
        "",
    ],
)
async def test_a_link_may_not_lead_inside(door: Door, good: Host, href: str) -> None:
    points_to(good, link("2.0", href))
    assert await about(door, "good.example") is None
    assert good.asked == [POINTER]


@pytest.mark.parametrize(
    "software",
    [
        None,
        "mastodon",
        [],
        {},
        {"name": 7},
        {"name": "<b>x</b>"},
        {"name": ""},
        {"name": "x" * 101},
    ],
)
async def test_software_without_a_name_is_none(door: Door, good: Host, software: object) -> None:
    points_to(good, link("2.0", "https://good.example/2.0"))
    runs(good, "/2.0", software)
    assert await about(door, "good.example") is None


@pytest.mark.parametrize("links", [None, {}, [], ["x"], [{"rel": SCHEMA + "2.0"}]])
async def test_a_host_that_points_nowhere_says_nothing(
    door: Door, good: Host, links: object
) -> None:
    good.says(POINTER, {"links": links}, "application/json")
    assert await about(door, "good.example") is None


async def test_a_host_without_nodeinfo_says_nothing_and_a_broken_one_may_later(
    door: Door, good: Host
) -> None:
    assert await about(door, "good.example") is None
    with pytest.raises(Unreachable):
        await about(door, "missing.example")


async def test_we_understand_ourselves(door: Door, good: Host) -> None:
    here = Site(origin="https://good.example", domain="good.example")
    good.says(POINTER, pointer_document(here), "application/json")
    counts = Counts(total=3, active_month=2, active_half_year=3, posts=40, comments=5)
    for version in ("2.0", "2.1"):
        told = nodeinfo_document(version, "Riverbank", counts)
        good.says(f"/nodeinfo/{version}?", told, content_type(version))
    assert await about(door, "good.example") == NodeInfo("fedi", __version__, False)


def test_the_schemas_come_first_and_the_application_last() -> None:
    links = pointer_document(SITE)["links"]
    assert links == [
        {"rel": SCHEMA + "2.1", "href": "https://groups.example/nodeinfo/2.1"},
        {"rel": SCHEMA + "2.0", "href": "https://groups.example/nodeinfo/2.0"},
        {
            "rel": "https://www.w3.org/ns/activitystreams#Application",
            "href": "https://groups.example/actor",
        },
    ]


@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_our_document_has_what_the_schema_wants(version: str) -> None:
    told = nodeinfo_document(version, "Riverbank", Counts(3, 2, 3, 40, 5))
    assert told["version"] == version
    assert re.fullmatch(r"[a-z0-9-]+", told["software"]["name"])
    assert told["software"]["version"] == __version__
    assert told["protocols"] == ["activitypub"]
    assert set(told["services"]) == {"inbound", "outbound"}
    assert told["openRegistrations"] is False
    assert told["usage"] == {
        "users": {"total": 3, "activeMonth": 2, "activeHalfyear": 3},
        "localPosts": 40,
        "localComments": 5,
    }
    assert told["metadata"] == {"nodeName": "Riverbank"}
    assert content_type(version) == f'application/json; profile="{SCHEMA}{version}#"'

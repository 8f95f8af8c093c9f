"""What a server is called stands wherever its bare domain stood, at once, and can be changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from commanding import Terminal
from markup import Page
from open_house import OpenHouse

from fedi.actors.instance import name_of, rename

NAME = "Riverbank & <b>friends</b>"
AS2 = {"Accept": "application/activity+json"}


@pytest.fixture
def called(house: OpenHouse) -> Iterator[str]:
    """The name of the house for one test; what was drawn under its domain is kept ready before."""
    site = house.config.site
    for path in (*house.pages.values(), "/tags/heat/feed.atom", "/calendar.ics"):
        assert NAME not in house.client.get(path).text
    house.write(lambda tx: rename(tx, site, f"  {NAME} "))
    yield NAME
    house.write(lambda tx: rename(tx, site, ""))


def test_every_page_bears_the_name_in_its_title_head_and_foot(
    house: OpenHouse, called: str
) -> None:
    domain = house.config.site.domain
    failures = {path: status for path, status in house.failures.values()}
    for path, status in {**dict.fromkeys(house.pages.values(), 200), **failures}.items():
        page = Page(house.page(path, status=status))
        heads = [one.text for one in page.all("title")]
        assert domain not in heads[0], f"{path}: {heads[0]}"
        assert page.all("a", **{"class": "brand"})[0].text == f"fedi{called}", path
        assert called in page.one("footer").text, path
        named = [one.attributes["content"] for one in page.all("meta", property="og:site_name")]
        assert set(named) <= {called}, path
    for path in ("/", "/about", "/rules", "/groups", "/groups/riverbank", "/tags/heat", "/nothing"):
        page = Page(house.page(path, status=404 if path == "/nothing" else 200))
        assert called in page.all("title")[0].text, path
    about = Page(house.page("/about")).one("main").text
    assert f"{called} is a small server" in about
    front = Page(house.page("/")).all("meta", property="og:title")
    assert front[0].attributes["content"] == called


def test_other_servers_and_readers_of_feeds_are_told_the_name(
    house: OpenHouse, called: str
) -> None:
    get = house.client.get
    for version in ("2.0", "2.1"):
        assert get(f"/nodeinfo/{version}").json()["metadata"] == {"nodeName": called}
    assert get("/actor", headers=AS2).json()["name"] == called
    assert get("/tags/heat/feed.json").json()["title"] == f"#heat · {called}"
    assert "Riverbank &amp; &lt;b&gt;friends&lt;/b&gt;" in get("/tags/heat/feed.atom").text
    assert f"NAME:{called}" in get("/calendar.ics").text
    url = house.config.origin + house.here.path("minutes")
    assert get("/oembed", params={"url": url}).json()["provider_name"] == called


def test_without_a_name_the_domain_stands_for_it(house: OpenHouse) -> None:
    domain = house.config.site.domain
    assert domain in Page(house.page("/groups/riverbank")).all("title")[0].text
    assert house.client.get("/nodeinfo/2.1").json()["metadata"] == {"nodeName": domain}
    assert house.client.get("/actor", headers=AS2).json()["name"] == domain


def test_the_name_is_shown_and_changed_on_the_command_line(terminal: Terminal) -> None:
    assert terminal.fedi("instance", "name") == "groups.example"
    told = terminal.says("instance", "name", " South   Coast ")
    assert told == "This server is called South Coast. Handles still end in @groups.example."
    assert terminal.fedi("instance", "name") == "South Coast"
    assert terminal.change(lambda tx: name_of(tx, terminal.site)) == "South Coast"
    terminal.says("instance", "name", "")
    assert terminal.fedi("instance", "name") == "groups.example"


@pytest.mark.parametrize(
    ("name", "why"),
    [("x" * 101, "at most 100 characters"), ("South\x07Coast", "signs in this name")],
)
def test_what_cannot_be_a_name_is_refused_and_changes_nothing(
    terminal: Terminal, name: str, why: str
) -> None:
    terminal.says("instance", "name", "x" * 100)
    assert why in terminal.refuses("instance", "name", name)
    assert terminal.fedi("instance", "name") == "x" * 100

"""What machines read in a page: OpenGraph, fediverse:creator, oEmbed, schema.org, links; and what follows a change."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import neighbourhood
import orjson
import pytest
from markup import Page
from open_house import OpenHouse

from fedi.actors.groups import set_profile
from fedi.clock import now_ms
from fedi.conversation import asked
from fedi.publishing import publish
from fedi.storage.tx import Tx

HOSTILE = '</script><script>alert(1)</script> & "quotes" \' %(x)s {{ 7*7 }} @@'


def properties(page: Page) -> dict[str, str]:
    """The meta elements of a page by property or name."""
    return {
        one.attributes.get("property") or one.attributes.get("name", ""): one.attributes.get(
            "content", ""
        )
        for one in page.all("meta")
    }


def structured(page: Page) -> dict[str, Any]:
    """The schema.org data of a page."""
    return orjson.loads(page.one("script", type="application/ld+json").text)


def linked(page: Page, rel: str) -> list[dict[str, str]]:
    """The links of a head with one relation."""
    return [one.attributes for one in page.all("link") if rel in one.attributes["rel"].split()]


def test_a_preview_of_a_post_has_title_text_picture_and_its_author(house: OpenHouse) -> None:
    page = Page(house.page(house.here.path("pictured")))
    told = properties(page)
    assert told["og:title"] == "Riverbank Tenants’ Union: The hall, painted."
    assert told["og:description"] == "The hall, painted."
    assert told["og:url"] == house.here.posts["pictured"]
    assert told["og:type"] == "article"
    assert told["og:image:alt"] == "A grey wall, darker to the right"
    assert house.client.get(told["og:image"]).headers["content-type"] == "image/jpeg"
    assert told["fediverse:creator"] == f"@riverbank@{house.config.domain}"


@pytest.mark.parametrize(
    "path", ["/", "/groups/riverbank", "/groups/spoke", "/about", "/calendar", "/tags/heat"]
)
def test_every_page_has_a_preview_picture_that_is_there(house: OpenHouse, path: str) -> None:
    told = properties(Page(house.page(path)))
    assert urlsplit(told["og:image"]).netloc == house.config.domain
    answer = house.client.get(told["og:image"])
    assert answer.headers["content-type"].startswith("image/")
    assert len(answer.content) > 1_000


def test_a_preview_gives_nothing_away_that_stands_behind_a_warning(house: OpenHouse) -> None:
    page = Page(house.page(house.here.path("warned")))
    head = page.html.partition("<body>")[0]
    assert "Spinnaker" not in head
    assert properties(page)["og:description"] == "Eviction, police"


def test_a_page_names_its_one_address_and_its_document(house: OpenHouse) -> None:
    for path in ("/groups/riverbank", house.here.path("minutes")):
        answer = house.client.get(path)
        page = Page(answer.text)
        address = house.config.origin + path
        assert linked(page, "canonical") == [{"rel": "canonical", "href": address}]
        documents = [
            one
            for one in linked(page, "alternate")
            if one.get("type") == "application/activity+json"
        ]
        assert [one["href"] for one in documents] == [address]
        assert (
            answer.headers["link"]
            == f'<{address}>; rel="alternate"; type="application/activity+json"'
        )
        document = house.client.get(address, headers={"Accept": "application/activity+json"})
        assert document.json()["id"] == address
    german = linked(Page(house.page("/tags/" + "stra%C3%9Fe", status=404)), "canonical")
    assert german[0]["href"] == f"{house.config.origin}/tags/stra%C3%9Fe"


def test_every_link_of_a_head_leads_somewhere(house: OpenHouse) -> None:
    seen: set[str] = set()
    for path in ("/", "/groups/riverbank?kind=call", "/tags/heat", house.here.path("call")):
        for one in linked(Page(house.page(path)), "alternate"):
            answer = house.client.get(one["href"], headers={"Accept": one["type"]})
            assert answer.status_code == 200, one
            assert answer.headers["content-type"].startswith(
                one["type"].replace("json+oembed", "json")
            ), one
            seen.add(one["type"])
    assert seen == {
        "application/activity+json", "application/atom+xml", "application/feed+json", "text/calendar",
        "application/json+oembed",
    }  # fmt: skip


def test_links_of_a_profile_say_that_they_are_the_group_itself(house: OpenHouse) -> None:
    page = Page(house.page("/groups/riverbank"))
    assert [one["href"] for one in linked(page, "me")] == [
        "https://riverbank.example/",
        "https://elsewhere.example/riverbank",
    ]
    body = {
        a.attributes["href"] for a in page.all("a") if "me" in a.attributes.get("rel", "").split()
    }
    assert body == {"https://riverbank.example/", "https://elsewhere.example/riverbank"}
    verified = [dd.text for dd in page.all("dd") if "Verified" in dd.text]
    assert len(verified) == 1 and "riverbank.example" in verified[0]


def test_a_call_is_an_event_of_schema_org(house: OpenHouse) -> None:
    call = structured(Page(house.page(house.here.path("call"))))
    assert (call["@context"], call["@type"], call["name"]) == (
        "https://schema.org",
        "Event",
        "Open the windows",
    )
    assert call["startDate"][10:16] == "T17:00"
    assert call["eventStatus"] == "https://schema.org/EventScheduled"
    assert call["location"][0] == {
        "@type": "Place",
        "name": "Kingsley Hall, Bristol",
        "address": "Kingsley Hall, Old Market 59, Bristol",
    }
    assert call["organizer"]["url"] == house.config.site.group("riverbank")
    for name, status in (("cancelled", "EventCancelled"), ("postponed", "EventPostponed")):
        told = structured(Page(house.page(house.here.path(name))))
        assert told["eventStatus"] == f"https://schema.org/{status}"
    minutes = structured(Page(house.page(house.here.path("minutes"))))
    assert (minutes["@type"], minutes["headline"]) == (
        "Article",
        "Heat, Marsh Street, and who holds the keys",
    )
    update = structured(Page(house.page(house.here.path("update"))))
    assert update["@type"] == "SocialMediaPosting"


def test_oembed_answers_with_a_frame_that_others_may_show(house: OpenHouse) -> None:
    post = house.here.posts["call"]
    answer = house.client.get("/oembed", params={"url": post, "format": "json", "maxwidth": "400"})
    told = answer.json()
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", "Open the windows")
    assert isinstance(told["width"], int) and isinstance(told["height"], int)
    frame = Page(told["html"]).one("iframe")
    assert frame.attributes["src"] == post + "/embed"
    embedded = house.client.get(frame.attributes["src"])
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert Page(embedded.text).one("base").attributes == {"target": "_blank"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"url": "https://elsewhere.example/1"}, 404),
        ({"url": ""}, 404),
        ({}, 404),
        ({"url": "{origin}/groups/riverbank"}, 404),
        ({"url": "{origin}/calls/" + "0" * 26}, 404),
        ({"url": "{withdrawn}"}, 410),
        ({"url": "{call}", "format": "xml"}, 501),
    ],
)
def test_oembed_speaks_of_nothing_else(
    house: OpenHouse, query: dict[str, str], status: int
) -> None:
    known = {"origin": house.config.origin, **house.here.posts}
    filled = {key: value.format(**known) for key, value in query.items()}
    assert house.client.get("/oembed", params=filled).status_code == status


def test_whatever_people_write_stays_text(house: OpenHouse) -> None:
    site = house.config.site

    def unit(tx: Tx) -> str:
        set_profile(
            tx, site, "early", {"title": HOSTILE, "summary": HOSTILE, "place": HOSTILE}, now_ms()
        )
        title = orjson.dumps(HOSTILE).decode()
        source = f"---\ntitle: {title}\nwarning: {title}\n---\n{HOSTILE}\n"
        return neighbourhood.publish_text(
            tx,
            site,
            "early",
            "update",
            source.replace("{", "{{").replace("}", "}}"),
            now_ms(),
            now_ms(),
        )

    path = house.write(unit).removeprefix(house.config.origin)
    try:
        for place in (
            "/",
            "/groups",
            "/groups/early",
            path,
            path + "/embed",
            "/groups/early/follow",
        ):
            page = Page(house.page(place))
            assert all("alert" not in one.text or one.attributes for one in page.all("script")), (
                place
            )
            assert HOSTILE in page.one("html").text, place
        assert structured(Page(house.page(path)))["headline"] == HOSTILE
    finally:
        house.write(lambda tx: publish.withdraw(tx, site, house.config.origin + path, now_ms()))
        house.write(
            lambda tx: set_profile(
                tx, site, "early", {"title": "Early Shift", "summary": "", "place": ""}, now_ms()
            )
        )


def test_what_changed_is_seen_at_once_on_every_page_that_shows_it(house: OpenHouse) -> None:
    site = house.config.site
    source = (
        "---\nhashtags: [fresh]\ntitle: Fresh {word}\nstart: {day}T10:00\ntimezone: UTC\n---\nx\n"
    )
    listings = (
        "/",
        "/calendar",
        "/groups/oldmarket",
        "/groups/oldmarket/feed.atom",
        "/calendar.ics",
        "/sitemap.xml",
    )
    before = {path: house.page(path) for path in listings}

    def put(tx: Tx) -> str:
        return neighbourhood.publish_text(
            tx,
            site,
            "oldmarket",
            "call",
            source,
            now_ms(),
            now_ms(),
            word="bread",
            day="2027-01-02",
        )

    post = house.write(put)
    path = post.removeprefix(house.config.origin)
    assert all(house.page(place) != text for place, text in before.items())
    assert "Fresh bread" in house.page("/tags/fresh")
    shown = (path, path + "/embed", f"{path}/calendar.ics")
    assert all("Fresh bread" in house.page(place) for place in shown)
    house.write(
        lambda tx: neighbourhood.answer(tx, site, post, "1", "<p>A fresh answer</p>", now_ms())
    )
    assert "A fresh answer" in house.page(path)
    assert "1 reply" in house.page("/groups/oldmarket")
    note = f"https://brackish.example/notes/{post.rpartition('/')[2]}-1"
    house.write(lambda tx: asked.hide(tx, "oldmarket", note, now_ms()))
    assert "A fresh answer" not in house.page(path)
    house.write(lambda tx: set_profile(tx, site, "oldmarket", {"title": "New Market"}, now_ms()))
    assert all(
        "New Market" in house.page(place)
        for place in (path, "/", "/groups", "/tags/fresh", "/calendar")
    )
    house.write(
        lambda tx: set_profile(tx, site, "oldmarket", {"title": "Old Market Assembly"}, now_ms())
    )
    house.write(lambda tx: publish.withdraw(tx, site, post, now_ms()))
    assert not any("Fresh bread" in house.page(place) for place in listings)
    house.page(path, status=410)


def test_a_reader_who_has_a_page_is_told_so(house: OpenHouse) -> None:
    for path in ("/", house.here.path("minutes"), "/groups/riverbank/feed.atom"):
        first = house.client.get(path)
        again = house.client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = httpx.Headers({"If-None-Match": '"other"'})
        assert house.client.get(path, headers=other).status_code == 200

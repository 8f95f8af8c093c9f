"""Feeds as readers of feeds read them: Atom, JSON Feed and iCalendar, parsed and compared with what was published."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import leaflets
import neighbourhood
import pytest
from icalendar import Calendar, Event
from open_house import OpenHouse

from fedi.clock import now_ms
from fedi.publishing import draft, publish
from fedi.publishing.kinds import kind
from fedi.publishing.publish import Ready
from fedi.storage.tx import Tx

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = {"met": "2027-01-02", "day": "2027-01-02", "review": "2027-01-02", "by": "2027-01-02"}
FEEDS = (
    "/groups/riverbank/feed.atom",
    "/groups/riverbank/feed.atom?kind=minutes",
    "/tags/heat/feed.atom",
)


def atom(house: OpenHouse, path: str) -> ElementTree.Element:
    """An Atom feed, parsed."""
    answer = house.client.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def json_feed(house: OpenHouse, path: str) -> dict[str, Any]:
    """A JSON feed, parsed."""
    answer = house.client.get(path)
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    return answer.json()


def calendar(house: OpenHouse, path: str) -> tuple[Calendar, dict[str, Event]]:
    """A calendar, parsed, and its events by their uid."""
    answer = house.client.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.content)
    assert isinstance(read, Calendar)
    events = {str(event["uid"]): event for event in read.walk("VEVENT") if isinstance(event, Event)}
    assert all(not event.errors for event in events.values())
    return read, events


@pytest.mark.parametrize("path", FEEDS)
def test_an_atom_feed_has_what_the_format_asks_for(house: OpenHouse, path: str) -> None:
    feed = atom(house, path)
    assert feed.tag == f"{ATOM}feed"
    for one in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            found = one.findall(f"{ATOM}{name}")
            assert len(found) == 1 and found[0].text, (path, name)
        updated = one.findtext(f"{ATOM}updated")
        assert updated and datetime.fromisoformat(updated).tzinfo is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert ids and len(ids) == len(set(ids))
    assert all(
        entry.find(f"{ATOM}author/{ATOM}name") is not None for entry in feed.findall(f"{ATOM}entry")
    )
    links = {link.attrib["rel"]: link.attrib["href"] for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == house.config.origin + path


def test_a_feed_says_all_that_was_said(house: OpenHouse) -> None:
    feed = atom(house, "/groups/riverbank/feed.atom")
    entries = {entry.findtext(f"{ATOM}id"): entry for entry in feed.findall(f"{ATOM}entry")}
    minutes = entries[house.here.posts["minutes"]]
    content = minutes.find(f"{ATOM}content")
    assert content is not None and content.text and content.attrib["type"] == "html"
    for words in (
        "We carry the Marsh Street kitchen",
        "31 to 34 degrees",
        "Kingsley Hall",
        "27 present",
    ):
        assert words in content.text, words
    tags = [one.attrib["term"] for one in minutes.findall(f"{ATOM}category")]
    assert tags[0] == "minutes" and set(tags[1:]) == {"heat", "housing", "consent"}
    picture = entries[house.here.posts["pictured"]].find(f"{ATOM}link[@rel='enclosure']")
    assert picture is not None and picture.attrib["type"] == "image/jpeg"
    assert house.client.get(picture.attrib["href"]).status_code == 200


def test_a_feed_of_one_kind_has_no_other(house: OpenHouse) -> None:
    feed = atom(house, "/groups/riverbank/feed.atom?kind=call")
    entries = feed.findall(f"{ATOM}entry")
    assert entries and {entry.findtext(f"{ATOM}id", "").split("/")[3] for entry in entries} == {
        "calls"
    }
    assert house.client.get("/groups/riverbank/feed.atom?kind=poem").status_code == 404


def test_in_a_feed_a_warning_stands_first_and_alone_in_the_summary(house: OpenHouse) -> None:
    feed = json_feed(house, "/groups/riverbank/feed.json")
    warned = next(item for item in feed["items"] if item["id"] == house.here.posts["warned"])
    assert (warned["title"], warned["summary"]) == ("Eviction, police", "Eviction, police")
    assert warned["content_html"].startswith("<p><strong>Eviction, police</strong></p>")


@pytest.mark.parametrize(
    "path", ["/groups/riverbank/feed.json", "/tags/heat/feed.json", "/groups/early/feed.json"]
)
def test_a_json_feed_has_what_version_1_1_asks_for(house: OpenHouse, path: str) -> None:
    feed = json_feed(house, path)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] and isinstance(feed["items"], list)
    assert feed["feed_url"] == house.config.origin + path
    for item in feed["items"]:
        assert item["id"] == item["url"] and item["content_html"]
        assert datetime.fromisoformat(item["date_published"]) <= datetime.fromisoformat(
            item["date_modified"]
        )
        assert item["authors"][0]["name"]
        assert all(value for value in item.values())
        for attachment in item.get("attachments", ()):
            assert attachment["url"].startswith(house.config.origin) and attachment["mime_type"]


def test_what_xml_cannot_write_is_left_out_of_a_feed(house: OpenHouse) -> None:
    def unit(tx: Tx) -> str:
        source = '---\ntitle: "a\\u000bb & <c>"\nhashtags: [xml]\n---\nd\x0ce ]]> \ufffe f\n'
        return neighbourhood.publish_text(
            tx, house.config.site, "coop", "update", source, now_ms(), now_ms()
        )

    made = house.write(unit)
    feed = atom(house, "/tags/xml/feed.atom")
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None and entry.findtext(f"{ATOM}id") == made
    assert entry.findtext(f"{ATOM}title") == "ab & <c>"


@pytest.mark.parametrize(
    "path", ["/tags/unused/feed.atom", "/groups/nobody/feed.json", "/groups/riverbank/feed.rss"]
)
def test_what_is_not_there_has_no_feed(house: OpenHouse, path: str) -> None:
    assert house.client.get(path).status_code == 404


def test_a_calendar_holds_calls_on_the_clock_of_their_place(house: OpenHouse) -> None:
    read, events = calendar(house, "/groups/riverbank/calendar.ics")
    assert (str(read["version"]), str(read["method"])) == ("2.0", "PUBLISH")
    assert str(read["x-wr-calname"]) == "Riverbank Tenants’ Union"
    assert set(events) == {house.here.posts["call"], house.here.posts["finished"]}
    event = events[house.here.posts["call"]]
    start, end = event["dtstart"].dt, event["dtend"].dt
    assert (start.hour, (end - start).seconds) == (17, 3600)
    assert event["dtstart"].params["TZID"] == "Europe/London"
    assert {str(zone["tzid"]) for zone in read.walk("VTIMEZONE")} == {"Europe/London"}
    assert str(event["location"]) == "Kingsley Hall, Old Market 59, Bristol"
    assert (event["geo"].latitude, event["geo"].longitude) == (51.45432, -2.58)
    assert str(event["status"]) == "CONFIRMED"
    assert event["dtstamp"].dt.tzinfo is not None
    assert house.here.posts["call"] in str(event["description"])


def test_all_calls_stand_in_one_calendar_with_their_status(house: OpenHouse) -> None:
    _, events = calendar(house, "/calendar.ics")
    status = {
        name: str(events[house.here.posts[name]]["status"])
        for name in ("call", "cancelled", "postponed", "tentative")
    }
    assert status == {
        "call": "CONFIRMED",
        "cancelled": "CANCELLED",
        "postponed": "TENTATIVE",
        "tentative": "TENTATIVE",
    }
    assert house.here.posts["minutes"] not in events
    short = events[house.here.posts["short-call"]]
    assert short["dtstart"].dt.utcoffset().total_seconds() == 5.75 * 3600
    assert "dtend" not in short and "location" not in short


def test_a_call_that_moved_and_was_cancelled_is_the_same_event_with_a_higher_sequence(
    house: OpenHouse,
) -> None:
    site = house.config.site

    def revise(post: str, **words: str) -> None:
        source = leaflets.CALL.format(**{**DAY, "status": "confirmed", **words})
        ready = Ready(draft.read(kind("call"), source))
        house.write(lambda tx: publish.edit(tx, site, post, ready, now_ms()))

    def put(tx: Tx) -> str:
        return neighbourhood.publish_text(
            tx, site, "coop", "call", leaflets.CALL, now_ms(), now_ms(), **DAY
        )

    post = house.write(put)
    path = post.removeprefix(house.config.origin) + "/calendar.ics"
    before = calendar(house, path)[1][post]
    revise(post, day="2027-01-03")
    moved = calendar(house, path)[1][post]
    revise(post, day="2027-01-03", status="cancelled")
    cancelled = calendar(house, path)[1][post]
    assert [int(event["sequence"]) for event in (before, moved, cancelled)] == [0, 1, 2]
    assert moved["dtstart"].dt.astimezone(UTC) == datetime(2027, 1, 3, 17, tzinfo=UTC)
    assert (str(moved["status"]), str(cancelled["status"])) == ("CONFIRMED", "CANCELLED")
    assert calendar(house, "/calendar.ics")[1][post]["sequence"] == 2
    house.write(lambda tx: publish.withdraw(tx, site, post, now_ms()))
    assert house.client.get(path).status_code == 410
    assert post not in calendar(house, "/groups/coop/calendar.ics")[1]


@pytest.mark.parametrize("name", ["minutes", "update", "request"])
def test_only_what_takes_place_has_a_calendar_file(house: OpenHouse, name: str) -> None:
    assert house.client.get(house.here.path(name) + "/calendar.ics").status_code == 404


def test_the_sitemap_lists_groups_and_what_they_published(house: OpenHouse) -> None:
    tree = ElementTree.fromstring(house.client.get("/sitemap.xml").content)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = [place.text for place in tree.iter(f"{space}loc")]
    assert len(places) == len(set(places))
    assert {house.config.site.group("riverbank"), house.here.posts["minutes"]} <= set(places)
    assert house.here.posts["withdrawn"] not in places

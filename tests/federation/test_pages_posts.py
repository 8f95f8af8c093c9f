"""The page of a post: what each kind shows, once; threads, warnings, pictures, and facts nobody expected."""

from __future__ import annotations

import re
from typing import Any

import leaflets
import neighbourhood
import orjson
import pytest
from build import some_keys
from markup import Page
from open_house import OpenHouse

from fedi.actors.groups import add_group, remove_group
from fedi.clock import now_ms
from fedi.practices.minutes.model import METHODS, RESULTS
from fedi.publishing import publish
from fedi.storage import objects
from fedi.storage.tx import Tx
from fedi.web.pages.facts import complete


def main_of(html: str) -> str:
    """What a page says apart from its head, navigation and footer."""
    return html.partition('<div class="wrap cols">')[2].partition("</main>")[0]


def test_minutes_show_each_decision_with_its_result_once(house: OpenHouse) -> None:
    html = house.page(house.here.path("minutes"))
    for word in (
        "Decided by consent", "Changed, then consensus", "Not agreed", "Withdrawn", "Decided by delegates",
    ):  # fmt: skip
        assert html.count(f"{word}</span>") == 1, word
    text = main_of(html)
    assert text.count("We carry the Marsh Street kitchen until the hearing.") == 1
    assert (
        text.count("Heat, Marsh Street, and who holds the keys") == 1 + 2
    )  # h1, the line to pass on, and the frame to embed
    assert "1,200" in text
    assert re.search(r"Comes back on \d+ \w+ \d{4}</span>", text)
    assert "31 to 34 degrees" in text


@pytest.mark.parametrize("how", [*METHODS, "dice"])
@pytest.mark.parametrize("result", [*RESULTS, "burnt"])
def test_a_decision_has_a_label_whatever_its_words(house: OpenHouse, how: str, result: str) -> None:
    html = _with_facts(
        house, "minutes", decisions=[{"text": "We go.", "how": how, "result": result}]
    )
    tags = [tag.text.strip() for tag in Page(html).all("span", class_="tag")]
    assert len([tag for tag in tags if tag]) == 1, tags


def test_a_call_says_when_and_where_on_the_clock_of_its_place(house: OpenHouse) -> None:
    page = Page(house.page(house.here.path("call")))
    facts = {dt.text: dd.text for dt, dd in zip(page.all("dt"), page.all("dd"), strict=True)}
    assert re.fullmatch(r"\w+ \d+ \w+ \d{4}", facts["Day"]), facts
    assert facts["Time"].startswith("17:00 to 18:00 ")
    assert facts["Time"].endswith("Europe/London")
    assert facts["Where"] == "Kingsley Hall Old Market 59, Bristol"
    assert facts["Online"] == "Join in meet.example"
    assert "in 12 days" in page.html or "in 11 days" in page.html


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cancelled", "This call does not take place."),
        ("postponed", "A new date will stand here."),
        ("tentative", "Look again before you go."),
        ("covered", "Nothing more is needed."),
        ("closed", "This request has ended."),
        ("finished", "Finished"),
    ],
)
def test_how_things_stand_is_said_in_words(house: OpenHouse, name: str, words: str) -> None:
    assert words in house.page(house.here.path(name))


def test_a_call_with_a_new_date_says_the_old_one(house: OpenHouse) -> None:
    html = _with_facts(house, "call", previous_start="2026-01-31T17:00:00+00:00")
    assert "It was to be on 31 January 2026." in html


def test_a_request_names_needs_and_where_to_give_while_it_is_open(house: OpenHouse) -> None:
    html = house.page(house.here.path("request"))
    for words in ("£6,000", "30 beds", "160.5 hours", "Legal support", "childcare", "Ways to give"):
        assert words in html, words
    assert 'href="payto://iban/DE75512108001245126199"' in html
    assert 'leaves this site for <span dir="ltr">fund.example</span>' in html
    assert "Ways to give" not in house.page(house.here.path("covered"))


def test_a_warning_stands_before_the_text_everywhere(house: OpenHouse) -> None:
    page = Page(house.page(house.here.path("warned")))
    details = page.one("details", class_="warned")
    assert "Eviction, police" in details.text and "Spinnaker" in details.text
    outside = page.html.partition('<details class="warned">')[0]
    assert "Spinnaker" not in outside
    for path in ("/groups/riverbank", "/tags/heat", house.here.path("warned") + "/embed"):
        html = house.page(path)
        shown = html[html.index("Eviction, police") :].partition("</li>")[0]
        assert "Spinnaker" not in shown, path


def test_replies_stand_under_what_they_answer(house: OpenHouse) -> None:
    page = Page(house.page(house.here.path("minutes")))
    thread = page.one("ol", class_="thread").text
    assert thread.index("insurance") < thread.index("childcare") < thread.index("Same here")
    depths = [one.attributes["class"] for one in page.all("li") if "id" in one.attributes]
    assert sorted(depths) == ["d-0", "d-0", "d-1", "d-2", "d-3", "d-3"]
    stylesheet = house.client.get("/static/fedi.css").text
    assert all(f".d-{depth}" in stylesheet for depth in (1, 2, 3))


def test_a_reply_says_its_language_and_opens_where_it_was_written(house: OpenHouse) -> None:
    page = Page(house.page(house.here.path("minutes")))
    arabic = page.all("div", lang="ar")
    assert [one.attributes["dir"] for one in arabic] == ["auto"]
    links = [
        a for a in page.all("a") if a.attributes["href"].startswith("https://brackish.example/")
    ]
    assert len(links) == 5
    for link in links:
        assert set(link.attributes["rel"].split()) >= {"nofollow", "noopener", "noreferrer"}


def test_a_picture_is_shown_with_its_description(house: OpenHouse) -> None:
    page = Page(house.page(house.here.path("pictured")))
    image = page.one("img")
    assert image.attributes["alt"] == "A grey wall, darker to the right"
    assert (image.attributes["width"], image.attributes["height"]) == ("1200", "800")
    answer = house.client.get(image.attributes["src"])
    assert answer.headers["content-type"] == "image/jpeg"


def test_what_was_not_public_has_no_page(house: OpenHouse) -> None:
    def unit(tx: Tx) -> str:
        source = "---\nvisibility: followers\n---\nFor followers alone. #heat\n"
        now = now_ms()
        return neighbourhood.publish_text(tx, house.config.site, "coop", "update", source, now, now)

    path = house.write(unit).removeprefix(house.config.origin)
    assert "followers alone" not in house.page(path, status=404)
    assert "followers alone" not in house.page(path + "/embed", status=404)
    assert "followers alone" not in house.page(path + "/interact", status=404)
    assert house.page(path, status=404) == house.page("/updates/" + "0" * 26, status=404)
    for listing in ("/", "/groups/coop", "/tags/heat", "/groups/coop/feed.atom"):
        assert "followers alone" not in house.page(listing), listing


def test_what_was_unlisted_is_read_by_whoever_has_its_address_and_found_by_nobody(
    house: OpenHouse,
) -> None:
    page = Page(house.page(house.here.path("unlisted")))
    assert page.one("meta", name_="robots").attributes["content"] == "noindex"
    assert "Not in the stream." in page.html
    for listing in ("/", "/groups/riverbank", "/sitemap.xml", "/groups/riverbank/feed.json"):
        assert house.here.posts["unlisted"] not in house.page(listing), listing


def test_with_its_group_a_post_is_gone(house: OpenHouse) -> None:
    def unit(tx: Tx) -> str:
        now, site = now_ms(), house.config.site
        rsa, ed25519 = some_keys()
        add_group(tx, site, "shortlived", "Short Lived", now=now, rsa=rsa, ed25519=ed25519)
        source = "---\nhashtags: [gone]\n---\nSoon gone.\n"
        return neighbourhood.publish_text(tx, site, "shortlived", "update", source, now, now)

    path = house.write(unit).removeprefix(house.config.origin)
    # Among the groups of all tests it may stand on a later page.
    listings = ("/", "/groups?after=shortlive", "/tags/gone")
    assert all("Short Lived" in house.page(listing) for listing in listings)
    house.write(lambda tx: remove_group(tx, house.config.site, "shortlived", now_ms()))
    assert "Taken down" in house.page(path, status=410)
    assert "Taken down" in house.page("/groups/shortlived", status=410)
    assert not any("Short Lived" in house.page(listing) for listing in listings[:2])
    house.page("/tags/gone", status=404)


def test_facts_of_any_age_are_completed() -> None:
    facts = complete(
        {
            "needs": [{"kind": "goods"}, "?"],
            "place": "somewhere",
            "links": [{"url": "https://[broken"}],
        }
    )
    assert facts["needs"] == [{"kind": "goods", "amount": None, "unit": "", "of": ""}]
    assert facts["place"] is None
    assert facts["links"][0]["host"] == ""
    assert (facts["decisions"], facts["attendance"], facts["warning"]) == ([], None, "")
    pictures = complete({"pictures": [{"name": "a.jpg", "focal": [-1, 1]}, {"name": "b.jpg"}]})[
        "pictures"
    ]
    assert [(one["src"], one["keep"]) for one in pictures] == [
        ("/media/a.jpg", "at-w at-n"),
        ("/media/b.jpg", ""),
    ]


@pytest.mark.parametrize("kind", ["update", "minutes", "call", "request"])
def test_a_page_is_drawn_from_no_facts_at_all(house: OpenHouse, kind: str) -> None:
    Page(_with_facts(house, kind, only=True))


def _with_facts(house: OpenHouse, kind: str, *, only: bool = False, **changes: Any) -> str:
    """The page of a post whose facts were written by another version of the program."""

    def unit(tx: Tx) -> str:
        now, site = now_ms(), house.config.site
        made = neighbourhood.publish_text(tx, site, "early", kind, leaflets.SHORT[kind], now, now)
        version = objects.version(tx, made, "public")
        assert version
        facts = changes if only else {**version.facts, **changes}
        tx.execute(
            "UPDATE versions SET facts = :facts WHERE object = :id",
            facts=orjson.dumps(facts).decode(),
            id=made,
        )
        return made

    made = house.write(unit)
    try:
        return house.page(made.removeprefix(house.config.origin))
    finally:
        house.write(lambda tx: publish.withdraw(tx, house.config.site, made, now_ms()))

"""Polls as people see them: pages, cards, embeds, feeds, and the way to vote."""

from __future__ import annotations

import re

from markup import Page
from neighbourhood import publish_text
from open_house import OpenHouse

from fedi.clock import now_ms


def said(html: str) -> str:
    """The text of a page in one line."""
    return " ".join(Page(html).one("main").text.split())


def rows(page: Page) -> list[str]:
    """What stands beside each bar."""
    return [
        " ".join(item.text.split())
        for item in page.all("li", class_="stack-s")
        if "vote" in item.text
    ]


def test_the_page_of_an_open_poll_shows_each_answer_with_numbers_and_a_bar(
    house: OpenHouse,
) -> None:
    page = Page(house.page(house.here.path("poll")))
    assert rows(page)[:2] == ["Tuesdays100% 2 votes", "Thursdays50% 1 vote"]
    assert rows(page)[2].endswith("0% 0 votes")
    bars = [bar.attributes["width"] for bar in page.all("rect", class_="d")]
    assert bars == ["100.0", "50.0", "0.0"]
    assert all(svg.attributes["aria-hidden"] == "true" for svg in page.all("svg", class_="bar"))
    text = said(page.html)
    assert "2 people have voted" in text and "Choose as many answers as you like." in text
    assert re.search(r"open until \w+,? \d+ \w+ \d{4}, \d\d:\d\d UTC", text)
    assert re.search(r"Open until \d+ \w+", text)


def test_the_way_to_vote_leads_to_the_visitors_own_server(house: OpenHouse) -> None:
    path = house.here.path("poll")
    vote = next(form for form in Page(house.page(path)).all("form") if "Vote" in form.text)
    assert vote.attributes["action"] == f"{path}/interact"
    box = house.page(f"{path}/interact")
    assert "Vote from your own server" in box and ">Vote</button>" in box


def test_a_closed_poll_says_what_came_of_it_and_takes_no_votes(house: OpenHouse) -> None:
    path = house.here.path("poll-closed")
    html = house.page(path)
    text = said(html)
    assert "What came of it" in text and "Who voted for what was forgotten" in text
    assert re.search(r"closed on \w+,? \d+ \w+ \d{4}", text)
    assert ">Vote</button>" not in html
    assert [row for row in rows(Page(html)) if "Most votes" in row] == [
        "TuesdaysMost votes 100% 2 votes"
    ]
    assert "Reply from your own server" in house.page(f"{path}/interact")


def test_no_page_of_a_poll_names_those_who_voted(house: OpenHouse) -> None:
    for path in (house.here.path("poll"), house.here.path("poll") + "/embed", "/groups/nightbus"):
        html = house.page(path)
        assert "heron" not in html and "wren" not in html


def test_cards_and_embeds_show_what_can_be_chosen(house: OpenHouse) -> None:
    for path in ("/groups/nightbus", house.here.path("poll") + "/embed"):
        text = house.page(path)
        assert "Tuesdays" in text and "2 people have voted" in text
    polls = house.page("/groups/nightbus?kind=poll")
    assert polls.count('class="list results') == 2


def test_a_poll_behind_a_warning_shows_its_answers_on_its_page_alone(house: OpenHouse) -> None:
    source = "---\nwarning: Food\noptions: [Beans, Bread]\nopen_for: 1 day\n---\nWhich?\n"
    site, now = house.config.site, now_ms()
    poll = house.write(lambda tx: publish_text(tx, site, "early", "poll", source, now, now))
    assert "Beans" in house.page("/" + poll.split("/", 3)[3])
    assert "Beans" not in house.page("/groups/early")
    assert "Beans" not in house.page("/" + poll.split("/", 3)[3] + "/embed")


def test_feeds_tell_the_answers_and_how_the_poll_stands(house: OpenHouse) -> None:
    feed = house.client.get("/groups/nightbus/feed.json").json()
    told = {item["id"]: item["content_html"] for item in feed["items"]}
    assert "<li>Tuesdays: 2</li>" in told[house.here.posts["poll"]]
    assert "Open until" in told[house.here.posts["poll"]]
    assert "Closed on" in told[house.here.posts["poll-closed"]]
    atom = house.client.get("/groups/nightbus/feed.atom").text
    assert "Tuesdays: 2" in atom

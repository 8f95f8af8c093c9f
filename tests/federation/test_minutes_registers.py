"""What a group decided, in one place: page by page, by year, by when it comes back, as a feed and a calendar."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from world import HTML, Instance, world

from fedi.web.pages.registers import PAGE


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as one:
        await one["alpha"].add_group("harbour", "Harbour Tenants")
        yield one["alpha"]


def decided(number: int, text: str = "We agree", **more: str) -> str:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return (
        f"---\ntitle: Meeting {number}\nlanguage: en\ndate: {2020 + number // 12}-{number % 12 + 1:02}-03T19:00\n"
        f"timezone: Europe/London\ndecisions: [{{text: {text} {number}{extra}}}]\n---\n"
    )


async def test_the_register_is_empty_at_first_and_says_what_will_be_there(alpha: Instance) -> None:
    html = await alpha.page("/groups/harbour/decisions")
    assert "No decisions yet" in html
    assert "/groups/harbour/decisions" not in await alpha.page("/groups/harbour")
    assert (await alpha.get("/groups/nobody/decisions", HTML)).status_code == 404
    assert "<entry>" not in (await alpha.get("/groups/harbour/decisions/feed.atom")).text


async def test_the_register_goes_through_all_decisions_page_by_page(alpha: Instance) -> None:
    for number in range(PAGE + 3):
        await alpha.publish("minutes", decided(number, review=f"2030-01-{number % 28 + 1:02}"))
    for path in ("/groups/harbour/decisions", "/groups/harbour/decisions?show=review"):
        first = await alpha.page(path)
        [older] = re.findall(r'href="(\?[^"]+)" rel="next"', first)
        second = await alpha.page(path.partition("?")[0] + older.replace("&amp;", "&"))
        seen = [re.findall(r">We agree (\d+)</a>", html) for html in (first, second)]
        assert [len(numbers) for numbers in seen] == [PAGE, 3]
        assert sorted(map(int, seen[0] + seen[1])) == list(range(PAGE + 3))
        assert 'rel="next"' not in second
    assert "/groups/harbour/decisions" in await alpha.page("/groups/harbour")


async def test_the_register_shows_a_year_and_what_comes_back(alpha: Instance) -> None:
    await alpha.publish("minutes", decided(1, "Early"))
    await alpha.publish("minutes", decided(14, "Late", review="2021-09-01"))
    year = await alpha.page("/groups/harbour/decisions?year=2020")
    assert "Early 1" in year and "Late 14" not in year
    review = await alpha.page("/groups/harbour/decisions?show=review")
    assert "Late 14" in review and "Early 1" not in review and "Due for review" in review
    assert "No decisions here" in await alpha.page("/groups/harbour/decisions?year=1999")
    for nonsense in ("?year=x", "?before=x", "?before=99-", "?show=all", "?year=99999"):
        assert "Early 1" in await alpha.page(f"/groups/harbour/decisions{nonsense}")


async def test_review_days_are_whole_days_in_the_calendar(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", decided(14, "Late", review="2021-09-01"))
    answer = await alpha.get("/groups/harbour/decisions/calendar.ics", "text/calendar")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    for line in ("DTSTART;VALUE=DATE:20210901", "DTEND;VALUE=DATE:20210902", "SEQUENCE:0"):
        assert line in answer.text
    await alpha.edit(minutes, decided(14, "Late", review="2021-10-01"))
    answer = await alpha.get("/groups/harbour/decisions/calendar.ics", "text/calendar")
    for line in ("DTSTART;VALUE=DATE:20211001", "SEQUENCE:1"):
        assert line in answer.text

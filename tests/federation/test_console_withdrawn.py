"""What a group withdrew stands at the end of its own lists: its title and the days, and nothing of what it said."""

from __future__ import annotations

import re

from consoling import Browser, browsers, stranger
from open_house import OpenHouse

from fedi.clock import now_ms
from fedi.publishing import publish

CALL = {
    "title": "Open the <windows>",
    "start_day": "2027-06-19",
    "start_hour": "17:00",
    "timezone": "Europe/London",
    "place_name": "Kingsley Hall",
    "body": "Bring a sheet.",
}


def published(wren: Browser, group: str, kind: str, **fields: object) -> str:
    """Publish something; return its name."""
    page = wren.get(wren.post(f"/console/{group}/write/{kind}", do="publish", **fields))
    found = re.search(rf'href="/{kind}s/([0-9a-z]{{26}})"', page)
    assert found
    return found[1]


def withdrawn(page: str) -> str:
    """The list of what was withdrawn, '' where there is none."""
    return page.partition('<h2 class="h3" id="wd">Withdrawn</h2>')[2].partition("</section>")[0]


def test_what_was_withdrawn_stands_at_the_end_with_its_title_and_days_alone(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    calls = f"/console/{group}/posts/call"
    ulid = published(wren, group, "call", **CALL)
    kept = published(wren, group, "call", **CALL | {"title": "Another day"})
    assert withdrawn(wren.get(calls)) == ""
    page = wren.get(wren.post(f"{calls}/{ulid}/withdraw"))
    assert "<bdi>Open the <windows></bdi>" in withdrawn(page)
    assert "withdrawn on" in withdrawn(page)
    assert "<bdi>Open the &lt;windows&gt;</bdi>" in wren.client.get(calls).text
    for gone in ("Kingsley", "sheet", "Another", "href", "2027"):
        assert gone not in withdrawn(page), gone
    assert page.index(kept) < page.index('id="wd"')
    assert withdrawn(wren.get(f"{calls}?before={now_ms()}-x")) == ""
    assert withdrawn(wren.get(f"/console/{group}/posts/update")) == ""


def test_of_what_had_no_title_not_even_its_beginning_is_shown(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    updates = f"/console/{group}/posts/update"
    ulid = published(wren, group, "update", body="The lift stands still")
    wren.post(f"{updates}/{ulid}/withdraw")
    listed = withdrawn(wren.get(updates))
    assert "Without a title" in listed and "lift" not in listed
    page = wren.get(updates)
    assert "Nothing is published now." in page and "Write the first one." not in page


def test_what_was_withdrawn_on_the_command_line_is_listed_without_the_title(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    ulid = published(wren, group, "call", **CALL)
    site = house.config.site
    house.write(lambda tx: publish.withdraw(tx, site, site.object("calls", ulid), now_ms()))
    listed = withdrawn(wren.get(f"/console/{group}/posts/call"))
    assert "Without a title" in listed and "windows" not in listed


def test_nobody_but_members_sees_that_list(house: OpenHouse, wren: Browser, group: str) -> None:
    calls = f"/console/{group}/posts/call"
    ulid = published(wren, group, "call", **CALL)
    wren.post(f"{calls}/{ulid}/withdraw")
    assert "windows" not in stranger(house, calls).text
    with browsers(house, "riverbank", f"other {group}") as (other,):
        other.get(calls, status=404)
        assert withdrawn(other.get("/console/riverbank/posts/call")) == ""
    for path in (f"/groups/{group}", f"/groups/{group}?kind=call", f"/groups/{group}/feed.atom"):
        assert "windows" not in house.client.get(path).text

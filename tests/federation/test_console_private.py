"""What looks private is shown before it leaves, and leaves only once somebody decided about each of it."""

from __future__ import annotations

import re

from consoling import Browser, browsers
from open_house import OpenHouse
from scribing import draft_at, draft_path

TEXT = "The kitchen is open.\r\nInterpreter: 0117 496 0188, evenings.\r\nWrite to desk@riverbank.example."
BLACK = "▇▇▇▇"


def refused(wren: Browser, group: str, **fields: object) -> tuple[str, str]:
    """Try to publish an update; return the page that stops it and the path of its draft."""
    sent = {"body": TEXT, "lang": "en", **fields}
    page = wren.post(f"/console/{group}/write/update", status=422, do="publish", **sent)
    return page, draft_path(page)


def test_what_looks_private_stops_it_and_is_shown_at_its_place(wren: Browser, group: str) -> None:
    page, path = refused(wren, group)
    assert "This looks private: 1 phone number, 1 e-mail address. Publish anyway?" in page
    assert "Text, line 2:" in page and "Text, line 3:" in page
    assert '“Interpreter: <mark dir="auto">0117 496 0188</mark>, evenings.”' in page
    assert "Black out all 2" in page and "Keep all 2 and publish" in page
    assert "This looks private" in wren.get(path)
    assert (
        "Nothing published yet" in wren.get(f"/console/{group}/posts/update") or "Published" in page
    )


def test_where_it_takes_two_keeping_it_asks_the_second(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    with browsers(house, group, f"rook {group}"):
        wren.post(f"/console/{group}/rules", publish_update="2")
        page, path = refused(wren, group)
        assert "Keep all 2 and ask a second member" in page and "and publish" not in page
        led = wren.post(path, do="publish:keep", version=1, body=TEXT, lang="en")
        assert "Asked. It waits here" in wren.get(led)


def test_each_is_kept_or_removed_and_then_it_leaves(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    _, path = refused(wren, group)
    form = {"body": TEXT, "lang": "en"}
    led = wren.post(path, do="keep:email:desk@riverbank.example", version=1, **form)
    page = wren.get(led)
    assert "1 phone number. Publish anyway?" in page and "<mark" in page
    assert "e-mail address" not in page
    led = wren.post(path, do="remove:phone:0117 496 0188", version=2, **form)
    page = wren.get(led)
    assert "Everything that looked private is decided." in page
    assert f"Interpreter: {BLACK}, evenings." in page and "0117" not in page
    form["body"] = TEXT.replace("0117 496 0188", BLACK)
    wren.post(path, do="publish", version=draft_at(house, path).version, **form)
    assert "Nothing published" not in wren.get(f"/console/{group}/posts/update")


def test_all_of_it_goes_black_at_once(house: OpenHouse, wren: Browser, group: str) -> None:
    _, path = refused(wren, group, warning="Call 0117 496 0142")
    form = {"body": TEXT, "lang": "en", "warning": "Call 0117 496 0142"}
    page = wren.get(wren.post(path, do="black-out", version=1, **form))
    assert "0117" not in page and "desk@" not in page
    assert f'value="Call {BLACK}"' in page and f"Write to {BLACK}." in page


def test_all_of_it_can_be_kept_and_is_not_asked_about_again(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    _, path = refused(wren, group)
    led = wren.post(path, do="publish:keep", version=1, body=TEXT, lang="en")
    listed = wren.get(led)
    found = re.search(r'href="(/updates/([0-9a-z]{26}))"', listed)
    assert found and "0117 496 0188" in house.page(found[1])


def test_what_is_decided_stays_decided_while_the_text_changes(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    _, path = refused(wren, group)
    wren.post(path, do="keep:phone:0117 496 0188", version=1, body=TEXT, lang="en")
    more = TEXT + "\nCall 0117 496 0142."
    page = wren.post(path, status=422, do="publish", version=2, body=more, lang="en")
    assert "0117 496 0142</mark>" in page and "0117 496 0188</mark>" not in page


def test_what_stays_here_for_members_is_not_asked_about(wren: Browser, group: str) -> None:
    wren.post(
        f"/console/{group}/write/update", do="publish", body=TEXT, lang="en", visibility="members"
    )
    hidden = "Open. [[members: Call 0117 496 0188.]]"
    wren.post(f"/console/{group}/write/update", do="publish", body=hidden, lang="en")


def test_what_is_put_off_is_looked_through_as_well(wren: Browser, group: str) -> None:
    moment = {"publish_day": "2027-06-19", "publish_hour": "10:00", "publish_zone": "UTC"}
    page = wren.post(
        f"/console/{group}/write/update", status=422, do="schedule", body=TEXT, lang="en", **moment
    )
    assert "This looks private" in page and 'value="schedule:keep"' in page

"""The preview shows three readers what each of them would see, and leaves nothing behind."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from consoling import Browser
from markup import Page
from open_house import OpenHouse
from scribing import a_picture, upload


def preview(wren: Browser, group: str, kind: str = "update", **fields: object) -> str:
    """Write something and look at its preview."""
    path = wren.post(f"/console/{group}/write/{kind}", do="preview", lang="en", **fields)
    assert path.endswith("/preview")
    return path


def part(page: str, heading: str) -> str:
    """What one reader sees."""
    start = page.index(f">{heading}</h2>")
    return page[
        start : page.index("</section>", start) if heading != STRANGER else page.index(MASTODON)
    ]


STRANGER, MASTODON = "What a stranger sees", "What a follower on Mastodon sees"
PARTNER = "What a partner group sees"
CALL = {
    "title": "Open the windows",
    "start_day": "2027-06-19",
    "start_hour": "17:00",
    "timezone": "Europe/London",
    "place_name": "Kingsley Hall",
    "body": "Bring a *sheet*.",
}


def test_each_reader_sees_what_is_meant_for_them(wren: Browser, group: str) -> None:
    text = "For all. [[partners: For partners.]] [[members: For us.]]"
    page = wren.get(preview(wren, group, body=text))
    stranger, mastodon, partner = (part(page, who) for who in (STRANGER, MASTODON, PARTNER))
    assert "For all." in stranger and "For partners." not in stranger
    assert "For all." in mastodon and "For partners." not in mastodon
    assert "For all." in partner and "For partners." in partner
    assert "For us." not in page
    assert "if you publish it now for: Everyone." in page


def test_mastodon_shows_a_call_by_title_line_and_link(wren: Browser, group: str) -> None:
    page = wren.get(preview(wren, group, "call", **CALL))
    mastodon = part(page, MASTODON)
    assert "<strong>Open the windows</strong>" in mastodon and "Kingsley Hall" in mastodon
    assert "/calls/" in mastodon and "Bring a" not in mastodon
    assert "Bring a <em>sheet</em>." in part(page, STRANGER)
    assert "The same as everybody else" in part(page, PARTNER)


def test_mastodon_folds_what_is_long_and_hides_what_has_a_warning(
    wren: Browser, group: str
) -> None:
    long = "\n\n".join(["A paragraph of some length. " * 5] * 6)
    mastodon = part(wren.get(preview(wren, group, body=long)), MASTODON)
    shown, _, rest = mastodon.partition("Read more</summary>")
    assert rest and shown.count("A paragraph of") < 30 <= mastodon.count("A paragraph of")
    mastodon = part(wren.get(preview(wren, group, body=long, warning="Heat")), MASTODON)
    assert "Read more" not in mastodon
    assert re.search(r"<summary><bdi>Heat</bdi>", mastodon)


def test_followers_only_is_nothing_to_a_stranger_and_members_only_to_nobody(
    wren: Browser, group: str
) -> None:
    page = wren.get(preview(wren, group, body="Quiet", visibility="followers"))
    assert "Nothing. At its address" in part(page, STRANGER) and "Quiet" in part(page, MASTODON)
    path = preview(wren, group, body="Secret", visibility="members")
    page = wren.get(path)
    assert "Secret" not in page and page.count("Nothing.") == 3
    wren.get(f"{path}/page", status=404)


def test_what_looks_private_is_marked(wren: Browser, group: str) -> None:
    page = wren.get(preview(wren, group, body="Call 0117 496 0188 now."))
    assert "This looks private: 1 phone number." in page
    for reader in (STRANGER, MASTODON):
        assert "Call <mark>0117 496 0188</mark> now." in part(page, reader)


def test_pictures_are_shown_before_they_are_public(wren: Browser, group: str) -> None:
    path = preview(wren, group, body="Look").removesuffix("/preview")
    upload(wren, path, ("a.jpg", a_picture(width=1400, height=1000)), body="Look", lang="en")
    page = wren.get(f"{path}/preview")
    files = set(re.findall(rf'src="({path}/files/[0-9a-f]+(?:\.small)?\.jpg)"', page))
    assert files and all(wren.client.get(name).status_code == 200 for name in files)
    assert ".small.jpg" in wren.get(path)
    assert not re.search(r'src="[^"]*/media/', page)
    assert f'src="{path}/files/' in wren.get(f"{path}/preview/page")


def test_the_whole_page_can_be_opened_and_nothing_is_published(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = preview(wren, group, "call", **CALL)
    page = wren.get(f"{path}/page")
    assert "<h1" in page and "Open the windows" in page and "Take part" in page
    found = re.search(r'href="(/calls/[0-9a-z]{26})/calendar.ics"', page)
    assert found
    house.page(found[1], status=404)
    assert "Open the windows" not in house.page(f"/groups/{group}")


def test_what_cannot_be_read_yet_leads_back_to_the_form(wren: Browser, group: str) -> None:
    path = preview(wren, group, "call", **{**CALL, "start_day": ""})
    page = wren.get(path, status=422)
    assert "That did not work." in page and "Bring a *sheet*.</textarea>" in page


def test_what_is_wrong_is_said_in_words_of_the_form(wren: Browser, group: str) -> None:
    path = preview(wren, group, kind="call", **CALL, place_street="12 Weir Lane")
    page = wren.get(path, status=422)
    assert "Choose how exactly others may know this place." in page and "precision`" not in page


def test_nothing_in_a_preview_leads_to_what_is_not_there_yet(wren: Browser, group: str) -> None:
    fields = {
        "day": "2027-06-03",
        "start": "19:00",
        "timezone": "UTC",
        "title": "Heat",
        "body": "## Boiler\n\nIt is out. [[partners: Come.]]\n\n## Keys\n\nTwo sets.",
        "decisions-0-text": "We host the kitchen.",
        "actions-0-text": "Write to the owner",
    }
    text = wren.get(preview(wren, group, kind="minutes", **fields))
    for reader in (STRANGER, PARTNER):
        shown = part(text, reader)
        assert "We host the kitchen." in shown and "Write to the owner" in shown
        assert not re.search(r'<a href="(#|[^"]*/(decisions|actions)/)', shown)


@pytest.mark.parametrize("kind", ["update", "call", "request", "poll"])
def test_the_preview_is_one_sound_page(wren: Browser, group: str, kind: str) -> None:
    fields = {
        "update": {"body": "# One\n\nTwo"},
        "call": CALL,
        "request": {"title": "Beds", "needs-0-kind": "goods", "needs-0-of": "beds", "body": "Now"},
        "poll": {"body": "When?", "options-0": "Monday", "options-1": "Friday"},
    }[kind]
    text = wren.client.get(preview(wren, group, kind, **fields)).text
    page = Page(text)
    assert len(page.ids) == len(set(page.ids))
    levels = [int(one.name[1]) for one in page.elements if re.fullmatch(r"h[1-6]", one.name)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for element in page.elements:
        if element.name == "use":
            assert element.attributes["href"].removeprefix("#") in page.ids

"""Talking, reading, followers and settings in a browser: narrow and wide, light and dark, also without scripts."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

import pytest
from build import a_remote_actor, some_keys
from members import a_member
from open_house import OpenHouse
from playwright.sync_api import Browser, expect
from test_accessible import complaints
from visiting import Scheme, overflow, visit

from fedi.actors.groups import add_group, set_profile
from fedi.clock import now_ms
from fedi.conversation import moderation
from fedi.storage import follows, groups, notes, partners, reading
from fedi.storage.notes import Note
from fedi.storage.tx import Tx

NAME = "talking"
LONG = "https://a-rather-long-name-of-a-server.brackish.example/users/somebody_with_a_long_name"
TERN = "https://brackish.example/users/tern"


class Talk(NamedTuple):
    """A group to which something is said, and a member's session."""

    house: OpenHouse
    token: str
    note: str


@pytest.fixture(scope="module")
def talk(house: OpenHouse) -> Talk:
    """A group that hears, reads, follows, is followed, and keeps somebody away."""
    site = house.config.site
    group = site.group(NAME)

    def unit(tx: Tx) -> Talk:
        now = now_ms()
        if groups.find(tx, NAME) is None:
            rsa, ed25519 = some_keys()
            add_group(tx, site, NAME, "Talking", locked=True, now=now, rsa=rsa, ed25519=ed25519)
            _fill(tx, group, now)
            profile = {"fields": (("Home", "https://talking.example/" + "a" * 60), ("Meets", "x"))}
            set_profile(tx, site, NAME, profile, now)
        _person, token = a_member(tx, group, "a talker")
        return Talk(house, token, f"{TERN}/notes/0")

    return house.write(unit)


def _fill(tx: Tx, group: str, now: int) -> None:
    for who in (LONG, TERN):
        a_remote_actor(tx, who, now=now)
        follows.add(tx, group, who, follows.ACCEPTED, f"{group}/{who[-4:]}", now)
    partners.add(tx, group, TERN, now)
    follows.add(tx, TERN, group, follows.ACCEPTED, f"{TERN}/follows/1", now)
    for number in range(3):
        asks = f"https://brackish.example/users/asks{number}"
        a_remote_actor(tx, asks, now=now)
        follows.add(tx, asks, group, follows.PENDING, f"{asks}/follows/1", now)
    texts = (
        "<p>Which day?</p>",
        "<p>" + "unbroken" * 40 + "</p><pre>" + "x " * 300 + "</pre>",
        '<p>شكرا لكم جميعا <a href="https://x.example/' + "y" * 200 + '">هنا</a></p>',
    )
    for number, text in enumerate(texts):
        note = Note(
            id=f"{TERN}/notes/{number}",
            author=LONG if number == 1 else TERN,
            type="Note",
            visibility="direct" if number == 0 else "public",
            html=text,
            document='{"attachment": {"type": "Image", "url": "https://x.example/1.jpg", "name": ""}}',
            published_at=now - number,
            received_at=now - number,
            to_group=group,
            warning="A long warning before it, " * 6 if number == 1 else "",
            language="ar" if number == 2 else "en",
        )
        notes.add(tx, note)
        reading.add(tx, group, note.id, now - number, LONG if number == 2 else "")
    moderation.decide(tx, "spam.example", "block", now, group)
    moderation.decide(tx, f"{TERN}2", "limit", now, group)


def pages(talk: Talk) -> dict[str, str]:
    """Every page of this part of the console, by a name of its own."""
    home = f"/console/{NAME}"
    names = ("conversation", "blocked", "reading", "reading/following", "followers", "settings")
    thread = f"{home}/conversation/thread?note={quote(talk.note, safe='')}"
    return {name: f"{home}/{name}" for name in names} | {"thread": thread}


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (390, "dark", "en"), (320, "light", "ar"), (320, "dark", "en")],
)
def test_axe_has_nothing_against_these_pages_and_nothing_sticks_out(
    browser: Browser, talk: Talk, width: int, scheme: Scheme, language: str
) -> None:
    found: dict[str, object] = {}
    origin = talk.house.config.origin
    with visit(
        browser, origin, token=talk.token, width=width, scheme=scheme, language=language
    ) as page:
        for name, path in pages(talk).items():
            page.goto(path)
            for closed in page.locator("main details").all():
                closed.evaluate("one => one.open = true")
            if wrong := complaints(page):
                found[name] = wrong
            if overflow(page) > 0:
                found[f"{name} sticks out"] = overflow(page)
    assert not found, found


def test_an_answer_is_written_with_the_keyboard_and_without_scripts(
    browser: Browser, talk: Talk
) -> None:
    origin = talk.house.config.origin
    with visit(browser, origin, token=talk.token, width=390, scripts=False) as page:
        page.goto(f"/console/{NAME}/conversation")
        first = page.get_by_role("link", name="Answer", exact=True).first
        first.focus()
        page.keyboard.press("Enter")
        answer = page.get_by_label("Your answer")
        answer.focus()
        page.keyboard.type("On Monday, then.")
        page.get_by_role("button", name="Answer them alone").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Answered.")
        assert page.get_by_text("On Monday, then.").is_visible()


def test_a_motif_and_ink_are_chosen_where_they_are_drawn(browser: Browser, talk: Talk) -> None:
    origin = talk.house.config.origin
    with visit(browser, origin, token=talk.token, width=390, scripts=False) as page:
        page.goto(f"/console/{NAME}/settings")
        page.get_by_text("Wave", exact=True).click()
        page.get_by_text("Ember", exact=True).click()
        page.get_by_role("button", name="Change the profile").click()
        expect(page.get_by_role("status")).to_contain_text("The profile is changed.")
        assert page.get_by_role("radio", name="Wave").is_checked()
        assert page.get_by_role("radio", name="Ember").is_checked()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_narrow_screen_the_entry_of_the_page_is_in_view(
    browser: Browser, talk: Talk, language: str
) -> None:
    origin = talk.house.config.origin
    with visit(browser, origin, token=talk.token, width=390, language=language) as page:
        page.goto(f"/console/{NAME}/settings")
        entry = page.locator(".vnav [aria-current]").bounding_box()
        assert entry and entry["x"] >= 0 and entry["x"] + entry["width"] <= 390


def test_paper_names_nobody_who_is_signed_in(browser: Browser, talk: Talk) -> None:
    with visit(browser, talk.house.config.origin, token=talk.token) as page:
        for path in (f"/console/{NAME}/people", "/account"):
            page.goto(path)
            assert page.get_by_text("Signed in as").is_visible()
            page.emulate_media(media="print")
            assert not page.get_by_text("Signed in as").is_visible()
            page.emulate_media(media="screen")

"""Writing in a real browser: with a keyboard, without scripts, and without losing a word to a lost connection."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from build import a_follow, a_remote_actor, some_keys
from members import a_member
from open_house import OpenHouse
from playwright.sync_api import Browser, Page, expect
from test_accessible import complaints
from visiting import Scheme, overflow, visit
from written import ready

from fedi.actors.groups import add_group, get_group
from fedi.clock import now_ms
from fedi.publishing import publish
from fedi.storage import groups
from fedi.storage.tx import Tx

NAME = "scribes"
LONG = "unbroken" * 30
PRIVATE = (
    "The kitchen is open.\nInterpreter: 0117 496 0188, evenings.\nWrite to desk@riverbank.example."
)


class Desk(NamedTuple):
    """A group in which something is published and on its way, and a member's session."""

    house: OpenHouse
    token: str
    post: str

    @property
    def origin(self) -> str:
        """Where it all stands."""
        return self.house.config.origin


@pytest.fixture
def desk(house: OpenHouse) -> Desk:
    """A group with something published, and one member, signed in anew for each test: one of them signs out."""
    site = house.config.site

    def unit(tx: Tx) -> Desk:
        now = now_ms()
        if groups.find(tx, NAME) is None:
            rsa, ed25519 = some_keys()
            add_group(tx, site, NAME, "Scribes", now=now, rsa=rsa, ed25519=ed25519)
            actor = f"https://{'a' * 60}.example/users/anna"
            a_remote_actor(tx, actor, now=now)
            a_follow(tx, by=actor, of=site.group(NAME), now=now)
        text = f"---\nlanguage: en\n---\nHere {LONG}\n"
        made = publish.publish(tx, site, get_group(tx, NAME), ready("update", text), now)
        _person, token = a_member(tx, site.group(NAME), "a scribe")
        return Desk(house, token, made.rpartition("/")[2])

    return house.write(unit)


def begin(page: Page, body: str, kind: str = "update") -> None:
    """Type a text into an empty form."""
    page.goto(f"/console/{NAME}/write/{kind}")
    page.locator("#body").fill(body)


def save(page: Page) -> None:
    """Press the button that saves a draft."""
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_role("status").last).to_contain_text("Saved. Only members see it.")


def kept(page: Page) -> list[str]:
    """What this browser keeps of drafts."""
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('fedi-draft'))")


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (390, "dark", "en"), (320, "light", "ar")],
)
def test_axe_has_nothing_against_these_pages_and_nothing_sticks_out(
    browser: Browser, desk: Desk, width: int, scheme: Scheme, language: str
) -> None:
    found: dict[str, object] = {}
    home = f"/console/{NAME}"
    paths = [home, f"{home}/deliveries", f"{home}/posts/update", f"{home}/posts/poll"]
    paths += [f"{home}/write/{kind}" for kind in ("update", "call", "request", "poll")]
    paths += [f"{home}/posts/update/{desk.post}/withdraw"]
    with visit(
        browser, desk.origin, token=desk.token, width=width, scheme=scheme, language=language
    ) as page:
        begin(page, f"# {LONG}\n\n{PRIVATE}")
        page.locator("button[value=publish]").click()
        found["private"] = complaints(page), overflow(page)
        draft = page.locator("#compose").get_attribute("action")
        for path in (*paths, f"{draft}/preview"):
            page.goto(path)
            found[path] = complaints(page), overflow(page)
        page.goto(str(draft))
        page.locator("button[value=discard]").evaluate("one => one.click()")
    wrong = {path: seen for path, seen in found.items() if seen != ([], 0)}
    assert not wrong, wrong


def test_an_update_is_written_and_published_with_the_keyboard_and_without_scripts(
    browser: Browser, desk: Desk
) -> None:
    with visit(browser, desk.origin, token=desk.token, width=390, scripts=False) as page:
        page.goto(f"/console/{NAME}")
        page.get_by_role("link", name="Update", exact=True).focus()
        page.keyboard.press("Enter")
        page.get_by_label("Text", exact=True).focus()
        page.keyboard.type(PRIVATE)
        page.get_by_role("button", name="Publish to everyone").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("This looks private")
        page.get_by_role("button", name="Black out all 2").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text(
            "Everything that looked private is decided."
        )
        page.get_by_role("button", name="Publish to everyone").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Published.")


def test_the_button_says_for_whom_it_publishes_without_scripts_too(
    browser: Browser, desk: Desk
) -> None:
    with visit(browser, desk.origin, token=desk.token, scripts=False) as page:
        page.goto(f"/console/{NAME}/write/update")
        button = page.locator(".sticky button").first
        expect(button).to_have_text("Publish to everyone", use_inner_text=True)
        page.get_by_role("radio", name="Members").check()
        expect(button).to_have_text("Publish to members", use_inner_text=True)


def test_enter_in_a_field_saves_and_never_publishes(browser: Browser, desk: Desk) -> None:
    with visit(browser, desk.origin, token=desk.token, scripts=False) as page:
        page.goto(f"/console/{NAME}/write/request")
        page.locator("#title").fill("Beds")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Saved. Only members see it.")
        assert page.locator("#title").input_value() == "Beds"


def test_a_closed_browser_loses_nothing(browser: Browser, desk: Desk) -> None:
    with visit(browser, desk.origin, token=desk.token) as page:
        begin(page, "Half a sen")
        page.goto(f"/console/{NAME}")
        assert len(kept(page)) == 1
        page.goto(f"/console/{NAME}/write/update")
        assert page.locator("#body").input_value() == "Half a sen"
        note = page.get_by_role("status")
        assert "Restored what you typed here before." in note.inner_text()
        page.get_by_role("button", name="Take what the server has").click()
        expect(page.locator("#body")).to_have_value("")
        assert kept(page) == []


def test_nothing_is_kept_in_the_browser_once_it_is_saved_published_or_signed_out(
    browser: Browser, desk: Desk
) -> None:
    with visit(browser, desk.origin, token=_another(desk), behind=True) as page:
        begin(page, "Kept by the server")
        save(page)
        assert kept(page) == []
        page.locator("#body").fill("Kept by the server, and published")
        page.locator("button[value=publish]").click()
        expect(page.get_by_role("status")).to_contain_text("Published.")
        assert kept(page) == []
        begin(page, "Not for whoever comes next")
        page.goto(f"/console/{NAME}")
        assert len(kept(page)) == 1
        page.get_by_role("button", name="Sign out").first.click()
        page.wait_for_url(re.compile("/(sign-in)?$|sign-in"))
        assert kept(page) == []


def test_what_is_typed_is_saved_by_itself_and_so_is_what_comes_after_a_lost_connection(
    browser: Browser, desk: Desk
) -> None:
    with visit(browser, desk.origin, token=_another(desk)) as page:
        page.clock.install()
        begin(page, "One")
        page.clock.run_for(21_000)
        expect(page.locator("#kept")).to_contain_text("by itself")
        path = page.evaluate("location.pathname")
        assert f"/console/{NAME}/drafts/" in path
        page.route("**/drafts/*", lambda route: route.fulfill(status=503))
        page.locator("#body").fill("One and two")
        page.clock.run_for(21_000)
        expect(page.locator("#kept")).to_contain_text("Not saved")
        page.unroute("**/drafts/*")
        page.goto(path)
        assert page.locator("#body").input_value() == "One and two"
        save(page)
        assert page.locator("#body").input_value() == "One and two"
        assert kept(page) == []


def test_a_row_more_or_less_is_no_text_to_be_restored(browser: Browser, desk: Desk) -> None:
    with visit(browser, desk.origin, token=_another(desk)) as page:
        begin(page, "Which evening?", "poll")
        page.locator("#options-0").fill("Monday")
        page.locator("#options-1").fill("Never")
        page.locator("button[value='add:options']").click()
        page.locator("#options-2").fill("Tuesday")
        page.locator("button[value='drop:options:1']").click()
        expect(page.locator("#options-1")).to_have_value("Tuesday")
        assert "Restored" not in page.locator("main").inner_text()
        page.locator("button[value=publish]").click()
        expect(page.get_by_role("status")).to_contain_text("Published.")
        assert kept(page) == []


def test_what_a_button_could_not_send_is_still_there_after_looking_elsewhere(
    browser: Browser, desk: Desk
) -> None:
    with visit(browser, desk.origin, token=_another(desk)) as page:
        begin(page, "Saved once")
        save(page)
        path = page.evaluate("location.pathname")
        page.locator("#body").fill("Written in the tunnel")
        page.route("**/drafts/*", lambda route: route.fulfill(status=504, body="No connection"))
        page.locator("button[value=publish]").click()
        expect(page.locator("body")).to_have_text("No connection")
        page.unroute("**/drafts/*")
        page.goto(f"/console/{NAME}")
        page.goto(path)
        assert page.locator("#body").input_value() == "Written in the tunnel"
        assert "Restored what you typed here before." in page.get_by_role("status").inner_text()


def _another(desk: Desk) -> str:
    """A session of the same member in another browser."""
    group = desk.house.config.site.group(NAME)
    return desk.house.write(lambda tx: a_member(tx, group, "a scribe"))[1]

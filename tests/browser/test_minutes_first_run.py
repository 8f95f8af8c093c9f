"""From the link of the first run to published minutes in a real browser: two languages, keyboard, no scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from open_house import OpenHouse, serving
from playwright.sync_api import Browser, Locator, Page, expect
from visiting import visit

from fedi.clock import now_ms
from fedi.people import invitations

PASSWORD = "four plain words here"
DAY = 86_400_000
MOST_STEPS = 260
LEFT = """there => {
  const at = document.activeElement;
  if (at === there) return 0;
  const all = [...document.querySelectorAll('a[href],button,input,select,textarea,summary')]
    .filter(one => one.tabIndex >= 0 && one.checkVisibility());
  return at === document.body && location.hash ? 1 : all.indexOf(there) - all.indexOf(at);
}"""
"""About how many presses of the tab key lead there; less than one where it is not the way forward."""


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[OpenHouse]:
    """An instance that nobody has begun yet."""
    with serving(tmp_path) as opened:
        yield opened


@dataclass(frozen=True)
class Pointer:
    """Somebody who points at things."""

    page: Page

    def write(self, name: str, text: str) -> None:
        self.page.locator(f"[name='{name}']").first.fill(text)

    def press(self, selector: str, *, from_end: bool = False) -> None:
        self.page.locator(selector).first.click()

    def save(self) -> None:
        self.press("button[value=save].btn")


@dataclass(frozen=True)
class Keyboard:
    """Somebody who has nothing but a keyboard."""

    page: Page

    def write(self, name: str, text: str) -> None:
        field = self.page.locator(f"[name='{name}']").first
        self._reach(field)
        if field.get_attribute("type") == "time":
            hour, minute = map(int, text.split(":"))
            half = "PM" if hour >= 12 else "AM"
            self.page.keyboard.type(f"{(hour + 11) % 12 + 1:02}{minute:02}{half}")
            expect(field).to_have_value(text)
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)

    def press(self, selector: str, *, from_end: bool = False) -> None:
        self._reach(self.page.locator(selector).first, "Shift+Tab" if from_end else "Tab")
        self.page.keyboard.press("Enter")

    def save(self) -> None:
        """Press Enter in the line just written: a form is saved by it, and nothing else."""
        self.page.keyboard.press("Enter")

    def _reach(self, there: Locator, key: str = "Tab") -> None:
        """Press the tab key until something has the focus."""
        for _step in range(MOST_STEPS):
            left = there.evaluate(LEFT)
            if left == 0:
                return
            # Nobody counts every press: half of the way at once, since some fields take more than one or none.
            for _press in range(max(1, left // 2) if key == "Tab" else 1):
                self.page.keyboard.press(key)
        raise AssertionError(f"the keyboard does not lead to {there}")


Hands = Callable[[Page], Pointer | Keyboard]

WAYS = {
    "english-without-scripts": ("en", False, Pointer),
    "english-by-keyboard": ("en", True, Keyboard),
    "arabic": ("ar", True, Pointer),
    "arabic-by-keyboard-without-scripts": ("ar", False, Keyboard),
}


@pytest.mark.parametrize("way", WAYS)
def test_from_the_first_run_to_published_minutes(
    browser: Browser, fresh: OpenHouse, way: str
) -> None:
    language, scripts, hands = WAYS[way]
    token = fresh.write(lambda tx: invitations.begin_link(tx, now_ms()))
    how = {"language": language, "scripts": scripts, "behind": True, "width": 390}
    origin = fresh.config.origin
    with visit(browser, origin, **how) as one, visit(browser, origin, **how) as other:
        one.goto(f"/begin/{token}")
        expect(one.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        link = begin(hands(one))
        other.goto(link)
        join(hands(other))
        write(hands(one), scripts=scripts)
        publish(hands(one))
        agree(hands(other))
        expect(other.locator("h1").first).to_have_text("Heat and keys")
        expect(other.locator("main")).to_contain_text("We carry the kitchen until June")
        expect(other.locator("main")).to_contain_text("Nobody is shown")
        expect(other.locator("main .decision")).to_have_count(2)


def begin(hand: Pointer | Keyboard) -> str:
    """Name the instance, its first group and oneself, and return a link for a second member."""
    page = hand.page
    hand.write("group_title", "Harbour Tenants")
    hand.write("group_name", "tenants")
    hand.write("group_summary", "We live at the harbour.")
    hand.write("name", "Ann")
    hand.write("password", PASSWORD)
    hand.press("main form button.btn")
    expect(page.locator("ol.codes li")).to_have_count(10)
    hand.press("main a.btn")
    page.wait_for_url("**/console/tenants*")
    hand.press("nav.vnav a[href$='/people']")
    hand.press("form[action$='/people/invite'] button")
    return page.locator("#li").input_value()


def join(hand: Pointer | Keyboard) -> None:
    """Become the second member."""
    hand.write("name", "Ben")
    hand.write("password", PASSWORD)
    hand.press("main form.sheet button.btn")
    expect(hand.page.locator("ol.codes li")).to_have_count(10)
    hand.press("main a.btn")
    hand.page.wait_for_url("**/console/tenants*")


def write(hand: Pointer | Keyboard, *, scripts: bool) -> None:
    """Type minutes of a meeting that was today."""
    page = hand.page
    hand.press("nav.vnav a[href$='/posts/minutes']")
    hand.press("main a[href$='/write/minutes']")
    expect(page.locator("[name=day]")).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d$"))
    hand.write("start", "19:00")
    hand.write("attendance", "27")
    hand.write("title", "Heat and keys")
    if scripts:
        expect(page.locator("[name=timezone]")).not_to_be_empty()
    else:
        hand.write("timezone", "Europe/London")
    hand.write("body", "The lift works.")
    hand.write("decisions-0-text", "We carry the kitchen until June")
    hand.write("decisions-0-consent", "29")
    hand.press("button[value='add:decisions']")
    expect(page.locator("[name='decisions-0-key']")).to_have_value(re.compile(r"^\d{4}-1$"))
    hand.write("decisions-1-text", "Nobody is shown")
    hand.write("decisions-1-consent", "27")
    hand.save()
    expect(page.get_by_role("status").first).to_be_visible()
    expect(page.locator("[name='decisions-1-text']")).to_have_value("Nobody is shown")


def publish(hand: Pointer | Keyboard) -> None:
    """Ask for them to be published, and hear that somebody has to check them first."""
    page = hand.page
    hand.press("button[value=publish].btn", from_end=True)
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("The lift works.")
    hand.press("button[value=check]")
    expect(page.locator("ol.steps li.done")).to_have_count(2)
    hand.press("button[value=publish].btn", from_end=True)
    page.wait_for_url("**/waiting/**")
    expect(page.locator("form[action$='/agree']")).to_have_count(0)


def agree(hand: Pointer | Keyboard) -> None:
    """See what waits on the home page, read it, agree, and look at what became public."""
    page = hand.page
    hand.press("nav.vnav a")
    hand.press("main a[href*='/waiting/']")
    expect(page.locator("main .sheet").first).to_contain_text("We carry the kitchen until June")
    hand.press("form[action$='/agree'] button")
    hand.press("main a[href*='/minutes/']")


@pytest.mark.parametrize(("language", "scripts"), [("en", True), ("ar", False)])
def test_an_invitation_that_is_over_says_so(
    browser: Browser, house: OpenHouse, language: str, scripts: bool
) -> None:
    group = house.config.site.group("riverbank")

    def invited(days_ago: int) -> str:
        made = now_ms() - days_ago * DAY
        return house.write(
            lambda tx: invitations.invite(tx, group=group, made_by="", uses=1, days=7, now=made)
        )

    with visit(
        browser, house.config.origin, language=language, scripts=scripts, behind=True
    ) as page:
        answer = page.goto(f"/join/{invited(6)}")
        assert answer and answer.status == 200
        expect(page.locator("[name=password]")).to_have_count(1)
        answer = page.goto(f"/join/{invited(8)}")
        assert answer and answer.status == 410
        expect(page.locator("[name=password]")).to_have_count(0)
        expect(page.locator("h1")).not_to_be_empty()
        if language == "en":
            expect(page.locator("main")).to_contain_text("expired")

"""The pages on which minutes are written, taken over, translated and followed up: under axe, and on a telephone."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from build import some_keys
from consoling import browsers
from members import a_member
from open_house import OpenHouse
from playwright.sync_api import Browser, expect
from test_accessible import complaints
from visiting import Scheme, overflow, visit
from written import MINUTES, ready

from fedi.actors.groups import add_group, get_group
from fedi.clock import now_ms
from fedi.publishing import publish
from fedi.storage import groups
from fedi.storage.tx import Tx

NAME = "minuting"
LONG = "unbroken" * 12
SOURCE = MINUTES.replace("attendance: 27", 'actions: [{text: "Book the hall", due: 2026-12-20}]')
TYPED = {
    "title": f"Heat {LONG}",
    "day": "2027-06-03",
    "start": "19:00",
    "timezone": "Europe/London",
    "body": f"## Keys\n\nCall 0117 496 0142. {LONG}",
    "roles-0-role": "Facilitation",
    "roles-0-held_by": "-",
    "agenda-0": LONG,
    "decisions-0-text": f"We carry the kitchen {LONG}",
    "decisions-0-result": "amended",
    "decisions-0-why_block": LONG,
    "actions-0-text": "Book the hall",
}


class Met(NamedTuple):
    """A group that published minutes and writes others; `paths` are the pages about them."""

    house: OpenHouse
    token: str
    paths: dict[str, str]

    @property
    def origin(self) -> str:
        """Where it all stands."""
        return self.house.config.origin


@pytest.fixture(scope="module")
def met(house: OpenHouse) -> Met:
    """Minutes in every state."""
    site = house.config.site

    def unit(tx: Tx) -> tuple[str, str]:
        if groups.find(tx, NAME) is None:
            rsa, ed25519 = some_keys()
            add_group(tx, site, NAME, "Minuting", now=now_ms(), rsa=rsa, ed25519=ed25519)
        made = publish.publish(tx, site, get_group(tx, NAME), ready("minutes", SOURCE), now_ms())
        _person, token = a_member(tx, site.group(NAME), "a minuter")
        return made.rpartition("/")[2], token

    published, token = house.write(unit)
    with browsers(house, NAME, "a minuter", "another minuter") as (one, _other):
        draft = one.post(f"/console/{NAME}/write/minutes", do="save", **TYPED).partition("?")[0]
    home = f"/console/{NAME}"
    return Met(
        house,
        token,
        {
            "new": f"{home}/write/minutes",
            "draft": f"{draft}?view=preview",
            "import": f"{home}/write/minutes/import",
            "actions": f"{home}/actions",
            "translate": f"{home}/posts/minutes/{published}/translate?language=ar",
            "list": f"{home}/posts/minutes",
        },
    )


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_has_nothing_against_pages_about_minutes(
    browser: Browser, met: Met, width: int, scheme: Scheme
) -> None:
    found: dict[str, list[str]] = {}
    with visit(browser, met.origin, width=width, scheme=scheme, token=met.token) as page:
        for name, path in met.paths.items():
            page.goto(path)
            found[name] = complaints(page)
    assert not any(found.values()), {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_about_minutes_is_wider_than_the_narrowest_screen(
    browser: Browser, met: Met, language: str
) -> None:
    with visit(browser, met.origin, width=320, language=language, token=met.token) as page:
        for name, path in met.paths.items():
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert overflow(page) <= 0, f"{name} sticks out by {overflow(page)}"


def test_in_a_meeting_saving_is_always_below_the_thumb(browser: Browser, met: Met) -> None:
    with visit(browser, met.origin, width=390, token=met.token) as page:
        page.goto(met.paths["draft"])
        save = page.locator("button[value=save].btn")
        for top in (0, 1500, 4000):
            page.evaluate(f"scrollTo({{top: {top}, behavior: 'instant'}})")
            box = save.bounding_box()
            assert box and 700 < box["y"] < 900 and box["height"] >= 44, (top, box)
        small = page.evaluate(
            "[...document.querySelectorAll('main form :is(button.btn,input:not([type=hidden]),select,textarea)')]"
            ".filter(one => one.checkVisibility() && one.type != 'radio' && one.type != 'checkbox')"
            ".filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 90))"
        )
        assert not small, small
        expect(page.locator("ol.steps li")).to_have_count(4)


def test_what_is_typed_in_a_meeting_survives_a_closed_browser(browser: Browser, met: Met) -> None:
    with visit(browser, met.origin, width=390, token=met.token) as page:
        page.goto(met.paths["new"])
        page.locator("[name='decisions-0-text']").fill("Said, and not yet saved")
        page.goto(met.paths["actions"])
        page.goto(met.paths["new"])
        expect(page.locator("[name='decisions-0-text']")).to_have_value("Said, and not yet saved")
        page.locator("[name=title]").fill("Kept")
        page.locator("button[value=save].btn").click()
        page.wait_for_url(re.compile("/drafts/"))
        expect(page.locator("[name='decisions-0-text']")).to_have_value("Said, and not yet saved")
        expect(page.locator("[name='decisions-0-key']")).to_have_value(re.compile(r"^\d{4}-\d+$"))


def test_a_translation_survives_a_closed_browser_and_a_lost_connection(
    browser: Browser, met: Met
) -> None:
    with visit(browser, met.origin, width=390, token=met.token) as page:
        page.goto(met.paths["translate"])
        page.locator("[name=title]").fill("الحر")
        page.locator("[name=body]").fill("بدأنا متأخرين.")
        page.goto(met.paths["list"])
        page.goto(met.paths["translate"].replace("=ar", "=es"))
        expect(page.locator("[name=title]")).to_have_value("")
        page.goto(met.paths["translate"])
        expect(page.locator("[name=title]")).to_have_value("الحر")
        expect(page.get_by_role("status")).to_contain_text("Restored what you typed here before.")
        page.route("**/translate", lambda route: route.fulfill(status=504, body="No connection"))
        page.locator("[name=title]").fill("الحر والمفاتيح")
        page.locator("button[value=publish]").click()
        expect(page.locator("body")).to_have_text("No connection")
        page.unroute("**/translate")
        page.goto(met.paths["translate"])
        expect(page.locator("[name=title]")).to_have_value("الحر والمفاتيح")
        expect(page.locator("[name=body]")).to_have_value("بدأنا متأخرين.")
        page.locator("button[value=publish]").click()
        page.wait_for_url(re.compile("said=translated"))
        page.goto(met.paths["translate"])
        expect(page.locator("[name=title]")).to_have_value("الحر والمفاتيح")
        assert not page.get_by_text("Restored what you typed here before.").count()
        assert page.evaluate("Object.keys(localStorage).join()") == ""

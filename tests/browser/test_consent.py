"""How members govern their group, in a browser: without scripts, by keyboard, on the narrowest screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from build import some_keys
from members import a_member
from open_house import OpenHouse
from playwright.sync_api import Browser, Page
from test_accessible import complaints
from visiting import Scheme, overflow, visit
from written import MINUTES

from fedi.actors.groups import add_group
from fedi.clock import now_ms
from fedi.governing import asking
from fedi.publishing import acts
from fedi.publishing.acts import Act
from fedi.storage import groups
from fedi.storage.tx import Tx

NAME = "consenting"


class Met(NamedTuple):
    """The group with its three members' sessions, and where its acts wait."""

    house: OpenHouse
    ann: str
    ben: str
    cem: str
    waiting: dict[str, str]


@pytest.fixture(scope="module")
def met(house: OpenHouse) -> Met:
    """A group of three in which something of each sort waits."""
    site = house.config.site
    group = site.group(NAME)

    def unit(tx: Tx) -> Met:
        rsa, ed25519 = some_keys()
        if groups.find(tx, NAME) is None:
            add_group(tx, site, NAME, "Consenting", now=now_ms(), rsa=rsa, ed25519=ed25519)
        (ann, one), (_, two), (cem, three) = (
            a_member(tx, group, name) for name in ("ann of three", "ben of three", "cem of three")
        )
        wanted = {
            "minutes": ("publish", acts.written("minutes", MINUTES, {}, ())),
            "profile": ("profile", {"title": "Quay", "summary": "We meet on Thursdays. " * 12}),
            "removal": ("remove_member", {"person": cem.id}),
        }
        waiting: dict[str, str] = {}
        for name, (kind, arguments) in wanted.items():
            act = Act(kind, NAME, ann.id, arguments, f"Something about {name}")
            outcome = asking.ask(tx, site, act, ann.id, now_ms())
            waiting[name] = f"/console/{NAME}/waiting/{outcome.pending}"
        return Met(house, one, two, three, waiting)

    return house.write(unit)


@contextmanager
def signed_in(browser: Browser, met: Met, token: str, **more: object) -> Iterator[Page]:
    with visit(browser, met.house.config.origin, token=token, **more) as page:  # type: ignore[arg-type]
        yield page


def paths(met: Met) -> dict[str, str]:
    """Every page of governing, by a name of its own."""
    names = ("waiting", "people", "people/leave", "roles", "rules", "log", "export")
    return {name: f"/console/{NAME}/{name}" for name in names} | met.waiting


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light"), (320, "dark")]
)
def test_axe_has_nothing_against_the_pages_and_nothing_sticks_out(
    browser: Browser, met: Met, width: int, scheme: Scheme
) -> None:
    found: dict[str, object] = {}
    with signed_in(browser, met, met.ben, width=width, scheme=scheme) as page:
        for name, path in paths(met).items():
            page.goto(path)
            if wrong := complaints(page):
                found[name] = wrong
            if overflow(page) > 0:
                found[f"{name} sticks out"] = overflow(page)
    assert not found, found


def test_a_link_to_join_fits_on_the_narrowest_screen_and_prints(browser: Browser, met: Met) -> None:
    with signed_in(browser, met, met.ben, width=320, scripts=False) as page:
        page.goto(f"/console/{NAME}/people")
        page.get_by_role("button", name="Make a link").click()
        squares = page.locator("svg.qr")
        assert squares.is_visible() and squares.get_attribute("viewBox")
        assert overflow(page) <= 0
        assert "/join/" in page.get_by_label("The link", exact=True).input_value()
        page.emulate_media(media="print")
        assert page.locator("svg.qr").is_visible()
        assert not page.get_by_text("This is shown once.").is_visible()


def press_until(page: Page, name: str) -> None:
    """Walk with the keyboard to a control and use it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no key leads to {name}")


def test_two_members_publish_with_the_keyboard_and_without_scripts(
    browser: Browser, met: Met
) -> None:
    with signed_in(browser, met, met.ann, scripts=False) as page:
        page.goto(met.waiting["minutes"])
        assert page.get_by_text("Another member has to agree.").is_visible()
        assert page.get_by_role("button", name="Agree and publish").count() == 0
    with signed_in(browser, met, met.ben, scripts=True) as page:
        # Where scripts run, a test can ask which control has the keyboard.
        page.goto(f"/console/{NAME}/waiting")
        press_until(page, "Something about minutes")
        page.wait_for_url(f"**{met.waiting['minutes']}")
        assert page.get_by_text("What everybody sees").is_visible()
        assert page.get_by_text("We host the kitchen.").first.is_visible()
        press_until(page, "Agree and publish")
        page.wait_for_url("**?said=done")
        assert page.get_by_role("status").inner_text().strip() == "Done: two members agreed."


def test_a_refusal_without_scripts_keeps_what_was_typed(browser: Browser, met: Met) -> None:
    with signed_in(browser, met, met.ben, scripts=False) as page:
        page.goto(met.waiting["profile"])
        page.locator("summary", has_text="Refuse").click()
        typed = "We never spoke about this. " * 30
        page.get_by_label("Why not").fill(typed)
        page.get_by_role("button", name="Refuse").click()
        assert page.get_by_role("alert").is_visible()
        assert page.get_by_label("Why not").input_value() == typed
        page.get_by_label("Why not").fill("We never spoke about this.")
        page.get_by_role("button", name="Refuse").click()
        assert page.get_by_text("Refused. Whoever asked reads your reason here.").is_visible()


def test_whom_it_concerns_sees_it_and_cannot_decide(browser: Browser, met: Met) -> None:
    with signed_in(browser, met, met.cem, scripts=False) as page:
        page.goto(met.waiting["removal"])
        assert page.get_by_text("another member decides it").is_visible()
        assert page.locator("main button").count() == 0

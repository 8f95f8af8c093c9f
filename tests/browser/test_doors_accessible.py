"""The ways in under axe, before and after something went wrong: first run, invitation, signing in, codes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from furnished import Furnished
from looking import OPEN_ALL, faults
from open_house import OpenHouse, serving
from playwright.sync_api import Browser, Page
from pyotp import TOTP
from visiting import Scheme, overflow, visit

from fedi.clock import now_ms
from fedi.people import accounts, invitations, passwords
from fedi.storage.tx import Tx

PASSWORD = "four plain words here"
NAME = "somebody with two steps"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenHouse, str]]:
    """An instance that nobody has begun, and the link with which somebody does."""
    with serving(tmp_path_factory.mktemp("unbegun")) as opened:
        yield opened, opened.write(lambda tx: invitations.begin_link(tx, now_ms()))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_has_nothing_against_any_door(
    browser: Browser, furnished: Furnished, width: int, scheme: Scheme
) -> None:
    found: dict[str, list[str]] = {}
    with visit(
        browser, furnished.house.config.origin, width=width, scheme=scheme, behind=True
    ) as page:
        for name, path in furnished.doors.items():
            answer = page.goto(path)
            assert answer and answer.status in (200, 410, 422), name
            if wrong := faults(page):
                found[name] = wrong
    assert not found


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (320, "ar")])
def test_axe_has_nothing_against_the_first_run_and_what_is_wrong_with_it(
    browser: Browser, fresh: tuple[OpenHouse, str], width: int, language: str
) -> None:
    house, token = fresh
    with visit(browser, house.config.origin, width=width, language=language, behind=True) as page:
        page.goto(f"/begin/{token}")
        assert not faults(page)
        page.locator("[name=name]").fill("Wren")
        _send(page)
        assert page.locator("[aria-invalid]").count()
        assert page.locator("[name=name]").input_value() == "Wren"
        assert not faults(page)


def test_axe_has_nothing_against_signing_in_with_two_steps(
    browser: Browser, furnished: Furnished
) -> None:
    house = furnished.house

    def unit(tx: Tx) -> None:
        hashed = passwords.hash_password(PASSWORD)
        person = accounts.add_person(tx, NAME, password=hashed, now=now_ms())
        secret = accounts.begin_totp(tx, person.id, now_ms())
        accounts.confirm_totp(tx, person.id, TOTP(secret).now(), now_ms())

    house.write(unit)
    with visit(browser, house.config.origin, width=320, behind=True) as page:
        page.goto("/sign-in")
        _sign_in(page, "not this one")
        assert page.get_by_role("alert").count()
        assert not faults(page)
        _sign_in(page, PASSWORD)
        assert page.locator("[name=code]").count()
        assert not faults(page)
        page.locator("[name=code]").fill("000000")
        _send(page)
        assert page.get_by_role("alert").count()
        assert not faults(page)


def test_at_four_hundred_percent_no_door_sticks_out(browser: Browser, furnished: Furnished) -> None:
    with visit(browser, furnished.house.config.origin, width=320, behind=True) as page:
        page.set_viewport_size({"width": 320, "height": 256})
        for name, path in furnished.doors.items():
            page.goto(path)
            page.evaluate(OPEN_ALL)
            assert overflow(page) <= 0, name


def test_axe_has_nothing_against_what_is_shown_once(browser: Browser, furnished: Furnished) -> None:
    """A link to join, recovery codes, and what stands where somebody did something wrong."""
    origin = furnished.house.config.origin
    with visit(browser, origin, width=320, token=furnished.finch) as page:
        page.goto(furnished.pages["people"])
        page.locator("form[action$='/people/invite'] button").click()
        assert page.locator("svg.qr").count()
        assert not faults(page)
        page.goto("/account")
        page.locator("form[action$='/account/codes'] button").click()
        assert page.locator("ol.codes li").count() == 10
        assert not faults(page)
        for name, button in (("write/minutes", "publish"), ("write/call", "schedule")):
            page.goto(furnished.pages[name])
            page.locator(f"button[value={button}]").first.evaluate("one => one.click()")
            page.get_by_role("alert").first.wait_for()
            assert not faults(page)
            with page.expect_navigation():
                page.locator("button[value=discard]").evaluate("one => one.click()")


def _sign_in(page: Page, password: str) -> None:
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=password]").fill(password)
    _send(page)


def _send(page: Page) -> None:
    """Send the first form of a page, also where the browser would say itself what is missing."""
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.locator("main form button.btn").first.click()

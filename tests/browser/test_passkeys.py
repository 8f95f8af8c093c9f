"""Passkeys with a virtual authenticator: added, used, refused, removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from members import a_member
from open_house import OpenHouse
from playwright.sync_api import Browser, Page, expect
from visiting import visit

from fedi.clock import now_ms
from fedi.people import sessions
from fedi.storage import passkeys


@contextmanager
def authenticator(page: Page, *, knows_its_owner: bool = True) -> Iterator[None]:
    """Something like a phone that keeps passkeys and recognises a finger."""
    speaks = page.context.new_cdp_session(page)
    speaks.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": knows_its_owner,
        "automaticPresenceSimulation": True,
    }
    speaks.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    speaks.send("WebAuthn.disable")


@pytest.fixture
def member(house: OpenHouse, request: pytest.FixtureRequest) -> tuple[str, str]:
    """A member for one test alone: their id, and the token of a session."""
    group = house.config.site.group("riverbank")
    name = f"key {abs(hash(request.node.name)) % 10_000}"
    person, token = house.write(lambda tx: a_member(tx, group, name))
    return person.id, token


def test_a_passkey_is_added_and_signs_in_and_removed_it_does_not(
    browser: Browser, house: OpenHouse, member: tuple[str, str]
) -> None:
    person, token = member
    with visit(browser, house.config.origin, token=token) as page, authenticator(page):
        page.goto("/account")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("status")).to_contain_text("The passkey is added")
        assert len(house.write(lambda tx: passkeys.of_person(tx, person))) == 1

        page.locator("header").get_by_role("link", name="About").focus()
        page.get_by_role("button", name="Sign out").last.click()
        page.goto("/sign-in?next=/account")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/account")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-in")

        page.get_by_role("button", name="Remove this passkey").click()
        expect(page.get_by_role("status")).to_be_visible()
        page.get_by_role("button", name="Sign out").last.click()
        page.goto("/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("belongs to nobody here")


def test_a_device_that_does_not_know_its_owner_is_refused(
    browser: Browser, house: OpenHouse, member: tuple[str, str]
) -> None:
    person, token = member
    with (
        visit(browser, house.config.origin, token=token) as page,
        authenticator(page, knows_its_owner=False),
    ):
        page.goto("/account")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("Nothing was added")
        assert house.write(lambda tx: passkeys.of_person(tx, person)) == []


def test_adding_a_passkey_asks_again_who_one_is_after_a_while(
    browser: Browser, house: OpenHouse, member: tuple[str, str]
) -> None:
    person, token = member

    def age(tx) -> None:
        (session,) = sessions.of_person(tx, person, now_ms())
        sessions.prove(tx, session.id, now_ms() - 3_600_000)

    house.write(age)
    with visit(browser, house.config.origin, token=token) as page, authenticator(page):
        page.goto("/account")
        page.get_by_role("button", name="Add a passkey").click()
        page.wait_for_url("**/account/prove?next=/account")
        assert house.write(lambda tx: passkeys.of_person(tx, person)) == []


def test_without_scripts_there_is_no_button_that_would_do_nothing(
    browser: Browser, house: OpenHouse
) -> None:
    with visit(browser, house.config.origin, scripts=False, behind=True) as page:
        page.goto("/sign-in")
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()

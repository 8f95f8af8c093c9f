"""Signing in and out, and what is refused at that door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from doorstep import PASSWORD, Browser, begun
from pyotp import TOTP
from world import Instance, world

from fedi.clock import now_ms


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as several:
        yield several["alpha"]


@pytest.mark.parametrize("name", ["Wren", "nobody"])
async def test_nothing_tells_a_wrong_password_from_a_name_that_is_not_there(
    alpha: Instance, name: str
) -> None:
    await begun(alpha)
    browser = Browser(alpha)
    await browser.open("/sign-in")
    await browser.send(name=name, password="some other words")
    assert browser.status == 422
    assert "do not belong together" in browser.page
    assert browser.form("/sign-in").values["name"] == [name]
    assert browser.form("/sign-in").values["password"] == [""]


async def test_signing_in_and_out(alpha: Instance) -> None:
    first = await begun(alpha)
    browser = Browser(alpha)
    await browser.open("/account")
    assert browser.at == "/sign-in?next=/account"
    await browser.send(name="wren", password=PASSWORD)
    assert browser.at == "/account"
    kept = dict(browser.cookies)
    await browser.send("/sign-out")
    assert "signed out" in browser.page
    browser.cookies = kept
    await browser.open("/account")
    assert browser.at.startswith("/sign-in")
    assert "Your sign-in" in await first.open("/account")


async def test_the_cookie_is_new_with_each_sign_in_and_hidden_from_scripts(alpha: Instance) -> None:
    await begun(alpha)
    browser = Browser(alpha)
    await browser.open("/sign-in")
    before = dict(browser.cookies)
    await browser.send(name="wren", password=PASSWORD, next="/account")
    assert browser.cookies != before
    name = next(iter(browser.cookies))
    assert name.startswith("__Host-fedi")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
async def test_nobody_is_sent_to_another_server_after_signing_in(
    alpha: Instance, elsewhere: str
) -> None:
    await begun(alpha)
    browser = Browser(alpha)
    await browser.open("/sign-in")
    await browser.send(name="wren", password=PASSWORD, next=elsewhere)
    assert "evil" not in browser.at


async def test_a_form_of_another_browser_or_another_site_is_refused(alpha: Instance) -> None:
    browser = await begun(alpha)
    await browser.open("/account")
    csrf = browser.form("/account/codes").values["csrf"][0]
    await browser.post("/account/codes")
    assert browser.status == 403
    await Browser(alpha).post("/account/codes", csrf=csrf)
    other = Browser(alpha)
    await other.open("/sign-in")
    await other.post("/account/codes", csrf=csrf)
    assert other.status == 403
    answer = await alpha.visitor.post(
        alpha.config.origin + "/account/codes",
        data={"csrf": csrf},
        headers={
            "origin": "https://evil.example",
            "cookie": "; ".join(f"{k}={v}" for k, v in browser.cookies.items()),
        },
    )
    assert answer.status_code == 403


async def test_a_second_step_asks_for_six_digits_and_takes_each_once(alpha: Instance) -> None:
    browser = await begun(alpha)
    await browser.open("/account/second-step")
    secret = browser.page.split('<p class="mono" dir="ltr">')[1].split("<")[0].replace(" ", "")
    await browser.send("/account/second-step", code="000000")
    assert browser.status == 422
    code = TOTP(secret).now()
    await browser.send("/account/second-step", code=code)
    assert "The second step is on" in browser.page

    other = Browser(alpha)
    await other.open("/sign-in")
    await other.send(name="wren", password=PASSWORD)
    assert "One more step" in other.page
    await other.send(code=code)
    assert other.status == 422
    await other.send(code=TOTP(secret).at(now_ms() // 1000 + 30))
    assert other.at == "/console/riverbank"
    await other.open("/account")
    assert "Your sign-in" in other.page


async def test_a_recovery_code_lets_in_once(alpha: Instance) -> None:
    browser = await begun(alpha)
    code = browser.page.split('<li class="mono">')[1].split("<")[0]
    for status in (200, 422):
        other = Browser(alpha)
        await other.open("/sign-in/recover")
        await other.send(name="wren", code=code.upper())
        assert other.status == status


async def test_a_new_password_ends_every_other_session(alpha: Instance) -> None:
    browser = await begun(alpha)
    other = Browser(alpha)
    await other.open("/sign-in")
    await other.send(name="wren", password=PASSWORD, next="/account")
    await browser.open("/account/password")
    await browser.send("/account/password", password="quite different words")
    assert "The password is changed" in browser.page
    await other.open("/account")
    assert other.at.startswith("/sign-in")


async def test_one_session_can_be_ended_from_another(alpha: Instance) -> None:
    browser = await begun(alpha)
    other = Browser(alpha)
    await other.open("/sign-in")
    await other.send(name="wren", password=PASSWORD, next="/account")
    await browser.open("/account")
    await browser.send("/account/sessions/end", session="others")
    await other.open("/account")
    assert other.at.startswith("/sign-in")


async def test_pages_behind_the_sign_in_are_kept_by_nobody_and_run_only_our_scripts(
    alpha: Instance,
) -> None:
    browser = await begun(alpha)
    await browser.open("/account")
    assert browser.last is not None
    assert browser.last.headers["cache-control"] == "private, no-store"
    assert "script-src 'self'" in browser.last.headers["content-security-policy"]
    public = await alpha.get("/", "text/html")
    assert "script-src" not in public.headers["content-security-policy"]
    assert "set-cookie" not in public.headers

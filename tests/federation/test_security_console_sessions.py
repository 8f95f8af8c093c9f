"""A session is known by a cookie that says nothing and goes nowhere else, and ends at once when it is to end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from doorstep import PASSWORD, Browser, a_browser, begun
from hearing import Hearing, hearing
from members import a_member
from world import HTML, Instance, world

from fedi.clock import now_ms
from fedi.people import accounts, invitations, membership, sessions
from fedi.storage import persons
from fedi.storage.tx import Tx


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as several:
        yield several["alpha"]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


async def test_rule_30_a_cookie_says_nothing_and_goes_nowhere_else(alpha: Instance) -> None:
    await begun(alpha)
    browser = Browser(alpha)
    await browser.open("/sign-in")
    sent = {**browser.form("/sign-in").values, "name": "wren", "password": PASSWORD}
    origin, (cookie,) = alpha.config.origin, browser.cookies.items()
    for without in ({}, {"cookie": f"{cookie[0]}={'x' * 43}"}):
        refused = await alpha.visitor.post(f"{origin}/sign-in", data=sent, headers=without)
        assert refused.status_code == 403
    headers = {"cookie": "=".join(cookie)}
    for remember, expected in (({}, None), ({"remember": "y"}, "Max-Age=2592000")):
        data = {**sent, **remember}
        answer = await alpha.visitor.post(f"{origin}/sign-in", data=data, headers=headers)
        (line,) = answer.headers.get_list("set-cookie")
        name, _sign, rest = line.partition("=")
        assert name == "__Host-fedi"
        parts = [part.strip() for part in rest.split(";")]
        assert len(parts[0]) == 43 and parts[0] != cookie[1]
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
        assert not any(part.startswith("Domain") for part in parts)
        assert next((part for part in parts if "Max-Age" in part), None) == expected


async def test_rule_30_on_plain_http_the_cookie_is_named_by_its_port(tmp_path: Path) -> None:
    async with world(tmp_path, "alpha", sockets=True) as several:
        one = several["alpha"]
        answer = await one.get("/sign-in", HTML)
        (line,) = answer.headers.get_list("set-cookie")
        assert line.startswith(f"fedi-{urlsplit(one.config.origin).port}=")
        assert "Secure" not in line
        assert "HttpOnly" in line
        assert "Max-Age" not in line


async def test_rule_30_a_cookie_that_somebody_planted_is_worth_nothing(alpha: Instance) -> None:
    first = await begun(alpha)
    (name,) = first.cookies
    for planted in ("p" * 43, "short", "!" * 43, "../x", "p" * 3_000):
        browser = Browser(alpha, {name: planted})
        await browser.open("/sign-in")
        assert (browser.cookies[name] == planted) == (planted == "p" * 43)
        await browser.send("/sign-in", name="wren", password=PASSWORD, next="/account")
        assert "Your sign-in" in browser.page
        assert browser.cookies[name] != planted
        victim = Browser(alpha, {name: planted})
        await victim.open("/account")
        assert victim.at.startswith("/sign-in")


async def test_rule_30_signing_in_as_somebody_else_ends_what_was_there(alpha: Instance) -> None:
    browser = await begun(alpha)
    before = dict(browser.cookies)
    await browser.open("/account")
    csrf = browser.form("/account/codes").values["csrf"][0]
    group = alpha.config.site.group("riverbank")
    token = await alpha.write(
        lambda tx: invitations.invite(tx, group=group, made_by="", uses=1, days=1, now=now_ms())
    )
    await browser.post(f"/join/{token}", csrf=csrf, name="crow", password=PASSWORD)
    assert "Your recovery codes" in browser.page
    old = Browser(alpha, before)
    await old.open("/account")
    assert old.at.startswith("/sign-in")


async def test_rule_30_who_is_to_be_in_no_longer_is_out_at_once(here: Hearing) -> None:
    one, harbour = here.here, here.harbour
    await one.add_group("canal", "Canal Street")
    wren, crow = await a_browser(one), await a_browser(one, "crow")
    canal = one.config.site.group("canal")

    def unit(tx: Tx) -> str:
        person, _token = a_member(tx, canal, "wren")
        a_member(tx, canal, "tern")
        return person.id

    person = await one.write(unit)
    await wren.open("/console/harbour")
    assert wren.status == 200
    await one.write(lambda tx: membership.leave(tx, harbour, person, now_ms()))
    await wren.open("/console/harbour")
    assert wren.status == 404
    await wren.open("/console/canal")
    assert wren.status == 200
    await one.write(lambda tx: membership.leave(tx, canal, person, now_ms()))
    await wren.open("/console/canal")
    assert wren.at.startswith("/sign-in")
    await crow.open("/account")
    csrf = crow.form("/account/codes").values["csrf"][0]

    def disable(tx: Tx) -> None:
        found = persons.find_login(tx, "crow")
        assert found
        accounts.disable(tx, found.id, now_ms())

    await one.write(disable)
    await crow.post("/account/codes", csrf=csrf)
    assert crow.at.startswith("/sign-in")
    assert "recovery" not in crow.page.lower().split("<main")[0]


async def test_rule_30_who_leaves_for_good_leaves_nothing_in_the_browser(here: Hearing) -> None:
    await a_browser(here.here, "crow")
    wren = await a_browser(here.here)
    for path, action in (("/account/erase", "/account/erase"), ("/account", "/sign-out")):
        await wren.open(path)
        csrf = wren.form(action).values["csrf"][0]
        cookie = "; ".join(f"{k}={v}" for k, v in wren.cookies.items())
        answer = await here.client.post(
            here.here.config.origin + action,
            data={"csrf": csrf, "name": "wren"},
            headers={"cookie": cookie},
        )
        assert answer.status_code == 303
        assert answer.headers["clear-site-data"] == '"storage"'
        assert "Max-Age=0" in answer.headers["set-cookie"]
        wren = await a_browser(here.here)


async def test_rule_30_what_could_lock_somebody_out_needs_a_proof_not_long_ago(
    here: Hearing,
) -> None:
    wren = await a_browser(here.here)
    await wren.open("/account")
    csrf = wren.form("/account/codes").values["csrf"][0]
    (token,) = wren.cookies.values()

    def age(tx: Tx) -> None:
        found = sessions.find(tx, token, now_ms())
        assert found
        sessions.prove(tx, found.id, now_ms() - sessions.PROVED_MS)

    await here.here.write(age)
    for path in (
        *("/account/password", "/account/second-step", "/account/second-step/off"),
        *("/account/codes", "/account/erase", "/account/elsewhere", "/account/elsewhere/remove"),
    ):
        await wren.post(path, csrf=csrf, name="wren", password="quite other words", code="1")
        assert wren.at.startswith("/account/prove?next=/account"), path
    await wren.post("/account/passkeys/change", csrf=csrf, do="remove", passkey="x")
    assert wren.at.startswith("/account/prove")
    for path in ("/account/passkeys/ask", "/account/passkeys/add"):
        answer = await here.client.post(
            here.here.config.origin + path,
            json={},
            headers={"x-csrf": csrf, "cookie": f"{next(iter(wren.cookies))}={token}"},
        )
        assert answer.json() == {"go": "/account/prove?next=/account"}

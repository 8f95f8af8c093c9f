"""The doors tell nobody who is here, open slowly for who guesses, and close at once for who is to be in no longer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from doorstep import PASSWORD, Browser, a_browser, begun
from hearing import Hearing, hearing
from members import a_member
from world import HTML, Instance, world

from fedi.app import routes
from fedi.clock import now_ms
from fedi.people import accounts, invitations, membership, passwords, sessions
from fedi.storage import persons
from fedi.storage.tx import Tx
from fedi.web.limits import DOORS, ELSEWHERE, KNOCKING, LOOKUPS, Limits


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as several:
        yield several["alpha"]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


def some_people(tx: Tx) -> None:
    """Somebody with a password, without one, with a second step, and one who may not sign in."""
    hashed = passwords.hash_password(PASSWORD)
    for name, kept in (("crow", hashed), ("tern", None), ("swift", hashed), ("heron", hashed)):
        accounts.add_person(tx, name, password=kept, now=now_ms())
    swift, heron = persons.find_login(tx, "swift"), persons.find_login(tx, "heron")
    assert swift and heron
    persons.set_totp(tx, swift.id, "JBSWY3DPEHPK3PXP")
    accounts.disable(tx, heron.id, now_ms())


async def told(browser: Browser, path: str, **given: str) -> tuple[int, str, list[tuple[str, str]]]:
    """What is answered, without what differs by itself: the name that was typed, and the form's token."""
    await browser.open(path)
    await browser.send(path, **given)
    assert browser.last is not None
    main = browser.page.partition("<main")[2].partition("</main>")[0]
    page = main.replace(given["name"], "NAME").replace(browser.form(path).values["csrf"][0], "")
    left_out = ("content-length", "set-cookie", "date")
    headers = [(k, v) for k, v in browser.last.headers.items() if k not in left_out]
    return browser.status, page, headers


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/recover"])
async def test_rule_27_nothing_tells_who_is_here(alpha: Instance, path: str) -> None:
    await alpha.write(some_people)
    given = {"password": "some other words"} if path == "/sign-in" else {"code": "aaaa-bbbb-cccc"}
    answers = [
        await told(Browser(alpha), path, name=name, **given)
        for name in ("crow", "tern", "swift", "heron", "finch", "n" * 90)
    ]
    assert answers[0][0] == 422
    assert answers[1:] == answers[:-1]


async def test_rule_27_who_may_not_sign_in_is_told_no_more_with_the_right_password(
    alpha: Instance,
) -> None:
    await alpha.write(some_people)
    wrong = await told(Browser(alpha), "/sign-in", name="heron", password="some other words")
    assert await told(Browser(alpha), "/sign-in", name="heron", password=PASSWORD) == wrong


async def test_rule_27_what_is_asked_of_a_passkey_names_nobody(alpha: Instance) -> None:
    await alpha.write(some_people)
    browser = Browser(alpha)
    await browser.open("/sign-in")
    csrf = browser.form("/sign-in").values["csrf"][0]
    await browser.post("/sign-in/passkey/ask", csrf=csrf, name="crow")
    asked = browser.last.json() if browser.last else {}
    assert asked["allowCredentials"] == []
    assert "user" not in asked


class Knocking:
    """An instance whose doors nobody is behind, and which counts who knocks."""

    def __init__(self, one: Instance) -> None:
        app: Any = routes(one.house, Limits(clock=lambda: 0.0))
        self.paths = {
            re.sub(r"<[^>]+>", "x", rule.rule)
            for rule in app.url_map.iter_rules()
            if "POST" in (rule.methods or ())
        }
        self.app, self.origin = app, one.config.origin

    async def knock(self, path: str, address: str = "192.0.2.1", **headers: str) -> int:
        transport = httpx.ASGITransport(self.app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url=self.origin) as client:
            return (await client.post(path, headers=headers)).status_code


async def test_rule_27_every_door_opens_slowly_for_who_keeps_knocking(alpha: Instance) -> None:
    paths = sorted(p for p in Knocking(alpha).paths if p.startswith((*DOORS, *ELSEWHERE)))
    assert len(paths) == 12
    for path in paths:
        knocking = Knocking(alpha)
        most = (LOOKUPS if path.startswith(ELSEWHERE) else KNOCKING).burst
        found = [await knocking.knock(path) for _time in range(most + 2)]
        assert found == [403] * most + [429] * 2, path
        spoofed = {"x-forwarded-for": "198.51.100.7", "forwarded": "for=198.51.100.7"}
        assert await knocking.knock(path, **spoofed) == 429, path
        assert await knocking.knock(path, "192.0.2.2") == 403, path
        assert await knocking.knock("/sign-out") == 403, path


async def test_rule_27_doors_share_what_one_address_may_try(alpha: Instance) -> None:
    knocking = Knocking(alpha)
    for number in range(KNOCKING.burst):
        await knocking.knock(("/sign-in", "/sign-in/recover", "/join/x")[number % 3])
    for path in ("/sign-in", "/sign-in/code", "/sign-in/passkey", "/back-in/y", "/account/prove"):
        assert await knocking.knock(path) == 429


@pytest.mark.parametrize(("trusted", "slowed"), [("192.0.2.0/24", True), ("127.0.0.1/32", False)])
async def test_rule_27_only_a_trusted_proxy_says_who_knocks(
    tmp_path: Path, trusted: str, slowed: bool
) -> None:
    async with world(
        tmp_path, "alpha", sockets=True, rate_limits="on", trusted_proxies=trusted
    ) as several:
        one = several["alpha"]
        found: list[int] = []
        for number in range(KNOCKING.burst + 2):
            headers = {"accept": HTML, "x-forwarded-for": f"198.51.100.{number}"}
            answer = await one.visitor.post(one.config.origin + "/sign-in", headers=headers)
            found.append(answer.status_code)
    assert found[-1] == (429 if slowed else 403)


async def test_rule_30_a_cookie_says_nothing_and_goes_nowhere_else(alpha: Instance) -> None:
    browser = await begun(alpha)
    await browser.open("/account")
    await browser.send("/sign-out")
    await browser.open("/sign-in")
    await browser.send("/sign-in", name="wren", password=PASSWORD, remember="y", next="/account")
    answer = await alpha.visitor.post(
        alpha.config.origin + "/sign-in",
        data={"csrf": csrf_of(await stranger(alpha)), "name": "wren", "password": PASSWORD},
        headers={"cookie": ""},
    )
    assert answer.status_code == 403
    other = Browser(alpha)
    await other.open("/sign-in")
    form = other.form("/sign-in").values
    cookie = "; ".join(f"{k}={v}" for k, v in other.cookies.items())
    answer = await alpha.visitor.post(
        alpha.config.origin + "/sign-in",
        data={**form, "name": "wren", "password": PASSWORD, "remember": "y"},
        headers={"cookie": cookie},
    )
    (line,) = answer.headers.get_list("set-cookie")
    name, _sign, rest = line.partition("=")
    assert name == "__Host-fedi"
    parts = {part.strip() for part in rest.split(";")[1:]}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=2592000"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


async def stranger(one: Instance) -> Browser:
    browser = Browser(one)
    await browser.open("/sign-in")
    return browser


def csrf_of(browser: Browser) -> str:
    return browser.form("/sign-in").values["csrf"][0]


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

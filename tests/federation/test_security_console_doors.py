"""The doors tell nobody who is here, and open slowly for who keeps knocking."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from doorstep import PASSWORD, Browser
from world import HTML, Instance, world

from fedi.app import routes
from fedi.clock import now_ms
from fedi.people import accounts, passwords
from fedi.storage import persons
from fedi.storage.tx import Tx
from fedi.web.limits import DOORS, ELSEWHERE, KNOCKING, LOOKUPS, Limits


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as several:
        yield several["alpha"]


def some_people(tx: Tx) -> None:
    """Somebody with a password, without one, with a second step, and one who may not sign in."""
    hashed = passwords.hash_password(PASSWORD)
    for name, kept in (("crow", hashed), ("tern", None), ("swift", hashed), ("heron", hashed)):
        accounts.add_person(tx, name, password=kept, now=now_ms())
    swift, heron = persons.find_login(tx, "swift"), persons.find_login(tx, "heron")
    assert swift and heron
    persons.set_totp(tx, swift.id, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
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
    assert len(paths) == 13
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

"""What a server elsewhere can do to who signs in with it: confirm who they are, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authorising import Authorising
from doorstep import Browser, a_browser
from village import Village
from world import Instance, world

from fedi.storage import linked_accounts, oauth_clients, persons
from fedi.storage.linked_accounts import LinkedAccount
from fedi.storage.tx import Tx

DOOR = "/sign-in/elsewhere"


@dataclass
class Evil(Authorising):
    """A server that answers some addresses as it likes: a status, headers, and so many bytes."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        given = self.answers.get(scope["path"])
        if given is None:
            await super().__call__(scope, receive, send)
            return
        status, headers, body = given
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Here:
    alpha: Instance
    home: Authorising
    evil: Evil
    third: Village

    async def way(self, browser: Browser, server: Authorising) -> str:
        """The link to somebody's own server."""
        await browser.open(DOOR)
        await browser.send(DOOR, handle=f"@anna@{server.host}")
        assert browser.status == 200, browser.page
        return unescape(
            browser.page.split('<p class="actions"><a class="btn" href="')[1].split('"')[0]
        )


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    home, evil, third = Authorising(), Evil("evil.example"), Village("third.example")
    for one in (home, evil):
        one.person("anna")
    others = {one.host: one for one in (home, evil, third)}
    async with world(tmp_path, "alpha", others=others) as several:
        alpha = several["alpha"]
        await alpha.add_group()
        await a_browser(alpha)
        await alpha.write(_link)
        yield Here(alpha, home, evil, third)


def _link(tx: Tx) -> None:
    wren = persons.find_login(tx, "wren")
    assert wren
    for host in ("home.example", "evil.example"):
        linked_accounts.add(tx, LinkedAccount(f"https://{host}/users/anna", wren.id, "anna", 1))


async def is_in(browser: Browser) -> bool:
    await browser.open("/account")
    return browser.at == "/account"


async def test_rule_32_a_server_cannot_have_what_another_one_confirmed(here: Here) -> None:
    """It sends people on to the other one, with its own question, to get the answer for itself (RFC 9700 §4.4)."""
    browser = Browser(here.alpha)
    ours = parse_qs(urlsplit(await here.way(browser, here.evil)).query)
    honest = await here.way(Browser(here.alpha), here.home)
    client = parse_qs(urlsplit(honest).query)["client_id"][0]
    passed_on = honest.replace(parse_qs(urlsplit(honest).query)["state"][0], ours["state"][0])
    passed_on = passed_on.replace(
        parse_qs(urlsplit(honest).query)["code_challenge"][0], ours["code_challenge"][0]
    )
    assert client in passed_on
    heard = len(here.evil.heard)
    await browser.open(here.home.confirm(passed_on).partition("&iss=")[0])
    assert browser.status == 422
    assert "belongs to no question of ours" in browser.page
    assert not await is_in(browser)
    assert len(here.evil.heard) == heard
    assert not here.home.tokens


async def test_rule_32_an_answer_comes_back_where_it_was_asked_for(here: Here) -> None:
    for where in ("evil.example", "home.example:444", "HOME.example", "x"):
        browser = Browser(here.alpha)
        back = here.home.confirm(await here.way(browser, here.home))
        await browser.open(back.replace("/back/home.example", f"/back/{where}"))
        assert browser.status == 422
        assert not await is_in(browser)


async def test_rule_32_a_server_that_names_itself_always_does(here: Here) -> None:
    here.home.lies["authorization_response_iss_parameter_supported"] = True
    browser = Browser(here.alpha)
    back = here.home.confirm(await here.way(browser, here.home))
    await browser.open(back.partition("&iss=")[0])
    assert browser.status == 422
    assert not await is_in(browser)
    again = Browser(here.alpha)
    await again.open(here.home.confirm(await here.way(again, here.home)))
    assert await is_in(again)


async def test_rule_32_who_has_a_second_step_is_asked_for_it_here_as_well(here: Here) -> None:
    def turn_on(tx: Tx) -> None:
        wren = persons.find_login(tx, "wren")
        assert wren
        persons.set_totp(tx, wren.id, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")

    await here.alpha.write(turn_on)
    browser = Browser(here.alpha)
    await browser.open(here.home.confirm(await here.way(browser, here.home)))
    assert "One more step" in browser.page
    form = browser.form("/sign-in/code")
    assert not await is_in(browser)
    await browser.post("/sign-in/code", **{n: v[0] for n, v in form.values.items()} | {"code": "1"})
    assert browser.status == 422
    assert not await is_in(browser)


@pytest.mark.parametrize("path", ["/oauth/token", "/api/v1/accounts/verify_credentials"])
@pytest.mark.parametrize(
    "answer",
    [
        (307, {"location": "https://third.example/oauth/token"}, b""),
        (302, {"location": "http://169.254.169.254/latest/meta-data"}, b""),
        (200, {"content-type": "application/json"}, b'{"access_token": "' + b"x" * 200_000 + b'"}'),
        (200, {"content-type": "application/json"}, b"[" * 50_000),
        (200, {"content-type": "application/json"}, b'["access_token"]'),
        (200, {"content-type": "application/json"}, b'{"access_token": 1, "username": {}}'),
        (200, {"content-type": "application/json"}, b'{"access_token":"t","username":"eve@x/../"}'),
        (200, {"content-type": "application/json"}, b'{"access_token":"t","username":"\\ud800"}'),
        (200, {"content-type": "application/json", "content-encoding": "gzip"}, b"\x1f\x8b"),
        (500, {}, b""),
    ],
    ids=lambda answer: f"{answer[0]}-{len(answer[2])}" if isinstance(answer, tuple) else None,
)
async def test_rule_32_a_hostile_answer_signs_nobody_in_and_is_followed_nowhere(
    here: Here, path: str, answer: tuple[int, dict[str, str], bytes]
) -> None:
    browser = Browser(here.alpha)
    back = here.evil.confirm(await here.way(browser, here.evil))
    here.evil.answers[path] = answer
    await browser.open(back)
    assert browser.status == 422
    assert not await is_in(browser)
    assert here.third.heard == []


@pytest.mark.parametrize(
    "body",
    [
        b"[1]",
        b'{"client_id": 1, "client_secret": "x"}',
        b'{"client_id": "x"}',
        b"null",
        b"{" * 9_999,
        b'{"client_id": "\\u0000", "client_secret": "\\ud800"}',
    ],
)
async def test_rule_32_a_server_that_registers_nobody_is_said_to_do_so(
    here: Here, body: bytes
) -> None:
    here.evil.answers["/api/v1/apps"] = (200, {"content-type": "application/json"}, body)
    browser = Browser(here.alpha)
    await browser.open(DOOR)
    await browser.send(DOOR, handle="@anna@evil.example")
    assert browser.status == 422
    kept = await here.alpha.read(lambda tx: oauth_clients.find(tx, "evil.example"))
    assert kept is None


@pytest.mark.parametrize(
    "lies",
    [
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://evil.example/oauth/authorize"},
        {"authorization_endpoint": "https://evil.example:444/oauth/authorize"},
        {"authorization_endpoint": "https://evil.example@third.example/"},
        {"authorization_endpoint": ["https://third.example/"], "scopes_supported": "write"},
        {"token_endpoint": "https://169.254.169.254/token", "issuer": 7},
        {"scopes_supported": [["write"], {"read": 1}, "write", "admin"]},
    ],
)
async def test_rule_32_what_a_server_says_of_itself_leads_only_to_itself(
    here: Here, lies: dict[str, Any]
) -> None:
    here.evil.lies = lies
    way = await here.way(Browser(here.alpha), here.evil)
    assert way.startswith("https://evil.example/oauth/authorize?")
    assert parse_qs(urlsplit(way).query)["scope"] in (["profile"], ["read"])
    kept = await here.alpha.read(lambda tx: oauth_clients.find(tx, "evil.example"))
    assert kept is not None
    assert "third" not in str(kept.endpoints) and "169.254" not in str(kept.endpoints)


@pytest.mark.parametrize(
    "typed",
    [
        *("alpha.test", "https://alpha.test/", "ALPHA.test.", "@harbour@alpha.test"),
        *("169.254.169.254", "[::1]", "127.0.0.1:22", "@a@127.0.0.1", "localhost", "http://x"),
        *("evil.example/../x", "a b", "@@", "x" * 300, "%00", "evil.example#x", "e@evil.example@x"),
    ],
)
async def test_rule_32_nobody_is_sent_to_this_server_or_to_no_server(
    here: Here, typed: str
) -> None:
    browser = Browser(here.alpha)
    await browser.open(DOOR)
    await browser.send(DOOR, handle=typed)
    assert browser.status == 422
    assert browser.form(DOOR).values["handle"] == [typed]

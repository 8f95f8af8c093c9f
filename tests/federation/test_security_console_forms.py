"""Forms behind the sign-in come from a page of ours in this very browser, or nothing happens."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from doorstep import Browser, a_browser
from world import Instance, world

from fedi.app import routes
from fedi.web.bodies import FROM_MEMBERS, FROM_STRANGERS
from fedi.web.console.shell import BEHIND

FORM = "application/x-www-form-urlencoded"


class Doors:
    """Every address that takes a form, with nobody behind it who would do anything."""

    def __init__(self, one: Instance, wren: Browser, crow: Browser) -> None:
        app = routes(one.house)
        self.wren, self.crow = wren, crow
        self.opened: list[str] = []
        self.origin = one.config.origin
        self.paths = sorted(
            {
                re.sub(r"<(int:)?[^>]+>", lambda found: "1" if found[1] else "x", rule.rule)
                for rule in app.url_map.iter_rules()
                if "POST" in (rule.methods or ())
            }
        )
        for name in app.view_functions:
            app.view_functions[name] = self._open
        quart: Any = app
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(quart), base_url=self.origin)

    async def _open(self, **_given: Any) -> str:
        self.opened.append("opened")
        return "opened"

    async def post(self, path: str, browser: Browser, csrf: str = "", **more: Any) -> int:
        cookies = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
        headers = {"cookie": cookies, "accept": "text/html", **more.pop("headers", {})}
        given = more or {"data": {"csrf": csrf}}
        return (await self.client.post(path, headers=headers, **given)).status_code


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as several:
        await several["alpha"].add_group()
        yield several["alpha"]


@pytest.fixture
async def doors(alpha: Instance) -> AsyncIterator[Doors]:
    made = Doors(alpha, await a_browser(alpha), await a_browser(alpha, "crow"))
    async with made.client:
        yield made


async def token_of(browser: Browser) -> str:
    await browser.open("/account")
    return browser.form("/account/codes").values["csrf"][0]


async def test_every_form_lies_where_forms_are_checked(doors: Doors) -> None:
    assert len(doors.paths) > 40
    assert [path for path in doors.paths if not path.startswith(BEHIND)] == []


async def test_rule_26_no_form_is_taken_that_no_page_of_ours_made_for_this_browser(
    doors: Doors,
) -> None:
    ours, theirs = await token_of(doors.wren), await token_of(doors.crow)
    wrong: list[tuple[str, str, int]] = []
    for path in doors.paths:
        attempts: dict[str, dict[str, Any]] = {
            "no token": {},
            "another browser's token": {"csrf": theirs},
            "another browser's token in a header": {"headers": {"x-csrf": theirs}},
            "a token in the address": {"params": {"csrf": ours}},
            "several parts": {"files": {"csrf": (None, theirs)}},
            "json": {"json": {"csrf": ours}},
            "a text that looks like json": {
                "content": b'{"csrf": "' + ours.encode() + b'"}',
                "headers": {"content-type": "text/plain"},
            },
            "nothing": {"content": b"", "headers": {"content-type": FORM}},
            "bytes": {"content": b"csrf=\xff\xfe\x00", "headers": {"content-type": FORM}},
            "a token that is no text": {"headers": {"x-csrf": "\xff".encode("latin-1")}},
            **{
                f"from {origin}": {"csrf": ours, "headers": {"origin": origin}}
                for origin in ("https://evil.example", "null", "http://alpha.test", "")
            },
            **{
                f"said to be {site}": {"csrf": ours, "headers": {"sec-fetch-site": site}}
                for site in ("cross-site", "same-site")
            },
        }
        for name, attempt in attempts.items():
            given = {"params": {}, **attempt} if "params" in attempt else attempt
            status = await doors.post(path, doors.wren, **given)
            if status != 403:
                wrong.append((path, name, status))
    assert wrong == []
    assert doors.opened == []


async def test_rule_26_what_our_own_pages_send_is_taken(doors: Doors) -> None:
    ours = await token_of(doors.wren)
    for number, path in enumerate(doors.paths, 1):
        for headers in (
            {},
            {"origin": doors.origin, "sec-fetch-site": "same-origin"},
        ):
            status = await doors.post(path, doors.wren, ours, headers=headers)
            assert status == 200, path
        in_header = await doors.post(path, doors.wren, json={}, headers={"x-csrf": ours})
        assert in_header == 200, path
        assert len(doors.opened) == 3 * number


async def test_rule_26_a_character_that_no_keyboard_has_reaches_nobody(doors: Doors) -> None:
    ours = await token_of(doors.wren)
    part = (
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a\0.png"\r\n\r\nx\r\n--x--\r\n'
    )
    named = {"content-type": "multipart/form-data; boundary=x", "x-csrf": ours}
    for sent in (
        {"data": {"csrf": ours, "name": "wr\0en"}},
        {"data": {"csrf": ours, "na\0me": "wren"}},
        {"content": part, "headers": named},
    ):
        assert await doors.post("/account/password", doors.wren, **sent) == 400
    assert doors.opened == []


async def test_rule_22_a_form_is_no_larger_than_whoever_sends_it_may_fill(doors: Doors) -> None:
    ours = await token_of(doors.wren)
    nobody = Browser(doors.wren.one)

    async def trickle(size: int) -> AsyncIterator[bytes]:
        for _part in range(size // 4096):
            yield b"x" * 4096

    for browser, most in ((nobody, FROM_STRANGERS), (doors.wren, FROM_MEMBERS)):
        large = b"x" * (most + 1)
        kind = {"content-type": FORM, "x-csrf": ours}
        assert await doors.post("/sign-in", browser, content=large, headers=kind) == 413
        assert (
            await doors.post("/sign-in", browser, content=trickle(most + 8192), headers=kind) == 413
        )
        parts = {"pictures": ("a.png", large)}
        assert await doors.post("/sign-in", browser, files=parts, headers={"x-csrf": ours}) == 413
    forged = Browser(doors.wren.one, {name: "x" * 43 for name in doors.wren.cookies})
    large = b"x" * (FROM_STRANGERS + 1)
    assert (
        await doors.post("/sign-in", forged, content=large, headers={"content-type": FORM}) == 413
    )
    assert doors.opened == []
    small = {"data": {"csrf": ours, "text": "x" * FROM_STRANGERS}}
    assert await doors.post("/account/password", doors.wren, **small) == 200

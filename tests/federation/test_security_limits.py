"""Rate limits as visitors meet them: generous to readers, strict to who fails, off when the admin says so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hearing import Hearing, hearing
from markup import Page
from village import a_fetch, delivery, send
from world import world

from fedi.web import limits
from fedi.web.limits import Rule


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every limit small, so that a test meets it."""
    for name in ("READING", "INBOX", "LOOKUPS", "FAILURES"):
        usual = getattr(limits, name)
        small = Rule(
            usual.name, {"READING": 8, "INBOX": 6, "LOOKUPS": 2, "FAILURES": 3}[name], 0.01
        )
        for module in ("fedi.web.limits", "fedi.web.letterbox"):
            monkeypatch.setattr(f"{module}.{name}", small, raising=False)


@pytest.fixture
async def here(tmp_path: Path, few: None) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path, rate_limits="on") as one:
        yield one


async def statuses(ask: Callable[[int], object], times: int) -> list[int]:
    answers = [await ask(number) for number in range(times)]  # type: ignore[misc]
    return [answer.status_code for answer in answers]


async def test_a_reader_who_asks_too_often_is_told_when_to_come_back(here: Hearing) -> None:
    async def ask(number: int) -> httpx.Response:
        return await here.here.get(f"/tags/t{number}", "text/html")

    found = await statuses(ask, 10)
    assert 429 not in found[:8]
    assert found[8:] == [429, 429]
    refused = await ask(99)
    assert int(refused.headers["retry-after"]) > 0
    assert "127.0.0.1" not in refused.text
    assert (await here.here.get("/livez")).status_code == 200


async def test_a_browser_is_slowed_down_with_a_page_in_its_language_and_a_program_with_a_line(
    here: Hearing,
) -> None:
    for number in range(8):
        await here.here.get(f"/tags/t{number}", "text/html")
    german = {"Accept-Language": "de"}
    answer = await here.here.get("/tags/x", "text/html,application/xhtml+xml,*/*;q=0.8", **german)
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["cache-control"] == "no-store"
    page = Page(answer.text)
    assert page.one("html").attributes["lang"] == "de"
    assert "(Fehler 429)" in page.one("main").text
    assert [a for a in page.all("a") if a.attributes["href"] == "/"]
    for accept in ("*/*", "application/activity+json", "application/json", ""):
        answer = await here.here.get("/tags/x", accept, **german)
        assert answer.headers["content-type"].startswith("text/plain"), accept
        assert answer.text == "Too many requests; try again in a moment.\n"
        assert int(answer.headers["retry-after"]) > 0


async def test_answers_that_are_kept_ready_are_not_counted(here: Hearing) -> None:
    async def ask(number: int) -> httpx.Response:
        return await here.here.get("/groups/harbour", "text/html")

    assert set(await statuses(ask, 30)) == {200}


async def test_whoever_fills_the_follow_box_often_is_slowed_down(here: Hearing) -> None:
    async def ask(number: int) -> httpx.Response:
        return await here.here.get(
            f"/groups/harbour/follow?acct=anna{number}@home.example", "text/html"
        )

    assert (await statuses(ask, 4))[2:] == [429, 429]
    assert (await here.here.get("/groups/harbour/follow", "text/html")).status_code == 200


async def test_who_keeps_failing_is_not_checked_any_more(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    forged = anna.says("Follow", here.harbour)
    found = [await here.tell(anna, forged, key=ben.key) for _ in range(5)]
    assert found == [401, 401, 401, 429, 429]
    before = list(here.village.asked)
    assert await here.tell(here.village.person("cleo"), forged) == 429
    assert here.village.asked == before
    bad = await send(here.client, a_fetch(f"{here.harbour}/followers_synchronization", anna.key))
    assert bad.status_code == 429


async def test_an_inbox_takes_only_so_much_at_once_from_one_address(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    found = [await here.tell(anna, anna.says("Like", post, str(n))) for n in range(8)]
    assert found == [202] * 6 + [429] * 2


async def test_the_switch_turns_all_of_it_off(tmp_path: Path, few: None) -> None:
    async with hearing(tmp_path, rate_limits="off") as here:
        anna, ben, post = here.village.person("anna"), here.village.person("ben"), await here.post()
        for number in range(12):
            assert await here.tell(anna, anna.says("Like", post, str(number))) == 202
            forged = anna.says("Like", post, f"f{number}")
            assert await here.tell(anna, forged, key=ben.key) == 401
            assert (await here.here.get(f"/tags/t{number}", "text/html")).status_code == 404


@pytest.mark.parametrize(("proxies", "each_alone"), [("127.0.0.0/8", True), ("192.0.2.1", False)])
async def test_behind_a_proxy_each_visitor_counts_for_themselves_if_the_proxy_is_trusted(
    tmp_path: Path, few: None, proxies: str, each_alone: bool
) -> None:
    settings = {"rate_limits": "on", "trusted_proxies": proxies}
    async with world(tmp_path, "alpha", sockets=True, **settings) as one:
        alpha = one["alpha"]
        found: list[int] = []
        for visitor in ("198.51.100.1", "198.51.100.2"):
            for number in range(6):
                answer = await alpha.get(f"/tags/t{number}", "text/html", x_forwarded_for=visitor)
                found.append(answer.status_code)
        assert (429 in found) is not each_alone


async def test_no_address_of_a_visitor_is_written_down(
    here: Hearing, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    anna = here.village.person("anna")
    request = delivery(anna.says("Follow", here.harbour), here.here.inbox, None)
    for _ in range(8):
        await send(here.client, request)
    assert "127.0.0.1" not in caplog.text + "".join(capfd.readouterr())
    assert "127.0.0.1" not in str(await here.all_there_is())


async def test_who_names_keys_that_cannot_be_had_is_not_listened_to_any_more(here: Hearing) -> None:
    anna = here.village.person("anna")
    found: list[int] = []
    for number in range(5):
        nowhere = replace(anna.key, id=f"https://nowhere.example/users/x{number}#main-key")
        said = anna.says("Follow", here.harbour, f"n{number}")
        found.append(await here.tell(anna, said, key=nowhere))
    assert found == [503, 503, 503, 429, 429]

"""Who belongs to a group, and what lets somebody in, stand in nothing that others can read: no byte, no log line."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from doorstep import PASSWORD, a_browser
from hearing import Hearing, hearing
from hidden import walk
from pyotp import TOTP
from running import Running, serving

from fedi.clock import now_ms
from fedi.people import invitations
from fedi.storage import persons, sessions
from fedi.storage.oauth_clients import OAuthClient
from fedi.storage.persons import Person
from fedi.storage.tx import Tx

NAMES = ("zqwren", "zqcrow")
HOME = "/console/harbour"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


async def test_rule_33_nothing_public_says_who_belongs_to_a_group(here: Hearing) -> None:
    anna = here.village.person("anna")
    await here.says(anna, "Follow", here.harbour, "follow")
    wren, crow = [await a_browser(here.here, name) for name in NAMES]
    await wren.open(f"{HOME}/roles")
    csrf = wren.form(f"{HOME}/roles").values["csrf"][0]
    await wren.post(f"{HOME}/roles", csrf=csrf, do="take", role="spokesperson")
    await wren.open(f"{HOME}/rules")
    await wren.send(f"{HOME}/rules", publish_update="2", withdraw="2", edit="2")
    await wren.open(f"{HOME}/write/update")
    await wren.send(f"{HOME}/write/update", body="What two agreed to", do="publish")
    waits = urlsplit(wren.at).path
    await crow.open(waits)
    await crow.send(f"{waits}/agree")
    post = re.search(r'href="https://alpha\.test(/updates/\w{26})"', crow.page)
    assert post
    await crow.post(f"{HOME}/posts/update/{post[1][-26:]}/edit", csrf=await csrf_of(crow))
    await crow.send(urlsplit(crow.at).path, body="What two agreed to later", do="publish")
    await wren.open(urlsplit(crow.at).path)
    await wren.send(f"{urlsplit(crow.at).path}/agree")
    await wren.open(f"{HOME}/settings")
    await wren.send(f"{HOME}/settings", title="Harbour Tenants' Union")
    await crow.open(urlsplit(wren.at).path)
    await crow.send(f"{urlsplit(wren.at).path}/agree")
    await here.world.deliver()
    ids = await here.here.read(_ids)
    assert len(ids) >= 6
    walked = await walk(here, post[1])
    assert any(b"What two agreed to later" in one.content for one in walked.answers.values())
    assert walked.telling(*NAMES, *ids) == []
    heard = b"".join(one.body + repr(one.headers).encode() for one in here.village.heard).lower()
    assert b"what two agreed to later" in heard
    assert [word for word in (*NAMES, *ids) if word.lower().encode() in heard] == []
    counted = (await here.here.get("/nodeinfo/2.1", "application/json")).json()["usage"]["users"]
    assert counted["total"] == 1


async def csrf_of(browser: object) -> str:
    await browser.open("/account")  # type: ignore[attr-defined]
    return browser.form("/account/codes").values["csrf"][0]  # type: ignore[attr-defined]


def _ids(tx: Tx) -> list[str]:
    """Return what names members, their browsers, and what only members see."""
    found = [person for name in NAMES if (person := persons.find_login(tx, name))]
    signed_in = [s.id for one in found for s in sessions.of_person(tx, one.id, now_ms())]
    waits = [row["id"] for row in tx.all("SELECT id FROM pending")]
    return [*(one.id for one in found), *signed_in, *waits]


class Terse:
    """A browser of few words before a running instance."""

    def __init__(self, running: Running) -> None:
        self.client = httpx.Client(
            base_url=running.origin, headers={"accept": "text/html"}, timeout=30
        )
        self.page = ""

    def open(self, path: str) -> str:
        self.page = unescape(self.client.get(path, follow_redirects=True).text)
        return self.page

    def send(self, path: str, **given: str) -> str:
        csrf = re.findall(r'name="csrf" value="(\w+)"', self.page)[0]
        answer = self.client.post(path, data={"csrf": csrf, **given}, follow_redirects=True)
        self.page = unescape(answer.text)
        return self.page

    def said(self, pattern: str) -> list[str]:
        found = re.findall(pattern, self.page)
        assert found, pattern
        return found


def test_rule_33_no_log_line_has_a_name_or_a_secret(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = ["zqwren", "zqcrow", PASSWORD, "some other words", "zqgarbage"]
    with serving(tmp_path, log="debug") as running:
        begin = running.fedi("person", "begin")
        one = Terse(running)
        path = urlsplit(begin).path
        one.open(path)
        one.send(
            path,
            instance_name="I",
            group_title="G",
            group_name="g",
            name="zqwren",
            password=PASSWORD,
        )
        secrets += [path.rpartition("/")[2], *one.said(r'<li class="mono">([\w-]+)<')]
        recovery = secrets[-1]
        one.open("/account/second-step")
        (secret,) = one.said(r'<p class="mono" dir="ltr">([A-Z2-7 ]+)<')
        code = TOTP(secret.replace(" ", "")).now()
        one.send("/account/second-step", code=code)
        secrets += [secret, secret.replace(" ", "")]
        one.open("/console/g/people")
        one.send("/console/g/people/invite", uses="1", days="1")
        (token,) = one.said(r"/join/([\w-]{43})")[:1]
        secrets += [token, *one.client.cookies.values(), *one.said(r'name="csrf" value="(\w+)"')]
        two = Terse(running)
        two.open(f"/join/{token}")
        two.send(f"/join/{token}", name="zqcrow", password=PASSWORD)
        two.open("/join/zqgarbage")
        one.open("/account")
        one.send("/sign-out")
        one.open("/sign-in")
        for password in ("some other words", PASSWORD):
            one.send("/sign-in", name="zqwren", password=password)
        one.send("/sign-in/code", step=one.said(r'name="step" value="([\w-]+)"')[0], code="000000")
        one.open("/sign-in/recover")
        one.send("/sign-in/recover", name="zqwren", code=recovery)
        secrets += [*one.client.cookies.values(), *two.client.cookies.values()]
        one.open("/sign-in/elsewhere")
        one.send("/sign-in/elsewhere", handle="@zqgarbage@localhost:1")
        one.open("/console/g/write/update")
        one.send("/console/g/write/update", body="zqgarbage", do="publish")
        one.open("/account/erase")
        two.open("/account/erase")
        two.send("/account/erase", name="zqcrow")
        for browser in (one, two):
            browser.client.close()
    logged = capfd.readouterr().err.lower()
    assert "debug" in logged
    assert [word for word in secrets if word.lower() in logged] == []


def test_rule_33_what_is_secret_is_not_in_what_is_printed_of_it() -> None:
    person = Person("1", "wren", "wren", "$argon2id$zq", "ZQSECRET", 0, "", 1, None)
    client = OAuthClient("home.example", "name", "zqsecret", {}, 1)
    assert "zq" not in repr((person, client)).lower()


async def test_rule_33_what_breaks_is_written_down_without_the_secret_in_its_address(
    here: Hearing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(invitations, "open_", fail)
    answer = await here.here.get(f"/join/{'zqtoken' * 6}a", "text/html")
    [record] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert (answer.status_code, vars(record)["path"]) == (500, "/join/<token>")
    assert "zqtoken" not in caplog.text and "zqtoken" not in str(vars(record))

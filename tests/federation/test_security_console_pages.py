"""Pages behind the sign-in are kept by nobody, framed by nobody, run nothing foreign, and lead to no other server."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from doorstep import PASSWORD, Browser, a_browser, begun
from next_door import a_picture
from world import HTML, Instance, world

from fedi.app import routes
from fedi.clock import now_ms
from fedi.people import invitations
from fedi.storage import persons
from fedi.web.console.shell import BEHIND
from fedi.web.limits import KNOCKING

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "script-src": "'self'",
    "connect-src": "'self'",
}
FOREIGN = [
    *("https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil"),
    *("javascript:alert(1)", "/\t/evil.example", " //evil.example", "/\n/evil.example", "evil"),
    *("//[", "http://[::1", "/\u2028/evil", "//evil.example:x", "https:evil.example", "/ /evil"),
    *("\\/evil.example", "/\\/evil.example", "http:///evil.example", "//evil%2eexample", "/\x7f"),
]


@pytest.fixture(params=["off", "on"], ids=["open", "signed fetch"])
async def alpha(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha", signed_fetch=request.param) as several:
        await several["alpha"].add_group()
        yield several["alpha"]


def check(browser: Browser) -> None:
    """Check the headers of a page that is one person's alone."""
    assert browser.last is not None
    headers, where = browser.last.headers, browser.at
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy == POLICY, where
    assert headers["cache-control"] == "private, no-store", where
    assert headers["x-content-type-options"] == "nosniff", where
    assert headers["referrer-policy"] == "same-origin", where
    assert headers["cross-origin-opener-policy"] == "same-origin", where
    assert "max-age" in headers["strict-transport-security"], where
    assert "access-control-allow-origin" not in headers, where
    assert "fedi-topics" not in headers, where
    assert not headers.get("etag") or headers["content-type"] == "application/zip", where


async def test_rule_35_every_answer_behind_the_sign_in_is_one_persons_alone(
    alpha: Instance,
) -> None:
    wren, stranger = await a_browser(alpha), Browser(alpha)
    await wren.open("/console/harbour/write/update")
    await wren.send(
        "/console/harbour/write/update",
        body="x",
        files=[("pictures", ("a.png", a_picture(), "image/png"))],
    )
    draft = urlsplit(wren.at).path
    file = wren.page.split(f'src="{draft}/files/')[1].split('"')[0]
    rules = [rule.rule for rule in routes(alpha.house).url_map.iter_rules()]
    paths = [
        re.sub(r"<[^>]+>", "x", p.replace("<name>", "harbour"))
        for p in rules
        if p.startswith(BEHIND)
    ]
    for path in [
        *paths,
        f"{draft}/files/{file}",
        f"{draft}/preview",
        "/console/harbour/write/update",
    ]:
        for browser in (wren, stranger):
            await browser.open(path)
            check(browser)
            await browser.post(path)
            assert browser.status in (403, 405)
            check(browser)


async def test_rule_35_nothing_public_knows_who_asks(alpha: Instance) -> None:
    """A page is the same for members, and what is kept ready was drawn for nobody."""
    wren = await a_browser(alpha)
    for path in ("/", "/groups/harbour", "/about", "/calendar"):
        drawn = await wren.open(path)
        assert wren.last is not None
        assert "set-cookie" not in wren.last.headers
        assert drawn == await alpha.page(path)
        assert "wren" not in drawn


async def test_rule_35_nothing_leads_to_another_server(alpha: Instance) -> None:
    wren = await a_browser(alpha)
    await wren.open("/account")
    csrf = wren.form("/account/codes").values["csrf"][0]
    cookie = "; ".join(f"{k}={v}" for k, v in wren.cookies.items())
    origin = alpha.config.origin
    for foreign in FOREIGN:
        asked = quote(foreign, safe="")
        for path in (f"/sign-in?next={asked}", f"/sign-in/elsewhere?next={asked}"):
            answer = await alpha.visitor.get(origin + path, headers={"cookie": cookie})
            to = urljoin(origin + "/", answer.headers.get("location", "/console"))
            assert urlsplit(to).netloc == urlsplit(origin).netloc, foreign
            assert "evil" not in to, foreign
        await Browser(alpha, dict(wren.cookies)).open(f"/account/prove?next={asked}")
        answer = await alpha.visitor.post(
            f"{origin}/account/language",
            data={"csrf": csrf},
            headers={"cookie": cookie, "referer": origin},
        )
        assert answer.headers["location"] == "/account?said=language"
        stranger = Browser(alpha)
        page = await stranger.open(f"/sign-in?next={asked}")
        assert stranger.form("/sign-in").values["next"] == ["/console"], foreign
        assert "evil" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    "referer", ["http://[", "https://evil.example/console/x", "//evil/console", ""]
)
async def test_rule_35_who_was_signed_out_meanwhile_comes_back_to_a_page_of_ours(
    alpha: Instance, referer: str
) -> None:
    browser = Browser(alpha)
    await browser.open("/sign-in")
    headers = {
        "cookie": "; ".join(f"{k}={v}" for k, v in browser.cookies.items()),
        "referer": referer,
        "x-csrf": browser.form("/sign-in").values["csrf"][0],
        "accept": HTML,
    }
    answer = await alpha.visitor.post(
        f"{alpha.config.origin}/console/harbour/write/update", headers=headers
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/console")
    assert "evil.example" not in answer.headers["location"]


async def test_rule_35_whoever_begins_takes_nothing_that_is_there(alpha: Instance) -> None:
    """A group made at the command line stays as it is, and once there is anybody nobody begins any more."""
    token = await alpha.write(lambda tx: invitations.begin_link(tx, now_ms()))
    browser = Browser(alpha)
    await browser.open(f"/begin/{token}")
    await browser.send(
        group_title="Mine", group_name="harbour", name="eve", password=PASSWORD, instance_name="I"
    )
    assert browser.status == 422
    assert "Harbour" in await alpha.page("/groups/harbour")
    assert not await alpha.read(persons.any_)
    await a_browser(alpha)
    await browser.send(group_name="mine", password=PASSWORD)
    assert browser.status == 410
    assert await alpha.read(lambda tx: persons.find_login(tx, "eve")) is None
    await browser.open("/console/harbour")
    assert browser.at.startswith("/sign-in")


async def test_rule_35_whoever_has_begun_has_their_own_group_alone(alpha: Instance) -> None:
    browser = await begun(alpha)
    await browser.open("/console/riverbank")
    assert browser.status == 200
    await browser.open("/console/harbour")
    assert browser.status == 404


async def test_rule_35_who_is_slowed_down_hears_it_in_an_answer_of_their_own(
    tmp_path: Path,
) -> None:
    async with world(tmp_path, "alpha", rate_limits="on") as several:
        browser = Browser(several["alpha"])
        for _time in range(KNOCKING.burst + 1):
            await browser.post("/sign-in")
        assert browser.status == 429
        check(browser)

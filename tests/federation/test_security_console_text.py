"""What people type, here or elsewhere, is shown as text: it becomes no element, no attribute and no script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import pytest
from doorstep import Browser, a_browser
from hearing import Hearing, hearing
from next_door import a_picture

from fedi.clock import now_ms
from fedi.storage import reports

OWNED = "\"'><b data-owned onfocus=x>%(x)s {{7*7}} </title></textarea><script data-owned>"
SCRIPT = "javascript:alert(1)//data-owned"
HOME = "/console/harbour"


class Found(HTMLParser):
    """What a page is made of: attributes that came with what was typed, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.owned: list[str] = []
        self.links: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_ours = not name.startswith(("on", "style")) and name != "data-owned"
            leads = name in ("href", "src", "action", "formaction")
            if not is_ours or (leads and "javascript:" in (value or "").lower()[:20]):
                self.owned.append(f"{tag} {name}={value}")
            if name == "href" and tag == "a":
                self.links.add(value or "")
        given = dict(attrs)
        is_data = given.get("type") == "application/ld+json"
        is_script = tag == "script" and not is_data and "src" not in given
        if tag in ("iframe", "object", "embed") or is_script or (tag == "base" and "href" in given):
            self.owned.append(tag)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


async def send(browser: Browser, page: str, action: str, **values: Any) -> None:
    await browser.open(page)
    await browser.send(action, **values)
    assert browser.status < 500


async def typed_everywhere(here: Hearing) -> tuple[Browser, set[str]]:
    """Type it into every field of ours that takes it, and let it come from elsewhere; return pages that show it."""
    wren, crow = await a_browser(here.here), await a_browser(here.here, "crow")
    shown: set[str] = set()
    profile = {"title": OWNED, "summary": OWNED, "about": OWNED, "place_town": OWNED}
    profile |= {"themes": OWNED, "line0_name": OWNED[:40], "line0_text": SCRIPT, "line1_name": "x"}
    await send(wren, f"{HOME}/settings", f"{HOME}/settings", **profile, line1_text=OWNED[:200])
    await crow.open(urlsplit(wren.at).path)
    await crow.send(f"{urlsplit(wren.at).path}/agree")
    for do, more in (("add", {}), ("rename", {"role": "notes"})):
        await wren.open(f"{HOME}/roles")
        csrf = wren.form(f"{HOME}/roles").values["csrf"]
        await wren.post(
            f"{HOME}/roles",
            csrf=csrf[0],
            do=do,
            label=OWNED[:60] if more else "<i data-owned>",
            **more,
        )
        assert wren.status == 200
    await wren.post(f"{HOME}/roles", csrf=csrf[0], do="take", role="notes")
    for kind in ("update", "call", "request", "poll", "minutes"):
        await wren.open(f"{HOME}/write/{kind}")
        form = wren.form(f"{HOME}/write/{kind}")
        free = {n: OWNED[:90] for n, v in form.values.items() if v in ([""], []) and n != "version"}
        files = [("pictures", (f"{OWNED[:20]}.png", a_picture(), "image/png"))]
        await wren.send(f"{HOME}/write/{kind}", **free, files=files)
        assert wren.status < 500, kind
        shown.add(urlsplit(wren.at).path)
        await wren.send(urlsplit(wren.at).path, do="publish")
        assert wren.status < 500, kind
    source = f"---\ntitle: '{OWNED.replace(chr(39), '')}'\n---\n{OWNED} [x]({SCRIPT})\n"
    post = await here.post(source=source)
    shown |= {urlsplit(post).path, "/groups/harbour", "/", f"{urlsplit(post).path}/embed"}
    await send(wren, f"{HOME}/write/minutes", f"{HOME}/write/minutes", title=OWNED, body=OWNED)
    pending = await withdrawal_waits(wren, crow, post)
    await send(crow, pending, f"{pending}/refuse", reason=OWNED)
    shown.add(pending)
    anna = here.village.person("anna", summary=OWNED, url=SCRIPT)
    here.village.documents["/users/anna"]["name"] = OWNED
    note = anna.a_note(OWNED, inReplyTo=post, url=SCRIPT, summary=OWNED, name=OWNED)
    note["attachment"] = [
        {"type": "Document", "mediaType": "image/png", "url": SCRIPT, "name": OWNED}
    ]
    await here.says(anna, "Create", note)
    await here.says(anna, "Follow", here.harbour, "follow")
    await here.here.write(lambda tx: reports.add(tx, SCRIPT, None, [here.harbour], OWNED, now_ms()))
    shown.add(f"{HOME}/conversation/thread?note={quote(anna.id + '/notes/1', safe='')}")
    return wren, shown


async def withdrawal_waits(wren: Browser, crow: Browser, post: str) -> str:
    """Let the group want two for a withdrawal, and ask for one; return where it waits."""
    await wren.open(f"{HOME}/rules")
    await wren.send(f"{HOME}/rules", withdraw="2")
    path = f"{HOME}/posts/update/{post.rpartition('/')[2]}/withdraw"
    await send(wren, path, path)
    return urlsplit(wren.at).path


async def test_rule_29_what_is_typed_is_text_on_every_page(here: Hearing) -> None:
    wren, shown = await typed_everywhere(here)
    left = {HOME, "/account", "/account/second-step", *shown}
    seen: set[str] = set()
    owned: dict[str, list[str]] = {}
    told = 0
    while left:
        path = left.pop()
        seen.add(path)
        page = await wren.open(path)
        assert wren.status < 500, path
        assert wren.last is not None
        if not wren.last.headers["content-type"].startswith("text/html"):
            continue
        found = Found(page)
        told += "data-owned" in page
        if found.owned:
            owned[path] = found.owned
        for link in found.links:
            to = urldefrag(urljoin(here.here.config.origin + wren.at, link)).url
            inside = to.removeprefix(here.here.config.origin)
            if inside != to and inside.startswith(("/console", "/account", "/groups/harbour")):
                left |= {inside} - seen
        assert len(seen) < 300
    assert owned == {}
    assert len(seen) > 40
    assert told > 15


PAGES = ("/sign-in", "/sign-in/elsewhere", "/sign-in/recover", "/account", "/account/prove")
QUERIES = ("next", "said", "lang", "before", "note", "gone", "view", "title", "reply_to")


@pytest.mark.parametrize("path", [*PAGES, HOME, f"{HOME}/write/update", f"{HOME}/log", "/join/x"])
async def test_rule_29_what_stands_in_an_address_is_text(here: Hearing, path: str) -> None:
    for browser in (await a_browser(here.here), Browser(here.here)):
        for name in QUERIES:
            for value in (OWNED, SCRIPT, f"/console{OWNED}"):
                page = await browser.open(f"{path}?{name}={quote(value)}")
                assert browser.status < 500
                assert Found(page).owned == []


async def test_rule_29_a_refused_form_shows_what_was_typed_as_text(here: Hearing) -> None:
    wren = await a_browser(here.here)
    for page, action, given in (
        ("/account/erase", "/account/erase", {"name": OWNED}),
        (f"{HOME}/reading", f"{HOME}/reading/follow", {"who": OWNED}),
        (f"{HOME}/blocked", f"{HOME}/blocked", {"host": OWNED, "do": "block"}),
        (f"{HOME}/rules", f"{HOME}/rules/kept", {"log_days": OWNED}),
        (f"{HOME}/people", f"{HOME}/people/invite", {"uses": OWNED}),
        (f"{HOME}/roles", f"{HOME}/roles", {"do": "add", "label": OWNED * 3}),
        ("/account/second-step", "/account/second-step", {"code": OWNED[:50]}),
    ):
        await send(wren, page, action, **given)
        assert wren.status == 422, action
        assert Found(wren.page).owned == [], action
    stranger = Browser(here.here)
    await send(stranger, "/sign-in", "/sign-in", name=OWNED, password="x" * 10, next=OWNED)
    assert stranger.status == 422
    assert "data-owned" in stranger.page
    assert Found(stranger.page).owned == []
    await send(stranger, "/sign-in/elsewhere", "/sign-in/elsewhere", handle=OWNED)
    assert stranger.status == 422
    assert Found(stranger.page).owned == []


def test_rule_29_templates_mark_nothing_as_safe_but_attributes_of_their_own() -> None:
    root = Path(__file__).parents[2]
    marked: list[str] = []
    for file in sorted((root / "templates").rglob("*.html")):
        text = file.read_text("utf-8")
        marked += [f"{file.name}: {f}" for f in re.findall(r"\{\{[^}]*\|\s*safe[^}]*\}\}", text)]
        for extra in re.findall(r"\bextra=([^'\"][^,)]*)", text):
            assert extra in ("digits", "''"), f"{file.name}: {extra}"
    assert set(marked) == {"forms.html: {{ extra|safe }}"}

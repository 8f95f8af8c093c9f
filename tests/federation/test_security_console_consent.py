"""A second member agrees to exactly what they were shown, and nobody gets around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from doorstep import Browser, a_browser
from hearing import Hearing, hearing
from next_door import a_picture

from fedi.clock import now_ms
from fedi.governing import members
from fedi.storage import drafts, pending, persons
from fedi.storage.drafts import Draft
from fedi.storage.tx import Tx
from fedi.web.console import attached

HOME = "/console/harbour"
WRITE = f"{HOME}/write/update"
PICTURE = [("pictures", ("boat.png", a_picture(), "image/png"))]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


@pytest.fixture
async def wren(here: Hearing) -> Browser:
    """A member of a group of two that wants two for an update."""
    browser = await a_browser(here.here)
    await a_browser(here.here, "crow")
    await browser.open(f"{HOME}/rules")
    await browser.send(f"{HOME}/rules", publish_update="2", edit="2")
    return browser


@pytest.fixture
async def crow(here: Hearing, wren: Browser) -> Browser:
    return await a_browser(here.here, "crow")


async def asked(wren: Browser, **more: Any) -> tuple[str, str]:
    """Ask for an update to be published; return the paths of its draft and of where it waits."""
    await wren.open(WRITE)
    await wren.send(WRITE, body="We meet on Thursday", **more)
    draft = urlsplit(wren.at).path
    await wren.send(draft, do="publish:undescribed")
    return draft, urlsplit(wren.at).path


async def csrf_of(browser: Browser) -> str:
    await browser.open("/account")
    return browser.form("/account/codes").values["csrf"][0]


async def posted(here: Hearing) -> list[str]:
    page = await here.here.page("/groups/harbour")
    return [text for text in ("We meet on Thursday", "Something else") if text in page]


async def test_rule_31_the_second_member_sees_the_very_pictures(
    here: Hearing, wren: Browser, crow: Browser
) -> None:
    _draft, waits = await asked(wren, files=PICTURE)
    page = await crow.open(waits)
    source = page.split('<img src="')[1].split('"')[0]
    assert source.startswith(f"{waits}/files/")
    await crow.open(source)
    assert crow.last is not None
    assert (crow.status, crow.last.headers["content-type"]) == (200, "image/png")
    assert crow.last.headers["cache-control"] == "private, no-store"
    await crow.open(f"{waits}/files/../../../../fedi.db")
    assert crow.status == 404
    await crow.open(f"{waits}/files/{'0' * 32}.webp")
    assert crow.status == 404
    stranger = Browser(here.here)
    await stranger.open(source)
    assert stranger.at.startswith("/sign-in")
    await here.here.add_group("canal", "Canal Street")
    eve = await a_browser(here.here, "eve", "canal")
    for group in ("harbour", "canal"):
        await eve.open(source.replace("harbour", group))
        assert eve.status == 404


async def test_rule_31_the_second_member_sees_the_new_picture_of_the_group(
    wren: Browser, crow: Browser
) -> None:
    await wren.open(f"{HOME}/settings")
    await wren.send(f"{HOME}/settings", files=[("avatar", ("a.png", a_picture(), "image/png"))])
    waits = urlsplit(wren.at).path
    page = await crow.open(waits)
    await crow.open(page.split('<img src="')[1].split('"')[0])
    assert crow.status == 200
    assert crow.last is not None
    assert crow.last.headers["content-type"].startswith("image/")


async def test_rule_31_what_waits_stays_as_it_was_shown(
    here: Hearing, wren: Browser, crow: Browser
) -> None:
    draft, waits = await asked(wren, files=PICTURE)
    for browser in (wren, crow):
        csrf = await csrf_of(browser)
        for do in ("save", "publish", "discard", "cancel", "check", "picture-drop:x", "schedule"):
            await browser.post(draft, csrf=csrf, do=do, body="Something else")
            assert browser.status == 409, do

    def change(tx: Tx) -> None:
        kept = drafts.find(tx, draft.rpartition("/")[2])
        assert kept
        drafts.save(tx, Draft(**{**_fields(kept), "source": "Something else"}))

    await here.here.write(change)
    await crow.open(waits)
    assert "Something else" not in crow.page
    await crow.send(f"{waits}/agree")
    assert await posted(here) == ["We meet on Thursday"]


def _fields(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in Draft.__slots__}


async def test_rule_31_a_draft_cannot_change_while_somebody_asks_for_it(
    here: Hearing, wren: Browser, crow: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Crow saves, and between two steps of that wren asks for it to be published."""
    await wren.open(WRITE)
    await wren.send(WRITE, body="We meet on Thursday", files=PICTURE)
    draft = urlsplit(wren.at).path
    real = attached.add

    async def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(attached, "add", real)
        ask = wren.send(draft, do="publish:undescribed")
        await asyncio.create_task(ask, context=Context())
        assert "/waiting/" in wren.at
        return await real(*given)

    await crow.open(draft)
    monkeypatch.setattr(attached, "add", meanwhile)
    await crow.send(draft, body="Something else", do="picture-drop:x")
    assert crow.status == 409
    await crow.open(urlsplit(wren.at).path)
    await crow.send(f"{urlsplit(wren.at).path}/agree")
    assert await posted(here) == ["We meet on Thursday"]


async def test_rule_31_nobody_agrees_with_themselves(
    here: Hearing, wren: Browser, crow: Browser
) -> None:
    _draft, waits = await asked(wren)
    second_phone = await a_browser(here.here)
    for browser in (wren, second_phone):
        await browser.open(waits)
        assert "Agree and publish" not in browser.page
        await browser.post(f"{waits}/agree", csrf=await csrf_of(browser))
        assert browser.status == 403
        await browser.post(f"{waits}/refuse", csrf=await csrf_of(browser), reason="No")
        assert browser.status == 403
    assert await posted(here) == []
    await crow.open(waits)
    await crow.send(f"{waits}/agree")
    assert await posted(here) == ["We meet on Thursday"]


async def test_rule_31_an_answer_of_two_counts_once(
    here: Hearing, wren: Browser, crow: Browser
) -> None:
    _draft, waits = await asked(wren)
    await crow.open(waits)
    kept = crow.form(f"{waits}/agree").values["csrf"][0]
    for _time in range(3):
        await crow.post(f"{waits}/agree", csrf=kept)
        assert crow.status == 200
    page = await here.here.page("/groups/harbour")
    assert page.count("We meet on Thursday</") == 1
    await wren.post(f"{waits}/take-back", csrf=await csrf_of(wren))
    assert wren.status == 409
    await crow.post(f"{waits}/refuse", csrf=kept, reason="After all, no")
    assert crow.status == 409


async def test_rule_31_whoever_put_something_off_is_who_asks_for_it(
    here: Hearing, wren: Browser, crow: Browser
) -> None:
    await wren.open(WRITE)
    await wren.send(WRITE, body="We meet on Thursday")
    draft = urlsplit(wren.at).path
    tomorrow = {"publish_day": day_after(now_ms()), "publish_hour": "12:00", "publish_zone": "UTC"}
    await wren.send(draft, do="schedule", **tomorrow)
    before = await here.here.read(lambda tx: drafts.find(tx, draft.rpartition("/")[2]))
    assert before and before.state == "scheduled"
    await crow.open(draft)
    for do in ("save", "keep:phone:1", "keep"):
        await crow.post(
            draft, **{n: v for n, v in crow.form(draft).values.items() if v} | {"do": do}
        )
        assert crow.status == 200
        await crow.open(draft)
    assert await here.here.read(lambda tx: drafts.find(tx, before.id)) == before


def day_after(now: int) -> str:
    return datetime.fromtimestamp(now / 1000 + 86_400, UTC).date().isoformat()


@pytest.mark.parametrize("leaves", ["wren", "crow"])
async def test_rule_31_who_is_gone_neither_asks_nor_agrees(
    here: Hearing, wren: Browser, crow: Browser, leaves: str
) -> None:
    await a_browser(here.here, "tern")
    _draft, waits = await asked(wren)
    csrf = await csrf_of(crow)

    def let_go(tx: Tx) -> None:
        person = persons.find_login(tx, leaves)
        assert person
        members.leave(tx, here.harbour, person.id, now_ms())

    await here.here.write(let_go)
    await crow.post(f"{waits}/agree", csrf=csrf)
    assert await posted(here) == []
    states = {"wren": [], "crow": ["waiting"]}
    found = await here.here.read(lambda tx: pending.waiting(tx, here.harbour))
    assert [one.state for one in found] == states[leaves]


async def test_rule_31_what_takes_two_cannot_be_had_by_another_way(
    here: Hearing, wren: Browser, crow: Browser
) -> None:
    """A change of what was published, a moment to publish at, a rule set lower: each waits for the second."""
    _draft, waits = await asked(wren)
    await crow.open(waits)
    await crow.send(f"{waits}/agree")
    page = await here.here.page("/groups/harbour")
    post = page.split("/updates/")[1][:26]
    await wren.post(f"{HOME}/posts/update/{post}/edit", csrf=await csrf_of(wren))
    await wren.send(urlsplit(wren.at).path, body="Something else", do="publish")
    assert "/waiting/" in wren.at
    await wren.open(f"{HOME}/rules")
    await wren.send(f"{HOME}/rules", publish_update="1", edit="1")
    assert "/waiting/" in wren.at
    lowered = urlsplit(wren.at).path
    await wren.open(f"{HOME}/rules")
    await wren.send(f"{HOME}/rules/kept", log_days="1")
    assert "/waiting/" in wren.at
    assert await posted(here) == ["We meet on Thursday"]
    await crow.open(lowered)
    await crow.send(f"{lowered}/agree")
    assert "Done: two members agreed." in crow.page


async def test_rule_31_what_two_agreed_to_is_nowhere_any_more_once_it_is_withdrawn(
    here: Hearing, wren: Browser, crow: Browser
) -> None:
    await wren.open(WRITE)
    text = (
        "The cold lasts for weeks, nobody comes to mend it, and all of us are tired of asking: we"
    )
    await wren.send(WRITE, body=f"{text} zqheat the stairs", do="publish")
    waits = urlsplit(wren.at).path
    await crow.open(waits)
    await crow.send(f"{waits}/agree")
    post = (await here.here.page("/groups/harbour")).split("/updates/")[1][:26]
    await wren.post(f"{HOME}/posts/update/{post}/edit", csrf=await csrf_of(wren))
    draft = urlsplit(wren.at).path
    await wren.send(draft, body=f"{text} zqheat the cellar", do="publish")
    change = urlsplit(wren.at).path
    await crow.open(f"{HOME}/posts/update/{post}/withdraw")
    await crow.send(f"{HOME}/posts/update/{post}/withdraw")
    await here.world.deliver()
    await wren.open(draft)
    await wren.send(draft, do="discard")
    left = [row for rows in (await here.all_there_is()).values() for row in rows if "zqheat" in row]
    assert left == []
    await crow.open(waits)
    assert (crow.status, "zqheat" in crow.page) == (200, False)
    await crow.open(change)
    assert crow.status == 404

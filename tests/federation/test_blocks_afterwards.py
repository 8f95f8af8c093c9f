"""A block or limit also concerns what came before it; lifting it brings back what it alone had hidden."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hearing import Hearing, hearing

from fedi.clock import now_ms
from fedi.conversation import asked, moderation
from fedi.storage import follows, notes, reactions, reports
from fedi.storage.reactions import Reaction


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


async def decide(here: Hearing, domain: str, severity: str | None) -> None:
    await here.here.house.store.write(lambda tx: moderation.decide(tx, domain, severity, now_ms()))
    await here.world.deliver()


@pytest.mark.parametrize("severity", ["block", "limit"])
async def test_what_a_host_said_before_disappears_and_comes_back_when_it_is_allowed(
    here: Hearing, severity: str
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    assert await here.tell(anna, anna.replies(post, "Buy my coins", "1")) == 202
    assert "Buy my coins" in await here.here.page(post)
    domain = urlsplit(anna.id).netloc
    await decide(here, domain, severity)
    assert "Buy my coins" not in await here.here.page(post)
    assert (await here.find(post)).replies == 0
    await decide(here, domain, None)
    assert "Buy my coins" in await here.here.page(post)
    assert (await here.find(post)).replies == 1


async def test_what_a_group_hid_itself_stays_hidden_when_its_host_is_allowed(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    assert await here.tell(anna, anna.replies(post, "Off topic", "1")) == 202
    store, note = here.here.house.store, f"{anna.id}/notes/1"
    await store.write(lambda tx: asked.hide(tx, "harbour", note, now_ms()))
    domain = urlsplit(anna.id).netloc
    await decide(here, domain, "block")
    await decide(here, domain, None)
    assert "Off topic" not in await here.here.page(post)


async def test_a_block_of_another_host_with_the_same_ending_hides_nothing(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    assert await here.tell(anna, anna.replies(post, "Soup", "1")) == 202
    await decide(here, f"not{urlsplit(anna.id).netloc}", "block")
    assert "Soup" in await here.here.page(post)


async def test_blocked_followers_are_let_go_and_limited_ones_stay(here: Hearing) -> None:
    anna = here.village.person("anna")
    assert await here.tell(anna, anna.says("Follow", here.harbour, "f1")) == 202
    store, domain = here.here.house.store, urlsplit(anna.id).netloc
    await decide(here, domain, "limit")
    assert (await store.read(lambda tx: follows.counts(tx, here.harbour))).followers == 1
    await decide(here, domain, "block")
    assert (await store.read(lambda tx: follows.counts(tx, here.harbour))).followers == 0


async def test_somebody_who_said_very_much_is_forgotten_to_the_last_word(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    assert await here.tell(anna, anna.replies(post, "One", "0")) == 202
    store = here.here.house.store

    def fill(tx: object) -> None:
        first = notes.find(tx, f"{anna.id}/notes/0")  # type: ignore[arg-type]
        assert first is not None
        for number in range(1, 450):
            note = {name: getattr(first, name) for name in notes.Note.__slots__}
            notes.add(tx, notes.Note(**{**note, "id": f"{anna.id}/notes/{number}"}))  # type: ignore[arg-type]
            like = Reaction(f"{post}x{number}", "like", anna.id, "", f"{anna.id}/likes/{number}", 1)
            reactions.add(tx, like)  # type: ignore[arg-type]

    await store.write(fill)
    assert await here.tell(anna, anna.says("Delete", anna.id, "gone")) == 202
    await here.world.deliver()
    assert await store.read(lambda tx: notes.by_author(tx, anna.id)) == []
    assert await store.read(lambda tx: reactions.by_actor(tx, anna.id)) == []


async def test_reports_without_an_id_are_each_kept(here: Hearing) -> None:
    anna, bob, post = here.village.person("anna"), here.village.person("bob"), await here.post()
    for who in (anna, bob):
        flag = who.says("Flag", [post], "flag")
        del flag["id"]
        assert await here.tell(who, flag) == 202
    found = await here.here.house.store.read(reports.open_)
    assert {report.reporter for report in found} == {anna.id, bob.id}


async def test_a_group_blocks_somebody_for_itself_alone(here: Hearing) -> None:
    anna, bob, post = here.village.person("anna"), here.village.person("bob"), await here.post()
    for who in (anna, bob):
        assert await here.tell(who, who.replies(post, f"Said by {who.id}", "1")) == 202
    assert await here.tell(anna, anna.says("Follow", here.harbour, "f1")) == 202
    store = here.here.house.store

    async def choose(severity: str | None) -> None:
        await store.write(
            lambda tx: moderation.decide(tx, anna.id, severity, now_ms(), here.harbour)
        )
        await here.world.deliver()

    await choose("block")
    page = await here.here.page(post)
    assert f"Said by {anna.id}" not in page
    assert f"Said by {bob.id}" in page
    assert (await store.read(lambda tx: follows.counts(tx, here.harbour))).followers == 0
    await choose(None)
    assert f"Said by {anna.id}" in await here.here.page(post)

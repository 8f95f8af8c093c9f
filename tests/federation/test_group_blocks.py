"""A group blocks, limits and lets be, for itself alone; whoever is blocked hears of it as other servers expect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hearing import Hearing, hearing

from fedi.clock import now_ms
from fedi.conversation import blocking
from fedi.errors import Refused
from fedi.storage import blocks, follows, partners


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        await one.here.add_group("sister", "Sister Street")
        yield one


async def act(here: Hearing, what: str, whom: str) -> None:
    site, does = here.here.house.site, getattr(blocking, what)
    await here.here.write(lambda tx: does(tx, site, "harbour", whom, now_ms()))
    await here.world.deliver()


def told(here: Hearing) -> list[str]:
    return [said["type"] for said in here.village.told]


async def test_blocking_somebody_ends_follows_both_ways_and_tells_their_server(
    here: Hearing,
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    await here.says(anna, "Follow", here.harbour)
    await here.here.follow("harbour", f"anna@{here.village.host}")
    await here.world.deliver()
    await here.says(anna, "Accept", here.village.told[-1])
    await here.says(anna, "Create", anna.a_note("Rude", inReplyTo=post))
    await here.here.write(lambda tx: partners.add(tx, here.harbour, anna.id, now_ms()))
    before = len(told(here))
    await act(here, "block", anna.id)
    assert told(here)[before:] == ["Reject", "Undo", "Block"]
    block = here.village.told[-1]
    assert (block["actor"], block["object"], block["to"]) == (here.harbour, anna.id, [anna.id])
    assert await here.followers() == []
    assert await here.here.read(lambda tx: follows.find(tx, here.harbour, anna.id)) is None
    assert await here.here.read(lambda tx: partners.of_group(tx, here.harbour)) == []
    assert "Rude" not in await here.here.page(post)
    await here.says(anna, "Create", anna.a_note("Again", "2", inReplyTo=post), "2")
    assert await here.note(f"{anna.id}/notes/2") is None


async def test_lifting_takes_the_block_back_and_shows_again_what_was_said(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    await here.says(anna, "Create", anna.a_note("Sorry", inReplyTo=post))
    await act(here, "block", anna.id)
    block = here.village.told[-1]
    await act(here, "lift", anna.id)
    undo = here.village.told[-1]
    assert (undo["type"], undo["object"]["id"], undo["object"]["type"]) == (
        "Undo",
        block["id"],
        "Block",
    )
    assert "Sorry" in await here.here.page(post)
    await here.says(anna, "Follow", here.harbour)
    assert await here.followers() == [anna.id]


async def test_blocking_twice_says_it_once(here: Hearing) -> None:
    anna = here.village.person("anna")
    await here.says(anna, "Follow", here.harbour)
    await act(here, "block", anna.id)
    await act(here, "block", anna.id)
    assert told(here).count("Block") == 1


async def test_a_limit_is_told_to_nobody_and_takes_the_place_of_a_block(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    await here.says(anna, "Follow", here.harbour)
    await act(here, "limit", anna.id)
    assert "Block" not in told(here)
    assert await here.followers() == [anna.id]
    await here.says(anna, "Create", anna.a_note("Noise", inReplyTo=post))
    kept = await here.note(f"{anna.id}/notes/1")
    assert kept is not None
    assert kept.hidden_by == "policy"
    await act(here, "block", anna.id)
    await act(here, "limit", anna.id)
    assert told(here)[-2:] == ["Block", "Undo"]
    standing = await here.here.read(lambda tx: blocks.list_(tx, here.harbour))
    assert standing == [(anna.id, "limit")]


async def test_a_blocked_server_hears_nothing_more_from_this_group_alone(here: Hearing) -> None:
    anna = here.village.person("anna")
    sister = here.here.house.site.group("sister")
    await here.says(anna, "Follow", here.harbour)
    await here.says(anna, "Follow", sister, "2")
    await act(here, "block", " Home.Example ")
    assert await here.followers() == []
    before = len(told(here))
    await here.post()
    await here.here.publish(group="sister")
    await here.world.deliver()
    assert [said["actor"] for said in here.village.told[before:]] == [sister]
    await act(here, "lift", "home.example")
    await here.says(anna, "Follow", here.harbour, "3")
    assert await here.followers() == [anna.id]


@pytest.mark.parametrize(
    "whom",
    ["alpha.test", "https://alpha.test/groups/harbour", "https://alpha.test/actor", "no host", ""],
)
async def test_nobody_blocks_themselves_or_what_is_no_server(here: Hearing, whom: str) -> None:
    with pytest.raises(Refused):
        await act(here, "block", whom)


async def test_who_is_not_known_or_not_blocked_is_refused(here: Hearing) -> None:
    for what, whom in (
        ("block", "https://home.example/users/nobody"),
        ("lift", "home.example"),
    ):
        with pytest.raises(Refused):
            await act(here, what, whom)

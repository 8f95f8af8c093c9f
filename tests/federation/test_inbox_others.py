"""Moves, blocks, reports, joins and what other actors feature: what each changes here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hearing import Hearing, hearing

from fedi.actors import follows as wishes
from fedi.clock import now_ms
from fedi.storage import featured, follows, reports


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


async def followed(here: Hearing) -> list[str]:
    harbour = here.harbour
    for state in (follows.ACCEPTED, follows.PENDING):
        found = await here.here.read(lambda tx, s=state: follows.list_following(tx, harbour, s))
        if found:
            return [follow.followed for follow in found]
    return []


async def follow_anna(here: Hearing) -> None:
    anna = here.village.person("anna")
    await here.here.follow("harbour", f"anna@{here.village.host}")
    await here.world.deliver()
    asked = here.village.told[-1]
    await here.says(anna, "Accept", asked)
    assert await followed(here) == [anna.id]


async def test_an_accept_that_nobody_asked_for_makes_no_follow(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    never = {"type": "Follow", "actor": here.harbour, "object": anna.id}
    await here.says(anna, "Accept", never)
    assert await followed(here) == []
    await here.here.follow("harbour", f"anna@{here.village.host}")
    await here.world.deliver()
    asked = here.village.told[-1]
    await here.says(ben, "Accept", asked)
    harbour = here.harbour
    assert not await here.here.read(lambda tx: follows.is_follower(tx, harbour, anna.id))
    await here.says(anna, "Accept", asked, "2")
    assert await here.here.read(lambda tx: follows.is_follower(tx, harbour, anna.id))


async def test_a_group_goes_along_with_somebody_who_moves(here: Hearing) -> None:
    await follow_anna(here)
    anna = here.village.person("anna")
    newer = here.village.person("anna2", alsoKnownAs=[anna.id])
    await here.says(anna, "Move", anna.id, target=newer.id)
    assert [said["type"] for said in here.village.told[-2:]] == ["Undo", "Follow"]
    assert await followed(here) == [newer.id]


@pytest.mark.parametrize("aliases", [[], ["https://home.example/users/ben"]])
async def test_a_move_to_somebody_who_does_not_confirm_it_is_ignored(
    here: Hearing, aliases: list[str]
) -> None:
    await follow_anna(here)
    anna = here.village.person("anna")
    victim = here.village.person("victim", alsoKnownAs=aliases)
    await here.says(anna, "Move", anna.id, target=victim.id)
    assert await followed(here) == [anna.id]


async def test_a_move_in_the_name_of_another_is_ignored(here: Hearing) -> None:
    await follow_anna(here)
    anna = here.village.person("anna")
    ben = here.village.person("ben", alsoKnownAs=[anna.id])
    await here.says(ben, "Move", anna.id, target=ben.id)
    assert await followed(here) == [anna.id]


async def test_whoever_blocks_the_group_neither_follows_nor_hears_it(here: Hearing) -> None:
    anna = here.village.person("anna")
    await here.says(anna, "Follow", here.harbour)
    await here.says(anna, "Block", here.harbour)
    assert await here.followers() == []
    before = len(here.village.told)
    await here.post()
    await here.world.deliver()
    assert len(here.village.told) == before
    await here.says(anna, "Undo", anna.says("Block", here.harbour), "2")
    await here.says(anna, "Follow", here.harbour, "2")
    assert await here.followers() == [anna.id]


async def test_a_report_is_kept_with_what_of_ours_it_names(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    theirs = f"{anna.id}/notes/1"
    await here.says(anna, "Flag", [here.harbour, post, theirs], content="<b>Spam</b>")
    (kept,) = await here.here.read(reports.open_)
    assert (kept.reporter, kept.content) == (anna.id, "Spam")
    assert kept.objects == (here.harbour, post)
    await here.says(anna, "Flag", [theirs], "2")
    assert len(await here.here.read(reports.open_)) == 1


async def test_a_join_of_what_cannot_be_joined_is_answered_with_ignore(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.here.publish("call")
    await here.says(anna, "Join", post)
    ignore = here.village.told[-1]
    assert (ignore["type"], ignore["object"]) == ("Ignore", f"{anna.id}/joins/1")
    await here.says(anna, "Join", f"{anna.id}/events/1", "2")
    assert here.village.told[-1] == ignore


async def test_what_somebody_we_follow_features_is_noted_and_nothing_else(here: Hearing) -> None:
    await follow_anna(here)
    anna, ben = here.village.person("anna"), here.village.person("ben")
    pinned, collection = f"{anna.id}/notes/1", f"{anna.id}/featured"
    await here.says(ben, "Add", pinned, target=collection)
    await here.says(anna, "Add", pinned, target=f"{here.harbour}/featured")
    assert await here.here.read(lambda tx: featured.list_(tx, anna.id, 9)) == []
    await here.says(anna, "Add", pinned, "2", target=collection)
    assert await here.here.read(lambda tx: featured.list_(tx, anna.id, 9)) == [pinned]
    await here.says(anna, "Remove", pinned, target=collection)
    assert await here.here.read(lambda tx: featured.list_(tx, anna.id, 9)) == []


async def test_a_changed_profile_is_taken_over_from_its_owner_alone(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    await here.says(anna, "Follow", here.harbour)
    await here.says(ben, "Follow", here.harbour)
    document = dict(here.village.documents["/users/anna"])  # pyright: ignore
    document["name"] = "Anna of the Hill"
    await here.says(ben, "Update", document)
    names = "SELECT name FROM actors WHERE id = :id"
    assert await here.here.read(lambda tx: tx.one(names, id=anna.id)) == {"name": "Anna"}
    await here.says(anna, "Update", document)
    assert await here.here.read(lambda tx: tx.one(names, id=anna.id)) == {
        "name": "Anna of the Hill"
    }


async def test_nobody_undoes_the_follow_of_another(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    await here.says(anna, "Follow", here.harbour)
    follow = anna.says("Follow", here.harbour)
    await here.says(ben, "Undo", follow)
    await here.says(ben, "Undo", follow["id"], "2")
    assert await here.followers() == [anna.id]
    await here.says(anna, "Undo", follow["id"])
    assert await here.followers() == []


async def test_a_group_follows_back_where_it_was_asked_to(here: Hearing) -> None:
    anna, site = here.village.person("anna"), here.here.house.site
    await here.says(anna, "Follow", here.harbour)
    await here.here.follow("harbour", f"anna@{here.village.host}")
    await here.world.deliver()
    asked = here.village.told[-1]
    await here.says(anna, "Reject", asked)
    assert await followed(here) == []
    assert await here.followers() == [anna.id]
    await here.here.write(lambda tx: wishes.refuse_request(tx, site, "harbour", anna.id, now_ms()))
    await here.world.deliver()
    assert here.village.told[-1]["type"] == "Reject"
    assert await here.followers() == []

"""Our groups follow others, who answer; and what a block by somebody does to both directions."""

from __future__ import annotations

from typing import Any

import pytest
from build import SITE, a_follow, a_group, a_remote_actor, an_activity, said, told
from signed import ANNA, BEN, NOW

import fedi.actors.blocks_by
import fedi.actors.joins  # noqa: F401  registers its handlers
from fedi.actors.follows import follow, unfollow
from fedi.errors import Refused
from fedi.storage import activities, blocked_by, follows
from fedi.storage.follows import ACCEPTED, PENDING, REFUSED
from fedi.storage.store import Store

HARBOUR = SITE.group("harbour")


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    await store.write(a_group)
    await store.write(a_remote_actor)
    await store.write(lambda tx: a_remote_actor(tx, BEN))


async def tell(store: Store, document: dict[str, Any]) -> str:
    return await store.write(lambda tx: told(tx, document))


async def ask(store: Store) -> str:
    """Let the group ask to follow Anna and return the id of its Follow."""
    asked = await store.write(lambda tx: follow(tx, SITE, "harbour", ANNA, NOW))
    return asked.activity


async def state(store: Store) -> str | None:
    found = await store.read(lambda tx: follows.find(tx, HARBOUR, ANNA))
    return found.state if found else None


async def test_a_group_asks_to_follow_with_the_actor_as_a_plain_id(store: Store) -> None:
    activity = await ask(store)
    (sent,) = await store.read(lambda tx: said(tx, to=ANNA))
    assert (sent["id"], sent["type"], sent["actor"]) == (activity, "Follow", HARBOUR)
    assert sent["object"] == ANNA
    assert await state(store) == PENDING


@pytest.mark.parametrize("embedded", [True, False])
async def test_an_accept_by_who_was_asked_counts(store: Store, embedded: bool) -> None:
    activity = await ask(store)
    thing = {"id": activity, "type": "Follow", "actor": HARBOUR, "object": ANNA}
    assert await tell(store, an_activity("Accept", thing if embedded else activity)) == "done"
    assert await state(store) == ACCEPTED


async def test_an_accept_that_names_our_follow_by_another_id_counts(store: Store) -> None:
    await ask(store)
    thing = {"type": "Follow", "actor": HARBOUR, "object": ANNA}
    await tell(store, an_activity("Accept", thing))
    assert await state(store) == ACCEPTED


@pytest.mark.parametrize("embedded", [True, False])
@pytest.mark.parametrize("answer", ["Accept", "Reject"])
async def test_nobody_answers_for_another_even_on_the_same_server(
    store: Store, answer: str, embedded: bool
) -> None:
    activity = await ask(store)
    thing = {"id": activity, "type": "Follow", "actor": HARBOUR, "object": ANNA}
    await tell(store, an_activity(answer, thing if embedded else activity, by=BEN))
    assert await state(store) == PENDING


async def test_an_accept_nobody_asked_for_makes_no_follow(store: Store) -> None:
    thing = {"id": f"{HARBOUR}/x", "type": "Follow", "actor": HARBOUR, "object": ANNA}
    await tell(store, an_activity("Accept", thing))
    await tell(store, an_activity("Accept", "https://groups.example/activities/x", name="2"))
    assert await state(store) is None


async def test_an_accept_of_a_follow_by_somebody_elsewhere_changes_nothing(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, by=BEN, of=ANNA, state=PENDING))
    thing = {"type": "Follow", "actor": BEN, "object": ANNA}
    await tell(store, an_activity("Accept", thing))
    found = await store.read(lambda tx: follows.find(tx, BEN, ANNA))
    assert found and found.state == PENDING


@pytest.mark.parametrize("accepted_before", [True, False])
async def test_a_reject_ends_the_follow_also_after_an_accept(
    store: Store, accepted_before: bool
) -> None:
    activity = await ask(store)
    if accepted_before:
        await tell(store, an_activity("Accept", activity))
    await tell(store, an_activity("Reject", activity))
    assert await state(store) == REFUSED
    assert not await store.read(lambda tx: follows.is_follower(tx, HARBOUR, ANNA))
    assert (await store.read(lambda tx: follows.counts(tx, HARBOUR))).following == 0
    assert await store.read(lambda tx: follows.followed_by(tx, HARBOUR)) == []


async def test_who_was_refused_may_ask_again_or_let_it_be_without_a_word(store: Store) -> None:
    first = await ask(store)
    await tell(store, an_activity("Reject", first))
    second = await ask(store)
    assert (await state(store), first != second) == (PENDING, True)
    await tell(store, an_activity("Reject", second, name="2"))
    await store.write(lambda tx: unfollow(tx, SITE, "harbour", ANNA, NOW + 1))
    assert await state(store) is None
    kinds = [one["type"] for one in await store.read(lambda tx: said(tx, to=ANNA))]
    assert kinds == ["Follow", "Follow"]


async def test_followed_again_while_waiting_asks_again_and_once_accepted_does_not(
    store: Store,
) -> None:
    first = await ask(store)
    await store.write(lambda tx: activities.count(tx, first, delivered=1))
    second = await ask(store)
    assert first != second
    await tell(store, an_activity("Accept", second))
    assert await ask(store) == second
    assert len(await store.read(lambda tx: said(tx, to=ANNA))) == 2


async def test_followed_again_while_the_first_wish_is_on_its_way_asks_once(store: Store) -> None:
    assert await ask(store) == await ask(store)
    assert len(await store.read(lambda tx: said(tx, to=ANNA))) == 1


async def test_an_unfollow_takes_back_the_very_follow(store: Store) -> None:
    activity = await ask(store)
    await store.write(lambda tx: unfollow(tx, SITE, "harbour", ANNA, NOW + 1))
    assert await state(store) is None
    undo = (await store.read(lambda tx: said(tx, to=ANNA)))[-1]
    assert (undo["type"], undo["to"]) == ("Undo", [ANNA])
    assert undo["object"] == {
        "id": activity,
        "type": "Follow",
        "actor": HARBOUR,
        "to": [ANNA],
        "object": ANNA,
    }
    with pytest.raises(Refused, match="does not follow"):
        await store.write(lambda tx: unfollow(tx, SITE, "harbour", ANNA, NOW + 2))


async def test_a_group_follows_neither_itself_nor_somebody_unknown(store: Store) -> None:
    for who in (HARBOUR, "https://strange.example/users/x"):
        with pytest.raises(Refused):
            await store.write(lambda tx, who=who: follow(tx, SITE, "harbour", who, NOW))


async def test_who_blocks_a_group_neither_follows_it_nor_is_followed(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, of=HARBOUR))
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))
    await tell(store, an_activity("Block", HARBOUR))
    assert await store.read(lambda tx: follows.counts(tx, HARBOUR)) == (0, 0)
    assert await store.read(lambda tx: blocked_by.has(tx, HARBOUR, ANNA))


async def test_following_who_blocked_us_is_refused_by_their_handle(store: Store) -> None:
    await tell(store, an_activity("Block", HARBOUR))
    with pytest.raises(Refused) as caught:
        await store.write(lambda tx: follow(tx, SITE, "harbour", ANNA, NOW))
    sentence, _cure = caught.value.told(str)
    assert sentence == "@anna@home.example has blocked this group."


async def test_only_who_made_a_block_takes_it_back(store: Store) -> None:
    block = an_activity("Block", HARBOUR)
    await tell(store, block)
    await tell(store, an_activity("Undo", block, by=BEN))
    await tell(store, an_activity("Undo", block["id"], by=BEN, name="2"))
    await tell(store, an_activity("Undo", {**block, "actor": BEN}))
    assert await store.read(lambda tx: blocked_by.has(tx, HARBOUR, ANNA))


@pytest.mark.parametrize("how", ["embedded", "embedded without id", "by id", "id and type"])
async def test_a_block_is_taken_back_by_id_or_embedded(store: Store, how: str) -> None:
    block = an_activity("Block", HARBOUR)
    await tell(store, block)
    taken_back = {
        "embedded": block,
        "embedded without id": {"type": "Block", "actor": ANNA, "object": HARBOUR},
        "by id": block["id"],
        "id and type": {"id": block["id"], "type": "Block"},
    }
    assert await tell(store, an_activity("Undo", taken_back[how])) == "done"
    assert not await store.read(lambda tx: blocked_by.has(tx, HARBOUR, ANNA))


async def test_a_block_of_another_group_stays_when_one_is_taken_back(store: Store) -> None:
    choir = (await store.write(lambda tx: a_group(tx, "choir", title="Choir"))).actor
    await tell(store, an_activity("Block", HARBOUR))
    await tell(store, an_activity("Block", choir, name="2"))
    await tell(store, an_activity("Undo", f"{ANNA}/blocks/2"))
    assert await store.read(lambda tx: blocked_by.has(tx, HARBOUR, ANNA))
    assert not await store.read(lambda tx: blocked_by.has(tx, choir, ANNA))


async def test_who_blocked_a_group_hears_nothing_until_they_ask_to_follow_it(store: Store) -> None:
    await tell(store, an_activity("Block", HARBOUR))
    with pytest.raises(Refused, match="blocked"):
        await store.write(lambda tx: follow(tx, SITE, "harbour", ANNA, NOW))
    await tell(store, an_activity("Join", HARBOUR))
    assert await store.read(lambda tx: said(tx, to=ANNA)) == []
    await tell(store, an_activity("Follow", HARBOUR))
    assert not await store.read(lambda tx: blocked_by.has(tx, HARBOUR, ANNA))
    assert [one["type"] for one in await store.read(lambda tx: said(tx, to=ANNA))] == ["Accept"]


async def test_a_join_of_what_cannot_be_joined_is_answered_with_ignore(store: Store) -> None:
    join = an_activity("Join", HARBOUR)
    await tell(store, join)
    (answer,) = await store.read(lambda tx: said(tx, to=ANNA))
    assert (answer["type"], answer["object"], answer["to"]) == ("Ignore", join["id"], [ANNA])


async def test_a_join_of_what_is_not_ours_is_not_answered(store: Store) -> None:
    await tell(store, an_activity("Join", "https://home.example/events/1"))
    assert await store.read(said) == []

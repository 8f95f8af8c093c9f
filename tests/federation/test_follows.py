"""Others follow our groups: at once, after a decision, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from build import (
    SITE,
    a_group,
    a_remote_actor,
    an_activity,
    said,
    told,
)
from signed import ANNA, BEN, NOW

import fedi.actors.follows  # noqa: F401  registers its handlers
from fedi.actors.follows import accept_request, refuse_request
from fedi.actors.groups import remove_group, set_profile
from fedi.errors import Refused
from fedi.storage import actors, follows
from fedi.storage.follows import ACCEPTED, PENDING
from fedi.storage.store import Store

HARBOUR = SITE.group("harbour")
FOLLOW = an_activity("Follow", HARBOUR)


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    await store.write(a_group)
    await store.write(a_remote_actor)
    await store.write(lambda tx: a_remote_actor(tx, BEN))


async def tell(store: Store, document: dict[str, Any]) -> str:
    return await store.write(lambda tx: told(tx, document))


async def state(store: Store, who: str = ANNA) -> str | None:
    found = await store.read(lambda tx: follows.find(tx, who, HARBOUR))
    return found.state if found else None


async def answers(store: Store, to: str = ANNA) -> list[dict[str, Any]]:
    return await store.read(lambda tx: said(tx, to=to))


async def test_an_open_group_accepts_at_once_and_embeds_the_follow(store: Store) -> None:
    assert await tell(store, FOLLOW) == "done"
    assert await state(store) == ACCEPTED
    (accept,) = await answers(store)
    assert accept["type"] == "Accept" and accept["actor"] == HARBOUR and accept["to"] == [ANNA]
    # GoToSocial goes by the embedded type and wants an id; Mastodon matches the Follow's id or actor.
    assert accept["id"].startswith("https://groups.example/activities/")
    assert accept["object"] == {
        "id": FOLLOW["id"],
        "type": "Follow",
        "actor": ANNA,
        "object": HARBOUR,
    }


async def test_a_follow_as_gotosocial_writes_it_is_accepted(store: Store) -> None:
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "type": "Follow",
        "id": f"{ANNA}/follow/01J0000000000000000000000A",
        "actor": [ANNA],
        "object": {"id": HARBOUR, "type": "Group"},
        "to": HARBOUR,
    }
    assert await tell(store, document) == "done"
    assert await state(store) == ACCEPTED


async def test_a_locked_group_lets_them_wait_until_somebody_decides(store: Store) -> None:
    await store.write(lambda tx: set_profile(tx, SITE, "harbour", {"locked": True}, NOW))
    for name in ("1", "2"):
        await tell(store, an_activity("Follow", HARBOUR, name=name))
    assert await state(store) == PENDING
    assert await answers(store) == []
    await store.write(lambda tx: accept_request(tx, SITE, "harbour", ANNA, NOW + 1))
    assert await state(store) == ACCEPTED
    (accept,) = await answers(store)
    assert accept["object"]["id"] == f"{ANNA}/follows/2"
    with pytest.raises(Refused, match="does not wait"):
        await store.write(lambda tx: accept_request(tx, SITE, "harbour", ANNA, NOW + 2))


async def test_a_refused_request_is_rejected_and_can_be_made_again(store: Store) -> None:
    await store.write(lambda tx: set_profile(tx, SITE, "harbour", {"locked": True}, NOW))
    await tell(store, FOLLOW)
    await store.write(lambda tx: refuse_request(tx, SITE, "harbour", ANNA, NOW + 1))
    assert await state(store) is None
    (reject,) = await answers(store)
    assert (reject["type"], reject["object"]["id"]) == ("Reject", FOLLOW["id"])
    with pytest.raises(Refused, match="nor waits"):
        await store.write(lambda tx: refuse_request(tx, SITE, "harbour", ANNA, NOW + 2))
    await tell(store, an_activity("Follow", HARBOUR, name="2"))
    assert await state(store) == PENDING


async def test_a_follower_can_be_removed_by_the_group(store: Store) -> None:
    await tell(store, FOLLOW)
    await store.write(lambda tx: refuse_request(tx, SITE, "harbour", ANNA, NOW + 1))
    assert await state(store) is None
    assert [answer["type"] for answer in await answers(store)] == ["Accept", "Reject"]


async def test_followed_twice_under_different_ids_is_one_follow_accepted_twice(
    store: Store,
) -> None:
    await tell(store, FOLLOW)
    await tell(store, an_activity("Follow", HARBOUR, name="2"))
    assert (await store.read(lambda tx: follows.counts(tx, HARBOUR))).followers == 1
    found = await store.read(lambda tx: follows.find(tx, ANNA, HARBOUR))
    assert found and found.activity == f"{ANNA}/follows/2"
    assert [answer["object"]["id"] for answer in await answers(store)] == [
        f"{ANNA}/follows/1",
        f"{ANNA}/follows/2",
    ]


async def test_the_same_follow_delivered_twice_is_answered_once(store: Store) -> None:
    assert [await tell(store, FOLLOW) for _ in range(2)] == ["done", "seen"]
    assert len(await answers(store)) == 1


async def test_a_locked_group_accepts_again_whom_it_has_accepted(store: Store) -> None:
    await tell(store, FOLLOW)
    await store.write(lambda tx: set_profile(tx, SITE, "harbour", {"locked": True}, NOW))
    await tell(store, an_activity("Follow", HARBOUR, name="2"))
    assert await state(store) == ACCEPTED
    types = [answer["type"] for answer in await answers(store)]
    assert types.count("Accept") == 2


async def test_a_follow_of_a_removed_group_is_rejected(store: Store) -> None:
    await store.write(lambda tx: remove_group(tx, SITE, "harbour", NOW))
    await tell(store, FOLLOW)
    assert await state(store) is None
    assert [answer["type"] for answer in await answers(store)] == ["Reject"]


async def test_a_follow_of_the_instance_is_rejected(store: Store) -> None:
    await tell(store, an_activity("Follow", SITE.actor))
    (reject,) = await answers(store)
    assert reject["type"] == "Reject" and reject["actor"] == SITE.actor


async def test_a_follow_of_nobody_here_has_no_effect(store: Store) -> None:
    for thing in (SITE.group("nobody"), BEN, HARBOUR + "/followers"):
        assert await tell(store, an_activity("Follow", thing, name=thing)) == "ignored"
    assert await store.read(said) == []


async def test_an_actor_that_nobody_fetched_cannot_follow(store: Store) -> None:
    stranger = "https://strange.example/users/x"
    await tell(store, an_activity("Follow", HARBOUR, by=stranger))
    assert await state(store, stranger) is None
    assert await store.read(said) == []


async def test_an_actor_that_is_gone_cannot_follow(store: Store) -> None:
    await store.write(lambda tx: actors.mark_gone(tx, ANNA, NOW))
    await tell(store, FOLLOW)
    assert await state(store) is None


@pytest.mark.parametrize(
    "thing",
    [
        FOLLOW["id"],
        {"id": FOLLOW["id"], "type": "Follow", "actor": ANNA, "object": HARBOUR},
        # Some servers do not keep the id.
        {"type": "Follow", "actor": ANNA, "object": HARBOUR},
        {"id": f"{ANNA}/follows/another", "type": "Follow", "actor": ANNA, "object": HARBOUR},
        {"id": FOLLOW["id"], "type": "Follow"},
    ],
)
async def test_a_follow_is_undone_by_id_or_embedded(store: Store, thing: Any) -> None:
    await tell(store, FOLLOW)
    assert await tell(store, an_activity("Undo", thing)) == "done"
    assert await state(store) is None


@pytest.mark.parametrize(
    "thing",
    [
        FOLLOW["id"],
        FOLLOW,
        {**FOLLOW, "actor": BEN},
        {"type": "Follow", "actor": BEN, "object": HARBOUR},
    ],
)
async def test_nobody_undoes_the_follow_of_another_even_on_the_same_server(
    store: Store, thing: Any
) -> None:
    await tell(store, FOLLOW)
    await tell(store, an_activity("Undo", thing, by=BEN))
    assert await state(store) == ACCEPTED


async def test_an_undo_that_embeds_the_follow_of_another_undoes_nothing(store: Store) -> None:
    await tell(store, FOLLOW)
    await tell(store, an_activity("Undo", {**FOLLOW, "actor": BEN}))
    assert await state(store) == ACCEPTED


async def test_a_follow_can_be_said_again_after_it_was_undone(store: Store) -> None:
    await tell(store, FOLLOW)
    await tell(store, an_activity("Undo", FOLLOW))
    assert await tell(store, FOLLOW) == "done"
    assert await state(store) == ACCEPTED


async def test_a_follow_without_an_id_is_accepted_whole(store: Store) -> None:
    await tell(store, an_activity("Follow", HARBOUR, name=""))
    (accept,) = await answers(store)
    assert accept["object"] == {"type": "Follow", "actor": ANNA, "object": HARBOUR}


async def test_a_new_follower_is_a_change_that_every_process_hears_of(store: Store) -> None:
    heard: list[str] = []
    store.listen("group:harbour", heard.append)
    await tell(store, FOLLOW)
    await tell(store, an_activity("Undo", FOLLOW))
    assert heard == ["group:harbour", "group:harbour"]

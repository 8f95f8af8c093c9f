"""Somebody our groups follow moves: both sides must say so, and not every day (interop §6.17)."""

from __future__ import annotations

from typing import Any

import pytest
from build import SITE, a_follow, a_group, a_remote_actor, an_activity, jobs_of, said, told
from signed import ANNA, BEN, NOW

from fedi.actors.moves import COOLDOWN_MS, go_along
from fedi.storage import actors, follows
from fedi.storage.follows import ACCEPTED, PENDING
from fedi.storage.store import Store

HARBOUR = SITE.group("harbour")
NEW = "https://new.example/users/anna"


@pytest.fixture(autouse=True)
async def _followed(store: Store) -> None:
    await store.write(a_group)
    await store.write(a_remote_actor)
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))


async def move(store: Store, thing: str = ANNA, *, at: int = NOW, **more: Any) -> list[Any]:
    document = an_activity("Move", thing, name=str(at), **{"target": NEW, **more})
    await store.write(lambda tx: told(tx, document, now=at))
    return await store.read(lambda tx: jobs_of(tx, "actors.move"))


async def goes_along(store: Store, *also_known_as: str) -> bool:
    target = await store.write(lambda tx: a_remote_actor(tx, NEW, alsoKnownAs=[*also_known_as]))
    return await store.write(lambda tx: go_along(tx, SITE, ANNA, target, NOW))


async def test_a_move_of_somebody_we_follow_is_looked_into(store: Store) -> None:
    assert await move(store) == [{"origin": ANNA, "target": NEW, "due_at": NOW}]


@pytest.mark.parametrize(
    "wrong",
    [{"target": None}, {"target": ANNA}, {"thing": BEN}, {"by": BEN}, {"by": BEN, "thing": BEN}],
)
async def test_a_move_to_nowhere_or_of_somebody_else_is_not(store: Store, wrong: Any) -> None:
    await store.write(lambda tx: a_remote_actor(tx, BEN))
    assert await move(store, **wrong) == []


async def test_a_second_move_within_a_week_is_not_looked_into(store: Store) -> None:
    await move(store)
    await store.write(lambda tx: tx.execute("DELETE FROM jobs"))
    assert await move(store, at=NOW + COOLDOWN_MS - 1) == []
    assert len(await move(store, at=NOW + COOLDOWN_MS)) == 1


async def test_our_group_follows_the_new_actor_and_unfollows_the_old(store: Store) -> None:
    assert await goes_along(store, "https://older.example/anna", ANNA)
    undo = (await store.read(lambda tx: said(tx, to=ANNA)))[-1]
    assert (undo["type"], undo["object"]["object"]) == ("Undo", ANNA)
    (asked,) = await store.read(lambda tx: said(tx, to=NEW))
    assert (asked["type"], asked["object"]) == ("Follow", NEW)
    assert await store.read(lambda tx: follows.ours_of(tx, ANNA)) == []
    assert await store.read(lambda tx: follows.ours_of(tx, NEW, PENDING)) == [HARBOUR]
    old = await store.read(lambda tx: actors.find(tx, ANNA))
    assert old and old.moved_to == NEW


async def test_a_move_to_somebody_who_does_not_say_so_has_no_effect(store: Store) -> None:
    assert not await goes_along(store, BEN)
    assert await store.read(lambda tx: follows.ours_of(tx, ANNA)) == [HARBOUR]
    assert await store.read(lambda tx: said(tx, to=NEW)) == []


async def test_who_follows_the_new_actor_already_only_unfollows_the_old(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=NEW))
    assert await goes_along(store, ANNA)
    found = await store.read(lambda tx: follows.find(tx, HARBOUR, NEW))
    assert found and found.state == ACCEPTED
    assert [sent["type"] for sent in await store.read(lambda tx: said(tx, to=NEW))] == []

"""Actors, keys and the seen-before guard in the database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from signed import ANNA, BEN, NOW, public_key_of

from fedi.errors import NotFound
from fedi.storage import actors, featured, keys, seen
from fedi.storage.actors import Actor
from fedi.storage.keys import StoredKey
from fedi.storage.store import Store

WHO = Actor(
    id=ANNA,
    is_local=False,
    type="Person",
    host="home.example",
    username="anna",
    name="Anna",
    inbox=f"{ANNA}/inbox",
    shared_inbox="https://home.example/inbox",
    also_known_as=("https://old.example/anna",),
    document="{}",
)
OURS = replace(
    WHO, id="https://groups.example/groups/harbour", is_local=True, host="groups.example"
)


def a_key(
    name: str = "key-1", actor: str = OURS.id, *, at: int = NOW, private: str | None = "secret"
) -> StoredKey:
    return StoredKey(f"{actor}#{name}", actor, "rsa", "public", private, valid_from=at)


async def test_a_remote_actor_comes_back_as_it_was_kept(store: Store) -> None:
    await store.write(lambda tx: actors.put_remote(tx, WHO, NOW))
    found = await store.read(lambda tx: actors.find(tx, ANNA))
    assert found == replace(WHO, fetched_at=NOW)


async def test_a_handle_stays_confirmed_while_the_name_is_the_same(store: Store) -> None:
    await store.write(lambda tx: actors.put_remote(tx, WHO, NOW))
    assert await store.write(lambda tx: actors.set_handle(tx, ANNA, "anna@home.example"))
    await store.write(lambda tx: actors.put_remote(tx, replace(WHO, name="A."), NOW + 1))
    found = await store.read(lambda tx: actors.find_by_handle(tx, "anna@home.example"))
    assert found and (found.id, found.name) == (ANNA, "A.")
    await store.write(lambda tx: actors.put_remote(tx, replace(WHO, username="ann"), NOW + 2))
    assert await store.read(lambda tx: actors.find_by_handle(tx, "anna@home.example")) is None


async def test_a_handle_is_not_taken_from_an_actor_that_is_there(store: Store) -> None:
    await store.write(lambda tx: actors.put_remote(tx, WHO, NOW))
    await store.write(lambda tx: actors.put_remote(tx, replace(WHO, id=BEN), NOW))
    assert await store.write(lambda tx: actors.set_handle(tx, ANNA, "anna@home.example"))
    assert not await store.write(lambda tx: actors.set_handle(tx, BEN, "anna@home.example"))
    assert not await store.write(lambda tx: actors.set_handle(tx, ANNA, "other@home.example"))
    await store.write(lambda tx: actors.mark_gone(tx, ANNA, NOW))
    assert await store.write(lambda tx: actors.set_handle(tx, BEN, "anna@home.example"))


async def test_a_fetched_document_never_overwrites_an_actor_of_ours(store: Store) -> None:
    await store.write(lambda tx: actors.put_local(tx, OURS, NOW))
    await store.write(lambda tx: actors.put_remote(tx, replace(OURS, inbox="https://evil/"), NOW))
    found = await store.read(lambda tx: actors.find(tx, OURS.id))
    assert found and found.is_local and found.inbox == OURS.inbox


async def test_fetching_an_actor_again_shows_that_it_is_not_gone(store: Store) -> None:
    await store.write(lambda tx: actors.put_remote(tx, WHO, NOW))
    await store.write(lambda tx: actors.mark_gone(tx, ANNA, NOW + 1))
    gone = await store.read(lambda tx: actors.find(tx, ANNA))
    assert gone and gone.gone_at == NOW + 1
    await store.write(lambda tx: actors.put_remote(tx, WHO, NOW + 2))
    back = await store.read(lambda tx: actors.find(tx, ANNA))
    assert back and back.gone_at is None


async def test_a_second_move_within_the_cooldown_is_not_begun(store: Store) -> None:
    await store.write(lambda tx: actors.put_remote(tx, WHO, NOW))
    assert await store.write(lambda tx: actors.begin_move(tx, ANNA, NOW, 1000))
    assert not await store.write(lambda tx: actors.begin_move(tx, ANNA, NOW + 999, 1000))
    assert await store.write(lambda tx: actors.begin_move(tx, ANNA, NOW + 1000, 1000))


async def test_what_was_said_before_a_rotation_is_signed_with_the_key_of_then(store: Store) -> None:
    await store.write(lambda tx: keys.put(tx, a_key("key-1", at=NOW), NOW))
    await store.write(lambda tx: keys.put(tx, a_key("key-2", at=NOW + 100), NOW))
    of = {
        at: await store.read(lambda tx, at=at: keys.signing(tx, OURS.id, "rsa", at).id)
        for at in (NOW, NOW + 99, NOW + 100, None)
    }
    assert of == {
        NOW: f"{OURS.id}#key-1",
        NOW + 99: f"{OURS.id}#key-1",
        NOW + 100: f"{OURS.id}#key-2",
        None: f"{OURS.id}#key-2",
    }


async def test_an_actor_without_a_key_of_a_kind_cannot_sign(store: Store) -> None:
    await store.write(lambda tx: keys.put(tx, a_key(actor=ANNA, private=None), NOW))
    with pytest.raises(NotFound):
        await store.read(lambda tx: keys.signing(tx, ANNA, "rsa"))


async def test_a_key_of_ours_or_of_another_actor_is_never_overwritten(store: Store) -> None:
    theirs = a_key("main-key", ANNA, private=None)
    await store.write(lambda tx: keys.put(tx, a_key(), NOW))
    await store.write(lambda tx: keys.put(tx, theirs, NOW))
    await store.write(lambda tx: keys.put(tx, replace(a_key(), public="x", private=None), NOW))
    await store.write(lambda tx: keys.put(tx, replace(theirs, actor=BEN, public="x"), NOW))
    assert await store.read(lambda tx: keys.find(tx, a_key().id)) == a_key()
    assert await store.read(lambda tx: keys.find(tx, theirs.id)) == theirs


async def test_a_key_its_owner_changed_under_the_same_id_takes_its_place(store: Store) -> None:
    theirs = a_key("main-key", ANNA, private=None)
    await store.write(lambda tx: keys.put(tx, theirs, NOW))
    await store.write(lambda tx: keys.retire(tx, theirs.id, NOW + 1))
    newer = replace(theirs, public=public_key_of(ANNA).material)
    await store.write(lambda tx: keys.put(tx, newer, NOW + 2))
    assert await store.read(lambda tx: keys.of_actor(tx, ANNA)) == [newer]


async def test_an_activity_is_new_once_for_each_signer_until_it_is_undone(store: Store) -> None:
    assert await store.write(lambda tx: seen.remember(tx, ANNA, "x", NOW))
    assert not await store.write(lambda tx: seen.remember(tx, ANNA, "x", NOW + 1))
    assert await store.write(lambda tx: seen.remember(tx, BEN, "x", NOW))
    await store.write(lambda tx: seen.undo(tx, ANNA, "x", NOW))
    assert not await store.write(lambda tx: seen.remember(tx, ANNA, "x", NOW + 1, is_direct=False))
    assert await store.write(lambda tx: seen.remember(tx, ANNA, "x", NOW))
    assert not await store.write(lambda tx: seen.remember(tx, ANNA, "x", NOW + 1))
    assert await store.write(lambda tx: seen.prune(tx, NOW + 1)) == 2


async def test_what_was_undone_before_it_came_counts_when_it_is_said_again_or_much_later(
    store: Store,
) -> None:
    async def counts(name: str, at: int, **how: bool) -> bool:
        return await store.write(lambda tx: seen.remember(tx, ANNA, name, at, **how))

    for name in ("x", "y"):
        for _ in range(2):
            await store.write(lambda tx, name=name: seen.undo(tx, ANNA, name, NOW))
    assert not await counts("x", NOW + 1, is_direct=False)
    assert not await counts("x", NOW + 1)
    assert await counts("x", NOW + 2)
    assert not await counts("x", NOW + 3)
    assert await counts("y", NOW + seen.OVERTAKEN_MS)


async def test_what_nobody_handles_is_counted_by_type_and_day(store: Store) -> None:
    for at in (NOW, NOW, NOW + seen.DAY_MS):
        await store.write(lambda tx, at=at: seen.count_ignored(tx, "Arrive", at))
    today = NOW // seen.DAY_MS
    assert await store.read(lambda tx: seen.ignored_since(tx, today)) == {"Arrive": 3}
    assert await store.read(lambda tx: seen.ignored_since(tx, today + 1)) == {"Arrive": 1}


async def test_featured_things_are_kept_newest_first(store: Store) -> None:
    await store.write(lambda tx: featured.add(tx, ANNA, "a", NOW))
    await store.write(lambda tx: featured.add(tx, ANNA, "b", NOW + 1))
    await store.write(lambda tx: featured.add(tx, ANNA, "a", NOW + 2))
    assert await store.read(lambda tx: featured.list_(tx, ANNA)) == ["b", "a"]
    await store.write(lambda tx: featured.remove(tx, ANNA, "b"))
    assert await store.read(lambda tx: featured.list_(tx, ANNA)) == ["a"]
    await store.write(lambda tx: featured.remove_all(tx, ANNA))
    assert await store.read(lambda tx: featured.list_(tx, ANNA)) == []

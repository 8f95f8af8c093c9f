"""Actors tell us about themselves: new profile, new keys, what they feature, that they are gone."""

from __future__ import annotations

from typing import Any

import pytest
from build import (
    SITE,
    a_follow,
    a_group,
    a_remote_actor,
    an_activity,
    an_actor_document,
    jobs_of,
    told,
)
from signed import ANNA, BEN, NOW, public_key_of

import fedi.actors.handlers  # noqa: F401  registers the handlers
from fedi.activitypub.keys import public_key_document
from fedi.actors.known import is_usable, when_gone
from fedi.storage import actors, featured, follows, keys
from fedi.storage.actors import Actor
from fedi.storage.store import Store

HARBOUR = SITE.group("harbour")
NOTE = "https://home.example/notes/1"

farewells: list[tuple[str, int]] = []
when_gone(lambda tx, actor, now: farewells.append((actor, now)))


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    await store.write(a_group)
    await store.write(a_remote_actor)
    await store.write(lambda tx: a_remote_actor(tx, BEN))


async def tell(store: Store, kind: str, thing: Any, **more: Any) -> str:
    return await store.write(lambda tx: told(tx, an_activity(kind, thing, **more)))


async def anna(store: Store) -> Actor:
    found = await store.read(lambda tx: actors.find(tx, ANNA))
    assert found
    return found


async def usable_keys(store: Store) -> dict[str, str]:
    found = await store.read(lambda tx: keys.of_actor(tx, ANNA))
    return {key.id: key.public for key in found if is_usable(key, NOW)}


async def test_a_new_profile_is_taken_over(store: Store) -> None:
    profile = an_actor_document(name="Anna B.", manuallyApprovesFollowers=True)
    assert await tell(store, "Update", profile) == "done"
    found = await anna(store)
    assert found.name == "Anna B." and found.locked


@pytest.mark.parametrize("kind", ["Person", "Group", "Organization", "Service", "Application"])
async def test_an_actor_of_any_type_may_change(store: Store, kind: str) -> None:
    await tell(store, "Update", an_actor_document(type=kind))
    assert (await anna(store)).type == kind


async def test_nobody_changes_the_profile_of_another(store: Store) -> None:
    await tell(store, "Update", an_actor_document(name="Owned"), by=BEN)
    assert (await anna(store)).name == "Anna"


@pytest.mark.parametrize(
    "broken",
    [
        {"inbox": "https://evil.example/inbox"},
        {"inbox": 7},
        {"type": "Note"},
        {"preferredUsername": "a b"},
    ],
)
async def test_a_profile_that_cannot_be_read_changes_nothing(store: Store, broken: Any) -> None:
    await tell(store, "Update", an_actor_document(name="Owned", **broken))
    assert (await anna(store)).name == "Anna"


async def test_a_profile_that_is_only_named_is_fetched_in_the_background(store: Store) -> None:
    await tell(store, "Update", ANNA)
    (job,) = await store.read(lambda tx: jobs_of(tx, "actors.refresh"))
    assert job["actor"] == ANNA


async def test_a_profile_that_somebody_else_passes_on_is_fetched_and_not_taken_over(
    store: Store,
) -> None:
    older = public_key_of(ANNA, name="key-0")
    profile = an_actor_document(name="Owned", publicKey=public_key_document(older))
    document = an_activity("Update", profile)
    before = await usable_keys(store)
    assert await store.write(lambda tx: told(tx, document, proof="proof", carried_by=BEN)) == "done"
    assert (await anna(store)).name == "Anna"
    assert await usable_keys(store) == before
    (job,) = await store.read(lambda tx: jobs_of(tx, "actors.refresh"))
    assert job["actor"] == ANNA


@pytest.mark.parametrize(
    ("kept", "said", "counts"),
    [
        ("2026-05-02T00:00:00Z", "2026-05-01T23:59:59Z", False),
        ("2026-05-02T00:00:00Z", "2026-05-02T00:00:00Z", True),
        ("2026-05-02T00:00:00Z", "2026-05-02T00:00:01Z", True),
        ("2026-05-02T00:00:00Z", None, True),
        (None, "2026-05-01T00:00:00Z", True),
        ("no date", "2026-05-01T00:00:00Z", True),
    ],
)
async def test_a_profile_older_than_the_one_we_have_is_not_taken_over(
    store: Store, kept: str | None, said: str | None, counts: bool
) -> None:
    await store.write(lambda tx: a_remote_actor(tx, updated=kept))
    await tell(store, "Update", an_actor_document(name="Late", updated=said))
    assert (await anna(store)).name == ("Late" if counts else "Anna")


async def test_new_keys_are_taken_over_and_the_old_ones_no_longer_count(store: Store) -> None:
    heard: list[str] = []
    store.listen("keys", heard.append)
    newer = public_key_of(ANNA, name="key-3")
    profile = an_actor_document(publicKey=public_key_document(newer), assertionMethod=None)
    await tell(store, "Update", profile)
    assert await usable_keys(store) == {newer.id: newer.material}
    assert heard == ["keys"]
    assert len(await store.read(lambda tx: keys.of_actor(tx, ANNA))) == 3


async def test_a_profile_with_the_same_keys_does_not_disturb_those_who_hold_them(
    store: Store,
) -> None:
    heard: list[str] = []
    store.listen("keys", heard.append)
    await tell(store, "Update", an_actor_document(name="Anna B."))
    assert heard == []


async def test_a_key_of_somebody_else_in_a_profile_is_not_taken_over(store: Store) -> None:
    theirs = public_key_document(public_key_of(BEN, name="stolen"))
    await tell(store, "Update", an_actor_document(publicKey=theirs))
    assert await store.read(lambda tx: keys.find(tx, theirs["id"])) is None


async def test_an_actor_that_deletes_itself_is_gone_and_follows_nobody(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, of=HARBOUR))
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))
    assert await tell(store, "Delete", ANNA) == "done"
    assert (await anna(store)).gone_at == NOW
    assert await store.read(lambda tx: follows.counts(tx, HARBOUR)) == (0, 0)
    assert await store.read(lambda tx: jobs_of(tx, "actors.refresh")) == []


async def test_other_rooms_say_farewell_once_to_who_is_gone(store: Store) -> None:
    farewells.clear()
    await tell(store, "Delete", ANNA)
    await tell(store, "Delete", ANNA)
    assert farewells == [(ANNA, NOW)]


async def test_nobody_deletes_another_even_on_the_same_server(store: Store) -> None:
    await tell(store, "Delete", ANNA, by=BEN)
    assert (await anna(store)).gone_at is None


async def test_who_was_gone_and_speaks_again_is_looked_at_again(store: Store) -> None:
    await tell(store, "Delete", ANNA)
    await tell(store, "Follow", HARBOUR)
    (job,) = await store.read(lambda tx: jobs_of(tx, "actors.refresh"))
    assert job["actor"] == ANNA


async def feature(store: Store, kind: str = "Add", **more: Any) -> list[str]:
    await tell(store, kind, NOTE, **{"target": f"{ANNA}/featured", **more})
    return await store.read(lambda tx: featured.list_(tx, ANNA))


async def test_what_somebody_we_follow_features_is_noted(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))
    assert await feature(store) == [NOTE]
    assert await feature(store, "Remove") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": f"{ANNA}/moderators"},
        {"target": None},
        {"target": f"{BEN}/featured"},
        {"by": BEN},
    ],
)
async def test_other_collections_and_those_of_others_are_not(store: Store, wrong: Any) -> None:
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=BEN))
    assert await feature(store, **wrong) == []
    assert await store.read(lambda tx: featured.list_(tx, BEN)) == []


async def test_what_a_stranger_features_is_not_noted(store: Store) -> None:
    assert await feature(store) == []


async def test_nobody_takes_out_what_another_features(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))
    await feature(store)
    assert await feature(store, "Remove", by=BEN) == [NOTE]

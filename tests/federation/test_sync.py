"""Follower synchronisation (FEP-8fcf): what a header may cause, and how a difference is settled."""

from __future__ import annotations

from typing import Any

import pytest
from build import SITE, a_block, a_follow, a_group, a_remote_actor, jobs_of, said
from signed import ANNA, BEN, NOW

from fedi.actors import collections, sync
from fedi.delivery.followers_digest import followers_digest, synchronisation_header
from fedi.storage import follows
from fedi.storage.follows import PENDING
from fedi.storage.store import Store

HARBOUR = SITE.group("harbour")
ORCHARD = SITE.group("orchard")


@pytest.fixture(autouse=True)
async def _known(store: Store) -> None:
    await store.write(a_group)
    await store.write(lambda tx: a_group(tx, "orchard"))
    await store.write(a_remote_actor)


async def note(store: Store, header: str, signer: str = ANNA) -> list[dict[str, Any]]:
    await store.write(lambda tx: sync.note_header(tx, signer, header, NOW))
    return await store.read(lambda tx: jobs_of(tx, "actors.sync"))


async def settle(store: Store, *listed: str, digest: str | None = None) -> list[str]:
    """Settle with this list and return which of our groups follow Anna then."""
    digest = digest or followers_digest(listed)
    await store.write(lambda tx: sync.settle(tx, SITE, ANNA, set(listed), digest, NOW))
    return await store.read(lambda tx: follows.ours_of(tx, ANNA))


async def test_a_header_that_agrees_causes_nothing(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))
    assert await note(store, synchronisation_header(ANNA, [HARBOUR])) == []


async def test_a_header_that_differs_is_looked_into(store: Store) -> None:
    header = synchronisation_header(ANNA, [HARBOUR])
    (job,) = await note(store, header)
    assert job["url"] == f"{ANNA}/followers_synchronization"
    assert job["digest"] == followers_digest([HARBOUR])


async def test_a_header_as_mastodon_writes_it_is_read(store: Store) -> None:
    header = (
        f'collectionId="{ANNA}/followers", digest="{followers_digest([HARBOUR])}", '
        f'url="{ANNA}/followers_synchronization"'
    )
    assert len(await note(store, header)) == 1


@pytest.mark.parametrize(
    "header",
    [
        synchronisation_header(BEN, [HARBOUR]),
        f'collectionId="{ANNA}/followers", url="https://evil.example/x", digest="{"a" * 64}"',
        f'collectionId="{ANNA}/followers", url="http://home.example/x", digest="{"a" * 64}"',
        f'collectionId="{ANNA}/followers", url="{ANNA}/x", digest="short"',
        f'collectionId="{ANNA}/followers", digest="{"a" * 64}"',
        "nonsense",
        "",
        "a=" * 5000,
    ],
)
async def test_a_header_about_others_or_places_elsewhere_causes_nothing(
    store: Store, header: str
) -> None:
    assert await note(store, header) == []


async def test_a_header_by_somebody_unknown_causes_nothing(store: Store) -> None:
    assert await note(store, synchronisation_header(BEN, [HARBOUR]), BEN) == []


async def test_a_header_from_a_blocked_host_causes_nothing(store: Store) -> None:
    await store.write(lambda tx: a_block(tx, "home.example"))
    assert await note(store, synchronisation_header(ANNA, [HARBOUR])) == []


async def test_a_follow_only_we_believe_in_is_ended(store: Store) -> None:
    for group in (HARBOUR, ORCHARD):
        await store.write(lambda tx, group=group: a_follow(tx, by=group, of=ANNA))
    assert await settle(store, ORCHARD) == [ORCHARD]
    assert await store.read(said) == []


async def test_a_follow_only_the_other_side_believes_in_is_taken_back(store: Store) -> None:
    assert await settle(store, HARBOUR) == []
    (undo,) = await store.read(lambda tx: said(tx, to=ANNA))
    assert (undo["type"], undo["actor"]) == ("Undo", HARBOUR)
    assert (undo["object"]["type"], undo["object"]["object"]) == ("Follow", ANNA)


async def test_a_follow_that_still_waits_is_left_alone(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA, state=PENDING))
    await settle(store, HARBOUR)
    assert await store.read(lambda tx: follows.ours_of(tx, ANNA, PENDING)) == [HARBOUR]
    assert await store.read(said) == []


async def test_a_list_that_is_not_the_one_of_the_digest_settles_nothing(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))
    assert await settle(store, ORCHARD, digest=followers_digest([])) == [HARBOUR]
    assert await store.read(said) == []


async def test_a_list_with_people_of_other_servers_settles_nothing(store: Store) -> None:
    await store.write(lambda tx: a_follow(tx, by=HARBOUR, of=ANNA))
    assert await settle(store, BEN) == [HARBOUR]


async def test_ids_of_ours_that_are_no_groups_are_passed_over(store: Store) -> None:
    assert await settle(store, SITE.group("nobody")) == []
    assert await store.read(said) == []


async def test_a_host_is_told_of_its_own_people_alone(store: Store) -> None:
    elsewhere = "https://away.example/users/carl"
    await store.write(lambda tx: a_remote_actor(tx, elsewhere))
    for who in (ANNA, elsewhere):
        await store.write(lambda tx, who=who: a_follow(tx, by=who, of=HARBOUR))
    group = await store.write(lambda tx: a_group(tx, "third"))
    there = await store.read(lambda tx: sync.followers_there(tx, HARBOUR, "home.example"))
    assert there == [ANNA]
    assert collections.synchronization(group, there)["orderedItems"] == [ANNA]

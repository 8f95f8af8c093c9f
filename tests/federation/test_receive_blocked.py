"""Blocks hold on the actor, the host of what is carried, and whoever carried it (interop §6.20)."""

from __future__ import annotations

import pytest
from build import SITE, a_block, a_group, a_remote_actor, an_activity, incoming, told
from signed import ANNA, NOW

import fedi.actors.follows  # noqa: F401  registers its handlers
from fedi.actors.receive import Incoming, receive, receives
from fedi.storage import follows
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
RELAY = "https://relay.example/actor"
taken: list[Incoming] = []


@receives("Hail")
def on_hail(tx: Tx, told: Incoming) -> None:
    taken.append(told)


@pytest.fixture(autouse=True)
def _nothing_taken() -> None:
    taken.clear()


async def hail(store: Store, thing: str = "https://third.example/notes/1", **more: str) -> str:
    document = an_activity("Hail", thing)
    return await store.write(lambda tx: receive(tx, incoming(document, **more)))


@pytest.mark.parametrize(
    "subject",
    [
        ANNA,
        "home.example",
        "third.example",
        "https://third.example/notes/1",
        "relay.example",
        RELAY,
    ],
)
async def test_a_blocked_actor_host_object_or_carrier_is_not_heard(
    store: Store, subject: str
) -> None:
    await store.write(lambda tx: a_block(tx, subject))
    assert await hail(store, carried_by=RELAY) == "ignored"
    assert taken == []


async def test_a_block_covers_the_hosts_below_it(store: Store) -> None:
    await store.write(lambda tx: a_block(tx, "example.org"))
    below = an_activity("Hail", "x", by="https://a.b.example.org:8443/users/anna")
    beside = an_activity("Hail", "x", by="https://notexample.org/users/anna")
    assert await store.write(lambda tx: told(tx, below)) == "ignored"
    assert await store.write(lambda tx: told(tx, beside)) == "done"


@pytest.mark.parametrize("by", ["https://HOME.example/users/anna", "https://home.example./anna"])
async def test_another_spelling_of_a_host_does_not_get_around_a_block(
    store: Store, by: str
) -> None:
    await store.write(lambda tx: a_block(tx, "home.example"))
    document = an_activity("Hail", "x", by=by)
    assert await store.write(lambda tx: told(tx, document)) == "ignored"


async def test_what_others_do_with_a_blocked_host_elsewhere_is_heard(store: Store) -> None:
    await store.write(lambda tx: a_block(tx, "elsewhere.example"))
    assert await hail(store) == "done"
    assert not taken[0].limited


async def test_who_is_limited_is_heard_and_marked(store: Store) -> None:
    await store.write(lambda tx: a_block(tx, "home.example", severity="limit"))
    assert await hail(store) == "done"
    assert taken[0].limited


async def test_a_block_by_one_group_holds_for_that_group_alone(store: Store) -> None:
    await store.write(a_group)
    await store.write(lambda tx: a_block(tx, "home.example", group=HARBOUR))
    assert await hail(store, HARBOUR) == "ignored"
    assert await hail(store) == "done"


async def test_a_follow_by_somebody_the_group_blocked_is_rejected(store: Store) -> None:
    await store.write(a_group)
    await store.write(a_remote_actor)
    await store.write(lambda tx: a_block(tx, ANNA, group=HARBOUR))
    await store.write(lambda tx: told(tx, an_activity("Follow", HARBOUR)))
    assert await store.read(lambda tx: follows.find(tx, ANNA, HARBOUR)) is None
    said = await store.read(lambda tx: tx.all("SELECT type FROM activities"))
    assert [row["type"] for row in said] == ["Reject"]


async def test_a_follow_from_a_host_the_instance_blocked_gets_no_answer(store: Store) -> None:
    await store.write(a_group)
    await store.write(a_remote_actor)
    await store.write(lambda tx: a_block(tx, "home.example"))
    assert await store.write(lambda tx: told(tx, an_activity("Follow", HARBOUR))) == "ignored"
    assert await store.read(lambda tx: tx.all("SELECT type FROM activities")) == []
    assert await store.read(lambda tx: tx.all("SELECT at FROM seen WHERE at = :n", n=NOW)) == []

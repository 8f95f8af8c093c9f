"""The one transaction in which an activity takes effect: guards and dispatch."""

from __future__ import annotations

import pytest
from build import SITE, a_group, a_remote_actor, an_activity, incoming, jobs_of, told
from signed import ANNA, BEN, NOW

import fedi.actors.follows  # noqa: F401  registers its handlers
from fedi.actors.receive import Incoming, handles, receive, receives, recognises
from fedi.storage import actors, hosts, seen
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
heard: list[str] = []


def _hearing(name: str):
    def handler(tx: Tx, told: Incoming) -> None:
        heard.append(name)

    return handler


receives("Wave")(_hearing("any"))
receives("Wave", of="Hat")(_hearing("hat"))
receives("Wave", to="group")(_hearing("to a group"))
receives("Wave", of="Hat", to="group")(_hearing("hat to a group"))
receives("Wave", of="self")(_hearing("itself"))
receives("Undo", of="Wave")(_hearing("undone"))
recognises(lambda tx, actor, name: "Wave" if name.endswith("/waves/1") else None)


@pytest.fixture(autouse=True)
def _nothing_heard() -> None:
    heard.clear()


async def hear(store: Store, thing: object, kind: str = "Wave", **more: object) -> list[str]:
    document = an_activity(kind, thing, **{"name": "", **more})
    await store.write(lambda tx: told(tx, document))
    return heard


def test_the_same_pair_registered_twice_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="already has a handler"):
        receives("Wave", of="Hat")(_hearing("again"))


def test_a_type_is_handled_if_somebody_owns_it() -> None:
    assert handles("Wave") and handles("Follow")
    assert not handles("Arrive")


async def test_the_most_specific_handler_owns_the_effect(store: Store) -> None:
    await store.write(a_group)
    hat = {"type": "Hat", "object": HARBOUR}
    for thing in ("https://home.example/1", {"type": "Hat"}, HARBOUR, hat, ANNA):
        await hear(store, thing)
    assert heard == ["any", "hat", "to a group", "hat to a group", "itself"]


async def test_an_undo_that_names_only_an_id_finds_what_it_undoes(store: Store) -> None:
    assert await hear(store, f"{ANNA}/waves/1", "Undo") == ["undone"]
    heard.clear()
    assert await hear(store, f"{ANNA}/waves/2", "Undo") == []


async def test_what_was_said_before_does_not_take_effect_again(store: Store) -> None:
    document = an_activity("Wave", "https://home.example/1")
    assert await store.write(lambda tx: told(tx, document)) == "done"
    assert await store.write(lambda tx: told(tx, document, now=NOW + 1)) == "seen"
    assert heard == ["any"]


async def test_what_has_no_id_cannot_be_told_apart_and_is_taken_each_time(store: Store) -> None:
    document = an_activity("Wave", "https://home.example/1", name="")
    for _ in range(2):
        assert await store.write(lambda tx: told(tx, document)) == "done"


async def test_what_is_passed_on_without_an_id_is_not_taken(store: Store) -> None:
    for name, outcome in (("", "ignored"), ("1", "done")):
        document = an_activity("Wave", "https://home.example/1", name=name)
        told_of = await store.write(lambda tx, d=document: told(tx, d, proof="proof"))
        assert told_of == outcome


async def test_who_passes_on_what_was_undone_does_not_bring_it_back(store: Store) -> None:
    wave = an_activity("Wave", "https://home.example/1")
    assert await store.write(lambda tx: told(tx, wave, proof="proof")) == "done"
    await store.write(lambda tx: told(tx, an_activity("Undo", wave["id"])))
    assert await store.write(lambda tx: told(tx, wave, proof="proof")) == "seen"
    assert await store.write(lambda tx: told(tx, wave)) == "done"


async def test_an_id_is_new_for_each_signer(store: Store) -> None:
    by_anna = an_activity("Wave", "https://home.example/1")
    by_ben = {**by_anna, "actor": BEN}
    assert await store.write(lambda tx: told(tx, by_anna)) == "done"
    assert await store.write(lambda tx: told(tx, by_ben)) == "done"


async def test_an_undo_frees_the_id_it_undid_but_only_for_who_said_it(store: Store) -> None:
    wave = an_activity("Wave", "https://home.example/1")
    await store.write(lambda tx: told(tx, wave))
    by_ben = an_activity("Undo", wave["id"], by=BEN)
    assert await store.write(lambda tx: told(tx, by_ben)) == "done"
    assert await store.write(lambda tx: told(tx, wave)) == "seen"
    await store.write(lambda tx: told(tx, an_activity("Undo", wave["id"])))
    assert await store.write(lambda tx: told(tx, wave)) == "done"


@pytest.mark.parametrize("embedded", [True, False])
async def test_an_undo_that_came_before_what_it_undoes_is_remembered(
    store: Store, embedded: bool
) -> None:
    hello = an_activity("Wave", "https://home.example/1", name="late")
    undo = an_activity("Undo", hello if embedded else hello["id"])
    await store.write(lambda tx: told(tx, undo))
    heard.clear()
    assert await store.write(lambda tx: told(tx, hello, now=NOW + 1)) == "seen"
    assert heard == []
    assert await store.write(lambda tx: told(tx, hello, now=NOW + 2)) == "done"


async def test_an_id_on_another_server_than_its_actor_is_ignored(store: Store) -> None:
    document = {**an_activity("Wave", "x"), "id": "https://evil.example/1"}
    assert await store.write(lambda tx: told(tx, document)) == "ignored"
    assert heard == []


async def test_what_nobody_handles_is_counted_and_ignored(store: Store) -> None:
    document = an_activity("Travel", "https://home.example/1")
    assert await store.write(lambda tx: told(tx, document)) == "ignored"
    assert await store.read(lambda tx: seen.ignored_since(tx, 0)) == {"Travel": 1}


async def test_a_host_that_speaks_is_awake(store: Store) -> None:
    def asleep(tx: Tx) -> None:
        tx.execute(
            "INSERT INTO hosts (host, asleep_since, failing_days) VALUES ('home.example', 1, 7)"
        )

    await store.write(asleep)
    await store.write(lambda tx: told(tx, an_activity("Wave", "https://home.example/1")))
    host = await store.read(lambda tx: hosts.find(tx, "home.example"))
    assert host and host.asleep_since is None and host.failing_days == 0


async def test_an_actor_not_looked_at_for_a_day_is_fetched_again_in_the_background(
    store: Store,
) -> None:
    await store.write(a_remote_actor)
    first, second = (an_activity("Wave", "https://home.example/1", name=name) for name in "12")
    await store.write(lambda tx: told(tx, first, now=NOW + 86_400_000))
    assert await store.read(lambda tx: jobs_of(tx, "actors.refresh")) == []
    later = NOW + 86_400_001
    await store.write(lambda tx: told(tx, second, now=later))
    due = await store.read(lambda tx: jobs_of(tx, "actors.refresh"))
    assert due == [{"actor": ANNA, "due_at": later}]


async def test_a_handler_that_fails_leaves_nothing_behind(store: Store) -> None:
    @receives("Stumble")
    def stumbles(tx: Tx, told: Incoming) -> None:
        actors.mark_gone(tx, told.by, told.now)
        raise ValueError("stumbled")

    await store.write(a_remote_actor)
    document = an_activity("Stumble", "https://home.example/1")
    for _ in range(2):  # the second is no repetition, because the first never was
        with pytest.raises(ValueError, match="stumbled"):
            await store.write(lambda tx: receive(tx, incoming(document)))
    anna = await store.read(lambda tx: actors.find(tx, ANNA))
    assert anna and anna.gone_at is None

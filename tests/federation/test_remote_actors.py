"""Other people's actors are fetched once, kept, and asked again within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from build import SITE, a_block, a_group, an_actor_document
from dialling import Clock, near_door
from loopback import Asked, Loopback, hangs, in_turn, loopback, says
from signed import public_key_of

from fedi.activitypub.keys import multikey_document, public_key_document
from fedi.actors.newcomers import Newcomers
from fedi.actors.remote import ASK_AGAIN_MS, DAY_MS, MOST_ASKS, RemoteActors
from fedi.config import Config
from fedi.errors import Forbidden, Malformed, Missing, RateLimited, Unreachable, WrongType
from fedi.storage import actors
from fedi.storage.store import Store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        yield running


@pytest.fixture
async def remote(store: Store, config: Config, clock: Clock) -> AsyncIterator[RemoteActors]:
    await store.write(a_group)
    async with near_door(config, clock) as door:
        yield RemoteActors(store, door, SITE, clock=clock)


def serve(server: Loopback, who: str = "anna", *, key: str = "main-key", **changes: Any) -> str:
    """Serve an actor and return its id."""
    actor = f"{server.origin}/users/{who}"
    document = an_actor_document(
        actor, publicKey=public_key_document(public_key_of(actor, name=key)), **changes
    )
    server.serves(f"/users/{who}", document)
    return actor


def paths(server: Loopback) -> list[str]:
    return [asked.path for asked in server.asked]


async def test_an_unknown_key_brings_its_owner_along(
    remote: RemoteActors, server: Loopback, store: Store
) -> None:
    actor = serve(server)
    assert await remote.key(f"{actor}#main-key") == public_key_of(actor)
    assert await remote.key(f"{actor}#ed25519-key") == public_key_of(
        actor, "ed25519", "ed25519-key"
    )
    known = await store.read(lambda tx: actors.find(tx, actor))
    assert known and known.inbox == f"{actor}/inbox" and known.host == server.host
    assert paths(server) == ["/users/anna"]


async def test_fetches_are_signed_by_the_instance(remote: RemoteActors, server: Loopback) -> None:
    await remote.key(f"{serve(server)}#main-key")
    assert f'keyId="{SITE.actor}#key-1"' in server.asked[0].headers["signature"]


async def test_many_who_ask_at_once_cause_one_fetch(remote: RemoteActors, server: Loopback) -> None:
    actor = serve(server)
    answer = server.routes["/users/anna"]

    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        await answer(asked, writer)

    server.routes["/users/anna"] = slowly
    found = await asyncio.gather(*(remote.key(f"{actor}#main-key") for _ in range(20)))
    assert found == [public_key_of(actor)] * 20
    again = await asyncio.gather(*(remote.actor(actor, 0) for _ in range(20)))
    assert {actor.id for actor in again} == {actor}
    assert paths(server) == ["/users/anna"] * 2


async def test_who_gives_up_waiting_does_not_stop_the_others(
    remote: RemoteActors, server: Loopback
) -> None:
    actor = serve(server)
    first = asyncio.create_task(remote.key(f"{actor}#main-key"))
    second = asyncio.create_task(remote.key(f"{actor}#main-key"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == public_key_of(actor)


async def test_a_key_in_path_style_leads_to_its_owner(
    remote: RemoteActors, server: Loopback
) -> None:
    """As GoToSocial has it: the key's address answers with a stub of the actor."""
    actor = f"{server.origin}/users/anna"
    key = public_key_of(actor)
    written = {**public_key_document(key), "id": f"{actor}/main-key"}
    stub = {"id": actor, "type": "Person", "preferredUsername": "anna", "publicKey": written}
    server.serves("/users/anna/main-key", stub)
    server.serves("/users/anna", an_actor_document(actor, publicKey=written))
    found = await remote.key(f"{actor}/main-key")
    assert found and (found.owner, found.material) == (actor, key.material)
    assert paths(server) == ["/users/anna/main-key", "/users/anna"]


async def test_a_key_that_stands_alone_counts_if_its_owner_names_it(
    remote: RemoteActors, server: Loopback
) -> None:
    actor = f"{server.origin}/users/anna"
    lone = {**multikey_document(public_key_of(actor)), "id": f"{server.origin}/keys/1"}
    context = {"@context": "https://www.w3.org/ns/cid/v1"}
    server.serves("/keys/1", {**context, **lone})
    server.serves("/users/anna", an_actor_document(actor, assertionMethod=[lone]))
    found = await remote.key(f"{server.origin}/keys/1")
    assert found and found.owner == actor
    server.serves("/keys/2", {**context, **lone, "id": f"{server.origin}/keys/2"})
    assert await remote.key(f"{server.origin}/keys/2") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"publicKey": None, "assertionMethod": None},
        {"publicKey": {"id": "x", "owner": "y", "publicKeyPem": "z"}},
        {"type": "Note"},
        {"inbox": None},
        {"inbox": "https://elsewhere.example/inbox"},
    ],
)
async def test_a_document_that_does_not_name_the_key_vouches_for_nobody(
    remote: RemoteActors, server: Loopback, changes: dict[str, Any]
) -> None:
    actor = f"{server.origin}/users/anna"
    server.serves("/users/anna", an_actor_document(actor, **changes))
    assert await remote.key(f"{actor}#main-key") is None


async def test_a_changed_key_is_found_by_asking_again_but_not_at_once(
    remote: RemoteActors, server: Loopback, clock: Clock
) -> None:
    actor = serve(server)
    name = f"{actor}#main-key"
    old = await remote.key(name)
    newer = public_key_document(public_key_of(actor, name="newer"))
    server.serves("/users/anna", an_actor_document(actor, publicKey={**newer, "id": name}))
    changed = await remote.key(name, True)
    assert changed and old and changed.material != old.material
    assert await remote.key(name) == changed
    assert await remote.key(name, True) is None
    clock.now += ASK_AGAIN_MS
    assert await remote.key(name, True) == changed
    assert len(server.asked) == 3


async def test_a_key_its_owner_no_longer_names_does_not_count(
    remote: RemoteActors, server: Loopback, clock: Clock
) -> None:
    actor = serve(server)
    assert await remote.key(f"{actor}#main-key")
    serve(server, key="key-2")
    assert await remote.key(f"{actor}#key-2") == public_key_of(actor, name="key-2")
    clock.now += ASK_AGAIN_MS
    assert await remote.key(f"{actor}#main-key") is None


async def test_made_up_names_of_keys_do_not_make_us_fetch_without_end(
    remote: RemoteActors, server: Loopback
) -> None:
    actor = serve(server)
    for n in range(100):
        assert await remote.key(f"{actor}#made-up-{n}") is None
    assert len(server.asked) == MOST_ASKS


async def test_a_server_that_is_down_is_asked_again_later_and_the_sender_told_so(
    remote: RemoteActors, server: Loopback, clock: Clock
) -> None:
    actor = serve(server)
    well = server.routes["/users/anna"]
    server.routes["/users/anna"] = in_turn(says(b"", status=503), well)
    for _ in range(2):
        with pytest.raises(Unreachable) as failure:
            await remote.key(f"{actor}#main-key")
        assert failure.value.may_retry
    assert len(server.asked) == 1
    clock.now += ASK_AGAIN_MS
    assert await remote.key(f"{actor}#main-key") == public_key_of(actor)


async def test_a_server_that_hangs_costs_a_bounded_time(
    remote: RemoteActors, server: Loopback
) -> None:
    server.routes["*"] = hangs
    with pytest.raises(Unreachable):
        await remote.key(f"{server.origin}/users/anna#main-key")


@pytest.mark.parametrize("status", [404, 410, 401, 403])
async def test_a_key_that_is_not_shown_to_us_is_none(
    remote: RemoteActors, server: Loopback, status: int
) -> None:
    server.routes["*"] = says(b"", status=status)
    assert await remote.key(f"{server.origin}/users/anna#main-key") is None


async def test_a_blocked_host_is_not_asked(
    remote: RemoteActors, server: Loopback, store: Store
) -> None:
    actor = serve(server)
    await store.write(lambda tx: a_block(tx, server.host))
    with pytest.raises(Forbidden):
        await remote.key(f"{actor}#main-key")
    with pytest.raises(Forbidden):
        await remote.actor(actor)
    assert server.asked == []


async def test_our_own_keys_are_known_and_never_fetched(remote: RemoteActors) -> None:
    ours = await remote.key(f"{SITE.group('harbour')}#key-1")
    assert ours and ours.owner == SITE.group("harbour")
    assert await remote.key(f"{SITE.group('harbour')}#key-9") is None
    with pytest.raises(WrongType):
        await remote.actor(SITE.group("nobody"))


async def test_an_actor_is_as_fresh_as_was_asked_for(
    remote: RemoteActors, server: Loopback, clock: Clock
) -> None:
    actor = serve(server)
    assert (await remote.actor(actor)).name == "Anna"
    serve(server, name="Anna B.")
    clock.now += DAY_MS
    assert (await remote.actor(actor)).name == "Anna"
    assert (await remote.actor(actor, DAY_MS + 1)).name == "Anna"
    assert (await remote.actor(actor, DAY_MS)).name == "Anna B."
    assert (await remote.actor(actor, DAY_MS)).name == "Anna B."
    assert len(server.asked) == 2


async def test_an_actor_of_another_place_than_asked_is_refused(
    remote: RemoteActors, server: Loopback
) -> None:
    server.serves("/users/anna", an_actor_document("https://elsewhere.example/users/anna"))
    with pytest.raises(WrongType):
        await remote.actor(f"{server.origin}/users/anna")
    server.serves("/users/ben", {"type": "Note"})
    with pytest.raises(Malformed):
        await remote.actor(f"{server.origin}/users/ben")
    with pytest.raises(Missing):
        await remote.actor(f"{server.origin}/users/carl")


async def test_restricted_things_are_fetched_as_the_group(remote: RemoteActors) -> None:
    assert (await remote.signer()).key.id == f"{SITE.actor}#key-1"
    group = await remote.signer(SITE.group("harbour"))
    assert group.key.id == f"{SITE.group('harbour')}#key-1"


async def test_a_wildcard_domain_is_not_followed_into_endless_servers(
    store: Store, config: Config, clock: Clock, server: Loopback
) -> None:
    await store.write(a_group)
    async with near_door(config, clock) as door:
        remote = RemoteActors(store, door, SITE, newcomers=Newcomers(0), clock=clock)
        with pytest.raises(RateLimited):
            await remote.key(f"{serve(server)}#main-key")
    assert server.asked == []

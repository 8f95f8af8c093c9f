"""Keys that were retired, ours and others': what they signed stays signed, and they prove nothing new."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from build import SITE, a_group, a_remote_actor, an_activity, an_actor_document, some_keys, told
from dialling import Clock, near_door
from loopback import Loopback, loopback
from signed import ANNA, NOW, public_key_of

from fedi.activitypub.keys import PublicKey, multikey_document
from fedi.actors.groups import rotate_keys
from fedi.actors.known import ON_ITS_WAY_MS, is_usable
from fedi.actors.remote import ASK_AGAIN_MS, RemoteActors
from fedi.config import Config
from fedi.storage import keys
from fedi.storage.store import Store

HARBOUR = SITE.group("harbour")
SECOND = 1000
PROVER = f"{ANNA}#ed25519-key"


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


def retired(actor: str, until: int | None) -> list[dict[str, str]]:
    key = public_key_of(actor, "ed25519", "ed25519-key")
    return [multikey_document(replace(key, valid_until=until))]


async def until(store: Store) -> int | None:
    found = await store.read(lambda tx: keys.find(tx, PROVER))
    assert found
    return found.valid_until


async def profile(store: Store, **changes: Any) -> None:
    """Let Anna tell her profile."""
    document = an_activity("Update", an_actor_document(**changes), name=str(changes))
    await store.write(lambda tx: told(tx, document, now=NOW + 10 * SECOND))


async def test_a_key_that_its_owner_retires_expires_here_and_may_come_back(store: Store) -> None:
    heard: list[str] = []
    store.listen("keys", heard.append)
    await store.write(a_remote_actor)
    await profile(store, assertionMethod=retired(ANNA, NOW))
    assert await until(store) == NOW and heard == ["keys"]
    await profile(store, assertionMethod=retired(ANNA, None))
    assert await until(store) is None


async def test_a_key_that_will_expire_counts_until_then_or_until_it_is_no_longer_named(
    store: Store,
) -> None:
    await store.write(a_remote_actor)
    await profile(store, assertionMethod=retired(ANNA, NOW + 90 * SECOND))
    found = await store.read(lambda tx: keys.find(tx, PROVER))
    assert found and is_usable(found, NOW + 89 * SECOND)
    assert not is_usable(found, NOW + 90 * SECOND)
    await profile(store, assertionMethod=None)
    assert await until(store) == NOW + 10 * SECOND


async def test_a_key_that_expired_is_known_as_such_and_not_asked_for_without_end(
    remote: RemoteActors, server: Loopback, clock: Clock
) -> None:
    actor = f"{server.origin}/users/anna"
    before = clock.now - SECOND
    server.serves("/users/anna", an_actor_document(actor, assertionMethod=retired(actor, before)))
    found = await remote.key(f"{actor}#ed25519-key")
    assert found and found.is_over(clock.now)
    for _ in range(5):
        again = await remote.key(f"{actor}#ed25519-key")
        assert again is None or again.is_over(clock.now)
    assert len(server.asked) <= 2
    clock.now += ASK_AGAIN_MS
    server.serves("/users/anna", an_actor_document(actor))
    renewed = await remote.key(f"{actor}#ed25519-key", True)
    assert renewed and not renewed.is_over(clock.now)


async def test_our_own_retired_keys_count_until_what_they_signed_has_arrived(
    remote: RemoteActors, store: Store, clock: Clock
) -> None:
    rsa, ed25519 = some_keys(1)
    names = [f"{HARBOUR}#key-{n}" for n in (1, 2)]

    async def found() -> list[PublicKey]:
        return [key for name in names if (key := await remote.key(name))]

    assert [key.valid_until for key in await found()] == [None, None]
    at = clock.now
    await store.write(lambda tx: rotate_keys(tx, SITE, "harbour", now=at, rsa=rsa, ed25519=ed25519))
    for after, is_over in ((0, False), (ON_ITS_WAY_MS - 1, False), (ON_ITS_WAY_MS, True)):
        assert [key.is_over(at + after) for key in await found()] == [is_over] * 2

"""A handle stands for one actor, and WebFinger must lead from the one to the other (interop §6.16)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from build import SITE, a_group, an_actor_document
from dialling import Clock, near_door
from loopback import Loopback, loopback

from fedi.actors.remote import DAY_MS, RemoteActors
from fedi.config import Config
from fedi.errors import NotFound, WrongType
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


def serve(server: Loopback, path: str) -> str:
    """Serve an actor and return its id."""
    actor = f"{server.origin}{path}"
    server.serves(path, an_actor_document(actor))
    return actor


def finger(server: Loopback, actor: str, subject: str | None = None) -> None:
    name = actor.rpartition("/")[2]
    link = {"rel": "self", "type": "application/activity+json", "href": actor}
    jrd = {"subject": f"acct:{subject or f'{name}@{server.host}'}", "links": [link]}
    server.serves("/.well-known/webfinger", jrd, "application/jrd+json")


async def test_a_handle_leads_to_its_actor_and_is_bound_to_it(
    remote: RemoteActors, server: Loopback
) -> None:
    actor = serve(server, "/users/anna")
    finger(server, actor)
    found = await remote.by_handle(f"@anna@{server.host}")
    assert found.id == actor
    count = len(server.asked)
    assert (await remote.by_handle(f"@Anna@{server.host}")).id == actor
    assert len(server.asked) == count


async def test_a_handle_is_not_given_to_another_actor_silently(
    remote: RemoteActors, server: Loopback, clock: Clock
) -> None:
    finger(server, serve(server, "/users/anna"))
    await remote.by_handle(f"@anna@{server.host}")
    clock.now += DAY_MS
    finger(server, serve(server, "/other/anna"))
    with pytest.raises(WrongType, match="another actor"):
        await remote.by_handle(f"@anna@{server.host}")


async def test_a_handle_that_leads_to_another_name_is_refused(
    remote: RemoteActors, server: Loopback
) -> None:
    finger(server, serve(server, "/users/ben"), f"anna@{server.host}")
    with pytest.raises(WrongType, match="another name"):
        await remote.by_handle(f"@anna@{server.host}")


async def test_our_own_handles_are_not_looked_up_elsewhere(remote: RemoteActors) -> None:
    assert (await remote.by_handle("@harbour@groups.example")).id == SITE.group("harbour")
    with pytest.raises(NotFound):
        await remote.by_handle("@nobody@groups.example")

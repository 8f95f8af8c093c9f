"""A group of ours with followers on loopback servers, and the worker that delivers to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson
from dialling import NEAR, Clock, using
from loopback import Asked, Behaviour, Loopback, says
from signed import key_of, public_key_of

from fedi.clock import iso
from fedi.config import Config
from fedi.delivery import activities, outbox
from fedi.delivery.activities import Audience
from fedi.delivery.worker import Worker
from fedi.site import Site
from fedi.storage import actors, deliveries, follows, hosts, keys
from fedi.storage.actors import Actor
from fedi.storage.deliveries import HostQueue, Progress
from fedi.storage.follows import ACCEPTED
from fedi.storage.hosts import Host
from fedi.storage.keys import StoredKey
from fedi.storage.store import Store
from fedi.storage.tx import Tx

SITE = Site(origin="https://groups.example", domain="groups.example")
ACCEPTS: Behaviour = says(b"", status=202)


def add_sender(tx: Tx, name: str, now: int) -> str:
    """Keep an actor of ours with both its keys, and return its id."""
    actor = SITE.group(name)
    kept = Actor(actor, True, "Group", SITE.host, name, name, f"{actor}/inbox")
    actors.put_local(tx, replace(kept, shared_inbox=SITE.shared_inbox), now)
    for algorithm, key_name in (("rsa", "key-1"), ("ed25519", "key-2")):
        key, public = key_of(actor, algorithm, key_name), public_key_of(actor, algorithm, key_name)
        stored = StoredKey(key.id, actor, algorithm, public.material, key.material, now)
        keys.put(tx, stored, now)
    return actor


def add_follower(tx: Tx, followed: str, server: str, name: str, *, shared: bool, now: int) -> str:
    """Keep somebody on a server (its origin) who follows an actor, and return their id."""
    actor = f"{server}/users/{name}"
    host = server.partition("://")[2]
    kept = Actor(actor, False, "Person", host, name, name, f"{actor}/inbox")
    actors.put_remote(tx, replace(kept, shared_inbox=f"{server}/inbox" if shared else None), now)
    follows.add(tx, actor, followed, ACCEPTED, f"{actor}/follows/1", now)
    return actor


def a_note(by: str, text: str = "We meet on Friday.", name: str = "1") -> dict[str, Any]:
    """A public note of a group, as it stands in an activity."""
    return {
        "id": f"{SITE.origin}/updates/{name}",
        "type": "Note",
        "attributedTo": by,
        "content": text,
        **activities.addressed(by, "public"),
    }


def heard(server: Loopback) -> list[str]:
    """The contents of the notes a server was sent, in the order it was."""
    bodies = [orjson.loads(asked.body) for asked in server.asked if asked.method == "POST"]
    return [body["object"]["content"] for body in bodies]


def then(behaviour: Behaviour, do: Callable[[], object]) -> Behaviour:
    """Behave like this, and afterwards do something."""

    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await behaviour(asked, writer)
        do()

    return behave


@asynccontextmanager
async def silent_hosts(count: int) -> AsyncIterator[list[str]]:
    """Run so many hosts that take every connection and never say anything; yield their origins."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    addresses = [f"127.0.0.{n}" for n in range(2, count + 2)]
    server = await asyncio.start_server(say_nothing, addresses, 0)
    yield ["http://{}:{}".format(*socket.getsockname()) for socket in server.sockets]
    server.close()


@dataclass
class Desk:
    """One group of ours and its worker, whose clock stands until a test moves it."""

    store: Store
    worker: Worker
    group: str
    clock: Clock

    async def add_follower(self, server: Loopback, name: str = "anna", shared: bool = True) -> str:
        """Let somebody on a server follow the group; by default through the inbox all share there."""
        return await self.store.write(
            lambda tx: add_follower(
                tx, self.group, server.origin, name, shared=shared, now=self.clock()
            )
        )

    async def publish(self, text: str, name: str = "1", audience: Audience = "public") -> str:
        """Let the group say something to its followers, and return the id of the activity."""
        now = self.clock()
        note = a_note(self.group, text, name) | {"published": iso(now)}
        return await self.store.write(
            lambda tx: outbox.publish(
                tx,
                SITE,
                by=self.group,
                activity=activities.create(self.group, note),
                audience=audience,
                now=now,
            )
        )

    async def deliver(self, *, after: int = 0) -> None:
        """Let some time pass and deliver all that is due then."""
        self.clock.now += after
        await self.worker.drain()

    async def until_due(self) -> int:
        """How long it is until a host may be tried again."""
        due = await self.store.read(hosts.next_due)
        assert due is not None
        return max(0, due - self.clock())

    async def host(self, server: Loopback) -> Host:
        """What is known of a server."""
        found = await self.store.read(lambda tx: hosts.find(tx, server.host))
        assert found is not None
        return found

    async def queue(self) -> list[HostQueue]:
        """What waits or failed."""
        return await self.store.read(deliveries.overview)

    async def progress(self, activity: str) -> Progress:
        """How far an activity has come."""
        found = await self.store.read(lambda tx: deliveries.progress(tx, activity))
        assert found is not None
        return found


@asynccontextmanager
async def a_desk(
    config: Config, store: Store, database: Store | None = None, **parts: Any
) -> AsyncIterator[Desk]:
    """A group and a worker that may reach loopback and waits half a second for an answer.

    With `database` the worker sees the store through that.
    """
    near = replace(config, allow_private=NEAR)
    clock = Clock()
    group = await store.write(lambda tx: add_sender(tx, "harbour", clock()))
    async with using(near) as client:
        parts = {"clock": clock, "seconds": 0.5, **parts}
        worker = Worker(database or store, client, SITE, **parts)
        yield Desk(store, worker, group, clock)

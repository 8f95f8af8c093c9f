"""What is read from the database before a host is visited: its line, and the activities that are not in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from fedi.activitypub.keys import PrivateKey
from fedi.activitypub.origins import domains_of
from fedi.delivery.followers_digest import synchronisation_header
from fedi.delivery.sender import Parcel, parcel
from fedi.delivery.signing import signing_key
from fedi.errors import NotFound
from fedi.storage import activities, blocks, follows, hosts, queue
from fedi.storage.hosts import Host
from fedi.storage.queue import Delivery
from fedi.storage.store import Store
from fedi.storage.tx import Tx

LEASE = 30_000
"""For how many milliseconds a host belongs to the worker that claimed it, unless it says so again."""
PAGE = 50
"""How many deliveries to one host are read at once."""
MOST_DEFERRED = 500
SHELF_BYTES = 8_000_000

Parcels = dict[str, Parcel | None]
"""Activities ready to be sent, by id; None is one that nobody here can sign any more."""


@dataclass(frozen=True, slots=True)
class Load:
    """One host and the next of what waits for it, in order; `is_all` unless more is in line behind it.

    `headers` are those that go with what an actor says to its followers alone, by actor; `refused` are the
    actors for whom this host is blocked.
    """

    host: Host
    line: tuple[Delivery, ...]
    headers: Mapping[str, str]
    refused: frozenset[str]
    is_all: bool
    parcels: Mapping[str, Parcel | None]


class Loader:
    """Reads loads for one worker; what it read of activities it keeps for the next hosts."""

    def __init__(self, store: Store, worker: str) -> None:
        self._store = store
        self._worker = worker
        self._shelf = Shelf()

    async def claim(self, now: int, sound: int, failing: int) -> tuple[list[Load], int | None]:
        """Lease hosts with work that is due, so many sound and so many failing ones.

        Returns also the moment (ms) at which more may be due.
        """
        shelved = self._shelf.all()

        def unit(tx: Tx) -> tuple[list[Load], Parcels, int | None]:
            claimed: list[Host] = []
            for limit, are_failing in ((sound, False), (failing, True)):
                if limit:
                    claimed += hosts.claim(
                        tx, self._worker, now, now + LEASE, limit, failing=are_failing
                    )
            parcels = dict(shelved)
            loads = [_load(tx, host, 0, parcels) for host in claimed]
            return loads, parcels, hosts.next_due(tx)

        loads, parcels, due = await self._store.write(unit)
        self._shelf.put(parcels)
        return loads, due

    async def more(self, host: Host, after: int) -> Load:
        """Read the next page of a host's line."""
        parcels = self._shelf.all()
        load = await self._store.read(lambda tx: _load(tx, host, after, parcels))
        self._shelf.put(parcels)
        return load

    async def whose_inbox(self, delivery: Delivery) -> str | None:
        """Return the actor whose own inbox this is, None if several share it."""
        return await self._store.read(
            lambda tx: queue.whose_inbox(tx, delivery.host, delivery.inbox)
        )

    async def renew(self, now: int) -> None:
        """Lengthen the leases of everything that is still being visited."""
        await self._store.write(lambda tx: hosts.renew(tx, self._worker, now + LEASE))

    async def let_go(self) -> None:
        """Leave what is leased to other workers."""
        await self._store.write(lambda tx: hosts.let_go(tx, self._worker))


class Shelf:
    """Activities in memory; those that came first make room."""

    def __init__(self, most_bytes: int = SHELF_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._parcels: OrderedDict[str, Parcel | None] = OrderedDict()

    def all(self) -> Parcels:
        """Return everything that is here now."""
        return dict(self._parcels)

    def put(self, parcels: Parcels) -> None:
        """Keep what is not here yet."""
        for name, ready in parcels.items():
            if name not in self._parcels:
                self._parcels[name] = ready
                self._bytes += _size(ready)
        while self._bytes > self._most:
            self._bytes -= _size(self._parcels.popitem(last=False)[1])


def _load(tx: Tx, host: Host, after: int, parcels: Parcels) -> Load:
    """Read a page of a host's line; the first has what was put off, too. Adds to the parcels."""
    waiting = queue.list_waiting(tx, host.host, after, PAGE)
    deferred = queue.list_deferred(tx, host.host, MOST_DEFERRED) if after == 0 else []
    line = sorted((*deferred, *waiting), key=lambda delivery: delivery.id)
    for name in dict.fromkeys(delivery.activity for delivery in line):
        if name not in parcels:
            parcels[name] = _parcel(tx, name)
    private = {delivery.actor for delivery in line if delivery.audience == "followers"}
    headers = {
        actor: synchronisation_header(actor, follows.followers_on(tx, actor, host.host))
        for actor in sorted(private)
    }
    refused = _refused(tx, host.host, {delivery.actor for delivery in line})
    return Load(host, tuple(line), headers, refused, len(waiting) < PAGE, parcels)


def _refused(tx: Tx, host: str, actors: set[str]) -> frozenset[str]:
    """Find those of our actors that have nothing to do with a host or a domain above it, as of now."""
    names = domains_of(host)
    if blocks.severity(tx, blocks.INSTANCE, names) == blocks.BLOCK:
        return frozenset(actors)
    return frozenset(a for a in actors if blocks.severity(tx, a, names) == blocks.BLOCK)


def _parcel(tx: Tx, name: str) -> Parcel | None:
    activity = activities.find(tx, name)
    key = _key(tx, activity.actor, activity.created_at) if activity else None
    return parcel(activity, key) if activity and key else None


def _key(tx: Tx, actor: str, at: int) -> PrivateKey | None:
    try:
        return signing_key(tx, actor, "rsa", at)
    except NotFound:
        return None


def _size(ready: Parcel | None) -> int:
    return len(ready.body) if ready else 0

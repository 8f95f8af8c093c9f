"""Other people's actors and keys: known from the database, else fetched, once however many ask."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import urldefrag

from fedi.activitypub import webfinger
from fedi.activitypub.context import understand
from fedi.activitypub.fetch import Door
from fedi.activitypub.fetch_memory import Budget
from fedi.activitypub.handles import Handle, parse_handle
from fedi.activitypub.keys import PrivateKey, PublicKey, read_keys
from fedi.activitypub.knocks import Signer
from fedi.activitypub.origins import host_of
from fedi.activitypub.vocabulary import read_actor
from fedi.actors import blocked, known
from fedi.actors.newcomers import Newcomers
from fedi.clock import now_ms
from fedi.errors import Forbidden, Malformed, NotFound, RefusedByPeer, Unreachable, WrongType
from fedi.site import Site
from fedi.storage import actors, keys
from fedi.storage.actors import Actor
from fedi.storage.keys import StoredKey
from fedi.storage.store import Store
from fedi.storage.tx import Tx

T = TypeVar("T")

DAY_MS = 86_400_000
ASK_AGAIN_MS = 300_000
"""A bad signature makes us ask for an actor's keys again, but not more often than this."""
MOST_ASKS = 3
MOST_REMEMBERED = 10_000


class RemoteActors:
    """Finds actors and keys by id, key id or handle; what is fetched is kept."""

    def __init__(
        self,
        store: Store,
        door: Door,
        site: Site,
        *,
        newcomers: Newcomers | None = None,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._store = store
        self._door = door
        self._site = site
        self._newcomers = newcomers or Newcomers()
        self._clock = clock
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._asked: OrderedDict[str, list[int]] = OrderedDict()
        self._keys: OrderedDict[str, PublicKey] = OrderedDict()
        self._met: OrderedDict[str, None] = OrderedDict()
        self._changes = 0
        store.listen(keys.SIGNAL, self._forget_keys)

    async def key(
        self, key_id: str, refresh: bool = False, *, budget: Budget | None = None
    ) -> PublicKey | None:
        """Return the key with this id, vouched for by its owner's own document; None if there is none.

        With `refresh` its owner is asked again, at most once in five minutes; None if it is too soon. Whether it
        has expired is for the caller to see. Raises Unreachable where asking again later may help.
        """
        if not refresh and (at_hand := self._keys.get(key_id)):
            return at_hand
        changes = self._changes
        stored, is_met = await self._store.read(lambda tx: _key_and_owner(tx, key_id))
        if stored is not None and is_met:
            _put(self._met, stored.actor, None)
        if stored is not None and not refresh and known.is_usable(stored, self._clock()):
            key = known.public_key(stored)
            if changes == self._changes:
                _put(self._keys, key.id, key)
            return key
        if self._site.is_local(key_id) or not self._may_ask(key_id, stored):
            return None
        try:
            return await self._once(f"key {key_id}", lambda: self._fetch_key(key_id, budget))
        except (Unreachable, Malformed) as error:
            if error.may_retry and not isinstance(error, RefusedByPeer):
                raise
            return None

    async def meet(self, actor_id: str) -> None:
        """Make sure that an actor is known, as whoever signs usually is; raise Unreachable or Malformed."""
        if actor_id not in self._met:
            await self.actor(actor_id)
            _put(self._met, actor_id, None)

    async def actor(
        self, actor_id: str, max_age_ms: int | None = None, *, budget: Budget | None = None
    ) -> Actor:
        """Return an actor, fetched if it is unknown or older than that; raise Unreachable or Malformed.

        Without an age any will do; ours are always up to date. 0 asks again although it just failed.
        """
        stored = await self._store.read(lambda tx: actors.find(tx, actor_id))
        if stored and (stored.is_local or max_age_ms is None):
            return stored
        if stored and max_age_ms and self._clock() - stored.fetched_at < max_age_ms:
            return stored
        return await self._once(
            f"actor {actor_id}", lambda: self._fetch_actor(actor_id, budget, fresh=max_age_ms == 0)
        )

    async def by_handle(self, handle: Handle | str) -> Actor:
        """Return the actor behind a handle, asking WebFinger; raise Unreachable, Malformed or NotFound.

        A handle that stands for one actor here is never given to another while that one is there.
        """
        wanted = parse_handle(handle) if isinstance(handle, str) else handle
        stored = await self._store.read(lambda tx: actors.find_by_handle(tx, _spelt(wanted)))
        if stored and (stored.is_local or self._clock() - stored.fetched_at < DAY_MS):
            return stored
        if wanted.host == self._site.domain:
            raise NotFound(f"There is no {wanted} here.")
        found = await webfinger.finger(self._door, wanted)
        actor = await self.actor(found.self_href)
        if actor.username.lower() != found.subject.name.lower():
            raise WrongType(f"{found.subject} leads to an actor of another name")
        bound = await self._store.write(
            lambda tx: actors.set_handle(tx, actor.id, _spelt(found.subject))
        )
        if not bound:
            raise WrongType(f"{found.subject} is known here as the handle of another actor")
        return actor

    async def signer(self, actor_id: str | None = None) -> Signer:
        """Return in whose name to fetch: a group's for what is restricted to it, else the instance's."""
        ours = actor_id or self._site.actor
        return _signer(await self._store.read(lambda tx: keys.signing(tx, ours, "rsa")))

    async def _fetch_key(self, key_id: str, budget: Budget | None) -> PublicKey | None:
        document = await self._document(urldefrag(key_id).url, budget)
        key = _key_in(document, key_id)
        if key and key.owner != document.get("id"):
            # A key that stands alone only claims its owner, so the owner has the word.
            document = await self._document(key.owner, budget)
            key = _key_in(document, key_id)
        if key is None or key.owner != document.get("id"):
            return None
        await self._keep(document)
        return key

    async def _fetch_actor(self, actor_id: str, budget: Budget | None, *, fresh: bool) -> Actor:
        return await self._keep(await self._document(actor_id, budget, fresh=fresh))

    async def _document(
        self, url: str, budget: Budget | None, *, fresh: bool = False
    ) -> dict[str, Any]:
        if self._site.is_local(url):
            raise WrongType("that is the address of something here")
        host, ours = host_of(url), self._site.actor

        def unit(tx: Tx) -> tuple[bool, bool, StoredKey]:
            severity = blocked.severity(tx, blocked.INSTANCE, [url])
            known_host = actors.knows_host(tx, host)
            return severity == "block", known_host, keys.signing(tx, ours, "rsa")

        is_blocked, is_known, stored = await self._store.read(unit)
        if is_blocked:
            raise Forbidden(f"This instance does not speak with {host}.")
        if not is_known:
            self._newcomers.admit(host, self._clock())
        fetched = await self._door.document(url, by=_signer(stored), budget=budget, fresh=fresh)
        return fetched.document

    async def _keep(self, document: dict[str, Any]) -> Actor:
        understood = understand(document)
        read = read_actor(understood)
        now = self._clock()
        kept = await self._store.write(lambda tx: known.keep(tx, read, understood, now))
        _put(self._met, kept.id, None)
        return kept

    def _forget_keys(self, topic: str) -> None:
        self._changes += 1
        self._keys.clear()

    def _may_ask(self, key_id: str, stored: StoredKey | None) -> bool:
        """Tell whether to ask for a key now, and take note of it.

        The keys of an actor that has one here are asked for again once in five minutes, those at an address of
        which nothing is known a few times: made-up names of keys do not make us fetch without end.
        """
        if f"key {key_id}" in self._running:
            return True
        whose = f"again {stored.actor}" if stored else f"at {urldefrag(key_id).url}"
        now = self._clock()
        recent = [at for at in self._asked.get(whose, ()) if now - at < ASK_AGAIN_MS]
        if len(recent) >= (1 if stored else MOST_ASKS):
            return False
        _put(self._asked, whose, [*recent, now])
        return True

    async def _once(self, name: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do this work, or wait for it where it is being done; who gives up waiting does not stop it."""
        running: Awaitable[T] | None = self._running.get(name)
        if running is None:
            task = asyncio.create_task(work())
            self._running[name] = task
            task.add_done_callback(lambda done: self._finish(name, done))
            running = task
        return await asyncio.shield(running)

    def _finish(self, name: str, done: asyncio.Task[Any]) -> None:
        del self._running[name]
        if not done.cancelled():
            done.exception()  # read, so that a failure nobody waited for is not reported as lost


def _put(table: OrderedDict[str, T], name: str, value: T) -> None:
    """Remember something; what was remembered longest ago makes room."""
    table[name] = value
    table.move_to_end(name)
    if len(table) > MOST_REMEMBERED:
        table.popitem(last=False)


def _key_and_owner(tx: Tx, key_id: str) -> tuple[StoredKey | None, bool]:
    stored = keys.find(tx, key_id)
    return stored, stored is not None and actors.is_known(tx, stored.actor)


def _signer(stored: StoredKey) -> Signer:
    return Signer(PrivateKey(stored.id, stored.actor, "rsa", stored.private or ""))


def _spelt(handle: Handle) -> str:
    return handle.address.lower()


def _key_in(document: dict[str, Any], key_id: str) -> PublicKey | None:
    # A key that stands alone need not name ActivityStreams, and is read as it is (interop §2.5).
    found = read_keys(document) or read_keys(understand(document))
    return next((key for key in found if key.id == key_id), None)

"""The delivery worker: claims hosts that have work, visits each, and never waits for one because of another."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import httpx

from fedi.clock import now_ms
from fedi.delivery import retry
from fedi.delivery.clockwork import House, job
from fedi.delivery.lanes import Lanes
from fedi.delivery.ledger import Ledger
from fedi.delivery.loads import LEASE, Load, Loader
from fedi.delivery.sender import SECONDS, Sender
from fedi.delivery.visit import Means, Visit
from fedi.errors import NotReady
from fedi.site import Site
from fedi.storage import deliveries
from fedi.storage.store import Store

POLL = 5.0
"""How many seconds until the worker looks again, whatever it was told."""
SPIN = 0.2
KEEP_FAILED = 30 * retry.DAY
GRACE = 5.0
"""How many seconds requests that are under way may still take when the worker stops."""

_log = logging.getLogger(__name__)


class Worker:
    """Delivers what the outbox planned; any number may share one database.

    With `at_home`, our own ASGI application, what our groups send each other never leaves the process.
    """

    def __init__(
        self,
        store: Store,
        client: httpx.AsyncClient,
        site: Site,
        *,
        at_home: Callable[..., Any] | None = None,
        clock: Callable[[], int] = now_ms,
        seconds: float = SECONDS,
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._store = store
        self._clock = clock
        self._lanes = Lanes()
        self._wake = asyncio.Event()
        self._visits: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._has_more = False
        self._loader = Loader(store, self.name)
        self._ledger = Ledger(store, self.name, self._now, self._wake.set)
        self._sender = Sender(client, site, at_home, seconds)
        self._means = Means(
            self._sender, self._ledger, self._loader, self._now, lambda: self._stopping
        )

    async def run(self) -> None:
        """Deliver until cancelled; then finish what is under way and leave the rest to others."""
        self._store.listen("deliveries", lambda _: self._wake.set())
        renewing = asyncio.create_task(self._renew())
        try:
            await self._work(until_idle=False)
        finally:
            renewing.cancel()
            await self._stop()

    async def drain(self, now: int | None = None) -> None:
        """Deliver until nothing is due, at a moment that stands still if it is given; for tests."""
        clock = self._clock
        if now is not None:
            self._clock = lambda: now
        try:
            await self._work(until_idle=True)
        finally:
            self._clock = clock

    def _now(self) -> int:
        return self._clock()

    async def _work(self, *, until_idle: bool) -> None:
        while True:
            self._wake.clear()
            try:
                seconds = await self._begin_visits()
            except NotReady:
                return
            except Exception:
                if until_idle:
                    raise
                _log.exception("the queue cannot be read")
                seconds = POLL
            if until_idle and not self._visits and self._ledger.is_empty:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._wake.wait()

    async def _begin_visits(self) -> float:
        """Claim as many hosts as there are free lanes, and return for how many seconds to rest."""
        sound, failing = self._lanes.free(failing=False), self._lanes.free(failing=True)
        if not sound and not failing:
            return POLL
        now = self._now()
        loads, due = await self._loader.claim(now, sound, failing)
        tries = sum(load.host.failures > 0 for load in loads)
        self._has_more = tries == failing > 0 or len(loads) - tries == sound > 0
        for load in loads:
            visit = asyncio.create_task(self._visit(load))
            self._visits.add(visit)
            visit.add_done_callback(self._end_visit)
        return POLL if due is None else min(POLL, max(SPIN, (due - now) / 1000))

    async def _visit(self, load: Load) -> None:
        failing = load.host.failures > 0
        waiting = partial(self._lanes.waiting, failing=failing, wake=self._wake)
        visit = Visit(load, self._means, waiting)
        with self._lanes.speaking(failing=failing):
            try:
                await visit.make()
            except NotReady:
                return
            except Exception as error:
                _log.exception("the visit to %s failed", load.host.host)
                visit.fail(f"{type(error).__name__} on our side")
            self._ledger.add(visit.host)

    def _end_visit(self, visit: asyncio.Task[None]) -> None:
        self._visits.discard(visit)
        if self._has_more:
            self._wake.set()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 3000)
            try:
                await self._loader.renew(self._now())
            except Exception:
                _log.exception("the leases could not be renewed")

    async def _stop(self) -> None:
        self._stopping = True
        if self._visits:
            await asyncio.wait(self._visits, timeout=GRACE)
        for visit in (unfinished := list(self._visits)):
            visit.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        with suppress(NotReady):
            await self._ledger.flush()
            await self._loader.let_go()
        await self._sender.aclose()


@job("deliveries.forget_failed", every=retry.DAY)
async def forget_failed(house: House, payload: dict[str, Any]) -> None:
    """Remove what failed for good a month ago; that it did stays counted on its activity."""
    before = house.now() - KEEP_FAILED
    await house.store.write(lambda tx: deliveries.forget_failed(tx, before))

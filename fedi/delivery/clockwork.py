"""What is done in the background, at its time: each row of `jobs` goes to the one function for its kind."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

import httpx

from fedi.activitypub.fetch import Door
from fedi.config import Config
from fedi.delivery import retry
from fedi.errors import FediError, NotReady
from fedi.site import Site
from fedi.storage import jobs
from fedi.storage.jobs import Job
from fedi.storage.store import Store
from fedi.storage.tx import Tx

ABREAST = 8
"""How many jobs of one process are done at once."""
LEASE = 10 * retry.MINUTE
"""In milliseconds; a job that takes longer is cut off and counts as failed."""
LONGEST = 6 * retry.HOUR
MOST_ATTEMPTS = 16
"""With the delays between them, about three days."""
KEEP_GIVEN_UP = 30 * retry.DAY
POLL = 5.0
SPIN = 0.05

_log = logging.getLogger(__name__)


class House(Protocol):
    """What a job may use of the running instance."""

    @property
    def config(self) -> Config: ...
    @property
    def site(self) -> Site: ...
    @property
    def store(self) -> Store: ...
    @property
    def client(self) -> httpx.AsyncClient: ...
    @property
    def door(self) -> Door: ...
    @property
    def remote(self) -> Any:
        """The actors of others, as `actors.remote.RemoteActors` finds them."""
        ...

    def now(self) -> int:
        """Return the moment by the one clock, in milliseconds."""
        ...


Handler = Callable[[Any, dict[str, Any]], Awaitable[None]]
"""Takes the house and the payload; a FediError that may not be retried ends the job for good."""

_handlers: dict[str, Handler] = {}
_intervals: dict[str, int] = {}


def job(kind: str, *, every: int | None = None) -> Callable[[Handler], Handler]:
    """Register the one function that does jobs of a kind; it may be called again after a crash.

    With `every` (milliseconds) there is always one such job, without key and payload, and nobody adds it.
    """

    def register(handler: Handler) -> Handler:
        if kind in _handlers:
            raise RuntimeError(f"{kind} already has a handler: {_handlers[kind].__name__}")
        _handlers[kind] = handler
        if every is not None:
            _intervals[kind] = every
        return handler

    return register


class Clockwork:
    """Does the jobs of one process; any number of processes may share them."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._fixed: int | None = None
        self._wake = asyncio.Event()
        self._at_work: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Do what is due until cancelled; what is being done then is done again by whoever comes next."""
        self._house.store.listen("jobs", lambda _: self._wake.set())
        try:
            await self._house.store.write(lambda tx: _add_regular(tx, self._now()))
            await self._work(until_idle=False)
        finally:
            for task in (unfinished := list(self._at_work)):
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def drain(self, now: int | None = None) -> None:
        """Do jobs until none is due, at a moment that stands still if it is given; for tests."""
        self._fixed = now
        try:
            await self._work(until_idle=True)
        finally:
            self._fixed = None

    def _now(self) -> int:
        return self._house.now() if self._fixed is None else self._fixed

    async def _work(self, *, until_idle: bool) -> None:
        while True:
            self._wake.clear()
            try:
                seconds = await self._begin()
            except NotReady:
                return
            except Exception:
                if until_idle:
                    raise
                _log.exception("the jobs cannot be read")
                seconds = POLL
            if until_idle and not self._at_work:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._wake.wait()

    async def _begin(self) -> float:
        """Begin as many jobs as may be done at once, and return for how many seconds to rest."""
        free = ABREAST - len(self._at_work)
        if not free:
            return POLL
        now = self._now()
        claimed = await self._house.store.write(lambda tx: jobs.claim(tx, now, LEASE, free))
        for due in claimed:
            task = asyncio.create_task(self._do(due))
            self._at_work.add(task)
            task.add_done_callback(self._end)
        next_due = await self._house.store.read(jobs.next_due)
        return POLL if next_due is None else min(POLL, max(SPIN, (next_due - now) / 1000))

    def _end(self, task: asyncio.Task[None]) -> None:
        self._at_work.discard(task)
        self._wake.set()

    async def _do(self, due: Job) -> None:
        """Do a job and write down how it went."""
        store = self._house.store
        try:
            failure = await self._failure(due)
            if failure is None:
                await store.write(lambda tx: _finish(tx, due, self._now()))
            else:
                error, may_retry = failure
                retry_at = self._retry_at(due) if may_retry else None
                await store.write(lambda tx: jobs.fail(tx, due, error, retry_at, self._now()))
        except asyncio.CancelledError:
            now = self._now()
            await store.write(lambda tx: jobs.fail(tx, due, "interrupted", now, now))
            raise
        except NotReady:
            return  # the lease runs out, and the job is done by whoever comes next
        except Exception:
            _log.exception("how the job %s %s went could not be written down", due.kind, due.key)

    async def _failure(self, due: Job) -> tuple[str, bool] | None:
        handler = _handlers.get(due.kind)
        if handler is None:
            return "nobody here knows this kind of job", True  # a newer process may
        try:
            async with asyncio.timeout(LEASE / 1000):
                await handler(self._house, due.payload)
        except NotReady:
            raise
        except FediError as error:
            return error.sentence, error.may_retry
        except Exception as error:
            _log.exception("the job %s %s failed", due.kind, due.key)
            return f"{type(error).__name__}: {error}"[:500], True
        return None

    def _retry_at(self, due: Job) -> int | None:
        if due.attempts >= MOST_ATTEMPTS:
            every = _intervals.get(due.kind)
            return None if every is None else self._now() + every
        return self._now() + retry.delay(due.attempts, random.random(), LONGEST)  # noqa: S311


def _add_regular(tx: Tx, now: int) -> None:
    """Have every regular job done an interval from now, unless it is due sooner."""
    for kind, every in _intervals.items():
        jobs.add(tx, kind, "", {}, now + every)


def _finish(tx: Tx, due: Job, now: int) -> None:
    jobs.finish(tx, due)
    if due.kind in _intervals:
        jobs.add(tx, due.kind, due.key, due.payload, now + _intervals[due.kind])


@job("jobs.forget_given_up", every=retry.DAY)
async def forget_given_up(house: House, payload: dict[str, Any]) -> None:
    """Remove the jobs that were given up a month ago."""
    before = house.now() - KEEP_GIVEN_UP
    await house.store.write(lambda tx: jobs.forget_given_up(tx, before))

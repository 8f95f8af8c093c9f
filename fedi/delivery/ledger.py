"""Answers that are not in the database yet: written down together, within a moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fedi import tally
from fedi.errors import NotReady
from fedi.storage import hosts, jobs, queue
from fedi.storage.hosts import Host
from fedi.storage.queue import Result
from fedi.storage.store import Store
from fedi.storage.tx import Tx

MOMENT = 0.03
"""How many seconds an answer waits for others, so that they are written together."""
TOO_LONG = 0.1
"""While an answer has waited longer than this nothing more is sent: that much a crash may repeat."""
PAUSE = 1.0
"""How many seconds to wait when the database does not take them."""

CONFIRM_GONE = "actors.confirm_gone"
"""The job that finds out whether an actor is really gone; its payload is {"actor": id}."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GaveUp:
    """Everything that has been on its way to a host since before a moment has failed."""

    host: str
    before: int
    error: str


@dataclass(frozen=True, slots=True)
class PerhapsGone:
    """An actor's own inbox is no longer there."""

    actor: str


Entry = Result | GaveUp | PerhapsGone | Host
"""A host among the entries is the last word on it, and ends its lease."""


class Ledger:
    """Writes what one worker has learned, in the order in which it learned it."""

    def __init__(
        self, store: Store, worker: str, clock: Callable[[], int], written: Callable[[], None]
    ) -> None:
        self._store = store
        self._worker = worker
        self._clock = clock
        self._written = written
        self._entries: list[Entry] = []
        self._begun_at: float | None = None
        self._writing_since: float | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether everything is in the database."""
        return self._task is None

    def add(self, *entries: Entry) -> None:
        """Take entries, to be in the database within a moment."""
        self._entries.extend(entries)
        if self._begun_at is None:
            self._begun_at = asyncio.get_running_loop().time()
        if self._task is None:
            self._task = asyncio.create_task(self._write_all())

    async def room(self) -> None:
        """Wait while an answer has been waiting too long."""
        loop = asyncio.get_running_loop()
        while (oldest := self._writing_since or self._begun_at) is not None:
            if loop.time() - oldest <= TOO_LONG:
                return
            await asyncio.sleep(MOMENT)

    async def flush(self) -> None:
        """Wait until everything is in the database, or the database is closed."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _write_all(self) -> None:
        try:
            while self._entries:
                await asyncio.sleep(MOMENT)
                batch, self._entries = self._entries, []
                self._writing_since, self._begun_at = self._begun_at, None
                await self._write(batch)
                self._writing_since = None
                self._written()
        finally:
            self._task = None
        self._written()

    async def _write(self, batch: list[Entry]) -> None:
        now = self._clock()
        while True:
            try:
                await self._store.write(lambda tx: _record(tx, batch, self._worker, now))
                for entry in batch:
                    if isinstance(entry, Result) and entry.tried:
                        tally.count("deliveries", entry.outcome)
                return
            except NotReady:
                raise
            except Exception:
                # What the inboxes answered is in memory alone, so it is kept until it can be written.
                _log.exception("%d answers could not be written down", len(batch))
                await asyncio.sleep(PAUSE)


def _record(tx: Tx, batch: Iterable[Entry], worker: str, now: int) -> None:
    entries = list(batch)
    queue.settle(tx, (entry for entry in entries if isinstance(entry, Result)))
    for entry in entries:
        match entry:
            case GaveUp():
                queue.give_up(tx, entry.host, entry.before, entry.error)
            case PerhapsGone():
                jobs.add(tx, CONFIRM_GONE, entry.actor, {"actor": entry.actor}, now)
            case Host():
                hosts.put_back(tx, entry, worker, now)
            case Result():
                pass

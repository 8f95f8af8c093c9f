"""SQLite: one writer whose waiting units commit together, and a few readers, each on its own thread."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import aiosqlite

from fedi.config import Config
from fedi.errors import FediError, NotReady
from fedi.storage import sqlite_units
from fedi.storage.signals import Listener, Listeners
from fedi.storage.sqlite_units import Outcome, Unit
from fedi.storage.tx import Tx

T = TypeVar("T")
P = ParamSpec("P")

READERS = 3
GROUP = 100
"""How many units commit together at most."""
STRETCH, MOMENT = 0.05, 0.003
"""After STRETCH seconds of one group upon another, other processes get a MOMENT to write."""
POLL = 0.2
"""How often, in seconds, to look whether another process changed something."""

_log = logging.getLogger(__name__)


class _Connection:
    """A connection that lives on its own thread; the one place that uses aiosqlite's private `_execute`.

    aiosqlite's public calls hop to the thread for each statement; a unit of work hops once.
    """

    def __init__(self, open_: Callable[[], sqlite3.Connection]) -> None:
        self._thread = aiosqlite.Connection(self._connect, iter_chunk_size=64)
        self._open = open_
        self._connection: sqlite3.Connection

    def _connect(self) -> sqlite3.Connection:
        self._connection = self._open()
        return self._connection

    async def open(self) -> Self:
        thread = self._thread._thread  # pyright: ignore[reportPrivateUsage]
        thread.daemon = True  # whoever dies without closing must not hang
        try:
            await self._thread
        except BaseException:
            await asyncio.to_thread(thread.join)  # its last words are for this event loop
            raise
        return self

    async def call(
        self,
        function: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        execute = self._thread._execute  # pyright: ignore[reportPrivateUsage]
        return await execute(function, self._connection, *args, **kwargs)

    async def close(self) -> None:
        await self._thread.close()


class SqliteStore:
    """A SQLite file in WAL mode."""

    def __init__(self, writer: _Connection, readers: list[_Connection], version: int) -> None:
        self._writer = writer
        self._readers = readers
        self._idle: asyncio.LifoQueue[_Connection] = asyncio.LifoQueue()
        for reader in readers:
            self._idle.put_nowait(reader)
        self._waiting: deque[tuple[Unit, asyncio.Future[Any]]] = deque()
        self._working: asyncio.Task[None] | None = None
        self._listeners = Listeners()
        self._watching: asyncio.Task[None] | None = None
        self._version = version
        self._closed = False

    @classmethod
    async def open(cls, config: Config) -> Self:
        """Open the file the settings name."""
        path = Path(config.database)
        opened: list[_Connection] = []
        try:
            for connect in (sqlite_units.connect_writer, *[sqlite_units.connect_reader] * READERS):
                opened.append(await _Connection(partial(connect, path)).open())
            writer, *readers = opened
            return cls(writer, readers, await writer.call(sqlite_units.data_version))
        except BaseException:
            for connection in opened:
                await connection.close()
            raise

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Run the unit with whatever waits with it, and return once it is on the disk."""
        self._must_be_open()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((unit, future))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await asyncio.shield(future)

    async def read(self, unit: Callable[[Tx], T]) -> T:
        """Run the unit on a snapshot."""
        self._must_be_open()
        reader = await self._idle.get()
        try:
            return await reader.call(sqlite_units.read, unit)
        finally:
            self._idle.put_nowait(reader)

    def listen(self, topic: str, listener: Listener) -> None:
        """Call the listener after each change of the topic."""
        self._listeners.add(topic, listener)
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    async def version(self) -> int:
        """Return the number of the last migration."""
        return await self.read(sqlite_units.version_of)

    async def close(self) -> None:
        """Commit what waits and close the file."""
        if self._closed:
            return
        self._closed = True
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        while self._working is not None:
            await asyncio.wait([self._working])
        for connection in (*self._readers, self._writer):
            await connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _must_be_open(self) -> None:
        if self._closed:
            raise NotReady("The instance is shutting down.")

    async def _work(self) -> None:
        """Commit groups until nobody waits."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            while self._waiting:
                await self._commit(
                    [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
                )
                if self._waiting and loop.time() - begun > STRETCH:
                    await asyncio.sleep(MOMENT)
                    begun = loop.time()
        finally:
            self._working = None

    async def _commit(self, group: list[tuple[Unit, asyncio.Future[Any]]]) -> None:
        """Commit a group, tell the listeners, then everybody who waited."""
        try:
            outcomes, topics = await self._writer.call(
                sqlite_units.write_together, [unit for unit, _ in group]
            )
        except Exception as error:
            outcomes, topics = [Outcome(error=error)] * len(group), set[str]()
        self._listeners.call(topics)
        for (_, future), outcome in zip(group, outcomes, strict=True):
            if outcome.error is None:
                future.set_result(outcome.value)
            elif isinstance(outcome.error, StopIteration):  # which no future can carry
                future.set_exception(RuntimeError("a unit raised StopIteration"))
            else:
                future.set_exception(outcome.error)

    async def _watch(self) -> None:
        """Call the listeners for what other processes commit; only they change the writer's number."""
        last: int | None = None
        while True:
            await asyncio.sleep(POLL)
            try:
                version = await self._writer.call(sqlite_units.data_version)
                if version == self._version:
                    continue
                last, topics = await self.read(partial(_signals_after, n=last))
            except (sqlite3.Error, FediError):
                _log.exception("nobody could look for changes by other processes")
                continue
            self._version = version
            if topics is None:
                self._listeners.call_all()
            else:
                self._listeners.call(topics)


def _signals_after(tx: Tx, n: int | None) -> tuple[int, list[str] | None]:
    """Return the number of the latest signal, and the topics since `n`, None if nobody knows."""
    if n is None:
        row = tx.one("SELECT coalesce(max(n), 0) AS n FROM signals")
        return (row["n"] if row else 0), None
    rows = tx.all("SELECT topic, n FROM signals WHERE n > :n ORDER BY n", n=n)
    return (rows[-1]["n"] if rows else n), [row["topic"] for row in rows]

"""PostgreSQL: units of work on a pool of connections and threads, and NOTIFY between processes."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from secrets import token_hex
from typing import Any, LiteralString, Self, TypeVar, cast

import psycopg
from psycopg import errors
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.rows import DictRow, dict_row
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import ConnectionPool, PoolTimeout

from fedi.clock import now_ms
from fedi.config import Config
from fedi.errors import NotReady, Refused
from fedi.storage.migrations import Migration, waiting
from fedi.storage.signals import Listener, Listeners
from fedi.storage.sql import for_postgres, schema_for_postgres
from fedi.storage.tx import Row, Tx

T = TypeVar("T")

CONNECTIONS = 8
PATIENCE = 30.0
"""How many seconds to wait for a free connection."""
TRIES = 10
"""How often a unit is run that lost against another one, or its connection."""

_log = logging.getLogger(__name__)


class PostgresTx:
    """A transaction on PostgreSQL, READ COMMITTED, so that what follows `lock` sees what others committed."""

    __slots__ = ("_cursor", "signalled")

    def __init__(self, cursor: psycopg.Cursor[DictRow]) -> None:
        self._cursor = cursor
        self.signalled: set[str] = set()

    def execute(self, sql: str, **values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        return self._cursor.execute(_text(sql), values).rowcount

    def executemany(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a statement once for each row."""
        self._cursor.executemany(_text(sql), rows)

    def one(self, sql: str, **values: Any) -> Row | None:
        """Return the first row, or None."""
        return self._cursor.execute(_text(sql), values).fetchone()

    def all(self, sql: str, **values: Any) -> list[Row]:
        """Return every row."""
        return list(self._cursor.execute(_text(sql), values))

    def lock(self, *key: str) -> None:
        """Hold the named lock until commit."""
        name = hashlib.blake2b("\0".join(key).encode(), digest_size=8).digest()
        number = int.from_bytes(name, "big", signed=True)
        self._cursor.execute("SELECT pg_advisory_xact_lock(%(key)s)", {"key": number})


class PostgresStore:
    """A PostgreSQL database."""

    def __init__(self, database: str, pool: ConnectionPool[psycopg.Connection[Any]]) -> None:
        self._database = database
        self._pool = pool
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="fedi-postgres")
        self._listeners = Listeners()
        self._listening: asyncio.Task[None] | None = None
        self._name = token_hex(8)
        self._closed = False

    @classmethod
    async def open(cls, config: Config) -> Self:
        """Connect to the database the settings name, or raise Refused or NotReady."""
        (await asyncio.to_thread(_connect, config)).close()  # the pool would not say what is wrong
        pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
            config.database,
            kwargs={"application_name": "fedi", "connect_timeout": 10},
            min_size=1,
            max_size=CONNECTIONS,
            timeout=PATIENCE,
            num_workers=1,
            configure=_configure,
            open=False,
        )
        pool.open()
        return cls(config.database, pool)

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Run the unit, again if it loses against another, and return once it is committed."""
        return await self._on_a_thread(unit, writes=True)

    async def read(self, unit: Callable[[Tx], T]) -> T:
        """Run the unit on a snapshot."""
        return await self._on_a_thread(unit, writes=False)

    def listen(self, topic: str, listener: Listener) -> None:
        """Call the listener after each change of the topic."""
        self._listeners.add(topic, listener)
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())

    async def version(self) -> int:
        """Return the number of the last migration."""
        return await self.read(_version_of)

    async def close(self) -> None:
        """Finish what was begun and disconnect."""
        if self._closed:
            return
        self._closed = True
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._pool.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _on_a_thread(self, unit: Callable[[Tx], T], *, writes: bool) -> T:
        if self._closed:
            raise NotReady("The instance is shutting down.")
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(self._threads, self._run, unit, writes)
        done.add_done_callback(self._tell)  # before whoever waits below, and even if nobody does
        value, _ = await asyncio.shield(done)
        return value

    def _tell(self, done: asyncio.Future[tuple[Any, set[str]]]) -> None:
        if not done.cancelled() and done.exception() is None:
            self._listeners.call(done.result()[1])

    def _run(self, unit: Callable[[Tx], T], writes: bool) -> tuple[T, set[str]]:
        """Run a unit until it is committed, on this thread."""
        lost: psycopg.Error | None = None
        for attempt in range(TRIES):
            committing = False
            try:
                with self._pool.connection() as connection:
                    _set_up(connection, writes)
                    tx = PostgresTx(connection.cursor(row_factory=dict_row))
                    value = unit(tx)
                    if tx.signalled:
                        words = [f"{self._name} {topic}" for topic in sorted(tx.signalled)]
                        connection.execute(_NOTIFY, {"words": words})
                    committing = True
                    connection.commit()
                    return value, tx.signalled
            except PoolTimeout as error:
                raise _no_answer() from error
            except (errors.SerializationFailure, errors.DeadlockDetected) as error:
                lost = error
            except psycopg.OperationalError as error:
                if (
                    committing
                ):  # nobody can know whether it was committed, so nobody may run it again
                    raise _no_answer() from error
                lost = error
            except StopIteration as error:  # which no future can carry
                raise RuntimeError("a unit raised StopIteration") from error
            time.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311
        raise NotReady("The database is too busy.") from lost

    async def _listen(self) -> None:
        """Call the listeners for what other processes commit, for as long as the store is open."""
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(
                    self._database, autocommit=True, application_name="fedi-listen"
                )
                async with connection:
                    await connection.execute("LISTEN fedi_signals")
                    self._listeners.call_all()  # for whatever was missed until now
                    async for said in connection.notifies():
                        name, _, topic = said.payload.partition(" ")
                        if name != self._name:
                            self._listeners.call([topic])
            except psycopg.OperationalError as error:
                _log.warning("listening to the database was interrupted: %s", error)
            await asyncio.sleep(1)


def migrate_postgres(config: Config, known: Sequence[Migration]) -> tuple[Migration, ...]:
    """Apply every waiting migration, all or none; a second program that does so waits for the first."""
    with _connect(config) as connection:
        tx = PostgresTx(connection.cursor(row_factory=dict_row))
        tx.lock("migrate")
        version = _version_of(tx)
        steps = waiting(version, known)
        if steps and not version:
            connection.execute(_text(_VERSIONS))
        for step in steps:
            connection.execute(schema_for_postgres(step.sql).encode())
            tx.execute(_APPLIED, version=step.version, name=step.name, now=now_ms())
        return steps


_VERSIONS = """
CREATE TABLE schema_versions (
    version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL
)
"""

_APPLIED = "INSERT INTO schema_versions (version, name, applied_at) VALUES (:version, :name, :now)"

_NOTIFY = "SELECT pg_notify('fedi_signals', word) FROM unnest(CAST(%(words)s AS text[])) AS word"


def _version_of(tx: Tx) -> int:
    there = tx.one("SELECT to_regclass('schema_versions') IS NOT NULL AS known")
    if there is None or not there["known"]:
        return 0
    row = tx.one("SELECT coalesce(max(version), 0) AS version FROM schema_versions")
    return row["version"] if row else 0


def _set_up(connection: psycopg.Connection[Any], writes: bool) -> None:
    """Say how the next transaction begins; costs no round trip."""
    read_committed, repeatable_read = psycopg.IsolationLevel(2), psycopg.IsolationLevel(3)
    connection.isolation_level = read_committed if writes else repeatable_read
    connection.read_only = not writes


def _text(sql: str) -> LiteralString:
    """Translate a statement; that only literals come here is what a test of all statements is for."""
    return cast("LiteralString", for_postgres(sql))


def _connect(config: Config) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(config.database, connect_timeout=10, application_name="fedi")
    except psycopg.OperationalError as error:
        raise _no_answer() from error
    except psycopg.ProgrammingError as error:
        raise Refused(f"FEDI_DATABASE is no address of a database: {error}") from error


def _no_answer() -> NotReady:
    return NotReady(
        "The database does not answer.", cure="Start PostgreSQL, or correct FEDI_DATABASE."
    )


class _FlagDumper(Dumper):
    """Flags are 0 and 1 in columns of numbers, as SQLite has them."""

    oid = psycopg.adapters.types["int8"].oid

    def dump(self, obj: bool) -> Buffer:
        return b"1" if obj else b"0"


class _NumericLoader(Loader):
    """`sum` of BIGINT is NUMERIC here; it comes back as the number it is on SQLite."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text else int(text)


def _configure(connection: psycopg.Connection[Any]) -> None:
    connection.adapters.register_dumper(bool, _FlagDumper)
    connection.adapters.register_dumper(int, Int8Dumper)  # else the type follows from the value
    connection.adapters.register_loader("numeric", _NumericLoader)

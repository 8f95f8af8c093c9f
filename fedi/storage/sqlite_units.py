"""What happens on a SQLite connection's own thread: opening, units of work, and committing them together."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from fedi.errors import FediError, NotReady, Refused
from fedi.storage.sql import for_sqlite
from fedi.storage.tx import Row, Tx

T = TypeVar("T")
Unit = Callable[[Tx], Any]

PATIENCE = 60.0
"""How many seconds to wait for other processes that write."""
LARGE_LOG = 64 * 2**20
"""Bytes beyond which the write-ahead log is cut once it has been worked into the database."""


class SqliteTx:
    """A transaction on SQLite."""

    __slots__ = ("_connection", "signalled")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.signalled: set[str] = set()

    def execute(self, sql: str, **values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        return self._connection.execute(for_sqlite(sql), values).rowcount

    def executemany(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a statement once for each row."""
        self._connection.executemany(for_sqlite(sql), rows)

    def one(self, sql: str, **values: Any) -> Row | None:
        """Return the first row, or None."""
        cursor = self._connection.execute(for_sqlite(sql), values)
        row = cursor.fetchone()
        found = None if row is None else dict(zip(_columns(cursor), row, strict=True))
        cursor.close()  # a statement read halfway would keep COMMIT from succeeding
        return found

    def all(self, sql: str, **values: Any) -> list[Row]:
        """Return every row."""
        cursor = self._connection.execute(for_sqlite(sql), values)
        columns = _columns(cursor)
        return [dict(zip(columns, row, strict=True)) for row in cursor]

    def lock(self, *key: str) -> None:
        """Do nothing: there is one writer, and it holds the whole database."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one unit: its result, or the error it raised."""

    value: Any = None
    error: BaseException | None = None


class _TransactionGone(Exception):
    """SQLite rolled the whole transaction back by itself, as it does when the disk is full."""


def connect(path: Path, *, patience: float = PATIENCE) -> sqlite3.Connection:
    """Open a database file as fedi uses it, making it and its folder readable by the owner alone.

    Raises Refused if it cannot be opened or is no database.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(
            path, isolation_level=None, timeout=PATIENCE, cached_statements=512
        )
        try:
            _use_wal(connection)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA journal_size_limit = {LARGE_LOG}")
            connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise Refused(
            f"The database {path} cannot be opened: {error}",
            cure="Correct FEDI_DATABASE or FEDI_DATA, or the permissions of that file and its folder.",
        ) from error
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a database file for reading only."""
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open a database file for `write_together`, which waits for other processes in its own way."""
    return connect(path, patience=0)


def read(connection: sqlite3.Connection, unit: Callable[[Tx], T]) -> T:
    """Run one unit on a snapshot."""
    try:
        connection.execute("BEGIN")
        return unit(SqliteTx(connection))
    except sqlite3.Error as error:
        raise _understood(error) from error.__cause__
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def write_together(
    connection: sqlite3.Connection, units: Sequence[Unit]
) -> tuple[list[Outcome], set[str]]:
    """Commit the units in one transaction, or one by one if that fails; return topics signalled too."""
    try:
        return _commit(connection, units)
    except Exception as error:
        if len(units) == 1:
            return [Outcome(error=_understood(error))], set()
    outcomes: list[Outcome] = []
    topics: set[str] = set()
    for unit in units:
        alone, signalled = write_together(connection, [unit])
        outcomes += alone
        topics |= signalled
    return outcomes, topics


def data_version(connection: sqlite3.Connection) -> int:
    """Return a number that changes when another connection has committed."""
    return connection.execute("PRAGMA data_version").fetchone()[0]


def version_of(tx: Tx) -> int:
    """Return the number of the last migration, 0 for an empty database."""
    if tx.one("SELECT 1 FROM sqlite_master WHERE name = 'schema_versions'") is None:
        return 0
    row = tx.one("SELECT coalesce(max(version), 0) AS version FROM schema_versions")
    return row["version"] if row else 0


def _commit(
    connection: sqlite3.Connection, units: Sequence[Unit]
) -> tuple[list[Outcome], set[str]]:
    begin(connection)
    try:
        topics: set[str] = set()
        outcomes = [_run(connection, unit, topics) for unit in units]
        if topics:
            connection.executemany(_BUMP, [{"topic": topic} for topic in topics])
        connection.execute("COMMIT")
        return outcomes, topics
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


_BUMP = """
INSERT INTO signals (topic, n) VALUES (:topic, (SELECT coalesce(max(n), 0) + 1 FROM signals))
ON CONFLICT (topic) DO UPDATE SET n = excluded.n
"""


def _run(connection: sqlite3.Connection, unit: Unit, topics: set[str]) -> Outcome:
    """Run one unit of a group; an error undoes that unit only."""
    tx = SqliteTx(connection)
    connection.execute("SAVEPOINT unit")
    try:
        outcome = Outcome(value=unit(tx))
    except BaseException as error:
        outcome = Outcome(error=_understood(error))
    if not connection.in_transaction:
        raise _TransactionGone from outcome.error
    if outcome.error is not None:
        connection.execute("ROLLBACK TO unit")
        tx.signalled.clear()
    connection.execute("RELEASE unit")
    topics |= tx.signalled
    return outcome


def begin(connection: sqlite3.Connection) -> None:
    """Begin a transaction that may write, waiting for other processes for at most PATIENCE.

    SQLite's own waiting sleeps up to 100 ms between its tries and so keeps missing a busy writer's short breaks.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if not _is(error, sqlite3.SQLITE_BUSY) or time.monotonic() > deadline:
                raise
        time.sleep(random.uniform(0.0005, 0.0025))  # noqa: S311


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on, which SQLite refuses without waiting while others do the same."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not _is(error, sqlite3.SQLITE_BUSY) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _understood(error: BaseException) -> BaseException:
    """Say what is wrong with the disk or the file, and that trying again may help."""
    cause = error.__cause__ if isinstance(error, _TransactionGone) and error.__cause__ else error
    said: FediError
    if _is(cause, sqlite3.SQLITE_FULL):
        said = NotReady("The disk is full.", cure="Make room, then try again.")
    elif _is(cause, sqlite3.SQLITE_BUSY):
        said = NotReady("Another process has held the database for too long.")
    elif _is(cause, sqlite3.SQLITE_IOERR):
        said = NotReady("The disk does not answer.", cure="Look at the system's log.")
    else:
        return cause
    said.__cause__ = cause
    return said


def _is(error: BaseException, code: int) -> bool:
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == code


def _columns(cursor: sqlite3.Cursor) -> list[str]:
    return [column[0] for column in cursor.description]

"""What a unit of work costs against the bare driver: `python -m bench.storage`; read the ratios."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from statistics import median

from fedi.config import load
from fedi.storage import sqlite_units
from fedi.storage.migrate import migrate
from fedi.storage.store import Store, open_store
from fedi.storage.tx import Tx

UNITS = 2_000
ROUNDS = 3
INSERT = "INSERT INTO seen (signer, activity, at) VALUES (:signer, :activity, :at)"
SELECT = "SELECT at FROM seen WHERE signer = :signer AND activity = :activity"

_number = 0


def values() -> dict[str, object]:
    """Make a row that was never there."""
    global _number
    _number += 1
    return {
        "signer": "https://far.example/u/ana",
        "activity": f"https://far.example/{_number}",
        "at": 1,
    }


def see(tx: Tx) -> None:
    """Write one row."""
    tx.execute(INSERT, **values())


def look(tx: Tx) -> None:
    """Read one row by its key."""
    tx.one(SELECT, signer="https://far.example/u/ana", activity="https://far.example/7")


def bare_writes(connection: sqlite3.Connection, group: int) -> None:
    """Write with the bare driver, so many units to a commit."""
    for _ in range(UNITS // group):
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(group):
            connection.execute(INSERT, values())
        connection.execute("COMMIT")


def bare_reads(connection: sqlite3.Connection) -> None:
    """Read with the bare driver."""
    for _ in range(UNITS):
        connection.execute(
            SELECT, {"signer": "https://far.example/u/ana", "activity": "https://far.example/7"}
        ).fetchone()


async def at_once(callers: int, call: Callable[[], Awaitable[None]]) -> None:
    """Have so many callers share the units, each waiting for one before the next."""

    async def caller() -> None:
        for _ in range(UNITS // callers):
            await call()

    await asyncio.gather(*(caller() for _ in range(callers)))


async def measure(store: Store, bare: sqlite3.Connection) -> None:
    """Run every candidate in turn, several rounds, and print medians."""

    async def now(function: Callable[[], None]) -> None:
        function()

    candidates: list[tuple[str, str, Callable[[], Awaitable[None]]]] = [
        ("write, bare sqlite3", "", lambda: now(lambda: bare_writes(bare, 1))),
        ("write, 1 caller", "write, bare sqlite3", lambda: at_once(1, lambda: store.write(see))),
        ("write, bare sqlite3, 50 to a commit", "", lambda: now(lambda: bare_writes(bare, 50))),
        (
            "write, 50 callers",
            "write, bare sqlite3, 50 to a commit",
            lambda: at_once(50, lambda: store.write(see)),
        ),
        (
            "write, 200 callers",
            "write, bare sqlite3, 50 to a commit",
            lambda: at_once(200, lambda: store.write(see)),
        ),
        ("read, bare sqlite3", "", lambda: now(lambda: bare_reads(bare))),
        ("read, 1 caller", "read, bare sqlite3", lambda: at_once(1, lambda: store.read(look))),
        ("read, 50 callers", "read, bare sqlite3", lambda: at_once(50, lambda: store.read(look))),
    ]
    rates: dict[str, list[float]] = {name: [] for name, _, _ in candidates}
    cpu: dict[str, list[float]] = {name: [] for name, _, _ in candidates}
    for _ in range(ROUNDS):
        for name, _, run in candidates:
            wall, used = time.perf_counter(), time.process_time()
            await run()
            rates[name].append(UNITS / (time.perf_counter() - wall))
            cpu[name].append((time.process_time() - used) / UNITS * 1e6)
    for name, against, _ in candidates:
        rate = median(rates[name])
        ratio = f"{rate / median(rates[against]):.2f} of bare" if against else ""
        print(f"{name:<38} {rate:>9,.0f}/s {median(cpu[name]):>7.0f} µs CPU  {ratio}")


async def main() -> None:
    """Measure on a SQLite file in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        config = load({"FEDI_DATA": folder})
        migrate(config)
        async with await open_store(config) as store:
            with closing(sqlite_units.connect(Path(config.database))) as bare:
                await measure(store, bare)


if __name__ == "__main__":
    asyncio.run(main())

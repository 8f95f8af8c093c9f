"""A table of facts, which is of these tests alone, and the simplest units there are, on it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing

import psycopg

from fedi.config import Config
from fedi.storage.migrate import migrate
from fedi.storage.tx import Tx

TABLE = "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)"


def migrated(config: Config) -> None:
    """Migrate a database and give it the table."""
    migrate(config)
    if "://" in config.database:
        with psycopg.connect(config.database, autocommit=True) as connection:
            connection.execute(TABLE.encode())
    else:
        with closing(sqlite3.connect(config.database)) as connection:
            connection.execute(TABLE)


def put(tx: Tx, name: str, value: str) -> None:
    """Write one fact; a second one of that name breaks the table's key."""
    tx.execute("INSERT INTO facts (name, value) VALUES (:name, :value)", name=name, value=value)


def count(tx: Tx) -> int:
    """Count the facts."""
    row = tx.one("SELECT count(*) AS n FROM facts")
    assert row
    return row["n"]


def facts(tx: Tx) -> dict[str, str]:
    """Return all facts."""
    return {row["name"]: row["value"] for row in tx.all("SELECT name, value FROM facts")}


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until a condition holds, for at most ten seconds."""
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.01)

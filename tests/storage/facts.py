"""The simplest units there are, on the table of facts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from fedi.storage.tx import Tx


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

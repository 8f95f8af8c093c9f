"""A process that writes as fast as it can and prints what was acknowledged; for tests that run and kill it.

Usage: python writing.py DATABASE NAME COUNT
"""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial

from fedi.config import load
from fedi.storage import signals
from fedi.storage.store import open_store
from fedi.storage.tx import Tx

AT_ONCE = 20


def write_pair(tx: Tx, name: str) -> None:
    """Write two facts that only make sense together."""
    for half in ("left", "right"):
        tx.execute(
            "INSERT INTO facts (name, value) VALUES (:name, :value)",
            name=f"{name} {half}",
            value="x" * 200,
        )
    signals.bump(tx, "facts")


async def main(database: str, name: str, number: int) -> None:
    """Write `number` pairs, several at once."""

    async def one_of_many(worker: int) -> None:
        for n in range(worker, number, AT_ONCE):
            key = f"{name}-{n}"
            await store.write(partial(write_pair, name=key))
            os.write(1, f"{key}\n".encode())

    async with await open_store(load({"FEDI_DATABASE": database})) as store:
        await asyncio.gather(*(one_of_many(worker) for worker in range(AT_ONCE)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))

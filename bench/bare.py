"""The bare work beside which ours is measured: RSA and a durable row, and ready bytes from uvicorn."""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from bench.load import CONCURRENCY
from bench.running import CORES, SERVER_CORES

SIZE = 12_000
"""Bytes of the page that the bare server gives."""


def busyness() -> str:
    """Say what one RSA signature costs now: a core that is shared with other programs takes longer for the same."""
    private = generate_private_key(public_exponent=65537, key_size=2048)
    costs: list[float] = []
    for _ in range(5):
        begun = time.process_time()
        for _ in range(100):
            private.sign(b"x" * 300, PKCS1v15(), SHA256())
        costs.append(time.process_time() - begun)
    return (
        f"An RSA signature costs {min(costs) * 10:.2f} to {max(costs) * 10:.2f} ms of CPU just now."
    )


async def receipts(file: Path, count: int, together: int) -> float:
    """Return how many a second one core verifies (RSA-2048) and writes durably, so many to a commit at most.

    As many callers as in the load each wait for one before the next.
    """
    private = generate_private_key(public_exponent=65537, key_size=2048)
    signed, public = private.sign(b"x" * 300, PKCS1v15(), SHA256()), private.public_key()
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(
            "CREATE TABLE IF NOT EXISTS seen (signer TEXT, activity TEXT, at INTEGER, "
            "PRIMARY KEY (signer, activity))"
        )
        waiting: deque[tuple[str, asyncio.Future[None]]] = deque()
        filled = asyncio.Event()

        def commit(names: Sequence[str]) -> None:
            database.execute("BEGIN IMMEDIATE")
            for name in names:
                database.execute("INSERT INTO seen VALUES (?, ?, ?)", (file.name, name, 1))
            database.execute("COMMIT")

        async def write() -> None:
            while True:
                await filled.wait()
                filled.clear()
                while waiting:
                    group = [waiting.popleft() for _ in range(min(together, len(waiting)))]
                    await asyncio.to_thread(commit, [name for name, _ in group])
                    for _, done in group:
                        done.set_result(None)

        left, run = iter(range(count)), secrets.token_hex(4)

        async def caller() -> None:
            for number in left:
                public.verify(signed, b"x" * 300, PKCS1v15(), SHA256())
                done = asyncio.get_running_loop().create_future()
                waiting.append((f"{run}-{number}", done))
                filled.set()
                await done

        os.sched_setaffinity(0, SERVER_CORES)
        writer = asyncio.create_task(write())
        begun = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(CONCURRENCY)))
        seconds = time.perf_counter() - begun
        writer.cancel()
        os.sched_setaffinity(0, CORES)
    return count / seconds


async def ready_bytes(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    """Answer every request with the same bytes."""
    headers = [(b"content-type", b"text/html"), (b"content-length", str(SIZE).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * SIZE})


if __name__ == "__main__":
    # `python -m bench.bare PORT` serves ready bytes, with the settings of `fedi serve`.
    uvicorn.run(
        ready_bytes,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
    )

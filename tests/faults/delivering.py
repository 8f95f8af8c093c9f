"""A process that delivers until it is stopped or killed; for tests that kill it.

Usage: python delivering.py DATABASE MILLISECONDS: how far its clock is ahead, so that the leases of one that was
killed have run out.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from ipaddress import ip_network

from fedi.activitypub.client import make_client
from fedi.clock import now_ms
from fedi.config import Config, load
from fedi.delivery.worker import Worker
from fedi.storage.store import open_store


def settings(database: str) -> Config:
    """Settings of an instance that may deliver to loopback."""
    return load(
        {
            "FEDI_DATABASE": database,
            "FEDI_DOMAIN": "groups.example",
            "FEDI_ALLOW_PRIVATE": str(ip_network("127.0.0.0/8")),
        }
    )


async def main(database: str, ahead: int) -> None:
    """Deliver; stop in order at SIGTERM."""
    config = settings(database)
    async with await open_store(config) as store, make_client(config) as client:
        worker = Worker(store, client, config.site, clock=lambda: now_ms() + ahead)
        running = asyncio.create_task(worker.run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
        print("ready", flush=True)
        with suppress(asyncio.CancelledError):
            await running


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

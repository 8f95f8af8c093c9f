"""How things go, in numbers for a Prometheus server: on a listener of its own, and never an address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress

from fedi import tally
from fedi.clock import now_ms
from fedi.errors import FediError
from fedi.storage import counts
from fedi.storage.store import Store
from fedi.web.front import Application, Message, Receive, Scope, Send

PATIENCE = 5.0
"""Seconds in which a request must have come and been answered."""
ENDS = {202: "taken", 400: "malformed", 401: "unproven", 403: "unwelcome", 429: "limited"}
"""What the answers of the inbox mean; whatever else it answers is its failure."""
COUNTERS = {
    "requests": ("status", "Answers to requests, by class of status."),
    "inbox": ("end", "What came into the inboxes, by what became of it."),
    "deliveries": ("end", "Tries to deliver, by what came of them."),
}


class Metered:
    """An application whose answers are counted."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_delivery = scope["method"] == "POST" and scope["path"].endswith("/inbox")

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                tally.count("requests", f"{status // 100}xx")
                if is_delivery:
                    tally.count("inbox", ENDS.get(status, "failed"))
            await send(message)

        await self._app(scope, receive, watch)


@asynccontextmanager
async def telling(sock: socket.socket, store: Store) -> AsyncGenerator[None]:
    """Answer GET /metrics on a bound socket until the end of the block."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(
            OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await _answer(head, store))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, sock=sock)
    try:
        yield
    finally:
        server.close()


async def _answer(head: bytes, store: Store) -> bytes:
    status, body = "404 Not Found", "Here is only /metrics.\n"
    if head.split(b" ")[:2] == [b"GET", b"/metrics"]:
        try:
            now = now_ms()
            queues = await store.read(lambda tx: counts.queues(tx, now))
            status, body = "200 OK", "\n".join(written(queues)) + "\n"
        except FediError as error:
            status, body = "503 Service Unavailable", f"{error.sentence}\n"
    kind = "text/plain; version=0.0.4; charset=utf-8"
    length = len(body.encode())
    lines = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    return (lines + body).encode()


def written(queues: counts.Queues) -> Iterable[str]:
    """Write everything in the format of Prometheus."""
    for name, (label, said) in COUNTERS.items():
        yield f"# HELP fedi_{name}_total {said}"
        yield f"# TYPE fedi_{name}_total counter"
        for (what, end), times in sorted(tally.counted.items()):
            if what == name:
                yield f'fedi_{name}_total{{{label}="{end}"}} {times}'
    for name, value, said in (
        ("deliveries_waiting", queues.waiting, "Deliveries on their way, of all processes."),
        ("deliveries_failed", queues.failed, "Deliveries of the last month that failed for good."),
        ("jobs_due", queues.jobs_due, "Jobs that could be done now, of all processes."),
    ):
        yield f"# HELP fedi_{name} {said}"
        yield f"# TYPE fedi_{name} gauge"
        yield f"fedi_{name} {value}"

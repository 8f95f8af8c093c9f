"""Load over plain HTTP: connections that are kept, one request after another on each, written as ready bytes."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.running import Process
from bench.table import percentile

CONCURRENCY = 50
PATIENCE = 120.0


@dataclass(slots=True)
class Result:
    """What came back: moments from request to answer in seconds, statuses, and what it cost the server."""

    seconds: float = 0.0
    cpu: float = 0.0
    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many answers came."""
        return len(self.waits)

    @property
    def rate(self) -> float:
        """Answers a second, by the clock on the wall."""
        return self.count / self.seconds

    @property
    def each(self) -> float:
        """Milliseconds of the server's CPU for each answer."""
        return self.cpu / self.count * 1000

    @property
    def per_core(self) -> float:
        """Answers for each second of the server's CPU: the rate that one whole core would give."""
        # The kernel counts in hundredths of a second; what took less may show as nothing.
        return self.count / max(self.cpu, 0.01)

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 of 100 answers came."""
        return percentile(self.waits, 0.95) * 1000

    def only(self, *expected: int) -> Result:
        """Return this, or fail because something else than these statuses came back."""
        if set(self.statuses) - set(expected):
            raise RuntimeError(f"answers other than {expected}: {dict(self.statuses)}")
        return self


class Lane(asyncio.Protocol):
    """One connection, which asks for the next as soon as it has an answer."""

    def __init__(self, requests: Iterator[bytes], result: Result, done: asyncio.Future[None]):
        self._requests = requests
        self._result = result
        self._done = done
        self._data = b""
        self._needed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport: Any = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Note each whole answer."""
        self._data = self._data + data if self._data else data
        if len(self._data) < self._needed:
            return
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._data[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        self._needed = end + 4 + length
        if len(self._data) < self._needed:
            return
        self._result.waits.append(time.perf_counter() - self._begun)
        self._result.statuses[int(head[9:12])] += 1
        self._data, self._needed = b"", 0
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail unless all was said."""
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._done.set_result(None)
            self._transport.close()
            return
        self._begun = time.perf_counter()
        self._transport.write(request)


async def load(
    server: Process, requests: Sequence[bytes], concurrency: int = CONCURRENCY
) -> Result:
    """Send all requests, so many at once, each connection taking the next when it is free."""
    loop = asyncio.get_running_loop()
    result, queue = Result(), iter(requests)
    lanes = [loop.create_future() for _ in range(min(concurrency, len(requests)))]
    begun, cpu = time.perf_counter(), server.cpu
    for done in lanes:
        await loop.create_connection(
            lambda d=done: Lane(queue, result, d), "127.0.0.1", server.port
        )
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*lanes)
    result.seconds, result.cpu = time.perf_counter() - begun, server.cpu - cpu
    return result


async def best_of(
    rounds: int, server: Process, requests: Sequence[bytes], concurrency: int = CONCURRENCY
) -> Result:
    """Send all requests in so many rounds; the CPU is that of the cheapest, the rest that of the fastest.

    What other programs do at the same time on the same cores can only make a round worse.
    """
    size = -(-len(requests) // rounds)
    results = [
        await load(server, requests[first : first + size], concurrency)
        for first in range(0, len(requests), size)
    ]
    best = max(results, key=lambda result: result.rate)
    cheapest = min(results, key=lambda result: result.each)
    statuses = sum((result.statuses for result in results), Counter[int]())
    return Result(best.seconds, cheapest.each * best.count / 1000, best.waits, statuses)


def get(port: int, path: str, accept: str = "text/html", **headers: str) -> bytes:
    """Write a GET as a browser or another server sends it."""
    lines = {"host": f"localhost:{port}", "accept": accept, **headers}
    text = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"GET {path} HTTP/1.1\r\n{text}\r\n".encode()


def post(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """Write a POST with these headers."""
    text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{text}content-length: {len(body)}\r\n\r\n".encode() + body

"""A thousand hosts in one process: `python -m bench.receivers PORT [CERTIFICATE KEY]`; all are names of one address.

A quarter of those called `sick-N…` are silent, slow, broken, busy or gone, by their number. `GET /heard` gives the
moments (seconds since 1970) at which healthy hosts first heard something, and forgets them.
"""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socket import AddressFamily, socket

import orjson
import uvloop
from aiohttp.abc import AbstractResolver, ResolveResult

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
BROKEN = b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 429 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"
GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"

heard: dict[bytes, float] = {}


class Host(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.data = b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        while True:
            head, end, rest = self.data.partition(b"\r\n\r\n")
            if not end:
                return
            fields = dict(
                line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line
            )
            length = int(fields.get(b"content-length", 0))
            if len(rest) < length:
                return
            self.data = rest[length:]
            self.answer(head, fields.get(b"host", b""))

    def answer(self, head: bytes, host: bytes) -> None:
        if head.startswith(b"GET /heard"):
            body = orjson.dumps(sorted(heard.values()))
            heard.clear()
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            )
            return
        number = int(host.split(b".")[0].rpartition(b"-")[2])
        if host.startswith(b"sick") and number % 4 == 0:
            self.misbehave(number // 4 % 5)
            return
        heard.setdefault(host, time.time())
        self.transport.write(ACCEPTED)

    def misbehave(self, how: int) -> None:
        if how == 1:
            asyncio.get_running_loop().call_later(5, self.transport.write, ACCEPTED)
        elif how > 1:
            self.transport.write((BROKEN, BUSY, GONE)[how - 2])


class OneAddress(AbstractResolver):
    """Every name leads here."""

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        pass


@contextmanager
def receivers(*certificate: str) -> Iterator[int]:
    """Run the thousand hosts in a process of their own and yield their port."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.receivers", str(port), *certificate]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield port
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


async def main(port: int, *certificate: str) -> None:
    """Listen until killed."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Host, "127.0.0.1", port, ssl=context, backlog=2000)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), *sys.argv[2:]))

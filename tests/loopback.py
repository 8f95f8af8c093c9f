"""Small servers on 127.0.0.1 that behave as well or as badly as a test wants."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import trustme

ACTIVITY_JSON = "application/activity+json; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """A request as it came over the wire; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Behaviour = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Loopback:
    """A running server: what it answers by path (`*` for the rest), and what it was asked."""

    scheme: str
    port: int
    routes: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"

    def serves(self, path: str, document: Mapping[str, Any], kind: str = ACTIVITY_JSON) -> str:
        """Answer a path with a JSON document and return its URL; `id` defaults to that URL."""
        url = self.origin + path
        self.routes[path] = says(orjson.dumps({"id": url, **document}), kind)
        return url


@asynccontextmanager
async def loopback(tls: ssl.SSLContext | None = None) -> AsyncIterator[Loopback]:
    """Run a server that answers 404 until its routes say otherwise."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        running.connections += 1
        try:
            while asked := await _read(reader):
                running.asked.append(asked)
                missing = says(b"", status=404)
                route = running.routes.get(asked.path) or running.routes.get("*", missing)
                await route(asked, writer)
                await writer.drain()
        except (OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()
            tasks.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    running = Loopback("https" if tls else "http", server.sockets[0].getsockname()[1])
    try:
        yield running
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tuple(tasks), return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    head = b""
    with suppress(asyncio.IncompleteReadError):
        head = await reader.readuntil(b"\r\n\r\n")
    if not head:
        return None
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Asked(method, target, headers, body)


def says(
    body: bytes,
    kind: str = ACTIVITY_JSON,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """Answer at once."""
    lines = {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}

    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(_head(status, lines) + body)

    return behave


def redirects(to: str, status: int = 302) -> Behaviour:
    """Send elsewhere."""
    return says(b"", status=status, headers={"Location": to})


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave one way after the other, and stay with the last."""
    left = list(behaviours)

    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(asked, writer)

    return behave


async def hangs(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await asyncio.Event().wait()


async def hangs_up(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Take the request and close."""
    writer.transport.abort()


async def trickles(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Send a byte now and then, each soon enough for a timeout between bytes."""
    writer.write(_head(200, {"Content-Type": ACTIVITY_JSON, "Content-Length": "1000"}))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def floods(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Send a body that does not end."""
    writer.write(_head(200, {"Content-Type": ACTIVITY_JSON, "Transfer-Encoding": "chunked"}))
    while True:
        writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await writer.drain()


async def endless_headers(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Send headers that do not end."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: and more\r\n" * 10)
        await writer.drain()
        await asyncio.sleep(0)


async def speaks_nonsense(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Send what is not HTTP."""
    writer.write(b"220 mail.example ESMTP\r\n\r\n")


def bombs(size: int = 50_000_000) -> Behaviour:
    """Send little that unpacks to much, although nobody asked for it packed."""
    return says(gzip.compress(b" " * size, 9), headers={"Content-Encoding": "gzip"})


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode()


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """Make an authority and a server certificate for these names; return the server's context and
    the file that makes a client trust it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(file)
    return context, file


@asynccontextmanager
async def http_proxy() -> AsyncIterator[Loopback]:
    """Run an HTTP proxy that records CONNECT and absolute-form requests and answers them itself with 502."""
    async with loopback() as proxy:
        proxy.routes["*"] = says(b"", status=502)
        yield proxy


@asynccontextmanager
async def socks_proxy(leads_to: int) -> AsyncIterator[tuple[int, list[str]]]:
    """Run a SOCKS5 proxy; give its port and the names it was asked for. All lead to one local port."""
    names: list[str] = []
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        far: asyncio.StreamWriter | None = None
        try:
            _, count = await reader.readexactly(2)
            await reader.readexactly(count)
            writer.write(b"\x05\x00")
            _, _, _, kind = await reader.readexactly(4)
            length = (await reader.readexactly(1))[0] if kind == 3 else 4
            name = await reader.readexactly(length)
            port = int.from_bytes(await reader.readexactly(2), "big")
            names.append(f"{name.decode('latin-1')}:{port}")
            near, far = await asyncio.open_connection("127.0.0.1", leads_to)
            writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
            await asyncio.wait(
                [asyncio.create_task(_pipe(reader, far)), asyncio.create_task(_pipe(near, writer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
        except (OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            for end in (writer, far):
                if end is not None:
                    end.transport.abort()
            tasks.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], names
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tuple(tasks), return_exceptions=True)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

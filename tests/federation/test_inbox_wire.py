"""What only shows on the wire: heads and bodies that trickle, never end, or are too large; keep-alive; proxies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from world import Instance, world

from fedi.app import create_app
from fedi.config import load
from fedi.web import arrival, server

GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /inbox HTTP/1.1\r\nHost: x\r\nContent-Type: application/activity+json\r\n"


@pytest.fixture
async def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Instance]:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.4)
    monkeypatch.setattr(arrival, "BODY_SECONDS", 0.4)
    async with world(tmp_path, "alpha", sockets=True) as one:
        yield one["alpha"]


class Line:
    """A connection that says what a test wants."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def says(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> bytes:
        """The next answer, with its body."""
        async with asyncio.timeout(5):
            head = await self.reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            length = next((line for line in lines if line.startswith(b"content-length:")), b":0")
            return head + await self.reader.readexactly(int(length.split(b":")[1]))

    async def is_closed(self) -> bool:
        """Wait until the other side hangs up."""
        async with asyncio.timeout(5):
            with suppress(ConnectionError):
                while await self.reader.read(65536):
                    pass
            return True

    async def trickles(self, piece: bytes, times: int = 200) -> None:
        with suppress(ConnectionError):
            for _ in range(times):
                if self.writer.is_closing() or self.reader.at_eof():
                    return
                await self.says(piece)
                await asyncio.sleep(0.02)
        raise AssertionError("nobody hung up")


@pytest.fixture
async def line(here: Instance) -> AsyncIterator[Line]:
    host, port = here.config.listen.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    yield Line(reader, writer)
    writer.transport.abort()


async def hung_up_while(line: Line, piece: bytes) -> bool:
    """Tell whether the other side hung up while this was said bit by bit."""
    saying = asyncio.create_task(line.trickles(piece))
    closed = await line.is_closed()
    saying.cancel()
    return closed


async def test_a_head_that_trickles_is_cut_off(line: Line) -> None:
    await line.says(b"GET /livez HTTP/1.1\r\nX-Slow: ")
    assert await hung_up_while(line, b"x")


async def test_the_head_of_a_later_request_may_not_trickle_either(line: Line) -> None:
    await line.says(GET + b"\r\n")
    assert (await line.answer()).startswith(b"HTTP/1.1 200")
    await line.says(b"GET /livez HTTP/1.1\r\nX-Slow: ")
    assert await hung_up_while(line, b"x")


async def test_empty_lines_do_not_keep_a_connection(line: Line) -> None:
    await line.says(GET + b"\r\n")
    await line.answer()
    assert await hung_up_while(line, b"\r\n")


async def test_a_connection_that_says_nothing_is_closed(line: Line) -> None:
    assert await line.is_closed()


async def test_a_head_without_end_is_refused(line: Line) -> None:
    await line.says(GET + b"X-More: ")
    with suppress(ConnectionError):
        for _ in range(200):
            await line.says(b"x" * 10_000)
    answered = b""
    with suppress(ConnectionError, TimeoutError):
        answered = await line.answer()
    assert answered == b"" or answered.startswith(b"HTTP/1.1 431")
    assert await line.is_closed()


async def test_many_headers_are_refused_like_one_large_one(line: Line) -> None:
    await line.says(GET)
    with suppress(ConnectionError):
        for _ in range(100):
            await line.says(b"X-More: and more\r\n" * 200)
    assert await line.is_closed()


async def test_ordinary_requests_follow_each_other_on_one_connection(line: Line) -> None:
    for _ in range(5):
        await line.says(GET + b"\r\n")
        assert (await line.answer()).startswith(b"HTTP/1.1 200")
    await line.says((GET + b"\r\n") * 3)
    for _ in range(3):
        assert (await line.answer()).startswith(b"HTTP/1.1 200")


async def test_a_body_that_trickles_is_refused_and_the_connection_closed(line: Line) -> None:
    await line.says(POST + b"Content-Length: 1000\r\n\r\n{")
    saying = asyncio.create_task(line.trickles(b" "))
    assert b" 400 " in await line.answer()
    assert await line.is_closed()
    saying.cancel()


async def test_a_body_that_is_announced_too_large_is_not_read(line: Line) -> None:
    await line.says(POST + b"Content-Length: 1000001\r\n\r\n{")
    assert b" 413 " in await line.answer()
    assert await line.is_closed()


async def test_a_body_without_end_is_cut_off_at_the_cap(line: Line) -> None:
    await line.says(POST + b"Transfer-Encoding: chunked\r\n\r\n")

    async def flood() -> None:
        with suppress(ConnectionError):
            while not line.writer.is_closing():
                await line.says(b"10000\r\n" + b" " * 0x10000 + b"\r\n")

    saying = asyncio.create_task(flood())
    assert b" 413 " in await line.answer()
    assert await line.is_closed()
    saying.cancel()


async def test_the_body_of_a_fetch_does_not_keep_the_connection(line: Line) -> None:
    await line.says(GET + b"Content-Length: 1000\r\n\r\n")
    assert b" 200 " in await line.answer()
    assert await line.is_closed()


async def test_trailers_are_not_taken_for_headers(line: Line) -> None:
    body = b'{"type": "Bite", "actor": "https://home.example/a"}'
    await line.says(POST + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n")
    await line.says(b"0\r\nSignature: made-up\r\n\r\n")
    assert b" 202 " in await line.answer()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"HELLO\r\n\r\n",
        b"GET  HTTP/1.1\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_refused(line: Line, nonsense: bytes) -> None:
    await line.says(nonsense)
    assert await line.is_closed()


async def test_before_it_is_ready_every_path_says_so_but_the_sign_of_life(tmp_path: Path) -> None:
    app = create_app(load({"FEDI_DATA": str(tmp_path)}))
    answers: dict[str, int] = {}
    for path in ("/", "/groups/harbour", "/inbox", "/livez", "/readyz", "/updates/x"):
        sent: list[dict[str, object]] = []

        async def keep(message: dict[str, object], sent: list[dict[str, object]] = sent) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        await app(scope, lambda: asyncio.sleep(0), keep)  # type: ignore[arg-type]
        answers[path] = int(str(sent[0]["status"]))
        headers = dict(sent[0]["headers"])  # type: ignore[call-overload]
        assert (b"retry-after" in headers) == (path != "/livez")
    assert answers.pop("/livez") == 200
    assert set(answers.values()) == {503}

"""The numbers for a Prometheus server: what is counted, how it is written, and who is never in them."""

from __future__ import annotations

import asyncio
import re
import socket
from collections import Counter
from typing import Any

import httpx
import pytest
from build import a_follow
from commanding import Terminal, answering
from running import LOOPBACK, free_port

from fedi import tally
from fedi.app import create_app
from fedi.storage.store import Store, open_store
from fedi.web.metrics import Metered, telling


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str]]:
    """Counts that begin at nought."""
    fresh: Counter[tuple[str, str]] = Counter()
    monkeypatch.setattr(tally, "counted", fresh)
    return fresh


def numbers(text: str) -> dict[str, int]:
    """Read what a Prometheus server would."""
    assert all(
        re.fullmatch(r"# (HELP|TYPE) fedi_\w+ .+|fedi_\w+(\{\w+=\"\w+\"\})? \d+", line)
        for line in text.splitlines()
    )
    return {
        name: int(value)
        for name, _, value in (line.rpartition(" ") for line in text.splitlines())
        if not name.startswith("#")
    }


async def ask(store: Store, request: bytes) -> tuple[str, str]:
    """Send a request to the listener, and return its status line and body."""
    sock = socket.create_server(("127.0.0.1", 0))
    async with telling(sock, store):
        reader, writer = await asyncio.open_connection(*sock.getsockname())
        writer.write(request)
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
    return head.splitlines()[0] if head else "", body


async def test_what_waits_is_told_and_nothing_else_is_served(store: Store) -> None:
    status, body = await ask(store, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    assert status == "HTTP/1.1 200 OK"
    assert numbers(body) == {
        "fedi_deliveries_waiting": 0,
        "fedi_deliveries_failed": 0,
        "fedi_jobs_due": 0,
    }
    for request in (b"GET / HTTP/1.1\r\n\r\n", b"POST /metrics HTTP/1.1\r\n\r\n"):
        assert (await ask(store, request))[0] == "HTTP/1.1 404 Not Found"


async def test_a_head_that_does_not_end_is_not_answered(store: Store) -> None:
    assert await ask(store, b"GET /metrics HTTP/1.1\r\n" + b"x" * 100_000) == ("", "")


async def test_a_database_that_is_closed_is_said(store: Store) -> None:
    await store.close()
    status, body = await ask(store, b"GET /metrics HTTP/1.1\r\n\r\n")
    assert (status, body) == (
        "HTTP/1.1 503 Service Unavailable",
        "The instance is shutting down.\n",
    )


@pytest.mark.parametrize(
    ("path", "status", "counts"),
    [
        ("/groups/harbour", 200, {("requests", "2xx"): 1}),
        ("/nothing", 404, {("requests", "4xx"): 1}),
        ("/inbox", 202, {("requests", "2xx"): 1, ("inbox", "taken"): 1}),
        ("/groups/harbour/inbox", 401, {("requests", "4xx"): 1, ("inbox", "unproven"): 1}),
        ("/inbox", 503, {("requests", "5xx"): 1, ("inbox", "failed"): 1}),
    ],
)
async def test_answers_are_counted_by_what_they_mean(
    counted: Counter[tuple[str, str]], path: str, status: int, counts: dict[tuple[str, str], int]
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    method = "POST" if path.endswith("inbox") else "GET"
    transport = httpx.ASGITransport(Metered(app))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport) as client:
        assert (await client.request(method, f"https://groups.example{path}")).status_code == status
    assert counted == counts


def test_deliveries_are_counted_and_nobody_is_named(terminal: Terminal, counted: Any) -> None:
    anna = terminal.knows(terminal.village.person())
    terminal.change(lambda tx: a_follow(tx, by=anna.id, of=terminal.site.group("harbour")))
    terminal.publish()
    assert terminal.delivers()

    async def told() -> str:
        async with await open_store(terminal.config) as store:
            return (await ask(store, b"GET /metrics HTTP/1.1\r\n\r\n"))[1]

    text = asyncio.run(told())
    assert numbers(text)['fedi_deliveries_total{end="delivered"}'] == 1
    assert not re.search("home|anna|harbour|groups|127", text)


def test_nothing_listens_unless_it_is_asked_for(terminal: Terminal) -> None:
    port = free_port()
    terminal.settings |= {
        "domain": "groups.example",
        "listen": str(port),
        "allow_private": LOOPBACK,
    }
    with answering(create_app(terminal.config, work=False), terminal.config):
        assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 404

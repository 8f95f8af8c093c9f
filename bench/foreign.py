"""Many foreign servers in one process: `python -m bench.foreign PORT FOLDER`, over TLS with the certificates there.

Each has a name of its own, h<number>.localhost, which always means this machine. They serve the actors in the
folder's `actors.json` and WebFinger for them, and accept whatever is posted to them.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson
import trustme
import uvloop

from bench.people import Person
from bench.running import LOAD_CORES, Process, free_port, process

NAMES = 25
"""How many names share a certificate, so that it does not grow larger than usual."""
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def servers(folder: Path, count: int) -> Iterator[tuple[Process, list[Person]]]:
    """Run so many servers with one person each; the file `ca.pem` in the folder makes a client trust them."""
    port = free_port()
    folder.mkdir()
    authority = trustme.CA()
    for first in range(0, count, NAMES):
        issued = authority.issue_cert(*(f"h{n}.localhost" for n in range(first, first + NAMES)))
        issued.private_key_and_cert_chain_pem.write_to_path(folder / f"{first // NAMES}.pem")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    people = [Person(f"https://h{n}.localhost:{port}", n) for n in range(count)]
    documents = {person.id.partition("://")[2]: person.document() for person in people}
    (folder / "actors.json").write_bytes(orjson.dumps(documents))
    with process(["bench.foreign", str(port), str(folder)], port, LOAD_CORES) as running:
        yield running, people


class Host(asyncio.Protocol):
    """One connection to one of the servers."""

    def __init__(self, actors: dict[str, bytes]) -> None:
        self._actors = actors
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        self._data += data
        while True:
            head, end, rest = self._data.partition(b"\r\n\r\n")
            if not end:
                return
            first, *lines = head.decode().split("\r\n")
            fields = {
                name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
            }
            length = int(fields.get("content-length", 0))
            if len(rest) < length:
                return
            self._data = rest[length:]
            method, target, _ = first.split(" ")
            self._transport.write(
                ACCEPTED if method == "POST" else self._get(fields["host"], target)
            )

    def _get(self, host: str, target: str) -> bytes:
        path, _, query = target.partition("?")
        if path == "/.well-known/webfinger":
            return _finger(parse_qs(query)["resource"][0].removeprefix("acct:"))
        return self._actors.get(host + path, MISSING)


def _finger(handle: str) -> bytes:
    name, _, host = handle.partition("@")
    link = {
        "rel": "self",
        "type": "application/activity+json",
        "href": f"https://{host}/users/{name}",
    }
    return _said({"subject": f"acct:{handle}", "links": [link]}, "application/jrd+json")


def _said(document: dict[str, object], kind: str) -> bytes:
    body = orjson.dumps(document)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _contexts(files: Sequence[Path]) -> ssl.SSLContext:
    """Choose the certificate by the name that is asked for."""
    contexts: list[ssl.SSLContext] = []
    for file in files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        contexts.append(context)

    def choose(connection: ssl.SSLObject, name: str | None, first: ssl.SSLContext) -> None:
        number = int((name or "h0.").removeprefix("h").partition(".")[0])
        connection.context = contexts[number // NAMES]

    contexts[0].sni_callback = choose  # type: ignore[assignment]
    return contexts[0]


async def main(port: int, actors: dict[str, bytes], files: list[Path]) -> None:
    """Listen until stopped."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Host(actors), ["127.0.0.1", "::1"], port, ssl=_contexts(files), backlog=2_000
    )
    await server.serve_forever()


if __name__ == "__main__":
    given, folder = orjson.loads(Path(sys.argv[2], "actors.json").read_bytes()), Path(sys.argv[2])
    ready = {name: _said(document, "application/activity+json") for name, document in given.items()}
    certificates = sorted(folder.glob("[0-9]*.pem"), key=lambda file: int(file.stem))
    uvloop.run(main(int(sys.argv[1]), ready, certificates))

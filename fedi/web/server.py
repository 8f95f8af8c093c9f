"""Run the application with uvicorn, and close connections that never come to the point."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fedi.config import Config
from fedi.errors import Refused

HEAD_SECONDS = 10.0
LARGEST_HEAD = 64 * 1024
"""In bytes: request line and headers of one request; signatures and cookies fit several times."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds it lacks: each request's head has ten seconds and 64 KiB.

    A connection whose request was answered before its body had come is closed, and trailers are dropped.
    """

    _fuse: asyncio.TimerHandle | None = None
    _awaits_head = True
    _head_size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._light()

    def data_received(self, data: bytes) -> None:
        if self._awaits_head:
            self._light()
            self._head_size += len(data)
        super().data_received(data)
        if self._awaits_head and self._head_size > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._awaits_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._defuse()
        self._awaits_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._awaits_head = True
        self._head_size = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        if not self.pipeline and self.cycle.response_complete and self.cycle.more_body:
            self.transport.close()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._defuse()
        super().connection_lost(exc)

    def _light(self) -> None:
        if self._fuse is None:
            self._fuse = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _defuse(self) -> None:
        if self._fuse is not None:
            self._fuse.cancel()
            self._fuse = None


TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


def listening(config: Config) -> socket.socket:
    """Bind the address of FEDI_LISTEN, or raise Refused with who else might hold it."""
    host, _, port = config.listen.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, int(port)))
    except (OSError, ValueError, OverflowError) as error:
        sock.close()
        raise Refused(
            f"Cannot listen on {config.listen}: {error}",
            cure="Stop the program that uses this port, or set FEDI_LISTEN to another one.",
        ) from error
    sock.set_inheritable(True)
    return sock


def server(app: Any, config: Config) -> uvicorn.Server:
    """Make the uvicorn server; no access log, since no visitor's address is written anywhere."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=PatientProtocol,
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=True,
            proxy_headers=True,
            forwarded_allow_ips=",".join(str(network) for network in config.trusted_proxies),
            ssl_certfile=str(config.tls_cert) if config.tls_cert else None,
            ssl_keyfile=str(config.tls_key) if config.tls_key else None,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
            limit_concurrency=2_000,
            h11_max_incomplete_event_size=32_768,
        )
    )

"""Real `fedi serve` processes on loopback, and the command line beside them (in this process: it starts faster)."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import trustme
from click.testing import CliRunner

from fedi.commands import cli

LOOPBACK = "127.0.0.0/8,::1/128"
ACTIVITY_JSON = "application/activity+json"
T = TypeVar("T")


@dataclass(frozen=True)
class Certificate:
    """A server's certificate for localhost and 127.0.0.1, and the authority that makes clients trust it."""

    authority: Path
    cert: Path
    key: Path


def make_certificate(folder: Path) -> Certificate:
    """Write the files of a certificate that this machine's loopback names are good for."""
    made = Certificate(folder / "authority.pem", folder / "cert.pem", folder / "key.pem")
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(made.authority)
    made.cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(made.key)
    return made


@dataclass(frozen=True)
class Running:
    """An instance: its origin, the environment its commands run in, and a client for its pages."""

    origin: str
    environment: dict[str, str]
    client: httpx.Client
    process: subprocess.Popen[bytes]

    @property
    def domain(self) -> str:
        return self.origin.partition("://")[2]

    def fedi(self, *words: str, given: str | None = None) -> str:
        """Run a command beside the server; return what it printed, or fail with what it complained about."""
        strays = {name: None for name in os.environ if name.startswith("FEDI_")}
        ended = CliRunner().invoke(cli, words, input=given, env={**strays, **self.environment})
        if ended.exception and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        assert ended.exit_code == 0, f"fedi {' '.join(words)}: {ended.stderr}"
        return ended.stdout.strip()

    def page(self, url: str) -> str:
        """Fetch a page as a visitor's browser does."""
        answer = self.client.get(url, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, f"{url}: {answer.status_code}"
        return answer.text

    def document(self, url: str) -> httpx.Response:
        """Ask for the document of an id, unsigned."""
        return self.client.get(url, headers={"Accept": ACTIVITY_JSON})


@contextmanager
def serving(
    folder: Path, *, certificate: Certificate | None = None, **settings: str
) -> Iterator[Running]:
    """Run `fedi serve` in a data folder until the end of the block; with a certificate over TLS.

    Settings are those of the environment without FEDI_, in small letters: `signed_fetch="on"`.
    """
    port = free_port()
    domain = f"localhost:{port}"
    origin = f"{'https' if certificate else 'http'}://{domain}"
    given = {
        "data": str(folder),
        "domain": domain,
        "origin": origin,
        "listen": f"127.0.0.1:{port}",
        "allow_private": LOOPBACK,
        "rate_limits": "off",
        "log": "warning",
        **settings,
    }
    if certificate:
        given |= {
            "ca_file": str(certificate.authority),
            "tls_cert": str(certificate.cert),
            "tls_key": str(certificate.key),
        }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FEDI_")}
    environment = inherited | {f"FEDI_{name.upper()}": value for name, value in given.items()}
    trust = ssl.create_default_context(cafile=certificate.authority) if certificate else True
    process = subprocess.Popen(
        [sys.executable, "-m", "fedi", "serve"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        with httpx.Client(verify=trust, timeout=10) as client:
            running = Running(origin, environment, client, process)
            eventually(lambda: _is_ready(running), f"{origin} to answer", within=30)
            yield running
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def _is_ready(running: Running) -> bool:
    assert running.process.poll() is None, "fedi serve ended; its complaint is above"
    try:
        return running.client.get(f"{running.origin}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def free_port() -> int:
    """Find a port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(look: Callable[[], T], what: str, *, within: float = 20) -> T:
    """Look again until there is something true to see, and return it; fail after some seconds."""
    deadline = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < deadline, f"waited {within:.0f} s for {what}"
        time.sleep(0.05)
    return seen

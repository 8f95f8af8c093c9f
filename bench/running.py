"""Servers in processes of their own, on the core they get, and what they cost: CPU time and memory from /proc."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 30.0

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORES = CORES[:1]
LOAD_CORES = CORES[1:] or CORES
"""The load, and whatever else is not measured, keeps off the core of the server where there are two."""


@dataclass(frozen=True, slots=True)
class Process:
    """A running process and the port it answers on."""

    pid: int
    port: int

    @property
    def cpu(self) -> float:
        """Seconds of CPU that all its threads have used, in the program and in the kernel."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def resident(self) -> float:
        """Megabytes in memory now."""
        return self._status("VmRSS")

    @property
    def peak(self) -> float:
        """Megabytes in memory at most, so far."""
        return self._status("VmHWM")

    def _status(self, name: str) -> float:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1000
        raise LookupError(name)


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def process(
    words: Sequence[str], port: int, cores: Sequence[int], environment: dict[str, str] | None = None
) -> Iterator[Process]:
    """Run a Python module on these cores until the end of the block; it answers on the port when the block begins."""
    # An installed server starts from what Python compiled before, also where programs under test must not keep that.
    left_out = ("FEDI_", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    running = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=Path(__file__).parent.parent,
        env=inherited | (environment or {}),
        stdout=subprocess.DEVNULL,
        # Between fork and exec nothing else happens in this program, which has one thread here.
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    try:
        wait_for(port, running)
        yield Process(running.pid, port)
    finally:
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    """Wait until something listens on the port."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if running.poll() is not None:
            raise RuntimeError(f"{running.args} ended with {running.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"{running.args} does not listen on {port}")


def settings(folder: Path, port: int, **more: str) -> dict[str, str]:
    """Give the environment of an instance that lives in a folder and may speak to loopback."""
    given = {
        "DATA": str(folder),
        "DOMAIN": f"localhost:{port}",
        "LISTEN": f"127.0.0.1:{port}",
        "ALLOW_PRIVATE": "127.0.0.0/8,::1/128",
        "RATE_LIMITS": "off",
        "LOG": "warning",
        **more,
    }
    return {f"FEDI_{name}": value for name, value in given.items()}


@contextmanager
def instance(
    environment: dict[str, str], *options: str, cores: Sequence[int] = SERVER_CORES
) -> Iterator[Process]:
    """Run `fedi serve` until the end of the block, ready when the block begins."""
    port = int(environment["FEDI_LISTEN"].rpartition(":")[2])
    with process(["fedi", "serve", *options], port, cores, environment) as running:
        deadline = time.monotonic() + PATIENCE
        while not _is_ready(port):
            if time.monotonic() > deadline:
                raise RuntimeError("fedi serve did not become ready")
            time.sleep(0.005)
        yield running


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False

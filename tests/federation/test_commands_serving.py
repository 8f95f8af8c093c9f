"""serve and work as processes: what they say, how they answer and deliver, and how they end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from build import a_follow, an_actor_document, some_keys
from commanding import Terminal
from loopback import ACTIVITY_JSON, Loopback, loopback, says
from members import a_member
from postgres import make_database
from running import LOOPBACK, eventually, free_port

from fedi.activitypub.vocabulary import read_actor
from fedi.actors import known
from fedi.actors.groups import add_group
from fedi.actors.instance import add_instance
from fedi.clock import now_ms
from fedi.config import load
from fedi.storage.migrate import migrate
from fedi.storage.store import open_store
from fedi.storage.tx import Tx


@dataclass
class Process:
    """A command that goes on until it is told to stop, and all it has printed so far."""

    popen: subprocess.Popen[str]
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)

    def goes_on(self) -> bool:
        """Fail if it has ended, with what it complained about."""
        assert self.popen.poll() is None, self.err
        return True

    def ends(self, how: int = signal.SIGTERM) -> int:
        """Tell it to stop, and return its exit status."""
        self.popen.send_signal(how)
        return self.popen.wait(20)


@contextmanager
def a_process(environment: Mapping[str, str], *words: str) -> Iterator[Process]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FEDI_")}
    process = Process(
        subprocess.Popen(
            [sys.executable, "-m", "fedi", *words],
            env={**inherited, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    )
    readers = [
        threading.Thread(target=_read, args=(pipe, lines))
        for pipe, lines in (
            (process.popen.stdout, process.out),
            (process.popen.stderr, process.err),
        )
    ]
    for reader in readers:
        reader.start()
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):  # and whatever it began
            os.killpg(process.popen.pid, signal.SIGKILL)
        process.popen.wait()
        for reader in readers:
            reader.join()
        for pipe in (process.popen.stdout, process.popen.stderr):
            assert pipe is not None
            pipe.close()


def _read(pipe: Any, lines: list[str]) -> None:
    with suppress(ValueError):
        lines.extend(iter(pipe.readline, ""))


def near(folder: Path, **more: str) -> dict[str, str]:
    """The environment of an instance on this machine, at a port that is free."""
    port = free_port()
    given = {"data": str(folder / "data"), "domain": f"localhost:{port}", "listen": str(port)}
    return {f"FEDI_{name.upper()}": value for name, value in (given | more).items()}


def is_ready(environment: Mapping[str, str]) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://{environment['FEDI_DOMAIN']}/readyz").status_code == 200
    return False


def is_up(environment: Mapping[str, str], serve: Process) -> bool:
    return serve.goes_on() and is_ready(environment)


def free_ports() -> tuple[int, int]:
    """Find two ports in a row that nothing listens on."""
    while True:
        first = free_port()
        with suppress(OSError), socket.create_server(("127.0.0.1", first + 1)):
            return first, first + 1


def test_a_newcomer_is_told_what_to_open_and_what_comes_next_and_ctrl_c_ends_it(
    tmp_path: Path,
) -> None:
    environment = near(tmp_path)
    origin = f"http://{environment['FEDI_DOMAIN']}"
    with a_process(environment, "serve") as serve:
        eventually(lambda: serve.goes_on() and len(serve.out) == 3, "the welcome")
        assert is_ready(environment)  # what is said is true once it is said
        assert serve.out[0] == f"fedi is at {origin}  (Ctrl-C stops it)\n"
        assert "lets the first person in, once, within 7 days:" in serve.out[1]
        link = serve.out[2].strip()
        assert link.startswith(f"{origin}/begin/")
        assert httpx.get(link).status_code == 200
        words = ["group", "add", "tenants", "--title", "Tenants United"]
        with a_process(environment, *words) as added:
            assert added.popen.wait(20) == 0
        page = httpx.get(f"{origin}/@tenants", follow_redirects=True)
        assert "Tenants United" in page.text
        assert serve.ends(signal.SIGINT) == 0
    assert serve.err == []
    change(environment, lambda tx: a_member(tx, f"{origin}/groups/tenants"))
    with a_process(environment, "serve") as serve:
        eventually(lambda: is_up(environment, serve), "the second start")
        assert serve.ends(signal.SIGTERM) == 0
    assert serve.out == [f"fedi is at {origin}  (Ctrl-C stops it)\n"]
    assert serve.err == []


def test_ctrl_c_ends_a_command_that_waits_for_another_server(
    terminal: Terminal, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        environment = {**terminal.environment, "FEDI_ALLOW_PRIVATE": LOOPBACK}
        with a_process(environment, "follow", "harbour", f"@anna@{host}") as follow:
            silent.settimeout(20)
            silent.accept()[0].close()
            connection, _ = silent.accept()
            assert follow.ends(signal.SIGINT) == 130
            connection.close()
    assert (follow.out, follow.err) == ([], [])


def test_serve_refuses_what_it_cannot_do(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        terminal.settings["listen"] = address
        said = terminal.refuses("serve")
        assert f"Cannot listen on {address}" in said
        assert "set FEDI_LISTEN to another one" in said
        terminal.settings |= {"listen": "0", "metrics": address}
        assert "Numbers cannot be told: Cannot listen on" in terminal.refuses("serve")
        assert "FEDI_METRICS" in terminal.refuses("work")
    terminal.settings["metrics"] = ""
    assert "Several processes need PostgreSQL." in terminal.refuses("serve", "--processes", "2")
    assert "--processes" in terminal.misuses("serve", "--processes", "0")
    pem = str(terminal.folder / terminal.write("cert.pem", "nothing"))
    terminal.settings |= {"tls_cert": pem, "tls_key": pem}
    assert "are not a certificate and its key." in terminal.refuses("serve")


@pytest.fixture(params=["sqlite", "postgres"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of an instance with the group harbour, in either database."""
    more = {"allow_private": LOOPBACK}
    if request.param == "postgres":
        cluster = request.getfixturevalue("cluster_socket")
        more["database"] = make_database(cluster, f"serving_{os.getpid()}_{free_port()}")
    environment = near(tmp_path, **more)
    config = load(environment)
    config.media.mkdir(parents=True)
    migrate(config)
    rsa, ed25519 = some_keys()

    def unit(tx: Tx) -> None:
        now = now_ms()
        add_instance(tx, config.site, rsa, ed25519, now)
        add_group(tx, config.site, "harbour", "Harbour", now=now, rsa=rsa, ed25519=ed25519)

    change(environment, unit)
    return environment


def change(environment: Mapping[str, str], unit: Any) -> None:
    async def inside() -> None:
        async with await open_store(load(environment)) as store:
            await store.write(unit)

    asyncio.run(inside())


def follows(environment: Mapping[str, str], host: Loopback) -> None:
    """Let somebody on a host of this machine follow harbour."""
    person = f"{host.origin}/users/anna"
    document = an_actor_document(person)

    def unit(tx: Tx) -> None:
        known.keep(tx, read_actor(document), document, now_ms())
        a_follow(tx, by=person, of=load(environment).site.group("harbour"), now=now_ms())

    change(environment, unit)


def is_told(host: Loopback) -> bool:
    return any(asked.method == "POST" for asked in host.asked)


async def test_one_answers_and_another_delivers(shared: dict[str, str]) -> None:
    several = "FEDI_DATABASE" in shared
    ports = free_ports()
    serving = {**shared, "FEDI_METRICS": str(ports[0])}
    words = ("serve", "--no-worker", *(("--processes", "2") if several else ()))
    async with loopback() as host:
        host.routes["*"] = says(b"", status=202)
        await asyncio.to_thread(follows, shared, host)
        with a_process(serving, *words) as serve, a_process(shared, "work") as work:
            await asyncio.to_thread(
                eventually, lambda: is_up(shared, serve) and work.out, "a start"
            )
            publish = ("publish", "harbour", "--kind", "update", "-")
            published = await asyncio.to_thread(_fedi, shared, publish, "Soup is on.\n")
            await asyncio.to_thread(eventually, lambda: is_told(host), "the delivery")
            async with httpx.AsyncClient() as client:
                document = await client.get(published, headers={"Accept": ACTIVITY_JSON})
                assert "Soup is on." in document.json()["content"]
                for port in ports if several else ports[:1]:
                    numbers = await client.get(f"http://127.0.0.1:{port}/metrics")
                    assert "fedi_requests_total" in numbers.text
            assert await asyncio.to_thread(work.ends) == 0
            assert await asyncio.to_thread(serve.ends) == 0
    assert work.out == [f"fedi delivers for {shared['FEDI_DOMAIN']}  (Ctrl-C stops it)\n"]
    assert (serve.err, work.err) == ([], [])


@pytest.mark.parametrize("shared", ["postgres"], indirect=True)
def test_when_one_of_several_processes_dies_all_of_them_stop(shared: dict[str, str]) -> None:
    with a_process(shared, "serve", "--processes", "2") as serve:
        eventually(lambda: is_up(shared, serve) and len(serve.out) == 3, "both processes")
        assert sum("/begin/" in line for line in serve.out) == 1  # not once for each process
        children = Path(f"/proc/{serve.popen.pid}/task/{serve.popen.pid}/children").read_text()
        os.kill(int(children.split()[0]), signal.SIGKILL)
        assert serve.popen.wait(20) == 1
    assert serve.err == ["fedi: One of the processes ended, so all of them stop.\n"]


def _fedi(environment: Mapping[str, str], words: tuple[str, ...], given: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FEDI_")}
    done = subprocess.run(
        [sys.executable, "-m", "fedi", *words],
        env={**inherited, **environment},
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()

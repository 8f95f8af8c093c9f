"""doctor: what is well, and each thing that is not, with its cure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme
from commanding import Terminal, a_terminal, answering
from running import free_port

from fedi.app import create_app
from fedi.commands import examine_outside
from fedi.config import Config, load
from fedi.opening import make_client

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


@pytest.fixture
def near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """An instance on this machine, as `make run` begins it, with the group harbour."""
    host = f"localhost:{free_port()}"
    settings = {"domain": host, "listen": f"127.0.0.1:{host.partition(':')[2]}"}
    terminal = a_terminal(tmp_path / "here", monkeypatch, **settings)
    monkeypatch.setattr("fedi.opening.make_client", make_client)
    return terminal


class Proxy:
    """Stands before an application and changes what goes through, as badly set up proxies do."""

    def __init__(
        self,
        app: Asgi,
        *,
        asked: Callable[[MutableMapping[str, Any]], None] = lambda scope: None,
        answered: Callable[[dict[bytes, bytes]], None] = lambda headers: None,
        statuses: dict[str, int] | None = None,
    ) -> None:
        self._app, self._asked, self._answered = app, asked, answered
        self._statuses = statuses or {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._asked(scope)

        async def pass_on(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = dict(message["headers"])
                self._answered(headers)
                message["headers"] = list(headers.items())
                message["status"] = self._statuses.get(scope["path"], message["status"])
            await send(message)

        await self._app(scope, receive, pass_on)


@contextmanager
def served(terminal: Terminal, **changes: Any) -> Iterator[None]:
    with answering(Proxy(create_app(terminal.config, work=False), **changes), terminal.config):
        yield


def found(terminal: Terminal) -> dict[str, str]:
    """Run doctor and return what is not well, with its cures, and its exit status."""
    ended = terminal.runs("doctor")
    lines = iter([*ended.stdout.splitlines(), ""])
    wrong: dict[str, str] = {"status": str(ended.exit_code)}
    for line in lines:
        if line[:1] in "!✗" and line:
            last = line[2:]
            wrong[last] = ""
        elif line.startswith("  → "):
            wrong[last] += line[4:]
    return wrong


def test_a_newcomer_on_localhost_is_told_what_it_means_and_nothing_is_wrong(near: Terminal) -> None:
    with served(near):
        ended = near.runs("doctor")
    assert ended.exit_code == 0
    assert "✗" not in ended.stdout
    assert "! This instance is for trying out: nobody beyond this machine" in ended.stdout
    assert "set FEDI_ALLOW_PRIVATE=127.0.0.0/8,::1/128 for both." in ended.stdout
    for well in (
        f"✓ http://{near.config.domain} answers.",
        f"✓ WebFinger finds @harbour@{near.config.domain}.",
        "✓ A signed delivery arrives in the inbox as it was sent.",
        "✓ Everything is delivered.",
    ):
        assert well in ended.stdout.splitlines()
    assert ended.stderr == "All is well.\n"


def test_every_finding_can_be_read_by_a_script(near: Terminal) -> None:
    with served(near):
        listed = near.json("doctor")
    assert {one["state"] for one in listed} == {"ok", "warn"}
    assert all(bool(one["cure"]) == (one["state"] != "ok") for one in listed)


def test_a_server_that_does_not_run_is_said_and_nothing_beyond_it(near: Terminal) -> None:
    wrong = found(near)
    assert wrong["status"] == "1"
    refused = (
        f"http://{near.config.domain} does not answer: {near.config.domain} refuses connections."
    )
    assert wrong[refused].startswith("Start it: fedi serve. It listens at 127.0.0.1:")
    assert not any("WebFinger" in what for what in wrong)


@pytest.mark.parametrize(
    ("status", "cure"),
    [(503, "see the log of fedi serve"), (404, "Something else answers there")],
)
def test_an_origin_that_answers_otherwise_is_said(near: Terminal, status: int, cure: str) -> None:
    with served(near, statuses={"/readyz": status}):
        wrong = found(near)
    assert cure in wrong[f"http://{near.config.domain}/readyz answers {status}."]


def test_a_proxy_that_drops_headers_is_said(near: Terminal) -> None:
    with served(near, answered=lambda headers: headers.pop(b"content-security-policy", None)):
        assert "The proxy drops security headers." in found(near)


def test_a_proxy_that_changes_the_host_breaks_signatures(near: Terminal) -> None:
    def rename(scope: MutableMapping[str, Any]) -> None:
        others = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope["headers"] = [*others, (b"host", b"backend:8000")]

    with served(near, asked=rename):
        wrong = found(near)
    cure = wrong["The signature of a delivery does not hold once it has come through the proxy."]
    assert "Let the proxy pass the Host header" in cure
    assert wrong["status"] == "1"


def test_a_proxy_that_takes_no_deliveries_is_said(near: Terminal) -> None:
    with served(near, statuses={"/inbox": 405}):
        assert "The inbox answers 405 to a signed delivery." in found(near)


@pytest.mark.parametrize("status", [404, 500])
def test_a_handle_that_cannot_be_found_is_said(near: Terminal, status: int) -> None:
    with served(near, statuses={"/.well-known/webfinger": status}):
        wrong = found(near)
    handle = f"@harbour@{near.config.domain}"
    cure = wrong[f"WebFinger does not find {handle}; nobody can follow it."]
    assert "pass /.well-known/webfinger on, with its query." in cure


@pytest.mark.parametrize(
    ("date", "complaint"),
    [(b"Thu, 01 Jan 2026 00:00:00 GMT", "The clocks differ by"), (b"noon", "has no date")],
)
def test_a_clock_that_is_off_is_said(date: bytes, complaint: str) -> None:
    answer = SimpleNamespace(headers={"date": date.decode()})
    [finding] = examine_outside._clock(answer, datetime.now(UTC).timestamp())  # type: ignore[arg-type]
    assert complaint in finding.what
    assert finding.cure


def over_tls(terminal: Terminal, *, lasts: timedelta, trusted: bool = True) -> None:
    """Let the instance speak TLS, with a certificate of an authority that is trusted or not."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", not_after=datetime.now(UTC) + lasts)
    files = {name: terminal.folder / f"{name}.pem" for name in ("ca_file", "tls_cert", "tls_key")}
    shown = authority if trusted else trustme.CA()
    shown.cert_pem.write_to_path(files["ca_file"])
    files["tls_cert"].write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(files["tls_key"])
    files["tls_key"].chmod(0o600)
    terminal.settings |= {name: str(path) for name, path in files.items()}


@pytest.mark.parametrize(
    ("lasts", "trusted", "said"),
    [
        (timedelta(days=60), True, "✓ The certificate of localhost:"),
        (timedelta(days=3), True, "! The certificate of localhost:"),
        (timedelta(days=-1), True, "does not hold: certificate has expired."),
        (timedelta(days=60), False, "does not hold: unable to get local issuer certificate."),
    ],
)
def test_a_certificate_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lasts: timedelta, trusted: bool, said: str
) -> None:
    port = free_port()
    settings = {"domain": f"localhost:{port}", "listen": str(port)}
    settings["origin"] = f"https://localhost:{port}"
    near = a_terminal(tmp_path / "here", monkeypatch, **settings)
    monkeypatch.setattr("fedi.opening.make_client", make_client)
    over_tls(near, lasts=lasts, trusted=trusted)
    with served(near):
        assert said in near.runs("doctor").stdout
    assert f"Nobody speaks TLS at localhost:{port}." in found(near)


def test_a_name_without_an_address_is_said(near: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(near.config, origin="https://no-such-name.invalid")

    async def fails(*_: Any, **__: Any) -> Any:
        raise OSError

    async def leads(*_: Any, **__: Any) -> Any:
        return [(2, 1, 6, "", ("192.168.0.7", 0))]

    finding = _run(examine_outside._name, config, fails, monkeypatch)
    assert (finding.state, finding.cure) == ("bad", "Make an A or AAAA record for it.")
    finding = _run(examine_outside._name, config, leads, monkeypatch)
    assert (finding.state, "others cannot reach" in finding.what) == ("warn", True)
    allowed = replace(
        config, allow_private=load({"FEDI_ALLOW_PRIVATE": "192.168.0.0/16"}).allow_private
    )
    assert _run(examine_outside._name, allowed, leads, monkeypatch).state == "ok"
    onion = replace(config, origin="http://abc.onion")
    assert _run(examine_outside._name, onion, fails, monkeypatch).state == "ok"


def _run(check: Any, config: Config, resolve: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    async def inside() -> Any:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
        return await check(config)

    return asyncio.run(inside())


def test_an_instance_without_groups_is_told_how_to_add_one(near: Terminal) -> None:
    near.says("group", "remove", "harbour", "--yes")
    with served(near):
        assert found(near)["There is no group yet."] == "fedi group add NAME --title TITLE"


def test_nothing_of_the_check_stays_but_the_guard_against_repeats(near: Terminal) -> None:
    with served(near):
        near.runs("doctor")
    assert near.change(lambda tx: tx.all("SELECT * FROM deliveries")) == []
    assert near.change(lambda tx: tx.all("SELECT * FROM reactions")) == []

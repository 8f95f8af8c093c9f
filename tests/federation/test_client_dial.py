"""Whom the HTTP client dials and trusts, and how it names what went wrong."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from dialling import NEAR, Names, ask, using
from loopback import (
    Loopback,
    certificate,
    http_proxy,
    loopback,
    says,
    socks_proxy,
)

from fedi.activitypub import client as client_module
from fedi.activitypub import transport
from fedi.config import Config
from fedi.errors import NotPublicAddress, TooSlow, Unreachable


@pytest.fixture
def near(config: Config) -> Config:
    return replace(config, allow_private=NEAR)


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with loopback() as running:
        running.routes["*"] = says(b"{}")
        yield running


async def test_loopback_is_refused_unless_it_is_allowed(config: Config, server: Loopback) -> None:
    async with using(config) as client:
        for url in (server.origin, server.origin.replace("http", "https")):
            with pytest.raises(NotPublicAddress):
                await ask(client, url)
    assert server.connections == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "::1"])
async def test_a_name_that_leads_to_an_address_that_is_not_public_is_refused_at_the_dial(
    config: Config, address: str
) -> None:
    opened: list[int] = []

    def open_socket(family: int, kind: int, protocol: int) -> socket.socket:
        opened.append(family)
        raise ConnectionRefusedError

    async with using(config, resolver=Names(address), open_socket=open_socket) as client:
        with pytest.raises(NotPublicAddress):
            await ask(client, "https://evil.example/")
    assert opened == []


async def test_a_name_that_changes_its_mind_is_refused_at_the_second_dial(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "NAME_LASTS_SECONDS", 0)
    opened: list[int] = []

    def open_socket(family: int, kind: int, protocol: int) -> socket.socket:
        opened.append(family)
        raise ConnectionRefusedError  # instead of dialling a public address

    rebinding = Names("93.184.215.14", "127.0.0.1")
    async with using(config, resolver=rebinding, open_socket=open_socket) as client:
        with pytest.raises(Unreachable, match="refuses connections") as refused:
            await ask(client, "https://rebinding.example/")
        assert refused.value.may_retry
        with pytest.raises(NotPublicAddress):
            await ask(client, "https://rebinding.example/")
    assert opened == [socket.AF_INET]


async def test_every_address_of_a_name_is_checked(config: Config) -> None:
    opened: list[int] = []

    def open_socket(family: int, kind: int, protocol: int) -> socket.socket:
        opened.append(family)
        raise ConnectionRefusedError

    both = Names("93.184.215.14,127.0.0.1,::1")
    async with using(config, resolver=both, open_socket=open_socket) as client:
        with pytest.raises(Unreachable):
            await ask(client, "https://mixed.example/")
    assert set(opened) == {socket.AF_INET}


async def test_only_a_few_addresses_of_a_name_are_tried(config: Config) -> None:
    opened: list[int] = []

    def open_socket(family: int, kind: int, protocol: int) -> socket.socket:
        opened.append(family)
        raise ConnectionRefusedError

    many = Names(",".join([f"9.9.9.{n}" for n in range(99)] + [f"2600::{n}" for n in range(1, 99)]))
    async with using(config, resolver=many, open_socket=open_socket) as client:
        with pytest.raises(Unreachable):
            await ask(client, "https://many.example/")
    assert opened.count(socket.AF_INET6) <= 2 + 2
    assert opened.count(socket.AF_INET) <= 2 + 2


async def test_an_allowed_name_is_dialled(near: Config, server: Loopback) -> None:
    async with using(near, resolver=Names("127.0.0.1")) as client:
        answer = await ask(client, f"http://groups.lan:{server.port}/")
    assert answer.status == 200


async def test_localhost_is_found_without_a_name_server(near: Config, server: Loopback) -> None:
    async with using(near) as client:
        answer = await ask(client, f"http://localhost:{server.port}/")
    assert answer.status == 200


async def test_a_name_that_does_not_exist_is_named_so(config: Config) -> None:
    async with using(config, resolver=Names()) as client:
        with pytest.raises(Unreachable, match=r"missing\.example does not exist") as dead:
            await ask(client, "https://missing.example/")
    assert dead.value.may_retry


async def test_a_port_nobody_listens_on_is_named_so(near: Config) -> None:
    async with loopback() as gone:
        origin = gone.origin
    async with using(near) as client:
        with pytest.raises(Unreachable, match="refuses connections"):
            await ask(client, origin)


async def test_a_certificate_nobody_vouches_for_is_refused(near: Config, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path, "127.0.0.1")
    async with loopback(context) as server, using(near) as client:
        with pytest.raises(Unreachable, match="no valid TLS certificate"):
            await ask(client, server.origin)
        assert server.asked == []


async def test_a_certificate_of_another_name_is_refused(near: Config, tmp_path: Path) -> None:
    context, authority = certificate(tmp_path, "other.example")
    async with loopback(context) as server:
        async with using(replace(near, ca_file=authority)) as client:
            with pytest.raises(Unreachable, match="no valid TLS certificate"):
                await ask(client, server.origin)
        assert server.asked == []


async def test_fedi_ca_file_makes_a_certificate_good(near: Config, tmp_path: Path) -> None:
    context, authority = certificate(tmp_path, "127.0.0.1")
    async with loopback(context) as server:
        server.routes["*"] = says(b"{}")
        async with using(replace(near, ca_file=authority)) as client:
            answer = await ask(client, server.origin)
    assert answer.status == 200


async def test_a_host_that_does_not_finish_the_handshake_is_left_before_the_deadline(
    near: Config, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "CONNECT_SECONDS", 0.2)
    async with using(near) as client:
        with pytest.raises(TooSlow):
            await ask(client, server.origin.replace("http", "https"), seconds=600)


async def test_an_http_proxy_is_asked_for_names_and_never_for_near_addresses(
    config: Config,
) -> None:
    async with http_proxy() as proxy, using(replace(config, proxy=proxy.origin)) as client:
        with pytest.raises(Unreachable, match="proxy"):
            await ask(client, "https://good.example/x")
        for refused in ("https://127.0.0.1/", "https://10.0.0.1/", "https://localhost/"):
            with pytest.raises(NotPublicAddress):
                await ask(client, refused)
        await ask(client, "http://hidden.onion/x")
    asked = [(one.method, one.target) for one in proxy.asked]
    assert asked == [("CONNECT", "good.example:443"), ("GET", "http://hidden.onion/x")]


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_a_socks_proxy_resolves_names_and_is_never_asked_for_near_addresses(
    config: Config, server: Loopback, scheme: str
) -> None:
    async with (
        socks_proxy(server.port) as (port, names),
        using(replace(config, proxy=f"{scheme}://127.0.0.1:{port}")) as client,
    ):
        answer = await ask(client, "http://hidden.onion/x")
        with pytest.raises(NotPublicAddress):
            await ask(client, "https://192.168.0.1/")
    assert answer.status == 200
    assert names == ["hidden.onion:80"]


async def test_a_dead_proxy_is_named_so(config: Config) -> None:
    async with loopback() as gone:
        port = gone.port
    for scheme in ("http", "socks5"):
        async with using(replace(config, proxy=f"{scheme}://127.0.0.1:{port}")) as client:
            with pytest.raises(Unreachable, match=r"refuses connections|proxy"):
                await ask(client, "https://good.example/x")

"""The address guard: what is not public is never dialled, however it is written."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network

import pytest

from fedi.activitypub.guard import (
    Blocked,
    check_url,
    embedded,
    is_allowed,
    literal,
    may_be_plain,
    may_dial,
    socket_factory,
)
from fedi.errors import NotPublicAddress

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
NAT64 = (ip_network("64:ff9b::/96"),)

NOT_PUBLIC = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254
    169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1
    198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
    255.255.255.255 :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8
    64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::808:808 100::1 2001::1 2001:0:7f00:1::
    2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 3fff:fff::1
    4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
"""
PUBLIC = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1
    169.253.255.255 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 192.169.0.1 198.17.255.255
    198.20.0.1 223.255.255.255 2001:200::1 2001:4860:4860::8888 2003::1 2600::1 2a00:1450::1 3ffe::1
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_allowed(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_allowed(ip_address(address))


@pytest.mark.parametrize(
    ("address", "inner"),
    [
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::10.0.0.1", "10.0.0.1"),
        ("64:ff9b::10.0.0.1", "10.0.0.1"),
        ("2002:a00:1::1", "10.0.0.1"),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", "10.0.0.1"),
    ],
)
def test_a_wrapped_address_is_judged_by_what_it_leads_to(address: str, inner: str) -> None:
    wrapped = ip_address(address)
    assert embedded(wrapped) == ip_address(inner)
    assert is_allowed(wrapped, (ip_network("10.0.0.0/8"),))
    assert not is_allowed(wrapped, LOOPBACK)


def test_an_allowed_gateway_leads_to_public_addresses_and_to_no_others() -> None:
    assert is_allowed(ip_address("64:ff9b::8.8.8.8"), NAT64)
    assert not is_allowed(ip_address("64:ff9b::127.0.0.1"), NAT64)
    assert not is_allowed(ip_address("64:ff9b::169.254.169.254"), NAT64)


@pytest.mark.parametrize(
    ("address", "port", "scheme", "allowed"),
    [
        ("8.8.8.8", 443, "https", True),
        ("8.8.8.8", 80, "http", False),
        ("8.8.8.8", 8443, "https", False),
        ("8.8.8.8", 22, "https", False),
        ("127.0.0.1", 8000, "http", True),
        ("127.0.0.1", 443, "https", True),
        ("::1", 8000, "http", True),
        ("127.0.0.2", 6379, "http", True),
        ("10.0.0.1", 443, "https", False),
    ],
)
def test_public_is_https_on_443_and_the_allowed_networks_are_open(
    address: str, port: int, scheme: str, allowed: bool
) -> None:
    assert may_dial(ip_address(address), port, scheme, LOOPBACK) is allowed


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "1.2.3", "0"],
)
def test_a_host_that_only_some_take_for_an_address_is_refused(host: str) -> None:
    with pytest.raises(NotPublicAddress):
        literal(host)
    with pytest.raises(NotPublicAddress):
        check_url(f"https://{host}/", LOOPBACK)


def test_a_name_is_no_literal_address() -> None:
    assert literal("good.example") is None
    assert literal("1.good.example") is None
    assert literal("8.8.8.8") == ip_address("8.8.8.8")


@pytest.mark.parametrize(
    "url",
    [
        "https://good.example/users/a",
        "https://good.example:443/users/a",
        "https://8.8.8.8/",
        "https://[2600::1]/",
    ],
)
def test_a_public_url_may_be_asked(url: str) -> None:
    check_url(url)
    check_url(url, proxied=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://good.example/",
        "https://good.example:8443/",
        "http://8.8.8.8/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://somebody@good.example/",
        "https://good.example:x/",
        "https://good%20example/",
        "https:///path",
        "ftp://good.example/",
        "file:///etc/passwd",
        "gopher://good.example:443/",
        "javascript:alert(1)",
        "//good.example/",
        "",
        "https://hidden.onion/",
    ],
)
def test_any_other_url_is_refused_before_it_is_resolved(url: str) -> None:
    with pytest.raises(NotPublicAddress):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://2130706433/",
        "https://localhost/",
        "https://a.localhost/",
        "https://database/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://router.lan./",
        "https://nas.home.arpa/",
        "http://good.example/",
        "https://good.example:8443/",
        "http://hidden.onion:6379/",
    ],
)
def test_through_a_proxy_what_is_near_is_refused_by_its_name(url: str) -> None:
    with pytest.raises(NotPublicAddress):
        check_url(url, proxied=True)


def test_through_a_proxy_onions_are_asked_plainly_and_listed_addresses_too() -> None:
    check_url("http://hidden.onion/users/a", proxied=True)
    check_url("https://hidden.onion/users/a", proxied=True)
    check_url("http://127.0.0.1:8000/", LOOPBACK, proxied=True)


def test_a_name_may_lead_into_the_allowed_networks_and_the_dial_decides() -> None:
    check_url("http://groups.lan:8000/", LOOPBACK)
    with pytest.raises(NotPublicAddress):
        check_url("http://groups.lan:8000/")


@pytest.mark.parametrize(
    ("host", "plain"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("[::1]", True),
        ("127.0.0.1:8001", True),
        ("[::1]:8001", True),
        ("hidden.onion", True),
        ("10.0.0.1", False),
        ("good.example", False),
        ("good.example:8443", False),
    ],
)
def test_a_host_alone_is_asked_plainly_only_where_it_is_near(host: str, plain: bool) -> None:
    assert may_be_plain(host, LOOPBACK) is plain
    assert may_be_plain(host) is (plain and host == "hidden.onion")


@pytest.mark.parametrize("host", ["[::1", "2130706433", "0x7f.1:80", "a%b"])
def test_a_host_alone_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(NotPublicAddress):
        may_be_plain(host, LOOPBACK)


def test_the_socket_factory_opens_nothing_towards_a_refused_address() -> None:
    opened: list[int] = []

    def open_socket(family: int, kind: int, protocol: int) -> socket.socket:
        opened.append(family)
        raise ConnectionRefusedError

    factory = socket_factory("https", (), open_socket)
    stream = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    for address in NOT_PUBLIC.split():
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with pytest.raises(Blocked):
            factory((family, *stream, (address, 443)))
    assert opened == []
    with pytest.raises(ConnectionRefusedError):
        factory((socket.AF_INET, *stream, ("8.8.8.8", 443)))
    assert opened == [socket.AF_INET]

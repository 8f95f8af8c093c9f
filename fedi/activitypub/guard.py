"""The address guard: which URLs may be asked for, and which addresses may be dialled.

A URL is looked at twice. `check_url` reads it before anything is resolved; `socket_factory` is handed
the very address a connection is about to be made to, so that a name which changes its mind between
two look-ups gains nothing.

- Public addresses are reached by https on port 443 and nothing else.
- Networks in FEDI_ALLOW_PRIVATE are reached by https and http on any port.
- Through a proxy the names are resolved elsewhere: literal addresses and local names that are not
  public are refused here, `.onion` may also be asked over plain http, and the proxy does the rest.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from fedi.config import Network
from fedi.errors import NotPublicAddress

Address = IPv4Address | IPv6Address
OpenSocket = Callable[[int, int, int], socket.socket]

_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# What is handed out for global unicast is 2000::/3 only; these are the parts of it that are not.
_GLOBAL_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".localdomain")


class Blocked(OSError):
    """What the connector sees when an address is refused; becomes NotPublicAddress on the way out.

    It is an OSError so that other addresses of the same name are still tried, and its text is always
    the same so that several refusals in a row stay this error.
    """

    def __init__(self) -> None:
        super().__init__("the address guard refused this address")


def embedded(ip: Address) -> IPv4Address | None:
    """Return the IPv4 address inside a mapped, compatible, NAT64, 6to4 or Teredo address."""
    if isinstance(ip, IPv4Address):
        return None
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour
    if ip.teredo:
        return ip.teredo[1]
    if any(ip in network for network in _NAT64) or (ip in _COMPATIBLE and int(ip) > 1):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def is_public(ip: Address) -> bool:
    """Tell whether an address is of the public internet and written in its plain form.

    The table is deliberately not `ipaddress.is_global`, which lets NAT64, 6to4 and multicast pass.
    """
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC_4)
    return ip in _GLOBAL_6 and not any(ip in network for network in _NOT_PUBLIC_6)


def is_listed(ip: Address, allow_private: Sequence[Network]) -> bool:
    """Tell whether the admin allowed this address although it is not public.

    An address that wraps an IPv4 one is judged by what it leads to.
    """
    inner = embedded(ip)
    listed = any(ip in network for network in allow_private)
    if inner is None:
        return listed
    return any(inner in network for network in allow_private) or (listed and is_public(inner))


def is_allowed(ip: Address, allow_private: Sequence[Network] = ()) -> bool:
    """Tell whether an address may be connected to at all."""
    return is_public(ip) or is_listed(ip, allow_private)


def may_dial(ip: Address, port: int, scheme: str, allow_private: Sequence[Network] = ()) -> bool:
    """Tell whether an address may be connected to on this port for this scheme."""
    if is_listed(ip, allow_private):
        return True
    return is_public(ip) and scheme == "https" and port == 443


def literal(host: str) -> Address | None:
    """Return the address a host is, or None when it is a name.

    A host that only some resolvers take for an address (`2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1`)
    raises NotPublicAddress: nobody honest writes one.
    """
    try:
        return ip_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2].lower()
        if last.isdigit() or last.startswith("0x") or ":" in host or "%" in host:
            raise NotPublicAddress(f"{host} is not a host to fetch from") from None
        return None


def is_local_name(host: str) -> bool:
    """Tell whether a name can only mean something near: one label, or a suffix kept for it."""
    name = host.rstrip(".").lower()
    return "." not in name or name.endswith(_LOCAL_SUFFIXES)


def may_be_plain(host: str, allow_private: Sequence[Network] = ()) -> bool:
    """Tell whether a host (with or without port) of no known scheme is to be asked over http first.

    True for literal addresses in FEDI_ALLOW_PRIVATE, for localhost when loopback is in it, and for .onion.
    """
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        raise NotPublicAddress("that is not a host to fetch from") from None
    if name == "localhost" or name.endswith(".localhost"):
        return any(is_listed(ip_address(ip), allow_private) for ip in ("127.0.0.1", "::1"))
    ip = literal(name)
    return name.endswith(".onion") if ip is None else is_listed(ip, allow_private)


def check_url(url: str, allow_private: Sequence[Network] = (), *, proxied: bool = False) -> None:
    """Raise NotPublicAddress unless this URL may be asked for, as far as can be told before dialling."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        raise NotPublicAddress("that is not a URL to fetch from") from None
    host = parts.hostname
    if parts.scheme not in ("https", "http") or not host or "@" in parts.netloc:
        raise NotPublicAddress(f"{_shown(parts)} is not a URL to fetch from")
    ip = literal(host)
    if ip is not None:
        allowed = may_dial(ip, port, parts.scheme, allow_private)
    elif host.rstrip(".").endswith(".onion"):
        allowed = proxied and port in (443, 80)
    elif proxied:
        allowed = not is_local_name(host) and parts.scheme == "https" and port == 443
    else:
        # A name may still turn out to lead into FEDI_ALLOW_PRIVATE; the dial decides.
        allowed = bool(allow_private) or (parts.scheme == "https" and port == 443)
    if not allowed:
        raise NotPublicAddress(f"{_shown(parts)} is not a public address reached over https")


def socket_factory(
    scheme: str, allow_private: Sequence[Network], open_socket: OpenSocket = socket.socket
) -> Callable[[Any], socket.socket]:
    """Return what opens sockets for a connector, and only towards addresses that may be dialled."""

    def factory(addr_info: Any) -> socket.socket:
        family, kind, protocol, _, address = addr_info
        if not may_dial(ip_address(address[0]), address[1], scheme, allow_private):
            raise Blocked
        return open_socket(family, kind, protocol)

    return factory


def _shown(parts: SplitResult) -> str:
    return f"{parts.scheme[:10]}://{parts.netloc.rpartition('@')[2][:100]}"

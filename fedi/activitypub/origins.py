"""Origins: which server a URL belongs to, however its host is spelt."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

import idna

LONGEST_URL = 2048

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Python and browsers drop or turn these; a URL that has one would mean two things to two readers.
_REFUSED = frozenset(chr(code) for code in range(0x21)) | {"\x7f", "\\"}
_HOST_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


# One activity has the same few URLs looked at some twenty times.
@lru_cache(maxsize=2_048)
def origin_of(url: str) -> str | None:
    """Give the origin of an http or https URL in its one normal spelling (`https://host[:port]`).

    Case, Unicode (UTS 46), a trailing dot and the default port make no difference. None for whatever
    is not clearly such a URL: user names, backslashes, blanks, percent signs in the host.
    """
    scheme, separator, rest = url[:LONGEST_URL].partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _DEFAULT_PORTS or len(url) > LONGEST_URL:
        return None
    if not _REFUSED.isdisjoint(url):
        return None
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    host, port = _host_and_port(rest[:end])
    if host is None or port is None:
        return None
    if not port or int(port) == _DEFAULT_PORTS[scheme]:
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{int(port)}"


def same_origin(one: str, other: str) -> bool:
    """Tell whether two URLs belong to the same server; what has no origin belongs to none."""
    origin = origin_of(one)
    return origin is not None and origin == origin_of(other)


def host_of(url: str) -> str:
    """Give the host (and port) of a URL in its one normal spelling; '' where it has no origin."""
    origin = origin_of(url)
    return origin.partition("://")[2] if origin else ""


def domains_of(host: str) -> list[str]:
    """Return a host, its name without port, and the domains above it up to the last but one label."""
    name = host.partition(":")[0] if not host.startswith("[") else host
    labels = name.split(".")
    above = [".".join(labels[at:]) for at in range(max(1, len(labels) - 1))]
    return [found for found in dict.fromkeys([host, *above]) if found]


def _host_and_port(authority: str) -> tuple[str | None, str | None]:
    if authority.startswith("["):
        address, bracket, after = authority[1:].partition("]")
        if not bracket or (after and not after.startswith(":")):
            return None, None
        return _ipv6(address), _port(after[1:])
    host, _, port = authority.partition(":")
    return _name(host), _port(port)


def _port(text: str) -> str | None:
    if not text:
        return ""
    good = text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) <= 65535
    return text if good else None


def _ipv6(text: str) -> str | None:
    try:
        return f"[{IPv6Address(text).compressed}]" if "%" not in text else None
    except AddressValueError:
        return None


def _name(host: str) -> str | None:
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            return None
    if ".." in host or host.startswith("."):
        return None
    host = host.lower().removesuffix(".")
    if not host or not _HOST_LETTERS.issuperset(host):
        return None
    return host

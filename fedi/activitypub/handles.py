"""Handles: `@name@host`, as people write them and as WebFinger and mentions use them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

import idna

from fedi.errors import Malformed

LONGEST = 320
# Mastodon's rule for user names (interop §1.1); unambiguous, so it cannot run away.
_NAME = re.compile(r"[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*", re.ASCII | re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Handle:
    """A name at a host; the host is in its one spelling: lower case, punycode, port unless 443."""

    name: str
    host: str

    def __str__(self) -> str:
        return f"@{self.name}@{self.host}"

    @property
    def address(self) -> str:
        """The handle without its first mark."""
        return f"{self.name}@{self.host}"

    @property
    def resource(self) -> str:
        """The handle as WebFinger asks for it."""
        return f"acct:{self.name}@{self.host}"

    def is_same(self, other: Handle) -> bool:
        """Tell whether two handles mean the same account: names do not differ by case alone."""
        return self.host == other.host and self.name.lower() == other.name.lower()


def parse_handle(text: str) -> Handle:
    """Read `@name@host`, `name@host` or `acct:name@host`, with or without a port, or raise Malformed."""
    if len(text) > LONGEST:
        raise Malformed("A handle is not that long.")
    written = text.strip()
    if written[:5].lower() == "acct:":
        written = written[5:]
    name, mark, host = written.removeprefix("@").partition("@")
    if not mark or not _NAME.fullmatch(name):
        raise Malformed("A handle looks like @name@host.")
    return Handle(name, normal_host(host))


def normal_host(text: str) -> str:
    """Return a host (with port unless it is 443) in its one spelling, or raise Malformed.

    Case, Unicode (UTS 46) and one trailing dot make no difference. Addresses are taken as they are;
    whether they may be asked is the guard's business.
    """
    if text.startswith("["):
        name, bracket, port = text[1:].partition("]")
        host = _ipv6(name) if bracket else None
    else:
        name, colon, digits = text.partition(":")
        host, port = _name(name), colon + digits
    if host is None or not re.fullmatch(r"(?::[0-9]{1,5})?", port):
        raise Malformed("A handle ends in the name of a host.")
    number = int(port[1:] or 443)
    if not 0 < number < 65536:
        raise Malformed("A port is a number from 1 to 65535.")
    return host if number == 443 else f"{host}:{number}"


def _ipv6(text: str) -> str | None:
    try:
        return f"[{IPv6Address(text).compressed}]" if "%" not in text else None
    except AddressValueError:
        return None


def _name(text: str) -> str | None:
    try:
        name = text if text.isascii() else idna.encode(text, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return None
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return name

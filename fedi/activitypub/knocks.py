"""Signed fetches: in whose name, in which form of signature, and which form a host took last time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fedi.activitypub.keys import PrivateKey
from fedi.activitypub.signatures import Request, sign

# A form of signature, or cavage over the path alone, for servers that leave the query out (interop §2.1).
Knock = Literal["cavage", "rfc9421", "cavage-path"]

MOST_HOSTS = 10_000


@dataclass(frozen=True, slots=True)
class Signer:
    """In whose name a document is asked for: the instance's for public ones, a group's for others."""

    key: PrivateKey


class Forms:
    """Which form of signature each host accepted last; the least recently asked hosts are forgotten."""

    def __init__(self, most: int = MOST_HOSTS) -> None:
        self._most = most
        self._forms: OrderedDict[str, Knock] = OrderedDict()

    def get(self, host: str) -> Knock | None:
        """Return the form that worked with a host, if it is known."""
        form = self._forms.get(host)
        if form is not None:
            self._forms.move_to_end(host)
        return form

    def put(self, host: str, form: Knock) -> None:
        """Remember the form that worked."""
        self._forms[host] = form
        self._forms.move_to_end(host)
        if len(self._forms) > self._most:
            self._forms.popitem(last=False)


def knocks(url: str, known: Knock | None) -> list[Knock]:
    """Give the forms to try in turn: the one that worked before, cavage, RFC 9421, cavage over the path."""
    order: list[Knock] = ["cavage", "rfc9421", "cavage-path"]
    if "?" not in url:
        order.remove("cavage-path")
    return sorted(order, key=lambda form: form != known)


def signed(
    url: str, headers: Mapping[str, str], by: Signer, form: Knock, now: int
) -> dict[str, str]:
    """Give the headers that make a GET of a URL (its `wire` form) a signed one."""
    request = Request("GET", url, headers)
    if form == "cavage-path":
        return sign(request, by.key, "cavage", now, with_query=False)
    return sign(request, by.key, form, now)

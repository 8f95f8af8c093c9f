"""How many new servers one domain may bring in a day, so that a wildcard name does not fill the database."""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import ip_address

from fedi.errors import RateLimited

MOST_NEW_HOSTS = 10  # as Mastodon (interop §1.5)
DAY_MS = 86_400_000
MOST_DOMAINS = 10_000


class Newcomers:
    """The hosts first met under each registrable domain, for a day; the oldest domains are forgotten."""

    def __init__(self, most: int = MOST_NEW_HOSTS) -> None:
        self._most = most
        self._met: OrderedDict[str, tuple[int, set[str]]] = OrderedDict()

    def admit(self, host: str, now: int) -> None:
        """Take note of a host that nobody here knew, or raise RateLimited when its domain brought too many."""
        domain = registrable(host)
        since, hosts = self._met.get(domain, (now, set[str]()))
        if now - since >= DAY_MS:
            since, hosts = now, set[str]()
        if host not in hosts and len(hosts) >= self._most:
            raise RateLimited(f"{domain} brought {self._most} new servers within a day")
        hosts.add(host)
        self._met[domain] = (since, hosts)
        self._met.move_to_end(domain)
        if len(self._met) > MOST_DOMAINS:
            self._met.popitem(last=False)


def registrable(host: str) -> str:
    """Return the domain somebody registered to have this host, nearly: two labels, three under `co.uk` and the like.

    The public suffix list would be exact; a mistake here costs a day's wait, so it is not worth its upkeep.
    """
    name = host.partition(":")[0] if not host.startswith("[") else host.partition("]")[0][1:]
    try:
        ip_address(name)
    except ValueError:
        labels = name.split(".")
        short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
        return ".".join(labels[-3 if short else -2 :])
    return host

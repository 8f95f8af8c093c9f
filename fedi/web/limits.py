"""Rate limits: token buckets in memory, by a salted hash of the client's address that is written nowhere."""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from quart import Quart, Response, request

from fedi.errors import RateLimited, _

MOST_BUCKETS = 50_000
UNLIMITED = frozenset({"/livez", "/readyz"})


@dataclass(frozen=True, slots=True)
class Rule:
    """So many at once, and so many a second in the long run."""

    name: str
    burst: int
    per_second: float


# A page costs a few milliseconds and comes with its pictures; answers that are kept ready are not even counted.
READING = Rule("reading", 600, 20)
# A large server speaks for a hundred thousand people from one address.
INBOX = Rule("inbox", 6_000, 100)
# Each may be a guess; people who share an address get through, programs do not get far.
KNOCKING = Rule("knocking", 30, 1 / 10)
DOORS = ("/sign-in", "/join", "/begin", "/back-in", "/translate", "/account/prove")
# Each makes us ask another server.
LOOKUPS = Rule("lookups", 10, 1 / 6)
ELSEWHERE = ("/sign-in/elsewhere", "/account/elsewhere")
# Each may make us ask for a key; who signs rightly never meets this.
FAILURES = Rule("failures", 60, 1 / 2)
COSTLY = frozenset({401, 403, 502, 503})
"""What a signed request is answered when its signature is bad, or its key could not be had (interop §6.25)."""


class Limits:
    """Buckets for each rule and address; the longest unused are forgotten."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, most: int = MOST_BUCKETS
    ) -> None:
        self._clock = clock
        self._most = most
        self._salt = secrets.token_bytes(16)
        self._buckets: OrderedDict[tuple[str, bytes], tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, rule: Rule, address: str) -> None:
        """Take one from the bucket of an address, or raise RateLimited with the seconds to wait."""
        self.check(rule, address)
        key = self._key(rule, address)
        self._buckets[key] = (self._left(rule, key) - 1, self._clock())
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)

    def check(self, rule: Rule, address: str) -> None:
        """Raise RateLimited if the bucket of an address is empty."""
        left = self._left(rule, self._key(rule, address))
        if left < 1:
            raise RateLimited(
                _("Too many requests; try again in a moment."),
                seconds=math.ceil((1 - left) / rule.per_second),
            )

    def _left(self, rule: Rule, key: tuple[str, bytes]) -> float:
        left, at = self._buckets.get(key, (float(rule.burst), 0.0))
        return min(rule.burst, left + (self._clock() - at) * rule.per_second)

    def _key(self, rule: Rule, address: str) -> tuple[str, bytes]:
        hashed = hashlib.blake2b(_network(address).encode(), key=self._salt, digest_size=8)
        return rule.name, hashed.digest()


def install(app: Quart, limits: Limits) -> None:
    """Hold every request against the limits before anything is done for it."""

    @app.before_request
    async def admit() -> None:  # pyright: ignore[reportUnusedFunction]
        address = request.remote_addr or ""
        if request.path in UNLIMITED:
            return
        limits.take(_rule(), address)
        if _is_signed():
            limits.check(FAILURES, address)

    @app.after_request
    async def note_failure(response: Response) -> Response:  # pyright: ignore[reportUnusedFunction]
        if response.status_code in COSTLY and _is_signed():
            limits.take(FAILURES, request.remote_addr or "")
        return response


def _rule() -> Rule:
    if request.method == "POST":
        if request.path.startswith(ELSEWHERE):
            return LOOKUPS
        return KNOCKING if request.path.startswith(DOORS) else INBOX
    asks_elsewhere = request.path.endswith(("/follow", "/interact")) and "acct" in request.args
    return LOOKUPS if asks_elsewhere else READING


def _is_signed() -> bool:
    return "signature" in request.headers or "signature-input" in request.headers


def _network(address: str) -> str:
    """Give what one visitor has: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
    return str(ip)

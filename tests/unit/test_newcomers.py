"""One domain brings a bounded number of new servers a day (interop §6.22)."""

from __future__ import annotations

import pytest

from fedi.actors.newcomers import DAY_MS, MOST_DOMAINS, Newcomers, registrable
from fedi.errors import RateLimited


def test_one_domain_brings_ten_new_servers_a_day() -> None:
    met = Newcomers()
    for n in range(10):
        met.admit(f"s{n}.evil.example", 0)
    met.admit("s3.evil.example", 1)
    met.admit("good.example", 1)
    with pytest.raises(RateLimited):
        met.admit("s10.evil.example", 1)
    with pytest.raises(RateLimited):
        met.admit("deep.s1.evil.example:8443", 1)
    met.admit("s10.evil.example", DAY_MS)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.org", "example.org"),
        ("a.b.example.org", "example.org"),
        ("a.example.co.uk:8443", "example.co.uk"),
        ("example.uk", "example.uk"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("[2001:db8::1]:8000", "[2001:db8::1]:8000"),
        ("localhost", "localhost"),
    ],
)
def test_the_domain_somebody_registered_is_guessed(host: str, domain: str) -> None:
    assert registrable(host) == domain


def test_domains_without_number_are_forgotten_the_oldest_first() -> None:
    met = Newcomers(1)
    for n in range(MOST_DOMAINS + 1):
        met.admit(f"a.d{n}.example", 0)
    met.admit("b.d0.example", 0)
    with pytest.raises(RateLimited):
        met.admit(f"b.d{MOST_DOMAINS}.example", 0)

"""Rate limits: so many at once, more with time, each visitor by themselves, and no address kept."""

from __future__ import annotations

import pytest

from fedi.errors import RateLimited
from fedi.web.limits import Limits, Rule

RULE = Rule("test", 3, 0.5)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def taken(limits: Limits, address: str, times: int, rule: Rule = RULE) -> int:
    """How many of so many were let through."""
    through = 0
    for _ in range(times):
        try:
            limits.take(rule, address)
            through += 1
        except RateLimited:
            pass
    return through


def test_a_burst_is_let_through_and_then_one_every_two_seconds() -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    assert taken(limits, "192.0.2.1", 10) == 3
    with pytest.raises(RateLimited) as refused:
        limits.take(RULE, "192.0.2.1")
    assert refused.value.seconds == 2
    clock.now += 2
    assert taken(limits, "192.0.2.1", 10) == 1
    clock.now += 1_000
    assert taken(limits, "192.0.2.1", 10) == 3


def test_each_address_and_each_rule_has_its_own() -> None:
    limits = Limits()
    assert taken(limits, "192.0.2.1", 3) == 3
    assert taken(limits, "192.0.2.2", 3) == 3
    assert taken(limits, "192.0.2.1", 3, Rule("other", 3, 1)) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "unix:", False),
    ],
)
def test_a_visitor_is_an_address_or_a_network_of_version_six(
    one: str, other: str, same: bool
) -> None:
    limits = Limits()
    assert taken(limits, one, 3) == 3
    assert taken(limits, other, 3) == (0 if same else 3)


def test_to_check_takes_nothing() -> None:
    limits = Limits()
    for _ in range(10):
        limits.check(RULE, "192.0.2.1")
    assert len(limits) == 0
    taken(limits, "192.0.2.1", 3)
    with pytest.raises(RateLimited):
        limits.check(RULE, "192.0.2.1")


def test_only_so_many_visitors_are_remembered_and_none_by_address() -> None:
    limits = Limits(most=10)
    for number in range(50):
        limits.take(RULE, f"192.0.2.{number}")
    assert len(limits) == 10
    assert "192.0.2" not in repr(limits._buckets)
    assert Limits()._key(RULE, "192.0.2.1") != Limits()._key(RULE, "192.0.2.1")

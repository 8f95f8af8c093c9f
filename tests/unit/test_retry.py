"""The circuit of a host and the delays of its deliveries, without clock and chance."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fedi.delivery.retry import (
    DAY,
    FIRST,
    HOUR,
    LIFETIME,
    LONGEST_FOR_HOST,
    LONGEST_WAIT,
    after_answer,
    after_failure,
    after_farewell,
    delay,
)
from fedi.storage.hosts import Host

NOW = 1_790_000_000_000
PLAIN = 0.5
"""The luck that leaves a delay as it is."""


def failing(host: Host, times: int, *, every: int) -> tuple[Host, int]:
    """The host after failing so many times, and the moment of the last."""
    now = NOW
    for _ in range(times):
        now += every
        host = after_failure(host, now, PLAIN, "silent")
    return host, now


def test_delays_grow_until_they_are_as_long_as_they_may_be() -> None:
    delays = [delay(attempt, PLAIN, LONGEST_FOR_HOST) for attempt in range(1, 9)]
    assert delays[0] == FIRST
    assert all(later > sooner for sooner, later in pairwise(delays[:7]))
    assert delays[-1] == LONGEST_FOR_HOST


@given(st.integers(1, 100), st.floats(0, 1), st.floats(0, 1))
def test_no_luck_makes_a_later_delay_shorter_while_they_grow(
    attempt: int, one: float, other: float
) -> None:
    sooner = delay(attempt, one, LONGEST_FOR_HOST)
    later = delay(attempt + 1, other, LONGEST_FOR_HOST)
    assert later > sooner or later >= 0.8 * LONGEST_FOR_HOST
    assert later <= 1.2 * LONGEST_FOR_HOST


def test_a_silent_host_is_tried_a_score_of_times_in_the_life_of_a_delivery() -> None:
    host, now, tries = Host("far.example"), NOW, 0
    while now - NOW < LIFETIME:
        host = after_failure(host, now, PLAIN, "silent")
        now, tries = host.next_at, tries + 1
    assert 15 <= tries <= 25


def test_a_host_that_answers_is_as_good_as_new() -> None:
    host, now = failing(Host("far.example"), 3, every=DAY)
    assert (host.failures, host.failing_days, host.last_error) == (3, 3, "silent")

    host = after_answer(host, now, "rfc9421")

    assert host == Host("far.example", next_at=now, signature_form="rfc9421", last_success_at=now)


def test_a_refusal_is_an_answer_and_leaves_the_form_of_signature() -> None:
    host = after_answer(Host("far.example", failures=2, signature_form="cavage"), NOW)
    assert host.failures == 0
    assert host.signature_form == "cavage"


def test_a_host_falls_asleep_on_its_seventh_failing_day_and_not_before() -> None:
    host, _ = failing(Host("far.example"), 6, every=DAY)
    assert host.asleep_since is None

    host, now = failing(Host("far.example"), 7, every=DAY)

    assert host.asleep_since == now
    assert host.next_at - now == DAY


def test_many_failures_on_one_day_are_one_failing_day() -> None:
    host, _ = failing(Host("far.example"), 50, every=1)
    assert (host.failures, host.failing_days, host.asleep_since) == (50, 1, None)


def test_a_sleeping_host_stays_asleep_since_it_fell_asleep() -> None:
    asleep, since = failing(Host("far.example"), 7, every=DAY)
    longer = after_failure(asleep, since + DAY, PLAIN, "silent")
    assert longer.asleep_since == since


def test_retry_after_is_honoured_where_it_is_longer_than_our_own_pause() -> None:
    host = after_failure(Host("far.example"), NOW, PLAIN, "429", wait_until=NOW + HOUR)
    assert host.next_at == host.wait_until == NOW + HOUR


def test_retry_after_never_makes_us_come_back_sooner() -> None:
    host = after_failure(Host("far.example"), NOW, PLAIN, "429", wait_until=NOW + 1)
    assert host.next_at == NOW + FIRST


def test_retry_after_cannot_silence_us_for_days() -> None:
    host = after_failure(Host("far.example"), NOW, PLAIN, "503", wait_until=NOW + 10 * DAY)
    assert host.next_at == NOW + LONGEST_WAIT


def test_a_host_that_says_farewell_sleeps_at_once() -> None:
    host = after_farewell(Host("far.example"), NOW, PLAIN, "answered 410")
    assert host.asleep_since == NOW
    assert host.next_at == NOW + DAY

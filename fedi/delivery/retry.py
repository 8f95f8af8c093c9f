"""When to try again: delays that grow, with jitter, over about three days; no clock and no chance in here."""

from __future__ import annotations

from dataclasses import replace

from fedi.storage.hosts import Host

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

FIRST = 15 * SECOND
GROWTH = 3
LONGEST_FOR_HOST = 6 * HOUR
LONGEST_FOR_DELIVERY = HOUR
"""A delivery that its host answered but did not take is tried this often even after days, so that it does
not arrive hours after the host is well again."""

LIFETIME = 3 * DAY
"""How long a delivery is tried at all."""

DAYS_TO_SLEEP = 7
WHILE_ASLEEP = DAY
"""A sleeping host gets one try in this time, with the oldest of what is not older than LIFETIME."""

LONGEST_WAIT = 6 * HOUR
"""However long a Retry-After asks for."""


def delay(attempt: int, luck: float, longest: int) -> int:
    """Return how many milliseconds to wait after the first, second, … attempt; `luck` is from 0 to 1."""
    plain = min(FIRST * GROWTH ** min(attempt - 1, 20), longest)
    return int(plain * (0.8 + 0.4 * luck))


def after_answer(host: Host, now: int, form: str | None = None) -> Host:
    """Return a host that has just answered sensibly; `form` is the form of signature it took."""
    return replace(
        host,
        failures=0,
        failing_days=0,
        last_failing_day=None,
        asleep_since=None,
        next_at=now,
        signature_form=form or host.signature_form,
        last_error=None,
        last_success_at=now,
        wait_until=None,
    )


def after_failure(
    host: Host, now: int, luck: float, error: str, wait_until: int | None = None
) -> Host:
    """Return a host that has just failed; on the seventh day without a success it falls asleep."""
    today = now // DAY
    days = host.failing_days + (host.last_failing_day != today)
    asleep_since = host.asleep_since
    if asleep_since is None and days >= DAYS_TO_SLEEP:
        asleep_since = now
    failures = host.failures + 1
    pause = delay(failures, luck, LONGEST_FOR_HOST)
    if asleep_since is not None:
        pause = int(WHILE_ASLEEP * (0.8 + 0.4 * luck))
    if wait_until is not None:
        wait_until = min(wait_until, now + LONGEST_WAIT)
    return replace(
        host,
        failures=failures,
        failing_days=days,
        last_failing_day=today,
        asleep_since=asleep_since,
        next_at=max(now + pause, wait_until or 0),
        last_error=error,
        wait_until=wait_until,
    )


def after_farewell(host: Host, now: int, luck: float, error: str) -> Host:
    """Return a host that said it is gone for good: it sleeps at once, and wakes like every other."""
    return after_failure(replace(host, asleep_since=host.asleep_since or now), now, luck, error)

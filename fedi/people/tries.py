"""Guessing is slowed down for each person, from wherever it comes; each way in is counted by itself."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.errors import RateLimited
from fedi.people.tokens import hashed
from fedi.people.words import _
from fedi.storage import tries
from fedi.storage.tx import Tx

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Pace:
    """So many tries at once, then one each time so many milliseconds have passed."""

    name: str
    at_once: int
    then_every: int


PASSWORD = Pace("password", 30, MINUTE_MS // 3)
"""Slow enough for guessing from many addresses, quick enough that its owner still gets through meanwhile."""
RECOVERY = Pace("recovery", 30, MINUTE_MS // 3)
CODE = Pace("code", 10, 15 * MINUTE_MS)
"""For six digits, of which three are right at a time: one guess in 3,500 finds one in a day."""


def take(tx: Tx, pace: Pace, who: str, now: int) -> None:
    """Count a try at something of somebody (an id, or a login that need not exist), or raise RateLimited."""
    about = _about(pace, who)
    tx.lock("tries", about)
    forgotten_at = max(tries.until(tx, about), now) + pace.then_every
    too_early = forgotten_at - now - pace.at_once * pace.then_every
    if too_early > 0:
        raise RateLimited(
            _("That was tried too often. Wait a little, or sign in another way."),
            seconds=-(-too_early // 1000),
        )
    tries.put(tx, about, forgotten_at)


def forgive(tx: Tx, pace: Pace, who: str) -> None:
    """Forget the tries at something of somebody who has got it right."""
    tries.remove(tx, _about(pace, who))


def _about(pace: Pace, who: str) -> str:
    return hashed(f"{pace.name} {who}")

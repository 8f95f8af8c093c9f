"""Minutes: when and where a group met, how many came, and what they decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fedi.publishing.place import Place

METHODS = ("consent", "consensus", "vote", "lot", "delegation")
RESULTS = ("adopted", "amended", "postponed", "rejected", "withdrawn")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: how it was taken, with the numbers of those who consented, stood aside and blocked."""

    text: str
    how: str = "consent"
    result: str = "adopted"
    consent: int | None = None
    stand_aside: int | None = None
    block: int | None = None
    review: date | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """A meeting; attendance is a number, never names."""

    date: datetime
    timezone: str
    end: datetime | None = None
    place: Place | None = None
    is_online: bool = False
    attendance: int | None = None
    decisions: tuple[Decision, ...] = ()

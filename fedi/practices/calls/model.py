"""A call: where and when people are asked to come together, and whether it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fedi.publishing.place import Place

SHORTEST_TITLE = 3
LONGEST_TITLE = 180
"""In characters; what Mobilizon takes (interop §4.3), less the words in which a state stands before it in English."""
LONGEST_NAME = 200
STATUSES = ("confirmed", "tentative", "postponed", "cancelled")


@dataclass(frozen=True, slots=True)
class Call:
    """A call to act; `previous_start` is when it was to be before its date was last changed."""

    start: datetime
    timezone: str
    end: datetime | None = None
    place: Place | None = None
    online: str = ""
    status: str = "confirmed"
    previous_start: datetime | None = None

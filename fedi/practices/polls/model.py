"""A poll: what can be chosen, until when, and how many chose it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FEWEST_OPTIONS, MOST_OPTIONS = 2, 8
LONGEST_OPTION = 100
STATUSES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer, and how many gave it."""

    name: str
    votes: int = 0


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll; `voters` gave one answer each or, if it is `multiple`, several.

    Until it is published it may say only for how long it is to be open. `status` is what its author says, if
    anything; `closed_at` is the moment from which it is closed.
    """

    options: tuple[Option, ...]
    multiple: bool = False
    timezone: str = "UTC"
    ends: datetime | None = None
    open_for: timedelta | None = None
    status: str = ""
    closed_at: datetime | None = None
    voters: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """What can be chosen."""
        return tuple(option.name for option in self.options)

    def counted(self, votes: tuple[int, ...], voters: int) -> Poll:
        """Return the poll with the votes for each option, in their order."""
        options = tuple(
            replace(option, votes=n) for option, n in zip(self.options, votes, strict=True)
        )
        return replace(self, options=options, voters=voters)

    def closed(self, at: datetime) -> Poll:
        """Return the poll as closed since a moment; what is closed stays closed since then."""
        return replace(self, status="closed", closed_at=self.closed_at or at)

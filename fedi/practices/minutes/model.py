"""Minutes: when and where a group met, who held which role, what was talked about, decided and taken on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from fedi.publishing.place import Place

METHODS = ("consent", "consensus", "vote", "lot", "delegation")
RESULTS = ("adopted", "amended", "postponed", "rejected", "withdrawn")
STANCES = ("consent", "stand_aside", "block", "abstain")


@dataclass(frozen=True, slots=True)
class Role:
    """Who held a role: an initial or a pseudonym, or nothing where the role alone is told."""

    role: str
    held_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """What somebody said when they stood aside or blocked, in their own words and without their name."""

    text: str
    stance: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: how it was taken, with the numbers of those who consented, stood aside and blocked.

    `key` is the number the group calls it by, and `id` its address; both stay the same through all versions, and
    neither is part of what was decided. `item` is the number of its agenda item, 0 where it belongs to none; in the
    source it is named by what stands in `about`. `line` is where the source has it.
    """

    text: str
    how: str = "consent"
    result: str = "adopted"
    consent: int | None = None
    stand_aside: int | None = None
    block: int | None = None
    abstain: int | None = None
    review: date | None = None
    note: str = ""
    reasons: tuple[Reason, ...] = ()
    item: int = 0
    key: str = field(default="", compare=False)
    id: str = field(default="", compare=False)
    about: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that was taken on: what, by which role, by when, and whether it is done."""

    text: str
    role: str = ""
    due: date | None = None
    done: bool = False
    key: str = field(default="", compare=False)
    id: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Meeting:
    """The next meeting; `start` is there once the hour is known."""

    day: date
    start: datetime | None = None
    place: Place | None = None
    is_online: bool = False
    agenda: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """A partner group that was there, by its handle (`name@host`), and what it says about it."""

    group: str
    note: str = ""
    actor: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Mirror:
    """A struggle elsewhere that was taken into the meeting: a post, the group it is of, and what it means for us."""

    title: str = ""
    post: str = ""
    group: str = ""
    note: str = ""
    prepared_by: str = ""
    next: str = ""
    actor: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Minutes:
    """A meeting; attendance is a number, never names. `agenda` has the title of each item."""

    date: datetime
    timezone: str
    end: datetime | None = None
    place: Place | None = None
    is_online: bool = False
    attendance: int | None = None
    attendance_remote: int | None = None
    roles: tuple[Role, ...] = ()
    agenda: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    next: Meeting | None = None
    witness: Witness | None = None
    mirror: Mirror | None = None

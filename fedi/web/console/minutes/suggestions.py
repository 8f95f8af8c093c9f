"""What the form for minutes offers: whose turn it is, partners, what others published lately, and the next number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import orjson

from fedi.activitypub.html import excerpt, plain
from fedi.conversation import reading
from fedi.governing import roles
from fedi.governing.roles import Turn
from fedi.governing.rules import able
from fedi.publishing.times import to_ms, zone
from fedi.publishing.words import _
from fedi.storage import actors, drafts, notes, partners
from fedi.storage import parts as part_rows
from fedi.storage.notes import Note
from fedi.storage.tx import Tx
from fedi.web.console.minutes.pieces import NOT_TOLD, ROLE_ONLY
from fedi.web.console.typed import choices, number
from fedi.web.console.writing import Occasion, last_zone
from fedi.web.i18n import catalogue

MOST_MIRRORS = 12
LINE = 120
AT_FIRST = 3
"""Roles of which a form says whose turn it is, and with which it begins where nobody holds any."""


@dataclass(frozen=True, slots=True)
class MirrorChoice:
    """Something published elsewhere that could be taken into a meeting: its address, whose it is, how it begins."""

    address: str
    who: str
    line: str
    language: str
    published: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the group's records suggest; `turns` are sentences, `holders_of` the people for each role by its label."""

    today: str = ""
    zone: str = ""
    number: str = ""
    turns: tuple[str, ...] = ()
    role_rows: tuple[dict[str, str], ...] = ()
    mirrors: tuple[MirrorChoice, ...] = ()
    partners: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    due: tuple[tuple[str, str], ...] = ()
    say: Callable[[str], str] = str

    def holders(self, role: str, kept: str) -> list[Any]:
        """Return how it can be told who held a role: not at all, the role alone, an initial, a pseudonym."""
        turn = dict(self.due).get(role.casefold(), "")
        names = [turn, *(name for name in self.names if name != turn)] if turn else self.names
        told: dict[str, str] = {
            NOT_TOLD: self.say(_("Leave it out")),
            ROLE_ONLY: self.say(_("Role only")),
        }
        for name in names:
            is_due = self.say(_("%(name)s (suggested)")) if name == turn else "%(name)s"
            initial = f"{name[:1].upper()}."
            told.setdefault(initial, is_due % {"name": initial})
            told.setdefault(name, is_due % {"name": name})
        if kept:
            told.setdefault(kept, kept)
        return choices(told.items())

    def items(self, titles: Sequence[str], kept: str) -> list[Any]:
        """Return the agenda items that a decision can belong to."""
        named = dict.fromkeys(title for title in (*titles, kept) if title)
        return choices([("", self.say(_("None of them"))), *((title, title) for title in named)])

    def witnesses(self, kept: str) -> list[Any]:
        """Return the partner groups that can be asked to witness."""
        told = {"": self.say(_("Nobody")), **dict(self.partners)}
        if kept:
            told.setdefault(kept, kept)
        return choices(told.items())


def read(tx: Tx, about: Occasion, *, is_new: bool) -> Suggested:
    """Read what suits these minutes."""
    group, say = about.group.actor, catalogue(about.speech.language).gettext
    where = zone_of(tx, group)
    today = datetime.fromtimestamp(about.now / 1000, zone(where) or UTC).date().isoformat()
    turns = roles.turns(tx, group)
    spoken = catalogue((about.group.languages or (about.speech.language,))[0]).gettext
    due = {spoken(turn.role.label): _due(turn) for turn in turns}
    return Suggested(
        today=today,
        zone=where,
        number=next(numbers(tx, about, today[:4], set())),
        turns=tuple(_told(turn, say) for turn in turns[:AT_FIRST]),
        role_rows=tuple(_rows(turns, spoken)) if is_new else (),
        mirrors=tuple(_mirrors(tx, about)),
        partners=tuple(_partners(tx, group)),
        names=tuple(member.name for member in able(tx, group)),
        due=tuple((label.casefold(), name) for label, name in due.items()),
        say=say,
    )


def numbers(tx: Tx, about: Occasion, year: str, typed: set[str]) -> Iterator[str]:
    """Count on from the last number of a decision of the year, of minutes published or still being written."""
    prefix = f"{year if number(year) else datetime.fromtimestamp(about.now / 1000, UTC).year}-"
    used = typed | _written(tx, about)
    start, end = (_new_year(int(prefix[:-1]) + more) for more in (0, 1))
    used |= part_rows.keys(tx, about.group.actor, "decision", start, end)
    ends = (key.removeprefix(prefix) for key in used if key and key.startswith(prefix))
    last = max((number(end) or 0 for end in ends), default=0)
    return (f"{prefix}{following}" for following in count(last + 1))


def _new_year(year: int) -> int:
    return to_ms(datetime(min(max(year, 1970), 2200), 1, 1, tzinfo=UTC))


def _written(tx: Tx, about: Occasion) -> set[str]:
    """Return the numbers of decisions in other drafts of the group."""
    mine = about.draft.id if about.draft else ""
    return {
        value
        for draft in drafts.of_group(tx, about.group.actor, "minutes")
        if draft.id != mine
        for name, values in draft.form.items()
        if name.startswith("decisions-") and name.endswith("-key")
        for value in values
    }


def zone_of(tx: Tx, group: str) -> str:
    """Return the zone of the minutes that a group is writing, or of what it published last."""
    for draft in drafts.of_group(tx, group, "minutes", limit=5):
        if any(draft.form.get("timezone", ())):
            return draft.form["timezone"][0]
    return last_zone(tx, group)


def _due(turn: Turn) -> str:
    who = turn.holder or turn.suggested
    return who.name if who else ""


def _told(turn: Turn, say: Callable[[str], str]) -> str:
    """Say whose turn it is."""
    role = say(turn.role.label)
    if turn.holder:
        return say(_("%(role)s: it is the turn of %(name)s.")) % {
            "role": role,
            "name": turn.holder.name,
        }
    if turn.suggested:
        return say(_("%(role)s is open; %(name)s has waited longest.")) % {
            "role": role,
            "name": turn.suggested.name,
        }
    return say(_("%(role)s is open.")) % {"role": role}


def _rows(turns: Sequence[Turn], say: Callable[[str], str]) -> Iterator[dict[str, str]]:
    """Yield the roles that a form begins with: those that somebody holds, told without whom, or the first few."""
    held = [turn for turn in turns if turn.holder]
    for turn in held or turns[:AT_FIRST]:
        yield {
            "role": say(turn.role.label),
            "held_by": ROLE_ONLY if turn.holder else NOT_TOLD,
            "note": "",
        }


def _partners(tx: Tx, group: str) -> Iterator[tuple[str, str]]:
    for partner in partners.of_group(tx, group):
        actor = actors.find(tx, partner.actor)
        if actor is not None:
            handle = f"@{actor.handle or f'{actor.username}@{actor.host}'}"
            yield handle, f"{actor.name} ({handle})" if actor.name else handle


def _mirrors(tx: Tx, about: Occasion) -> Iterator[MirrorChoice]:
    entries, _more = reading.read_by(tx, about.group.actor, limit=3 * MOST_MIRRORS)
    shown = [entry.note for entry in entries if not entry.shared_by]
    for note in [one for one in shown if one.visibility in reading.OPEN][:MOST_MIRRORS]:
        actor = actors.find(tx, note.author)
        yield MirrorChoice(
            address=note.url or note.id,
            who=(actor.name or f"@{actor.handle or actor.username}") if actor else note.author,
            line=_line(note),
            language=note.language,
            published=about.speech.short_day(note.published_at, None, about.now),
        )


def whose(tx: Tx, address: str) -> str:
    """Return the name of whoever published something elsewhere, or '' where it is not known here."""
    note = notes.find_at(tx, address) if address else None
    actor = actors.find(tx, note.author) if note else None
    return actor.name if actor else ""


def named(tx: Tx, actor_id: str) -> str:
    """Return the name of a partner, or their handle where they have none."""
    actor = actors.find(tx, actor_id)
    if actor is None:
        return actor_id
    return actor.name or f"@{actor.handle or f'{actor.username}@{actor.host}'}"


def _line(note: Note) -> str:
    """Return the title of a post, or how it begins."""
    document: Any = orjson.loads(note.document)
    name = document.get("name") if isinstance(document, dict) else None
    return excerpt(name if isinstance(name, str) and name else plain(note.html), LINE)

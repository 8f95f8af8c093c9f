"""Which decision is which: keys and ids of decisions and action items stay the same through all versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from itertools import count
from typing import TypeVar

from fedi.practices.minutes.model import Action, Decision, Minutes
from fedi.publishing.times import to_ms
from fedi.site import Site
from fedi.storage import parts
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx

DECISION, ACTION = "decision", "action"
PATHS = {DECISION: "decisions", ACTION: "actions"}
ALIKE = 0.6
"""How alike two texts are that one of them may have been made of the other (difflib's ratio)."""

Item = TypeVar("Item", Decision, Action)


@dataclass(frozen=True, slots=True)
class Known:
    """A decision or action item of an earlier version: where it stood, and what it said to those who saw most."""

    id: str
    key: str
    place: int
    text: str


def settle(tx: Tx, stored: StoredObject, details: Minutes, now: int) -> Minutes:
    """Give every decision and action item its key and id: those it had before, or new ones."""
    tx.lock("parts", stored.actor)
    year = details.date.year
    start, end = (datetime(y, 1, 1, tzinfo=details.date.tzinfo) for y in (year, year + 1))
    used = parts.keys(tx, stored.actor, DECISION, to_ms(start), to_ms(end))
    used |= {decision.key for decision in details.decisions}
    return replace(
        details,
        decisions=_settled(tx, stored, DECISION, details.decisions, _numbers(used, f"{year}-")),
        actions=_settled(tx, stored, ACTION, details.actions, _numbers(set(), "")),
    )


def align(whole: Minutes, seen: Minutes) -> Minutes:
    """Give what one audience sees the keys and ids of the whole: a piece is the same where the source has it."""
    decisions = _aligned(whole.decisions, seen.decisions)
    items = {one.id: one.item for one in whole.decisions}
    # Where an item is hidden from somebody, those after it have other numbers for them.
    numbers = {title: number for number, title in enumerate(seen.agenda, start=1)}
    places = {number: numbers.get(title, 0) for number, title in enumerate(whole.agenda, start=1)}
    return replace(
        seen,
        decisions=tuple(replace(one, item=places.get(items[one.id], 0)) for one in decisions),
        actions=_aligned(whole.actions, seen.actions),
    )


def match(wanted: Sequence[tuple[str, str]], known: Sequence[Known]) -> list[Known | None]:
    """Return for each key and text which of the known pieces it is, if any.

    A key decides, then the very words, then likeness; and if as many came as were there, the place.
    """
    found: list[Known | None] = [None] * len(wanted)
    left = {piece.id: piece for piece in known}

    def take(place: int, piece: Known | None) -> None:
        if piece is not None:
            found[place] = left.pop(piece.id)

    for place, (key, _) in enumerate(wanted):
        take(place, next((p for p in left.values() if key and p.key == key), None))
    for place, (_, text) in enumerate(wanted):
        if found[place] is None:
            take(place, next((p for p in left.values() if _plain(p.text) == _plain(text)), None))
    for likeness, place, piece in _likenesses(wanted, list(left.values())):
        if likeness >= ALIKE and found[place] is None and piece.id in left:
            take(place, piece)
    if len(wanted) == len(known):
        for place, (key, _) in enumerate(wanted):
            if found[place] is None and not key:
                take(place, next((p for p in left.values() if p.place == place), None))
    return found


def _likenesses(
    wanted: Sequence[tuple[str, str]], known: Sequence[Known]
) -> list[tuple[float, int, Known]]:
    """Return how alike each text without a key is to each known one, the most alike first."""
    pairs = [
        (SequenceMatcher(None, _plain(text), _plain(piece.text)).ratio(), place, piece)
        for place, (key, text) in enumerate(wanted)
        if not key
        for piece in known
    ]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].place))


def _settled(
    tx: Tx, stored: StoredObject, kind: str, items: tuple[Item, ...], fresh: Iterator[str]
) -> tuple[Item, ...]:
    rows = parts.of_object(tx, stored.id, kind)
    live = [row for row in rows if row.removed_at is None]
    known = [Known(row.id, row.key, row.place, _longest(tx, row.id)) for row in live]
    before = match([(item.key, item.text) for item in items], known)
    taken = {row.key for row in rows} | {item.key for item in items}
    settled: list[Item] = []
    for item, old in zip(items, before, strict=True):
        key = item.key or (old.key if old else next(k for k in fresh if k not in taken))
        made = old.id if old else _beside(stored.id, PATHS[kind])
        settled.append(replace(item, key=key, id=made))
    return tuple(settled)


def _aligned(whole: tuple[Item, ...], seen: tuple[Item, ...]) -> tuple[Item, ...]:
    left = list(whole)
    aligned: list[Item] = []
    for item in seen:
        # Several may stand on one line; what is seen of a text is most like the whole of it.
        here = [one for one in left if one.line == item.line] or left
        same = max(here, key=lambda one: SequenceMatcher(None, one.text, item.text).ratio())
        left.remove(same)
        aligned.append(replace(item, key=same.key, id=same.id))
    return tuple(aligned)


def _longest(tx: Tx, part: str) -> str:
    return max(parts.titles(tx, part).values(), key=len, default="")


def _numbers(used: set[str], prefix: str) -> Iterator[str]:
    """Count on from the highest number in use."""
    ends = (key.removeprefix(prefix) for key in used if key.startswith(prefix))
    numbers = (int(end) for end in ends if end.isascii() and end.isdigit() and len(end) < 9)
    highest = max(numbers, default=0)
    return (f"{prefix}{number}" for number in count(highest + 1))


def _beside(object_id: str, path: str) -> str:
    """Mint an id on the instance of an object of ours."""
    return Site(object_id.rsplit("/", 2)[0], "").new_object(path)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())

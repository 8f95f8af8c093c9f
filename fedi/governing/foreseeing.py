"""What an act that waits would do, found by doing it and taking it back at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from fedi.errors import FediError
from fedi.governing import asking
from fedi.house import House
from fedi.publishing.acts import Act
from fedi.publishing.trying import try_out
from fedi.storage import objects
from fedi.storage.pending import Pending
from fedi.storage.tx import Tx

SHOWN = frozenset({"publish", "edit"})
"""Acts that make a text; the others are told by their arguments."""
AUDIENCES = ("partners", "members")


@dataclass(frozen=True, slots=True)
class Text:
    """What one audience would see: the document that other servers get."""

    audience: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would come of it: texts, each for its audience, or why it cannot be done as things are."""

    texts: tuple[Text, ...] = ()
    trouble: FediError | None = None


async def foresee(house: House, found: Pending, now: int) -> Foreseen:
    """Return what an act would do if somebody agreed now; nothing of it is kept."""
    act = await house.store.read(lambda tx: asking.act_of(tx, found))
    try:
        return await try_out(house, act, now, lambda tx, made: _look(tx, act, made))
    except FediError as error:
        if error.may_retry:
            raise
        return Foreseen(trouble=error)


def _look(tx: Tx, act: Act, made: str) -> Foreseen:
    stored = objects.find(tx, made) if act.kind in SHOWN else None
    if stored is None:
        return Foreseen()
    versions = (objects.version(tx, made, name) for name in (stored.audience, *AUDIENCES))
    texts = [Text(v.audience, orjson.loads(v.document)) for v in versions if v is not None]
    return Foreseen(tuple({text.audience: text for text in texts}.values()))

"""Activities: who does what to what, and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fedi.activitypub.html import plain, strip_controls
from fedi.activitypub.vocabulary.values import (
    MAX_ITEMS,
    as_list,
    ids_of,
    millis_of,
    text_in,
    text_of,
    types_of,
    web_address,
    with_plain_keys,
)
from fedi.errors import Malformed

MAX_CONTENT = 10_000

Thing = str | dict[str, Any]

ACTIVITY_TYPES = frozenset(
    [
        *("Accept", "Add", "Announce", "Arrive", "Block", "Create", "Delete", "Dislike", "Flag"),
        *("Follow", "Ignore", "Invite", "Join", "Leave", "Like", "Listen", "Move", "Offer"),
        *("Question", "Read", "Reject", "Remove", "TentativeAccept", "TentativeReject", "Travel"),
        *("Undo", "Update", "View", "EmojiReact", "QuoteRequest"),
    ]
)


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity as it was told; its `object` is the first of `objects`, an id or a whole document.

    `id` is None where there is none that could be fetched. `content` is plain text: the emoji of an
    EmojiReact or of Misskey's Like, the words of a Flag or Join. `document` is what was read, unchanged.
    """

    id: str | None
    type: str
    actor: str
    object: Thing | None
    objects: tuple[Thing, ...]
    target: Thing | None
    origin: Thing | None
    instrument: Thing | None
    result: Thing | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    published_ms: int | None
    content: str
    document: dict[str, Any]

    @property
    def recipients(self) -> tuple[str, ...]:
        """All who are addressed, in `to`, `cc` or `audience`."""
        return tuple(dict.fromkeys(self.to + self.cc + self.audience))


def read_activity(document: dict[str, Any]) -> Activity:
    """Read an activity; Malformed without a type or an actor with a web address."""
    known: dict[str, Any] = with_plain_keys(document)
    types = types_of(known)
    if not types:
        raise Malformed("This activity has no type.")
    actor = web_address(known.get("actor"))
    if actor is None:
        raise Malformed("This activity has no actor.")
    objects = _things(known.get("object"))
    return Activity(
        id=web_address(known.get("id")),
        type=next((name for name in types if name in ACTIVITY_TYPES), types[0]),
        actor=actor,
        object=objects[0] if objects else None,
        objects=objects,
        target=_thing(known.get("target")),
        origin=_thing(known.get("origin")),
        instrument=_thing(known.get("instrument")),
        result=_thing(known.get("result")),
        to=ids_of(known.get("to")),
        cc=ids_of(known.get("cc")),
        audience=ids_of(known.get("audience")),
        published_ms=millis_of(known.get("published")),
        content=_content(known),
        document=document,
    )


def _things(value: Any) -> tuple[Thing, ...]:
    items = as_list(value)[:MAX_ITEMS]
    return tuple(item for item in items if isinstance(item, str | dict) and item)


def _thing(value: Any) -> Thing | None:
    return next(iter(_things(value)), None)


def _content(known: dict[str, Any]) -> str:
    said = text_in(known, "content") or text_of(known.get("_misskey_reaction"))
    said = said or text_of(known.get("participationMessage"))
    return strip_controls(plain(said[: 2 * MAX_CONTENT]))[:MAX_CONTENT]

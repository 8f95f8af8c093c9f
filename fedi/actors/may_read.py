"""The one door for everything restricted: who may read which of our objects, and as which audience."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from fedi.actors import blocked
from fedi.storage import follows, objects, partners, versions
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: the actor whose key signed the request, a member of a group (by its actor id), or anybody."""

    actor: str | None = None
    member_of: str | None = None


ANYBODY = Reader()


def may_read(tx: Tx, what: str | StoredObject, reader: Reader) -> str | None:
    """Return the audience whose version this reader is shown, or None.

    None is to be answered exactly as what is not there at all (interop §6.19).
    """
    found = objects.find(tx, what) if isinstance(what, str) else what
    if found is None or found.withdrawn_at is not None:
        return None
    if reader.member_of == found.actor:
        return _fullest(tx, found, ("members", "partners"))
    if reader.actor == found.actor:
        return found.audience
    if reader.actor and blocked.is_blocked(tx, found.actor, reader.actor):
        return None
    if (
        reader.actor
        and found.audience != "members"
        and partners.is_partner(tx, found.actor, reader.actor)
        and _fullest(tx, found, ("partners",)) == "partners"
    ):
        return "partners"
    match found.audience:
        case "public" | "unlisted":
            return found.audience
        case "followers" if reader.actor and follows.is_follower(tx, reader.actor, found.actor):
            return found.audience
        case "direct" if reader.actor and reader.actor in _told(tx, found):
            return found.audience
        case _:
            return None


def _told(tx: Tx, found: StoredObject) -> list[str]:
    """Return whom an answer was sent to that is for one person alone."""
    version = versions.present(tx, found.id, "direct")
    return orjson.loads(version.document)["to"] if version else []


def _fullest(tx: Tx, found: StoredObject, wished: tuple[str, ...]) -> str:
    """Return the first audience wished for that sees something of its own, or the one it is for."""
    if found.audience == wished[0]:
        return found.audience
    there = versions.audiences(tx, found.id, found.version)
    return next((audience for audience in wished if audience in there), found.audience)

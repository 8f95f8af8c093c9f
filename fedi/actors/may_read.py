"""The one door for everything restricted: who may read which of our objects, and as which audience."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.actors import blocked
from fedi.storage import follows, objects
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: the actor whose key signed the request, or None for anybody."""

    actor: str | None = None


ANYBODY = Reader()


def may_read(tx: Tx, what: str | StoredObject, reader: Reader) -> str | None:
    """Return the audience whose version this reader is shown, or None.

    None is to be answered exactly as what is not there at all (interop §6.19).
    """
    found = objects.find(tx, what) if isinstance(what, str) else what
    if found is None or found.withdrawn_at is not None:
        return None
    if reader.actor == found.actor:
        return found.audience
    if reader.actor and blocked.is_blocked(tx, found.actor, reader.actor):
        return None
    match found.audience:
        case "public" | "unlisted":
            return found.audience
        case "followers" if reader.actor and follows.is_follower(tx, reader.actor, found.actor):
            return found.audience
        case _:
            return None

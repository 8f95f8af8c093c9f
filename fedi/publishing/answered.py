"""What a published thing is in reply to: something of ours, or a post that was taken in here."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.errors import Gone, Refused
from fedi.publishing.markdown import Mentioned
from fedi.site import Site
from fedi.storage import actors, notes, objects
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Answered:
    """Id, thread and audience of what is answered, and the author, who is to hear of it."""

    id: str
    thread: str
    audience: str
    author: Mentioned | None


def find_answered(tx: Tx, site: Site, address: str) -> Answered:
    """Return what has this id or page, or raise Refused."""
    if site.is_local(address):
        ours = objects.find(tx, address)
        if ours is None:
            raise Refused(f"There is nothing to answer at {address}.")
        if ours.withdrawn_at is not None:
            raise Gone("What this answers was withdrawn.")
        return Answered(ours.id, ours.thread, ours.audience, _person(tx, ours.actor))
    note = notes.find_at(tx, address)
    if note is None:
        raise Refused(
            f"{address} is not known here.", cure="Look it up first; then it can be answered."
        )
    if note.visibility not in ("public", "unlisted"):
        # A group has no voice that only one person hears; whoever wrote in confidence is not quoted in public.
        raise Refused("That was not said in public, so it cannot be answered by a post.")
    return Answered(note.id, note.thread or note.id, note.visibility, _person(tx, note.author))


def answered_by(tx: Tx, site: Site, stored: StoredObject) -> Answered | None:
    """Return what a published thing answers, even if that is gone by now."""
    if stored.in_reply_to is None:
        return None
    try:
        return find_answered(tx, site, stored.in_reply_to)
    except (Refused, Gone):
        return Answered(stored.in_reply_to, stored.thread, stored.audience, None)


def _person(tx: Tx, actor_id: str) -> Mentioned | None:
    actor = actors.find(tx, actor_id)
    if actor is None or actor.gone_at is not None:
        return None
    handle = actor.handle or f"{actor.username}@{actor.host}"
    return Mentioned(handle, actor.id, actor.url or actor.id)

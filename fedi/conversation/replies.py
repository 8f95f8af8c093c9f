"""Replies and mentions from elsewhere: taken in, changed and deleted by whoever wrote them."""

from __future__ import annotations

from typing import Any

from fedi.activitypub.origins import same_origin
from fedi.activitypub.vocabulary import ACTOR_TYPES, id_of, read_note, types_of
from fedi.actors.known import when_gone
from fedi.actors.receive import Incoming, receives
from fedi.conversation import arriving, keeping, reactions, votes
from fedi.delivery.clockwork import job
from fedi.errors import Malformed
from fedi.house import House
from fedi.storage import jobs, notes, quotes
from fedi.storage.tx import Tx

DAY_MS = 86_400_000
KEEP_BURIED_MS = 365 * DAY_MS
"""How long it is remembered what others deleted; signatures and proofs of that age count no more anyway."""
MOST_AT_ONCE = 20
"""GoToSocial puts several answers to a poll into one Create (interop §3.9)."""


@receives("Create")
def on_create(tx: Tx, told: Incoming) -> None:
    """Keep what is said in our threads, to our groups, or by those they follow."""
    for thing in told.activity.objects[:MOST_AT_ONCE]:
        if isinstance(thing, dict) and _is_by(told, thing):
            read = read_note(thing, activity=told.activity)
            arriving.take_in(tx, told.site, read, thing, told.now, inbox_of=told.inbox_of)
        else:
            _look_up(tx, told, thing)


@receives("Update")
def on_update(tx: Tx, told: Incoming) -> None:
    """Replace what a post said; one that we never saw is taken as new."""
    thing = told.activity.object
    if not isinstance(thing, dict) or not _is_by(told, thing) or _is_actor(thing):
        return
    read = read_note(thing, activity=told.activity)
    if not keeping.revise(tx, read, thing):
        arriving.take_in(tx, told.site, read, thing, told.now, inbox_of=told.inbox_of)


@receives("Delete")
def on_delete(tx: Tx, told: Incoming) -> None:
    """Delete a post of the one who says so; its id never comes back, also if we never saw it."""
    name = id_of(told.activity.object)
    if name is None or name == told.by or not same_origin(name, told.by):
        return
    # Being of the same server is not being the same actor (interop §6.2).
    tx.lock("note", name)
    notes.bury(tx, name, told.by, told.now)
    votes.take_back(tx, told.by, name, told.now)
    known = notes.find(tx, name)
    if known is not None and known.author == told.by:
        keeping.forget(tx, name)
    for quote in quotes.of_quoting(tx, name):
        if quote.actor == told.by:
            quotes.revoke(tx, quote.id)


@when_gone
def forget_author(tx: Tx, actor: str, now: int) -> None:
    """Delete everything an actor said and did here, when the actor itself is gone.

    Somebody may have done much, and each thing is locked until commit; the rest is left to a job.
    """
    said = notes.by_author(tx, actor)
    for note in said:
        keeping.forget(tx, note.id)
    did = reactions.forget_some(tx, actor)
    chose = votes.forget_some(tx, actor, now)
    if said or did or chose:
        jobs.add(tx, "conversation.forget", actor, {"actor": actor}, now)


@job("conversation.dig_up", every=DAY_MS)
async def dig_up(house: House, payload: dict[str, Any]) -> None:
    """Forget what strangers deleted long ago, where nothing here leads to it."""
    before = house.now() - KEEP_BURIED_MS
    while await house.store.write(lambda tx: notes.dig_up(tx, before)):
        pass


def _is_by(told: Incoming, thing: dict[str, Any]) -> bool:
    """Tell whether an embedded object is the sender's own: of its server and with it as author (interop §6.3)."""
    name = id_of(thing)
    if name is None:
        raise Malformed("An object that is sent here needs an id.")
    author = id_of(thing.get("attributedTo")) or id_of(thing.get("actor"))
    return same_origin(name, told.by) and author == told.by


def _is_actor(thing: dict[str, Any]) -> bool:
    return not ACTOR_TYPES.isdisjoint(types_of(thing))


def _look_up(tx: Tx, told: Incoming, thing: Any) -> None:
    """Fetch what was only named, or was said in somebody else's name, from where it is at home."""
    name = id_of(thing)
    if (
        name
        and not told.site.is_local(name)
        and same_origin(name, told.by)
        and not notes.is_buried(tx, name, told.by)
    ):
        jobs.add(tx, "conversation.fetch", name, {"id": name, "inbox_of": told.inbox_of}, told.now)

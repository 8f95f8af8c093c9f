"""Likes, emoji and shares of what is ours, and taking them back."""

from __future__ import annotations

from fedi.activitypub.vocabulary import id_of, type_of
from fedi.actors.may_read import Reader, may_read
from fedi.actors.receive import Incoming, receives, recognises
from fedi.conversation import changes, reading
from fedi.storage import objects, seen
from fedi.storage import reactions as rows
from fedi.storage.objects import StoredObject
from fedi.storage.reactions import EMOJI, LIKE, SHARE, Reaction
from fedi.storage.tx import Tx

LONGEST_EMOJI = 64
MOST_OF_ONE = 12
"""How many reactions of one actor to one object are kept."""
_TYPES = {LIKE: "Like", SHARE: "Announce", EMOJI: "EmojiReact"}


@receives("Like")
def on_like(tx: Tx, told: Incoming) -> None:
    """Count a like; Misskey says with it which emoji it means (interop §9)."""
    _react(tx, told, EMOJI if told.activity.content else LIKE)


@receives("EmojiReact")
def on_emoji(tx: Tx, told: Incoming) -> None:
    """Count an emoji, one of each from everybody."""
    _react(tx, told, EMOJI)


@receives("Announce")
def on_announce(tx: Tx, told: Incoming) -> None:
    """Count a share of something of ours; what others share of others is read by those who follow them."""
    _react(tx, told, SHARE)
    reading.hear_shared(tx, told)


@receives("Undo", of="Like")
def on_undo_like(tx: Tx, told: Incoming) -> None:
    """Take back a like, or the emoji that came as one."""
    _take_back(tx, told, (LIKE, EMOJI))


@receives("Undo", of="EmojiReact")
def on_undo_emoji(tx: Tx, told: Incoming) -> None:
    """Take back an emoji."""
    _take_back(tx, told, (EMOJI,))


@receives("Undo", of="Announce")
def on_undo_announce(tx: Tx, told: Incoming) -> None:
    """Take back a share."""
    _take_back(tx, told, (SHARE,))
    reading.unhear_shared(tx, told)


@recognises
def begins_a_reaction(tx: Tx, actor: str, name: str) -> str | None:
    """Know the id of the activity with which somebody reacted."""
    found = rows.find_by_activity(tx, actor, name)
    return _TYPES[found.kind] if found else None


def forget_some(tx: Tx, actor: str) -> bool:
    """Take away some of what an actor did to what is ours; tell whether there was any."""
    found = rows.by_actor(tx, actor)
    for reaction in found:
        _remove(tx, reaction)
    return bool(found)


def _react(tx: Tx, told: Incoming, kind: str) -> None:
    stored = _reacted_to(tx, told, kind)
    if stored is None or told.limited or may_read(tx, stored, Reader(told.by)) is None:
        return
    _lock(tx, stored.id, told.by)
    if seen.was_undone(tx, told.by, _nameless(told.activity.type, stored.id), told.now):
        return
    content = told.activity.content[:LONGEST_EMOJI] if kind == EMOJI else ""
    reaction = Reaction(stored.id, kind, told.by, content, told.activity.id or "", told.now)
    before = rows.of_actor(tx, told.by, stored.id)
    if len(before) < MOST_OF_ONE and rows.add(tx, reaction):
        _count(tx, reaction, before, 1)


def _reacted_to(tx: Tx, told: Incoming, kind: str) -> StoredObject | None:
    """Return what of ours a reaction is about; a group that shares tells it with the Create around it (FEP-1b12)."""
    thing = told.activity.object
    if kind == SHARE and type_of(thing) in ("Create", "Update") and isinstance(thing, dict):
        thing = thing.get("object")
    name = id_of(thing)
    return objects.find(tx, name) if name and told.site.is_local(name) else None


def _take_back(tx: Tx, told: Incoming, kinds: tuple[str, ...]) -> None:
    """Take back what the sender did: by the id it had, else by what it was about."""
    carried = told.activity.object
    if isinstance(carried, dict) and id_of(carried.get("actor")) not in (None, told.by):
        return
    name = id_of(carried)
    known = rows.find_by_activity(tx, told.by, name) if name else None
    if known is not None:
        _remove(tx, known)
        return
    about = id_of(carried.get("object")) if isinstance(carried, dict) else None
    if about is None:
        return
    _lock(tx, about, told.by)
    done = rows.of_actor(tx, told.by, about)
    meant = [reaction for reaction in done if reaction.kind in kinds]
    for reaction in meant:
        _remove(tx, reaction)
    if not meant and not name and told.site.is_local(about):
        # It overtook what it undoes, which has no id by which it could be told.
        seen.undo(tx, told.by, _nameless(type_of(carried), about), told.now)


def _nameless(activity_type: str, about: str) -> str:
    """Name a reaction by what it is, where its Undo does not say its id."""
    return f"{activity_type} {about}"


def _remove(tx: Tx, reaction: Reaction) -> None:
    _lock(tx, reaction.object, reaction.actor)
    if rows.remove(tx, reaction):
        _count(tx, reaction, rows.of_actor(tx, reaction.actor, reaction.object), -1)


def _lock(tx: Tx, object_id: str, actor: str) -> None:
    tx.lock("reaction", object_id, actor)


def _count(tx: Tx, reaction: Reaction, others: list[Reaction], by: int) -> None:
    """Count a reaction where it is the only one: with a like and five emoji somebody likes once."""
    if reaction.kind == SHARE:
        objects.tally(tx, reaction.object, shares=by)
    elif all(other.kind == SHARE for other in others):
        objects.tally(tx, reaction.object, likes=by)
    changes.drawn_anew(tx, reaction.object)

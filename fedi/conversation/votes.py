"""Votes in polls of ours: one for everybody (or one for each option), while the poll is open, and taken back."""

from __future__ import annotations

from unicodedata import normalize

from fedi.activitypub.vocabulary import Note as ReadNote
from fedi.actors import blocked
from fedi.actors.may_read import Reader, may_read
from fedi.storage import jobs, objects, polls
from fedi.storage.objects import StoredObject
from fedi.storage.polls import StoredPoll
from fedi.storage.tx import Tx

MINUTE = 60_000
HOUR = 60 * MINUTE
SOON, LATER = 3 * MINUTE, 15 * MINUTE
"""How long votes are gathered before anybody hears of them: at first, when many come, and after an hour."""


def count(tx: Tx, read: ReadNote, now: int) -> bool:
    """Count an answer to a poll of ours (interop §3.9) and tell whether it counts.

    It does for whoever may read the poll and is neither blocked nor limited, while the poll is open, once.
    """
    stored = objects.find(tx, read.in_reply_to or "")
    if stored is None or not _is_heard(tx, stored, read):
        return False
    tx.lock("poll", stored.id)
    poll = polls.find(tx, stored.id)
    if poll is None or not poll.is_open(now):
        return False
    place = _place(poll, read.name)
    if place is None or (not poll.is_multiple and polls.chosen(tx, stored.id, read.attributed_to)):
        return False
    if not polls.vote(tx, stored.id, read.attributed_to, place, read.id):
        return False
    _tell(tx, stored, now)
    return True


def take_back(tx: Tx, actor: str, note_id: str, now: int) -> None:
    """No longer count the votes that an actor gave in a post which it deleted; what is closed stays counted."""
    for object_id, place in polls.said_in(tx, actor, note_id):
        _uncount(tx, object_id, actor, place, now)


def forget_some(tx: Tx, actor: str, now: int) -> bool:
    """Take away some of the votes of an actor who is gone; tell whether there were any."""
    given = polls.given_by(tx, actor)
    for object_id, place in given:
        _uncount(tx, object_id, actor, place, now)
    return bool(given)


def drop_unwelcome(tx: Tx, actor: str, now: int) -> None:
    """No longer count the votes of an actor in polls of those who do not want to hear from it any more."""
    for object_id, place in polls.given_by(tx, actor):
        stored = objects.find(tx, object_id)
        if stored is not None and _is_unwelcome(tx, stored, (actor,)):
            _uncount(tx, object_id, actor, place, now)


def plain(name: str) -> str:
    """Return the name of an option as it is compared: servers differ in how they write the same letters."""
    return " ".join(normalize("NFC", name).split()).casefold()


def _is_heard(tx: Tx, stored: StoredObject, read: ReadNote) -> bool:
    if _is_unwelcome(tx, stored, (read.attributed_to, read.id)):
        return False
    return may_read(tx, stored, Reader(read.attributed_to)) is not None


def _is_unwelcome(tx: Tx, stored: StoredObject, named: tuple[str, ...]) -> bool:
    """Tell whether the instance or the group that asks blocks or limits one of these."""
    asking = (blocked.INSTANCE, stored.actor)
    return any(blocked.severity(tx, group, named) for group in asking)


def _place(poll: StoredPoll, name: str) -> int | None:
    names = [plain(option) for option in poll.options]
    return names.index(plain(name)) if plain(name) in names else None


def _uncount(tx: Tx, object_id: str, actor: str, place: int, now: int) -> None:
    tx.lock("poll", object_id)
    stored = objects.find(tx, object_id)
    if polls.take_back(tx, object_id, actor, place) and stored is not None:
        _tell(tx, stored, now)


def _tell(tx: Tx, stored: StoredObject, now: int) -> None:
    """Have the new counts told a while from now, with all that come until then."""
    delay = SOON if now - stored.published_at < HOUR else LATER
    jobs.add(tx, "polls.tell", stored.id, {"object": stored.id}, now + delay)

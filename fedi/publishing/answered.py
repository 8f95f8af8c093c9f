"""What a published thing is in reply to: something of ours, or a post that was taken in here."""

from __future__ import annotations

from dataclasses import dataclass, replace

import orjson

from fedi.activitypub.vocabulary.parts import read_poll
from fedi.actors.may_read import Reader, may_read
from fedi.conversation.reading import OPEN, may_see
from fedi.errors import Gone, Refused
from fedi.publishing.markdown import Mentioned
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import actors, notes, objects, polls
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx

DIRECT = "direct"
"""The audience of an answer that one person alone gets."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Id, thread and audience of what is answered, and the author, who is to hear of it.

    What was not said in public is answered to its author alone: then the audience is 'direct'. `options` are what can
    be chosen where it is a poll: other servers take an answer of that name for a vote.
    """

    id: str
    thread: str
    audience: str
    author: Mentioned | None
    options: tuple[str, ...] = ()


def find_answered(tx: Tx, site: Site, address: str, group: str) -> Answered:
    """Return what has this id or page for a group (by its actor id) that answers it, or raise Refused."""
    if site.is_local(address) and (ours := objects.find(tx, address)):
        if ours.withdrawn_at is not None:
            raise Gone(_("What this answers was withdrawn."))
        if may_read(tx, ours, Reader(group, member_of=group)) is not None:
            is_ours = ours.audience == DIRECT and ours.actor == group
            author = _recipient(tx, ours) if is_ours else _person(tx, ours.actor)
            poll = polls.find(tx, ours.id)
            options = poll.options if poll else ()
            return Answered(ours.id, ours.thread, ours.audience, author, options)
    note = notes.find_at(tx, address)
    if note is None or not may_see(tx, note, group):
        if site.is_local(address):
            raise Refused(_("There is nothing to answer at %(address)s."), address=address)
        raise Refused(
            _("%(address)s is not known here."),
            cure=_("Look it up first; then it can be answered."),
            address=address,
        )
    audience = note.visibility if note.visibility in OPEN else DIRECT
    poll = read_poll(orjson.loads(note.document))
    options = tuple(option.name for option in poll.options) if poll else ()
    author = _person(tx, note.author)
    return Answered(note.id, note.thread or note.id, audience, author, options)


def answered_by(tx: Tx, site: Site, stored: StoredObject) -> Answered | None:
    """Return what a published thing answers, even if that is gone by now."""
    if stored.in_reply_to is None:
        return None
    try:
        found = find_answered(tx, site, stored.in_reply_to, stored.actor)
    except (Refused, Gone):
        found = Answered(stored.in_reply_to, stored.thread, stored.audience, None)
    if stored.audience == DIRECT:
        # Whom it was said to stays so, whatever became of what they said.
        return replace(found, audience=DIRECT, author=_recipient(tx, stored))
    return found


def _recipient(tx: Tx, stored: StoredObject) -> Mentioned | None:
    version = objects.version(tx, stored.id, DIRECT)
    told = orjson.loads(version.document).get("to") if version else None
    return _person(tx, told[0]) if told else None


def _person(tx: Tx, actor_id: str) -> Mentioned | None:
    actor = actors.find(tx, actor_id)
    if actor is None or actor.gone_at is not None:
        return None
    handle = actor.handle or f"{actor.username}@{actor.host}"
    return Mentioned(handle, actor.id, actor.url or actor.id)

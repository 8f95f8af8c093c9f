"""What our groups read: posts of those they follow, and what these pass on; and who may see a post at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fedi.activitypub.vocabulary import Note as ReadNote
from fedi.activitypub.vocabulary import id_of, type_of
from fedi.actors import blocked
from fedi.actors.receive import Incoming
from fedi.conversation import keeping
from fedi.delivery.clockwork import job
from fedi.house import House
from fedi.site import Site
from fedi.storage import follows, house_rules, jobs, notes, reading
from fedi.storage import groups as group_rows
from fedi.storage.notes import Note
from fedi.storage.reading import Entry
from fedi.storage.tx import Tx

DAY = 86_400_000
KEEP_MS = 60 * DAY
"""How long a post stays on a reading list; what is in a thread of ours stays as long as that."""
MOST_SHARED_A_DAY = 50
"""How many posts of others we fetch in a day because one whom we follow shared them."""
POSTS = frozenset(("Note", "Article", "Page", "Question", "Event", "Video", "Audio", "Image"))
OPEN = ("public", "unlisted")

Position = tuple[int, str]


def may_see(tx: Tx, note: Note, group: str) -> bool:
    """Tell whether a group may see a post: it is public, was said to the group, or to all who follow its author."""
    if note.visibility in OPEN or note.to_group == group:
        return True
    return note.visibility == "followers" and follows.is_follower(tx, group, note.author)


def read_by(
    tx: Tx, group: str, before: Position | None = None, limit: int = 30
) -> tuple[list[Entry], Position | None]:
    """Return a page of a group's reading list without those it blocks or limits, and where the next one begins."""
    found = reading.list_(tx, group, before, limit + 1)
    page = found[:limit]
    after = (page[-1].at, page[-1].note.id) if len(found) > limit else None
    return [entry for entry in page if _is_welcome(tx, group, entry)], after


def take(tx: Tx, site: Site, read: ReadNote, document: Mapping[str, Any], now: int) -> None:
    """Put a post onto the lists of those of our groups that follow its author.

    What is said to somebody alone, or in answer to others, is not for everybody who follows.
    """
    readers = follows.ours_of(tx, read.attributed_to)
    if not readers or read.type not in POSTS or not _is_begun_by_author(tx, read):
        return
    if keeping.visibility_of(tx, read) == "direct":
        return
    note = find_kept(tx, site, read, document, now)
    for group in readers if note else ():
        if not blocked.severity(tx, group, [read.attributed_to, read.id]):
            reading.add(tx, group, read.id, min(read.published_ms or now, now))


def hear_shared(tx: Tx, told: Incoming) -> None:
    """Have a post fetched that somebody shares whom our groups follow; a community shares what its people begin."""
    thing = told.activity.object
    if isinstance(thing, dict) and type_of(thing) == "Create":
        thing = thing.get("object")
        if isinstance(thing, dict) and thing.get("inReplyTo"):
            return
    if isinstance(thing, dict) and type_of(thing) not in POSTS:
        return
    name = id_of(thing)
    if name is None or told.limited or told.site.is_local(name):
        return
    if not follows.ours_of(tx, told.by):
        return
    if notes.find(tx, name) is not None:
        share(tx, told.by, name, told.now)
    elif reading.count_shared(tx, told.by, told.now - DAY) < MOST_SHARED_A_DAY:
        jobs.add(tx, "conversation.shared", name, {"id": name, "by": told.by}, told.now)


def unhear_shared(tx: Tx, told: Incoming) -> None:
    """Take off our lists what somebody no longer shares."""
    carried = told.activity.object
    name = id_of(carried.get("object")) if isinstance(carried, dict) else None
    if name:
        reading.unshare(tx, name, told.by)


def share(tx: Tx, by: str, note_id: str, now: int) -> None:
    """Put a known post onto the lists of those that follow who shares it, if everybody may read it."""
    note = notes.find(tx, note_id)
    if note is None or note.visibility not in OPEN or _is_limited(tx, note):
        return
    for group in follows.ours_of(tx, by):
        if note.author != group and not blocked.severity(tx, group, [by, note.author, note.id]):
            reading.add(tx, group, note_id, now, by)


def forget(tx: Tx, group: str, actor: str) -> None:
    """Take off a group's list what somebody wrote or shared, as after the group follows them no more."""
    _drop(tx, reading.forget_of(tx, group, actor))


@job("conversation.prune", every=DAY)
async def prune(house: House, payload: dict[str, Any]) -> None:
    """Delete what was to be read long ago, and the words to groups that keep them only for some time."""
    now = house.now()
    while await house.store.write(lambda tx: _prune_some(tx, now - KEEP_MS)):
        pass
    for group in await house.store.read(group_rows.list_):
        actor = group.actor
        rules = await house.store.read(lambda tx, actor=actor: house_rules.find(tx, actor))
        if rules.keep_replies_days > 0:
            before = now - rules.keep_replies_days * DAY
            while await house.store.write(
                lambda tx, actor=actor, before=before: _forget_older(tx, actor, before)
            ):
                pass


def _prune_some(tx: Tx, before: int) -> bool:
    gone = reading.prune(tx, before)
    _drop(tx, gone)
    return bool(gone)


def _forget_older(tx: Tx, group: str, before: int) -> bool:
    gone = notes.older(tx, group, before)
    for name in gone:
        keeping.forget(tx, name)
    return bool(gone)


def _drop(tx: Tx, names: list[str]) -> None:
    for name in names:
        if reading.unneeded(tx, name):
            keeping.forget(tx, name)


def find_kept(
    tx: Tx, site: Site, read: ReadNote, document: Mapping[str, Any], now: int
) -> Note | None:
    """Keep a post although it may not be about us; None where its author deleted it or is blocked or limited here."""
    if notes.find(tx, read.id) is None:
        place = keeping.place_of(tx, site, read) or keeping.NOWHERE
        keeping.keep(tx, site, read, document, now, place=place)
    note = notes.find(tx, read.id)
    return None if note is None or _is_limited(tx, note) else note


def _is_limited(tx: Tx, note: Note) -> bool:
    return blocked.severity(tx, blocked.INSTANCE, [note.author, note.id]) is not None


def _is_begun_by_author(tx: Tx, read: ReadNote) -> bool:
    if read.in_reply_to is None:
        return True
    above = notes.find(tx, read.in_reply_to)
    return above is not None and above.author == read.attributed_to


def _is_welcome(tx: Tx, group: str, entry: Entry) -> bool:
    named = [name for name in (entry.note.author, entry.note.id, entry.shared_by) if name]
    if any(blocked.severity(tx, whose, named) for whose in (blocked.INSTANCE, group)):
        return False
    return may_see(tx, entry.note, group)

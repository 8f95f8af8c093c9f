"""What a group does in a conversation when a person asks: like, share, take back, hide."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.actors.groups import get_group
from fedi.actors.may_read import Reader, may_read
from fedi.conversation import keeping, reading
from fedi.delivery import activities as build
from fedi.delivery import outbox
from fedi.errors import Refused, _
from fedi.site import Site
from fedi.storage import activities, deeds, notes, objects
from fedi.storage.deeds import Deed
from fedi.storage.notes import Note
from fedi.storage.tx import Tx

LIKE, SHARE = "like", "share"


@dataclass(frozen=True, slots=True)
class _Post:
    """A post that something is done to: one that was taken in here, or one of ours."""

    id: str
    author: str
    visibility: str


def like(tx: Tx, site: Site, group: str, url: str, now: int) -> str:
    """Let a group like a post, and return the id of the activity; liked twice is liked once."""
    ours = get_group(tx, group)
    note = _post(tx, url, ours.actor)
    tx.lock("deed", ours.actor, note.id)
    known = deeds.find(tx, ours.actor, LIKE, note.id)
    if known is not None:
        return known.activity
    activity = build.like(ours.actor, note.id, note.author)
    said = outbox.send(tx, site, by=ours.actor, activity=activity, to=[note.author], now=now)
    deeds.add(tx, Deed(ours.actor, LIKE, note.id, said, now))
    return said


def boost(tx: Tx, site: Site, group: str, url: str, now: int) -> str:
    """Let a group share a public post with its followers, and return the id of the activity."""
    ours = get_group(tx, group)
    note = _post(tx, url, ours.actor)
    if note.visibility not in ("public", "unlisted"):
        raise Refused(_("Only public posts can be shared."))
    tx.lock("deed", ours.actor, note.id)
    known = deeds.find(tx, ours.actor, SHARE, note.id)
    if known is not None:
        return known.activity
    activity = build.announce(ours.actor, note.id, note.author, now)
    said = outbox.publish(
        tx, site, by=ours.actor, activity=activity, audience="public", now=now, also=[note.author]
    )
    deeds.add(tx, Deed(ours.actor, SHARE, note.id, said, now))
    return said


def undo(tx: Tx, site: Site, group: str, what: str, now: int) -> str:
    """Take back a like or share, named by the activity or by the post; return the id of the Undo."""
    ours = get_group(tx, group)
    deed = deeds.find_by_activity(tx, what)
    if deed is None:
        note = notes.find_at(tx, what)
        about = note.id if note else what
        deed = deeds.find(tx, ours.actor, SHARE, about) or deeds.find(tx, ours.actor, LIKE, about)
    said = activities.find(tx, deed.activity) if deed else None
    mine = deed is not None and deed.actor == ours.actor and deed.kind in (LIKE, SHARE)
    if deed is None or said is None or not mine:
        raise Refused(_("%(group)s has not liked or shared %(what)s."), group=group, what=what)
    activity = build.undo(ours.actor, said.document)
    post = _find_post(tx, deed.object, ours.actor)
    author = [post.author] if post else []
    deeds.remove(tx, deed)
    if deed.kind == LIKE:
        return outbox.send(tx, site, by=ours.actor, activity=activity, to=author, now=now)
    return outbox.publish(
        tx, site, by=ours.actor, activity=activity, audience="public", now=now, also=author
    )


def hide(tx: Tx, group: str, url: str, now: int, *, hidden: bool = True) -> Note:
    """Hide a reply from the pages here, or show it again; nothing is said to anybody about it."""
    ours, note = get_group(tx, group), notes.find_at(tx, url)
    if note is None:
        raise Refused(
            _("%(address)s is not known here."),
            cure=f"fedi replies {group} lists what is.",
            address=url,
        )
    root = objects.find(tx, note.thread) if note.thread else None
    if (note.to_group or (root.actor if root else None)) != ours.actor:
        raise Refused(_("%(address)s is not in a thread of %(group)s."), address=url, group=group)
    if hidden:
        keeping.hide(tx, note.id, now, "group")
    else:
        keeping.show(tx, note.id)
    return note


def _post(tx: Tx, url: str, group: str) -> _Post:
    post = _find_post(tx, url, group)
    if post is None:
        raise Refused(
            _("%(address)s is not known here."),
            cure=_("Give the address of a post."),
            address=url,
        )
    return post


def _find_post(tx: Tx, url: str, group: str) -> _Post | None:
    ours = objects.find(tx, url)
    if ours is not None:
        may = may_read(tx, ours, Reader(group)) is not None
        return _Post(ours.id, ours.actor, ours.audience) if may else None
    note = notes.find_at(tx, url)
    if note is None or not reading.may_see(tx, note, group):
        return None
    return _Post(note.id, note.author, note.visibility)

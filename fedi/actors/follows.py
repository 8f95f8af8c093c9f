"""Follows both ways: others ask to follow our groups, and our groups follow others."""

from __future__ import annotations

from typing import Any

from fedi.activitypub.context import ANSWER_CONTEXT
from fedi.activitypub.vocabulary import id_of
from fedi.actors.groups import get_group
from fedi.actors.receive import Incoming, receives, recognises
from fedi.delivery import activities as build
from fedi.delivery import outbox
from fedi.errors import Refused, _
from fedi.site import Site
from fedi.storage import actors, blocked_by, deliveries, follows, groups, signals
from fedi.storage.follows import ACCEPTED, PENDING, REFUSED, Follow
from fedi.storage.tx import Tx


@receives("Follow", to="group")
def on_follow(tx: Tx, told: Incoming) -> None:
    """Take a follower at once, or let them wait where the group is locked; asked again, answer again.

    Whoever asks to follow has ended their block, whether or not we heard of that; else no answer reached them.
    """
    followed = told.about.group or ""
    if told.sender is None or told.sender.gone_at is not None:
        return
    blocked_by.remove(tx, followed, told.by)
    group = told.about.ours
    if group is None or group.removed_at is not None or told.unwelcome:
        _answer(tx, told.site, build.reject, followed, _asked(told, followed), told.now)
        return
    state = PENDING if group.locked else ACCEPTED
    follow = follows.add(tx, told.by, followed, state, told.activity.id or "", told.now)
    if follow.state == ACCEPTED:
        _answer(tx, told.site, build.accept, followed, follow_document(follow), told.now)
    _changed(tx, group.name)


@receives("Undo", of="Follow")
def on_undo_follow(tx: Tx, told: Incoming) -> None:
    """End a follow by whoever made it, named by its id or embedded."""
    carried = told.activity.object
    follow = None
    if isinstance(carried, dict):
        if id_of(carried.get("actor")) not in (None, told.by):
            return
        follow = follows.find(tx, told.by, id_of(carried.get("object")) or "")
    if follow is None:
        follow = follows.find_begun(tx, told.by, id_of(carried) or "")
    if follow and follows.remove(tx, follow.follower, follow.followed):
        _changed_actor(tx, follow.followed)


@recognises
def begins_a_follow(tx: Tx, actor: str, name: str) -> str | None:
    """Know the id of the Follow with which somebody follows one of our groups."""
    return "Follow" if follows.find_begun(tx, actor, name) else None


@receives("Accept", of="Follow")
def on_accept_follow(tx: Tx, told: Incoming) -> None:
    """Count a follow of ours as accepted, if we asked that very actor and wait for the answer."""
    follow = _ours(tx, told)
    if follow and follows.decide(tx, follow.follower, follow.followed, told.now):
        _changed_actor(tx, follow.follower)


@receives("Reject", of="Follow")
def on_reject_follow(tx: Tx, told: Incoming) -> None:
    """End a follow of ours that its object does not want, also when it had been accepted."""
    follow = _ours(tx, told)
    if follow and follows.refuse(tx, follow.follower, follow.followed, told.now):
        _changed_actor(tx, follow.follower)


def follow(tx: Tx, site: Site, group: str, who: str, now: int) -> Follow:
    """Let a group (by name) follow an actor that is known; asked again it asks again, unless that is on its way."""
    ours = get_group(tx, group)
    tx.lock("follow", ours.actor, who)
    target = actors.find(tx, who)
    if target is None or target.gone_at is not None:
        raise Refused(_("%(address)s is not known here."), cure=_("Look it up first."), address=who)
    if target.id == ours.actor:
        raise Refused(_("A group cannot follow itself."))
    if blocked_by.has(tx, ours.actor, who):
        handle = target.handle or f"{target.username}@{target.host}"
        raise Refused(_("%(who)s has blocked this group."), who=f"@{handle.lstrip('@')}")
    known = follows.find(tx, ours.actor, who)
    if known and known.state == REFUSED:
        follows.remove(tx, ours.actor, who)
    elif known and (known.state == ACCEPTED or _is_on_its_way(tx, known)):
        return known
    activity = build.follow(ours.actor, who)
    name = outbox.send(tx, site, by=ours.actor, activity=activity, to=[who], now=now)
    _changed(tx, ours.name)
    return follows.add(tx, ours.actor, who, PENDING, name, now)


def unfollow(tx: Tx, site: Site, group: str, who: str, now: int) -> None:
    """Let a group no longer follow an actor, or raise Refused if it does not."""
    ours = get_group(tx, group)
    known = follows.remove(tx, ours.actor, who)
    if known is None:
        raise Refused(_("%(group)s does not follow %(who)s."), group=group, who=who)
    if known.state != REFUSED:
        activity = build.undo(ours.actor, as_said(known))
        outbox.send(tx, site, by=ours.actor, activity=activity, to=[who], now=now)
    _changed(tx, ours.name)


def accept_request(tx: Tx, site: Site, group: str, who: str, now: int) -> None:
    """Take somebody who asked to follow a locked group, or raise Refused if nobody such waits."""
    ours = get_group(tx, group)
    asked = follows.find(tx, who, ours.actor)
    if asked is None or not follows.decide(tx, who, ours.actor, now):
        raise Refused(_("%(who)s does not wait to follow %(group)s."), who=who, group=group)
    _answer(tx, site, build.accept, ours.actor, follow_document(asked), now)
    _changed(tx, ours.name)


def refuse_request(tx: Tx, site: Site, group: str, who: str, now: int) -> None:
    """Refuse somebody who asked to follow a group, or end the follow of somebody who does."""
    ours = get_group(tx, group)
    asked = follows.remove(tx, who, ours.actor)
    if asked is None:
        raise Refused(_("%(who)s neither follows %(group)s nor waits to."), who=who, group=group)
    _answer(tx, site, build.reject, ours.actor, follow_document(asked), now)
    _changed(tx, ours.name)


def drop_all(tx: Tx, actor: str) -> None:
    """End every follow by and of an actor that is gone, without a word to it."""
    for gone in follows.remove_all(tx, actor):
        _changed_actor(tx, gone.followed if gone.follower == actor else gone.follower)


def follow_document(follow: Follow) -> dict[str, Any]:
    """Write the Follow that began a follow, whole: GoToSocial and Mastodon look inside an answer for it."""
    document = {"type": "Follow", "actor": follow.follower, "object": follow.followed}
    return {"id": follow.activity, **document} if follow.activity else document


def as_said(follow: Follow) -> dict[str, Any]:
    """Write a Follow by one of our groups as it was said, to be taken back."""
    return {**follow_document(follow), **build.follow(follow.follower, follow.followed)}


def _asked(told: Incoming, followed: str) -> dict[str, Any]:
    asked = Follow(told.by, followed, PENDING, told.activity.id or "", told.now, None)
    return follow_document(asked)


def _answer(tx: Tx, site: Site, builder: Any, by: str, asked: dict[str, Any], now: int) -> None:
    answer = {"@context": ANSWER_CONTEXT, **builder(by, asked)}
    outbox.send(tx, site, by=by, activity=answer, to=[asked["actor"]], now=now)


def _is_on_its_way(tx: Tx, follow: Follow) -> bool:
    progress = deliveries.progress(tx, follow.activity)
    return progress is not None and progress.waiting > 0


def _ours(tx: Tx, told: Incoming) -> Follow | None:
    """The follow by a group of ours that an answer speaks of; only who is followed can answer."""
    carried = told.activity.object
    follower = id_of(carried.get("actor")) if isinstance(carried, dict) else None
    if follower:
        found = follows.find(tx, follower, told.by) if told.site.is_local(follower) else None
    else:
        found = follows.find_answered(tx, told.by, id_of(carried) or "")
    return found


def _changed(tx: Tx, name: str) -> None:
    signals.bump(tx, f"group:{name}")


def _changed_actor(tx: Tx, actor: str) -> None:
    group = groups.find_by_actor(tx, actor)
    if group:
        _changed(tx, group.name)

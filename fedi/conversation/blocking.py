"""Whom one group wants nothing to do with, or shows no more: decided by the group, told to whom it concerns."""

from __future__ import annotations

from fedi.activitypub.handles import normal_host
from fedi.actors import follows as wishes
from fedi.actors.groups import get_group
from fedi.conversation import moderation, reading
from fedi.delivery import activities as build
from fedi.delivery import outbox
from fedi.errors import Malformed, Refused, _
from fedi.site import Site
from fedi.storage import activities, actors, blocks, deeds, follows, partners
from fedi.storage.deeds import Deed
from fedi.storage.groups import Group
from fedi.storage.tx import Tx

BLOCK = "block"


def block(tx: Tx, site: Site, group: str, whom: str, now: int) -> str:
    """Let a group have nothing to do with an actor or a whole server any more; return the actor's id or the host.

    An actor's server is told with a Block, and follows end in both directions: Mastodon, GoToSocial, Misskey and
    Pleroma then keep the two apart on their side as well. To a blocked server nothing is said any more, so its
    people are let go without a word.
    """
    ours = get_group(tx, group)
    subject = _subject(tx, site, ours, whom)
    tx.lock("block", ours.actor, subject)
    if blocks.severity(tx, ours.actor, [subject]) == blocks.BLOCK:
        return subject
    if not _is_host(subject):
        _part(tx, site, ours, subject, now)
        activity = build.block(ours.actor, subject)
        said = outbox.send(tx, site, by=ours.actor, activity=activity, to=[subject], now=now)
        deeds.add(tx, Deed(ours.actor, BLOCK, subject, said, now))
        reading.forget(tx, ours.actor, subject)
        partners.remove(tx, ours.actor, subject)
    moderation.decide(tx, subject, blocks.BLOCK, now, ours.actor)
    return subject


def limit(tx: Tx, site: Site, group: str, whom: str, now: int) -> str:
    """Let a group take what comes from an actor or server, but not show it; return the actor's id or the host."""
    ours = get_group(tx, group)
    subject = _subject(tx, site, ours, whom)
    tx.lock("block", ours.actor, subject)
    if blocks.severity(tx, ours.actor, [subject]) == blocks.BLOCK:
        lift(tx, site, group, subject, now)
    moderation.decide(tx, subject, blocks.LIMIT, now, ours.actor)
    return subject


def lift(tx: Tx, site: Site, group: str, whom: str, now: int) -> str:
    """Take back that a group blocks or limits an actor or server; raise Refused if it does not."""
    ours = get_group(tx, group)
    subject = _subject(tx, site, ours, whom)
    if not moderation.decide(tx, subject, None, now, ours.actor):
        raise Refused(_("%(group)s neither blocks nor limits %(whom)s."), group=group, whom=subject)
    deed = deeds.find(tx, ours.actor, BLOCK, subject)
    said = activities.find(tx, deed.activity) if deed else None
    if deed is not None and said is not None:
        deeds.remove(tx, deed)
        undo = build.undo(ours.actor, said.document)
        outbox.send(tx, site, by=ours.actor, activity=undo, to=[subject], now=now)
    return subject


def _part(tx: Tx, site: Site, ours: Group, who: str, now: int) -> None:
    """End the follows between a group and an actor, and let the actor's server know."""
    if follows.find(tx, who, ours.actor) is not None:
        wishes.refuse_request(tx, site, ours.name, who, now)
    if follows.find(tx, ours.actor, who) is not None:
        wishes.unfollow(tx, site, ours.name, who, now)


def _subject(tx: Tx, site: Site, ours: Group, whom: str) -> str:
    if not _is_host(whom):
        if actors.find(tx, whom) is None:
            raise Refused(
                _("%(address)s is not known here."), cure=_("Look it up first."), address=whom
            )
        if whom in (site.actor, ours.actor):
            raise Refused(_("That is the group itself, or this server."))
        return whom
    try:
        host = normal_host(whom.strip())
    except Malformed as error:
        raise Refused(
            _("%(whom)s is not a server."), cure=_("Write it like spam.example."), whom=repr(whom)
        ) from error
    if host in (site.domain, site.host):
        raise Refused(_("That is this server itself."))
    return host


def _is_host(whom: str) -> bool:
    return not whom.startswith(("https://", "http://"))

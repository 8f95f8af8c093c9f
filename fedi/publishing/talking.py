"""What a group does in conversation with others when a member asks: each as an act that can be logged or put off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fedi.actors import follows
from fedi.actors.groups import get_group
from fedi.conversation import asked, blocking, reading, reports
from fedi.errors import Refused
from fedi.publishing import acts
from fedi.publishing.acts import Act, performs
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import actors, blocked_by, notes, partners
from fedi.storage import follows as follow_rows
from fedi.storage.tx import Tx

Deed = Callable[[Tx, Site, str, str, int], object]


@performs("reply")
def _reply(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Publish an update that answers a post; the post then waits no more."""
    if act.arguments.get("kind") != "update" or not act.arguments.get("reply_to"):
        raise Refused(_("An answer is an update in reply to something."))
    note = notes.find_at(tx, str(act.arguments["reply_to"]))
    if note is not None and blocked_by.has(tx, site.group(act.group), note.author):
        raise Refused(
            _("Whoever wrote this has blocked this group."),
            cure=_("An answer would not reach them."),
        )
    made = acts.perform(tx, site, replace(act, kind="publish"), now)
    _look(tx, site, act, str(act.arguments["reply_to"]), now)
    return made


@performs("like")
def _like(tx: Tx, site: Site, act: Act, now: int) -> str:
    return _about_post(tx, site, act, asked.like, now)


@performs("boost")
def _boost(tx: Tx, site: Site, act: Act, now: int) -> str:
    return _about_post(tx, site, act, asked.boost, now)


@performs("undo")
def _undo(tx: Tx, site: Site, act: Act, now: int) -> str:
    asked.undo(tx, site, act.group, str(act.arguments["what"]), now)
    return str(act.arguments["what"])


@performs("hide")
def _hide(tx: Tx, site: Site, act: Act, now: int) -> str:
    note = asked.hide(tx, act.group, str(act.arguments["post"]), now)
    _look(tx, site, act, note.id, now)
    return note.id


@performs("show")
def _show(tx: Tx, site: Site, act: Act, now: int) -> str:
    return asked.hide(tx, act.group, str(act.arguments["post"]), now, hidden=False).id


@performs("report")
def _report(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Report a post that the group may see to its server, in the name of this server."""
    post = str(act.arguments["post"])
    note = notes.find_at(tx, post)
    if note is None or not reading.may_see(tx, note, site.group(act.group)):
        raise Refused(_("This post is not known here."))
    if site.is_local(note.id):
        raise Refused(_("This is of our own server: tell whoever keeps it."))
    reports.report(tx, site, note.id, str(act.arguments.get("words", "")), now)
    _look(tx, site, act, note.id, now)
    return note.id


@performs("block")
def _block(tx: Tx, site: Site, act: Act, now: int) -> str:
    return blocking.block(tx, site, act.group, str(act.arguments["whom"]), now)


@performs("limit")
def _limit(tx: Tx, site: Site, act: Act, now: int) -> str:
    return blocking.limit(tx, site, act.group, str(act.arguments["whom"]), now)


@performs("lift")
def _lift(tx: Tx, site: Site, act: Act, now: int) -> str:
    return blocking.lift(tx, site, act.group, str(act.arguments["whom"]), now)


@performs("follow")
def _follow(tx: Tx, site: Site, act: Act, now: int) -> str:
    return follows.follow(tx, site, act.group, _who(act), now).followed


@performs("unfollow")
def _unfollow(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Follow somebody no more; what they published is read no longer."""
    who = _who(act)
    follows.unfollow(tx, site, act.group, who, now)
    reading.forget(tx, site.group(act.group), who)
    return who


@performs("accept_follower")
def _accept_follower(tx: Tx, site: Site, act: Act, now: int) -> str:
    return _with_each(tx, site, act, follows.accept_request, now)


@performs("refuse_follower")
def _refuse_follower(tx: Tx, site: Site, act: Act, now: int) -> str:
    return _with_each(tx, site, act, follows.refuse_request, now)


@performs("remove_follower")
def _remove_follower(tx: Tx, site: Site, act: Act, now: int) -> str:
    return _with_each(tx, site, act, follows.refuse_request, now)


@performs("add_partner")
def _add_partner(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Let another actor read what is marked for partners."""
    group, who = get_group(tx, act.group), _who(act)
    known = actors.find(tx, who)
    if known is None or known.gone_at is not None:
        raise Refused(_("They are not known here."), cure=_("Look them up by their handle first."))
    if who in (group.actor, site.actor):
        raise Refused(_("A group is no partner of itself."))
    partners.add(tx, group.actor, who, now)
    return who


@performs("remove_partner")
def _remove_partner(tx: Tx, site: Site, act: Act, now: int) -> str:
    group, who = get_group(tx, act.group), _who(act)
    if not partners.remove(tx, group.actor, who):
        raise Refused(_("They are no partner of this group."))
    return who


def _who(act: Act) -> str:
    return str(act.arguments["actor"])


def _with_each(tx: Tx, site: Site, act: Act, deed: Deed, now: int) -> str:
    """Decide about one follower, or about several at once, of whom some may have gone meanwhile."""
    if "actors" not in act.arguments:
        deed(tx, site, act.group, _who(act), now)
        return _who(act)
    group = site.group(act.group)
    for who in map(str, act.arguments["actors"]):
        if follow_rows.find(tx, who, group) is not None:
            deed(tx, site, act.group, who, now)
    return group


def _about_post(
    tx: Tx, site: Site, act: Act, deed: Callable[[Tx, Site, str, str, int], str], now: int
) -> str:
    said = deed(tx, site, act.group, str(act.arguments["post"]), now)
    _look(tx, site, act, str(act.arguments["post"]), now)
    return said


def _look(tx: Tx, site: Site, act: Act, post: str, now: int) -> None:
    """Let a post wait no more, if it waited for this group."""
    note = notes.find_at(tx, post)
    if note is not None and note.to_group == site.group(act.group):
        notes.looked(tx, note.id, now)

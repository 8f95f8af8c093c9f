"""Who comes and goes by the group's will or their own: invitations, leaving, and being removed."""

from __future__ import annotations

from fedi.errors import Refused
from fedi.governing import asking, log
from fedi.people import invitations, membership
from fedi.publishing.acts import Act, performs
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage.tx import Tx


def leave(tx: Tx, group: str, person: str, now: int) -> None:
    """Let a member go who wants to; raise Refused for the last. Nobody needs to agree."""
    _let_go(tx, group, person, now)
    log.note(tx, group, "leave", "", "", "", now)


@performs("remove_member")
def _remove(tx: Tx, site: Site, act: Act, now: int) -> str:
    group, person = site.group(act.group), str(act.arguments["person"])
    if person == act.by:
        raise Refused(_("This would remove yourself."), cure=_("Leave the group instead."))
    if not membership.is_member(tx, group, person):
        raise Refused(_("They are not a member any more."))
    _let_go(tx, group, person, now)
    return person


@performs("invite")
def _invite(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Make a link to join the group, and return its token, which is shown once and kept nowhere."""
    return invitations.invite(
        tx,
        group=site.group(act.group),
        made_by=act.by,
        uses=int(act.arguments.get("uses", 1)),
        days=int(act.arguments.get("days", 7)),
        now=now,
    )


@performs("withdraw_invitation")
def _withdraw(tx: Tx, site: Site, act: Act, now: int) -> str:
    group = site.group(act.group)
    found = invitations.find(tx, group, str(act.arguments["invitation"]))
    if found is None or not invitations.withdraw(tx, found.id, now):
        raise Refused(_("This link is over already."))
    return group


def _let_go(tx: Tx, group: str, person: str, now: int) -> None:
    asking.lapse(tx, group, person, now)
    membership.leave(tx, group, person, now)

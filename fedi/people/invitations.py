"""Links that let somebody in: to join a group, to begin an instance, to get in again."""

from __future__ import annotations

from fedi.errors import NotFound, Refused
from fedi.people import membership
from fedi.people.tokens import hashed, new_token
from fedi.people.words import _
from fedi.storage import groups, invitations, persons
from fedi.storage.invitations import Invitation
from fedi.storage.tx import Tx

JOIN, BEGIN, RESET = "join", "begin", "reset"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MOST_USES, MOST_DAYS = 100, 90
BEGIN_DAYS = 7
RESET_HOURS = 48
KEEP_MS = 30 * DAY_MS
"""How long a link that is over is known as one."""

EXPIRED = _("This link has expired. Ask for a new one.")
USED_UP = _("This link has been used as often as it may be. Ask for a new one.")
WITHDRAWN = _("This link was withdrawn. Ask for a new one.")
NOT_HERE = _("There is nothing at this address. Look whether the link is whole.")


def invite(tx: Tx, *, group: str, made_by: str, uses: int, days: int, now: int) -> str:
    """Make a link with which so many people can join a group (by its actor id); return its token.

    `made_by` is a member's id, or '' for whoever runs the instance.
    """
    if not 1 <= uses <= MOST_USES or not 1 <= days <= MOST_DAYS:
        raise Refused(
            _("An invitation is for 1 to %(uses)s people and lasts 1 to %(days)s days."),
            uses=MOST_USES,
            days=MOST_DAYS,
        )
    if not _is_there(tx, group):
        raise NotFound("There is no such group here.")
    return _make(tx, JOIN, now, days * DAY_MS, group=group, made_by=made_by, uses=uses)


def begin_link(tx: Tx, now: int) -> str:
    """Make the link with which the first person begins; an earlier one counts no more.

    Raises Refused once there is anybody.
    """
    tx.lock("invitations", BEGIN)
    if persons.any_(tx):
        raise Refused(
            _("Somebody has begun here already."),
            cure=_("Ask a member of a group for an invitation."),
        )
    invitations.withdraw_all(tx, BEGIN, "", now)
    return _make(tx, BEGIN, now, BEGIN_DAYS * DAY_MS)


def reset_link(tx: Tx, person_id: str, now: int) -> str:
    """Make the link with which a person who has lost their ways in finds a new one; an earlier one counts no more."""
    invitations.withdraw_all(tx, RESET, person_id, now)
    return _make(tx, RESET, now, RESET_HOURS * HOUR_MS, person=person_id)


def open_(tx: Tx, token: str, now: int) -> Invitation | None:
    """Return what a token lets its holder do; None for one that was never given, is over, or leads nowhere."""
    found = invitations.find(tx, hashed(token))
    return found if found and found.is_open(now) and _leads_somewhere(tx, found) else None


def why_closed(tx: Tx, token: str, now: int) -> str:
    """Return the sentence for whoever holds a token that `open_` does not know (any more)."""
    found = invitations.find(tx, hashed(token))
    if found is None:
        return NOT_HERE
    if found.withdrawn_at is not None:
        return WITHDRAWN
    return EXPIRED if found.expires_at <= now else USED_UP


def spend(tx: Tx, token: str, now: int) -> Invitation:
    """Use a link once; raise Refused if it was over, as it is for the second of two who take the last use."""
    found = open_(tx, token, now)
    if found is None or not invitations.spend(tx, found.id, now):
        raise Refused(why_closed(tx, token, now))
    return found


def accept(tx: Tx, token: str, person_id: str, now: int) -> str:
    """Let a person join the group they are invited to, and return its actor id; for a member nothing is used up."""
    found = open_(tx, token, now)
    if found is None or found.purpose != JOIN:
        raise Refused(why_closed(tx, token, now))
    if not membership.is_member(tx, found.group, person_id):
        spend(tx, token, now)
        membership.join(tx, found.group, person_id, now)
    return found.group


def find(tx: Tx, group: str, invitation_id: str) -> Invitation | None:
    """Return a link to join this group, whether or not it is over."""
    found = invitations.find(tx, invitation_id)
    return found if found and found.group == group else None


def withdraw(tx: Tx, invitation_id: str, now: int) -> bool:
    """Let a link not be used any more; tell whether it still could."""
    return invitations.withdraw(tx, invitation_id, now)


def of_group(tx: Tx, group: str, now: int) -> list[Invitation]:
    """Return the links with which people can join a group, the newest first."""
    return invitations.of_group(tx, group, now)


def _make(
    tx: Tx,
    purpose: str,
    now: int,
    lasts: int,
    *,
    group: str = "",
    person: str = "",
    made_by: str = "",
    uses: int = 1,
) -> str:
    token = new_token()
    invitations.add(
        tx,
        Invitation(
            id=hashed(token),
            purpose=purpose,
            group=group,
            person=person,
            made_by=made_by,
            most_uses=uses,
            uses=0,
            created_at=now,
            expires_at=now + lasts,
        ),
    )
    return token


def _leads_somewhere(tx: Tx, found: Invitation) -> bool:
    if found.purpose == JOIN:
        return _is_there(tx, found.group)
    if found.purpose == BEGIN:
        return not persons.any_(tx)
    person = persons.find(tx, found.person)
    return person is not None and person.disabled_at is None


def _is_there(tx: Tx, group: str) -> bool:
    found = groups.find_by_actor(tx, group)
    return found is not None and found.removed_at is None

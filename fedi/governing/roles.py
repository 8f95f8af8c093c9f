"""Duties that rotate: taking a turn, naming who is next, passing it on, swapping, leaving it open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ulid import ULID

from fedi.errors import NotFound, Refused
from fedi.governing import rules
from fedi.publishing.acts import Act, performs
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import roles
from fedi.storage.members import Member
from fedi.storage.roles import Role
from fedi.storage.tx import Tx

MOST_ROLES = 20
LONGEST_LABEL = 60
USUAL = {
    "facilitation": _("Facilitation"),
    "notes": _("Note taker"),
    "spokesperson": _("Spokesperson"),
    "mirror": _("Global mirror"),
    "books": _("Books"),
}
"""The roles a group has until it changes them; these labels are translated where they are shown."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A role as members see it: who holds it, who is next, and who has not had it for longest."""

    role: Role
    holder: Member | None
    following: Member | None
    suggested: Member | None


def turns(tx: Tx, group: str) -> list[Turn]:
    """Return every role of a group; what somebody holds who is gone is open.

    Suggestions are spread: who is suggested for one role comes later for the others.
    """
    members = {member.person: member for member in rules.able(tx, group)}
    held_at = roles.last_turns(tx, group)
    found = [_without_gone(role, members) for role in _roles(tx, group)]
    load = Counter(person for role in found for person in (role.holder, role.following))
    turns: list[Turn] = []
    for role in found:
        suggested = _suggested(role, list(members.values()), held_at, load)
        if suggested and not role.following:
            load[suggested.person] += 1
        holder, following = members.get(role.holder), members.get(role.following)
        turns.append(Turn(role, holder, following, suggested))
    return turns


@performs("roles")
def _change(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Do one of the changes below; `do` says which, `role` and `person` or `other` say of what."""
    change = _CHANGES.get(str(act.arguments.get("do")))
    if change is None:
        raise Refused(_("There is no such way to change a role."))
    group = site.group(act.group)
    tx.lock("roles", group)
    present = {role.name: role for role in _roles(tx, group)}
    for role in present.values():
        roles.put(tx, role)
    return change(tx, _Asked(group, present, act.by, act.arguments, now))


@dataclass(frozen=True, slots=True)
class _Asked:
    group: str
    present: Mapping[str, Role]
    by: str
    arguments: Mapping[str, Any]
    now: int

    def role(self, argument: str = "role") -> Role:
        found = self.present.get(str(self.arguments.get(argument)))
        if found is None:
            raise NotFound(_("There is no such role any more."))
        return found

    def member(self, tx: Tx) -> str:
        person = str(self.arguments.get("person", ""))
        if not rules.is_able(tx, self.group, person):
            raise Refused(_("Choose somebody who is a member."))
        return person

    def label(self) -> str:
        label = " ".join(str(self.arguments.get("label", "")).split())
        if not 0 < len(label) <= LONGEST_LABEL:
            raise Refused(_("A role has a name of 1 to %(most)s characters."), most=LONGEST_LABEL)
        if any(label.casefold() == role.label.casefold() for role in self.present.values()):
            raise Refused(_("There is a role of that name already."))
        return label


def _take(tx: Tx, asked: _Asked) -> str:
    """Hold a role oneself: one that is open, or whose next holder one is."""
    role = asked.role()
    if rules.is_able(tx, asked.group, role.holder) and asked.by not in (
        role.holder,
        role.following,
    ):
        raise Refused(
            _("Somebody holds this role."),
            cure=_("Ask them to pass it on, or swap turns with them."),
        )
    following = "" if role.following == asked.by else role.following
    return _hand_over(tx, asked, role, asked.by, following)


def _name_next(tx: Tx, asked: _Asked) -> str:
    """Say who has a role after its holder."""
    role = asked.role()
    person = asked.member(tx)
    if person == role.holder:
        raise Refused(_("They hold it now. Choose somebody else to be next."))
    roles.put(tx, replace(role, following=person, changed_at=asked.now))
    return person


def _pass_on(tx: Tx, asked: _Asked) -> str:
    """Give a role to whoever is next, or to somebody named now."""
    role = asked.role()
    named = asked.arguments.get("person")
    person = asked.member(tx) if named else role.following
    if not rules.is_able(tx, asked.group, person):
        raise Refused(_("Nobody is named to be next."), cure=_("Choose who takes it."))
    following = "" if role.following == person else role.following
    return _hand_over(tx, asked, role, person, following)


def _swap(tx: Tx, asked: _Asked) -> str:
    """Let the holders of two roles change places."""
    mine, theirs = asked.role(), asked.role("other")
    if mine.holder != asked.by:
        raise Refused(_("You can only swap a role that you hold."))
    if not rules.is_able(tx, asked.group, theirs.holder) or theirs.holder == asked.by:
        raise Refused(_("Swap with a role that another member holds."))
    _hand_over(tx, asked, mine, theirs.holder, mine.following)
    _hand_over(tx, asked, theirs, asked.by, theirs.following)
    return theirs.holder


def _leave_open(tx: Tx, asked: _Asked) -> str:
    """Let nobody hold a role until somebody takes it."""
    return _hand_over(tx, asked, asked.role(), "", asked.role().following)


def _add(tx: Tx, asked: _Asked) -> str:
    """Have one more role."""
    label = asked.label()
    if len(asked.present) >= MOST_ROLES:
        raise Refused(_("A group has at most %(most)s roles."), most=MOST_ROLES)
    place = max(role.place for role in asked.present.values()) + 1
    roles.put(tx, Role(asked.group, str(ULID()).lower(), label, place, asked.now))
    return asked.group


def _rename(tx: Tx, asked: _Asked) -> str:
    """Call a role something else; who holds it stays."""
    role = asked.role()
    roles.put(tx, replace(role, label=asked.label(), changed_at=asked.now))
    return asked.group


def _remove(tx: Tx, asked: _Asked) -> str:
    """Have one role fewer."""
    if len(asked.present) == 1:
        raise Refused(_("A group has at least one role."), cure=_("Rename this one."))
    roles.remove(tx, asked.group, asked.role().name)
    return asked.group


_CHANGES: Mapping[str, Callable[[Tx, _Asked], str]] = {
    "take": _take,
    "name_next": _name_next,
    "pass_on": _pass_on,
    "swap": _swap,
    "leave_open": _leave_open,
    "add": _add,
    "rename": _rename,
    "remove": _remove,
}


def _hand_over(tx: Tx, asked: _Asked, role: Role, holder: str, following: str) -> str:
    """Change who holds a role, and note until when the one before held it."""
    if role.holder:
        roles.note_turn(tx, asked.group, role.name, role.holder, asked.now)
    if holder:
        roles.note_turn(tx, asked.group, role.name, holder, asked.now)
    following = "" if following == holder else following
    roles.put(tx, replace(role, holder=holder, following=following, changed_at=asked.now))
    return holder or asked.group


def _roles(tx: Tx, group: str) -> list[Role]:
    """Return the roles of a group: the usual ones until it changes any."""
    usual = enumerate(USUAL.items())
    return roles.of_group(tx, group) or [
        Role(group, name, label, place, 0) for place, (name, label) in usual
    ]


def _without_gone(role: Role, members: Mapping[str, Member]) -> Role:
    return replace(
        role,
        holder=role.holder if role.holder in members else "",
        following=role.following if role.following in members else "",
    )


def _suggested(
    role: Role,
    members: list[Member],
    held_at: Mapping[tuple[str, str], int],
    load: Mapping[str, int],
) -> Member | None:
    """Return who has not held a role for longest; of several who never did, who has fewest others."""
    free = [member for member in members if member.person not in (role.holder, role.following)]
    return min(
        free,
        key=lambda member: (
            held_at.get((role.name, member.person), 0),
            load.get(member.person, 0),
            member.joined_at,
        ),
        default=None,
    )

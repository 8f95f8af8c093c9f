"""Who belongs to a group: joining, leaving, and that nobody leaves a group without anybody."""

from __future__ import annotations

from fedi.errors import NotFound, Refused
from fedi.people import sessions
from fedi.people.words import _
from fedi.storage import groups, invitations, members, roles
from fedi.storage.groups import Group
from fedi.storage.members import Member
from fedi.storage.tx import Tx


def join(tx: Tx, group: str, person_id: str, now: int) -> bool:
    """Make a person a member of a group (by its actor id); tell whether they were not."""
    found = groups.find_by_actor(tx, group)
    if found is None or found.removed_at is not None:
        raise NotFound("There is no such group here.")
    return members.add(tx, group, person_id, now)


def leave(tx: Tx, group: str, person_id: str, now: int) -> None:
    """End a membership; raise Refused for the last member who can sign in.

    Their roles are open again, and their invitations no longer count. Who belongs to no group any more is
    signed out everywhere.
    """
    tx.lock("members", group)
    if not members.has(tx, group, person_id):
        raise NotFound("There is no such member.")
    if is_last(tx, group, person_id):
        found = groups.find_by_actor(tx, group)
        raise Refused(
            _("Nobody would be left in %(group)s."),
            cure=_("Invite somebody else first, or have the group removed for good."),
            group=found.title if found else group,
        )
    members.remove(tx, group, person_id)
    roles.vacate(tx, group, person_id, now)
    invitations.withdraw_made_by(tx, group, person_id, now)
    if not groups_of(tx, person_id):
        sessions.end_all(tx, person_id)


def is_last(tx: Tx, group: str, person_id: str) -> bool:
    """Tell whether nobody but this person could sign in to a group that is there."""
    found = groups.find_by_actor(tx, group)
    if found is None or found.removed_at is not None:
        return False
    return not any(m.person != person_id and not m.disabled for m in members.of_group(tx, group))


def is_member(tx: Tx, group: str, person_id: str) -> bool:
    """Tell whether a person belongs to a group."""
    return members.has(tx, group, person_id)


def members_of(tx: Tx, group: str) -> list[Member]:
    """Return the members of a group, who joined first comes first."""
    return members.of_group(tx, group)


def groups_of(tx: Tx, person_id: str) -> list[Group]:
    """Return the groups a person belongs to that are there, by title."""
    found = (groups.find_by_actor(tx, actor) for actor in members.groups_of(tx, person_id))
    there = [group for group in found if group and group.removed_at is None]
    return sorted(there, key=lambda group: (group.title.casefold(), group.name))

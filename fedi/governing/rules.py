"""What one member may do alone and what takes a second, as each group set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fedi.errors import Refused
from fedi.people import membership
from fedi.publishing.acts import Act, performs
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import group_rules, house_rules
from fedi.storage.members import Member
from fedi.storage.tx import Tx

ONE, TWO = 1, 2


@dataclass(frozen=True, slots=True)
class Permission:
    """Something that takes one member or two; both texts are marked for translation."""

    takes: int
    label: str
    consequence: str


PERMISSIONS: Mapping[str, Permission] = {
    "publish_minutes": Permission(
        TWO,
        _("Publish minutes"),
        _("They speak for the whole meeting, and other servers keep copies."),
    ),
    "publish_update": Permission(
        ONE, _("Publish an update"), _("A short post in the group's voice, in public at once.")
    ),
    "publish_call": Permission(
        ONE, _("Publish a call"), _("People and other groups begin to plan around it.")
    ),
    "publish_request": Permission(
        ONE, _("Publish a request"), _("It asks others to give, and says where to.")
    ),
    "publish_poll": Permission(
        ONE, _("Publish a poll"), _("Anybody on the fediverse can answer it.")
    ),
    "edit": Permission(
        ONE,
        _("Change what was published"),
        _(
            "A later version goes to everybody; the earlier ones stay on show. It takes at least as many as publishing."
        ),
    ),
    "withdraw": Permission(
        ONE, _("Withdraw what was published"), _("It cannot be put back under the same address.")
    ),
    "pin": Permission(ONE, _("Pin a post"), _("It stands first on the group's page.")),
    "profile": Permission(
        TWO, _("Change the profile"), _("Name, description and links: who the group says it is.")
    ),
    "settings": Permission(
        ONE,
        _("Change how long things are kept"),
        _("How long names stay in the log, and the like."),
    ),
    "invite": Permission(
        ONE,
        _("Invite somebody"),
        _("Whoever joins sees everything in here and can be the second member."),
    ),
    "remove_member": Permission(
        TWO,
        _("Remove a member"),
        _("They lose this console at once, and their turns are open again."),
    ),
    "export": Permission(
        TWO, _("Export everything"), _("A file with drafts and all that is for members only.")
    ),
    "followers": Permission(
        ONE, _("Accept and remove followers"), _("Who reads what is for followers only.")
    ),
    "follow": Permission(ONE, _("Follow others"), _("They see that the group follows them.")),
    "conversation": Permission(
        ONE, _("Reply, like and boost"), _("In the group's voice, in public at once.")
    ),
    "blocks": Permission(
        ONE, _("Block and limit others"), _("They stop hearing from the group, and we from them.")
    ),
    "partners": Permission(
        ONE, _("Choose partner groups"), _("They read what is marked for partners.")
    ),
    "roles": Permission(
        ONE, _("Pass turns on"), _("Who holds which role, and which roles there are.")
    ),
    "rules": Permission(
        TWO,
        _("Let one member do alone what takes two"),
        _("This one stays: otherwise one member could undo every other line here."),
    ),
}
"""Every permission, with how many members it takes where a group decided nothing else."""

FIXED = frozenset({"rules"})

_PERMISSION_OF = {
    "edit": "edit",
    "translate": "edit",
    "withdraw": "withdraw",
    "pin": "pin",
    "unpin": "pin",
    "profile": "profile",
    "settings": "settings",
    "rules": "rules",
    "invite": "invite",
    "withdraw_invitation": "invite",
    "remove_member": "remove_member",
    "export": "export",
    "reply": "conversation",
    "like": "conversation",
    "boost": "conversation",
    "undo": "conversation",
    "hide": "conversation",
    "show": "conversation",
    "report": "conversation",
    "block": "blocks",
    "limit": "blocks",
    "lift": "blocks",
    "follow": "follow",
    "unfollow": "follow",
    "accept_follower": "followers",
    "refuse_follower": "followers",
    "remove_follower": "followers",
    "add_partner": "partners",
    "remove_partner": "partners",
    "roles": "roles",
}


def permission_of(act: Act) -> str:
    """Return the permission an act falls under; raise Refused for an act that nobody may ask for here."""
    is_new = act.kind == "publish"
    name = f"publish_{act.arguments.get('kind')}" if is_new else _PERMISSION_OF.get(act.kind, "")
    if name not in PERMISSIONS:
        raise Refused(f"Nobody can ask for {act.kind} in a group's name.")
    return name


def takes(tx: Tx, group: str, permission: str) -> int:
    """Return how many members a permission takes now: one while nobody else is there to agree."""
    return ONE if is_alone(tx, group) else set_to(tx, group, permission)


def set_to(tx: Tx, group: str, permission: str) -> int:
    """Return how many members a group wants for a permission, however many there are."""
    if permission in FIXED:
        return PERMISSIONS[permission].takes
    return group_rules.find(tx, group, permission) or PERMISSIONS[permission].takes


def takes_of(tx: Tx, group: str, act: Act) -> int:
    """Return how many members an act takes in a group now.

    What weakens consent takes two whatever the group set: letting one member do alone what takes two, and keeping
    names in the log for fewer days. The reverse takes one.
    """
    permission = permission_of(act)
    if is_alone(tx, group):
        return ONE
    if act.kind == "rules":
        return TWO if _lowers(tx, group, act.arguments) else ONE
    if act.kind == "settings" and _shortens_log(tx, group, act.arguments):
        return TWO
    if act.kind == "edit":
        # Else what two agreed to could be made another text by one of them.
        publishing = f"publish_{act.arguments.get('kind')}"
        both = (name for name in (permission, publishing) if name in PERMISSIONS)
        return max(set_to(tx, group, name) for name in both)
    return set_to(tx, group, permission)


def able(tx: Tx, group: str) -> list[Member]:
    """Return the members of a group who can sign in, and so can agree to something."""
    return [member for member in membership.members_of(tx, group) if not member.disabled]


def is_alone(tx: Tx, group: str) -> bool:
    """Tell whether nobody is there who could be the second."""
    return len(able(tx, group)) < TWO


def is_able(tx: Tx, group: str, person: str) -> bool:
    """Tell whether somebody belongs to a group now and can sign in."""
    return any(member.person == person for member in able(tx, group))


@performs("rules")
def _set_rules(tx: Tx, site: Site, act: Act, now: int) -> str:
    group = site.group(act.group)
    for permission, wanted in act.arguments.items():
        if permission not in PERMISSIONS or permission in FIXED or wanted not in (ONE, TWO):
            raise Refused(_("%(name)s cannot be set to %(value)s."), name=permission, value=wanted)
        group_rules.put(tx, group, permission, int(wanted))
    return group


def _lowers(tx: Tx, group: str, wanted: Mapping[str, object]) -> bool:
    return any(
        number == ONE and permission in PERMISSIONS and set_to(tx, group, permission) == TWO
        for permission, number in wanted.items()
    )


def _shortens_log(tx: Tx, group: str, wanted: Mapping[str, object]) -> bool:
    days = wanted.get("log_days")
    return isinstance(days, int) and days < house_rules.find(tx, group).log_days

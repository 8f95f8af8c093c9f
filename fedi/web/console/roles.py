"""Whose turn it is: taking a role, passing it on, swapping; and which roles the group has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField

from fedi.errors import Named, Refused
from fedi.governing import roles, rules
from fedi.governing.roles import LONGEST_LABEL, Turn
from fedi.house import House
from fedi.publishing.labels import label
from fedi.publishing.words import _
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.forms import Form, at_most, form_data, required

SAID = {
    "take": _("It is your turn now."),
    "name_next": _("It is written down who comes next."),
    "pass_on": _("Passed on."),
    "swap": _("You swapped."),
    "leave_open": _("It is open now: anybody can take it."),
    "add": _("The role is there."),
    "rename": _("The role has a new name."),
    "remove": _("The role is gone."),
}
LABELS = {
    "take": _("Take the role %(role)s"),
    "name_next": _("Name who comes next: %(role)s"),
    "pass_on": _("Pass on the role %(role)s"),
    "swap": _("Swap the role %(role)s for another"),
    "leave_open": _("Leave open the role %(role)s"),
    "add": _("Add the role %(role)s"),
    "rename": _("Rename the role %(role)s"),
    "remove": _("Remove the role %(role)s"),
}
"""What each way to change a role is called, in the log and while it waits."""
GIVEN = ("role", "person", "other", "label")


class NewRole(Form):
    """What a role is called."""

    label = StringField(_("Name of the role"), [required, at_most(LONGEST_LABEL)])


def blueprint(house: House) -> Blueprint:
    """Return the routes of a group's roles."""
    bp = Blueprint("roles", __name__)

    @bp.get("/console/<name>/roles")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _page(house, member, NewRole(None, member.speech))

    @bp.post("/console/<name>/roles")
    async def change(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        form = NewRole(sent if sent.get("do") == "add" else None, member.speech)
        if sent.get("do") == "add" and not form.validate():
            return await _page(house, member, form)
        given = {key: sent[key] for key in GIVEN if sent.get(key)}
        try:
            do = _known(sent)
            line = await _label(house, member, do, given)
            outcome = await ask(house, member, "roles", line, do=do, **given)
        except Refused as error:
            form.refuse(error)
            return await _page(house, member, form)
        return answered(member, outcome, f"{member.home}/roles?said={do}")

    return bp


async def _page(house: House, member: Member, form: NewRole) -> Response:
    group = member.group.actor

    def read(tx: Tx) -> dict[str, Any]:
        found: list[Turn] = roles.turns(tx, group)
        mine = [turn for turn in found if turn.holder and turn.holder.person == member.person.id]
        return {
            "turns": found,
            "mine": mine,
            "everybody": rules.able(tx, group),
            "takes": rules.takes(tx, group, "roles"),
        }

    values = await house.store.read(read)
    return await console_page(
        house,
        member,
        "console/roles.html",
        current="people",
        status=422 if form.has_errors else 200,
        said=said_to(member, SAID),
        form=form,
        most=LONGEST_LABEL,
        **values,
    )


def _known(sent: Mapping[str, str]) -> str:
    do = sent.get("do", "")
    if do not in LABELS:
        raise Refused(_("There is no such way to change a role."))
    return do


async def _label(house: House, member: Member, do: str, given: Mapping[str, str]) -> str:
    group, person = member.group.actor, given.get("person")
    present, is_there = await house.store.read(
        lambda tx: (roles.turns(tx, group), person is None or rules.is_able(tx, group, person))
    )
    if not is_there:
        raise Refused(_("Choose somebody who is a member."))
    if len(given.get("label", "")) > LONGEST_LABEL:
        raise Refused(_("A role has a name of 1 to %(most)s characters."), most=LONGEST_LABEL)
    names = {turn.role.name: turn.role.label for turn in present}
    # A role that came with the group bears a name of ours, and one that members made has no translation.
    return label(LABELS[do], role=Named(names.get(given.get("role", ""), given.get("label", ""))))

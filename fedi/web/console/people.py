"""Who belongs to the group: inviting somebody, taking a link back, removing a member, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quart import Blueprint, Response
from werkzeug.wrappers import Response as Redirect
from wtforms import IntegerField
from wtforms.validators import NumberRange

from fedi.errors import NotFound, Refused
from fedi.governing import log, members, rules
from fedi.house import House
from fedi.people import invitations, membership
from fedi.people.invitations import DAY_MS, MOST_DAYS, MOST_USES
from fedi.publishing.labels import counted, label
from fedi.publishing.words import _, ngettext
from fedi.storage import persons
from fedi.storage.tx import Tx
from fedi.web.art.qr import qr
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request, see_other
from fedi.web.console.sign_in import farewell
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.forms import Form, between, form_data
from fedi.web.i18n import catalogue

SAID = {
    "removed": _("They are no longer a member."),
    "withdrawn": _("That link lets nobody in any more."),
}


def _from_one_to(most: int) -> NumberRange:
    return between(1, most)


class Invite(Form):
    """For how many people a link is, and for how long."""

    uses = IntegerField(_("How many people"), [_from_one_to(MOST_USES)], default=1)
    days = IntegerField(_("For how many days"), [_from_one_to(MOST_DAYS)], default=7)


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member as the others see them: a pseudonym, since when, and what they look after."""

    id: str
    name: str
    joined_at: int
    roles: str
    is_me: bool
    is_disabled: bool
    can_be_removed: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link that still lets people in."""

    id: str
    left: int
    made_by: str
    expires_at: int


def blueprint(house: House) -> Blueprint:
    """Return the routes of a group's people."""
    bp = Blueprint("people", __name__)

    @bp.get("/console/<name>/people")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _page(house, member, Invite(None, member.speech))

    @bp.post("/console/<name>/people/invite")
    async def invite(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        form = Invite(await form_data(), member.speech)
        if not form.validate():
            return await _page(house, member, form)
        say = catalogue(member.speech.language)
        uses, days = form.uses.data or 1, form.days.data or 1
        line = counted(*ngettext("Invite %(count)s person", "Invite %(count)s people"), uses)
        try:
            outcome = await ask(house, member, "invite", line, uses=uses, days=days)
        except Refused as error:
            form.refuse(error)
            return await _page(house, member, form)
        if outcome.done is None:
            return answered(member, outcome, f"{member.home}/people")
        # The link is shown in this very answer, and never again.
        link = f"{house.site.origin}/join/{outcome.done}"
        return await console_page(
            house,
            member,
            "console/invited.html",
            current="people",
            link=link,
            squares=qr(link, say.gettext("QR code of the link")),
            uses=uses,
            expires_at=house.now() + days * DAY_MS,
        )

    @bp.post("/console/<name>/people/withdraw")
    async def withdraw(name: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        line = label(_("Withdraw an invitation"))
        wanted = (await form_data()).get("invitation", "")
        await house.store.read(
            lambda tx: _check_there(invitations.find(tx, member.group.actor, wanted))
        )
        outcome = await ask(house, member, "withdraw_invitation", line, invitation=wanted)
        return answered(member, outcome, f"{member.home}/people?said=withdrawn")

    @bp.post("/console/<name>/people/remove")
    async def remove(name: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        line = label(_("Remove a member"))
        wanted = (await form_data()).get("person", "")
        await house.store.read(
            lambda tx: _check_there(membership.is_member(tx, member.group.actor, wanted))
        )
        outcome = await ask(house, member, "remove_member", line, person=wanted)
        return answered(member, outcome, f"{member.home}/people?said=removed")

    @bp.get("/console/<name>/people/leave")
    async def leave(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _leaving(house, member, Form(None, member.speech))

    @bp.post("/console/<name>/people/leave")
    async def left(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        group, person, now = member.group.actor, member.person.id, house.now()
        form = Form(None, member.speech)
        try:
            await house.store.write(lambda tx: members.leave(tx, group, person, now))
        except Refused as error:
            form.refuse(error)
            return await _leaving(house, member, form)
        return see_other("/console") if len(member.groups) > 1 else farewell(house, "left")

    return bp


async def _leaving(house: House, member: Member, form: Form) -> Response:
    return await console_page(
        house,
        member,
        "console/leave.html",
        current="people",
        status=422 if form.has_errors else 200,
        form=form,
    )


async def _page(house: House, member: Member, form: Invite) -> Response:
    group, now = member.group.actor, house.now()
    say = catalogue(member.speech.language).gettext

    def read(tx: Tx) -> dict[str, Any]:
        able = [one.person for one in rules.able(tx, group)]
        takes = rules.takes(tx, group, "remove_member")
        found = [
            MemberView(
                id=one.person,
                name=one.name,
                joined_at=one.joined_at,
                roles=", ".join(map(say, log.roles_of(tx, group, one.person).splitlines())),
                is_me=one.person == member.person.id,
                is_disabled=one.disabled,
                can_be_removed=len([who for who in able if who != one.person]) >= takes,
            )
            for one in membership.members_of(tx, group)
        ]
        links = [
            LinkView(one.id, one.most_uses - one.uses, _name(tx, one.made_by), one.expires_at)
            for one in invitations.of_group(tx, group, now)
        ]
        return {
            "people": found,
            "links": links,
            "invite_takes": rules.takes(tx, group, "invite"),
            "remove_takes": takes,
        }

    values = await house.store.read(read)
    return await console_page(
        house,
        member,
        "console/people.html",
        current="people",
        status=422 if form.has_errors else 200,
        said=said_to(member, SAID),
        form=form,
        **values,
    )


def _check_there(found: object) -> None:
    if not found:
        raise NotFound("There is nothing here.")


def _name(tx: Tx, person_id: str) -> str:
    person = persons.find(tx, person_id) if person_id else None
    return person.name if person else ""

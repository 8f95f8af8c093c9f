"""How people come in: the wizard of the first run, an invitation to a group, and a link for who got locked out."""

from __future__ import annotations

import asyncio

from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect
from wtforms import PasswordField, StringField, TextAreaField

from fedi.activitypub.keys import generate_ed25519, generate_rsa
from fedi.actors.groups import add_group
from fedi.actors.groups import check_name as check_group_name
from fedi.actors.instance import LONGEST_NAME, check_name, rename
from fedi.errors import NotFound, Refused
from fedi.house import House
from fedi.people import accounts, invitations, membership, passwords, sessions, signing_in
from fedi.people.invitations import Invitation
from fedi.publishing.words import _
from fedi.storage import groups, persons
from fedi.storage.groups import Group
from fedi.storage.persons import Person
from fedi.storage.tx import Tx
from fedi.web.console.devices import device_of_request
from fedi.web.console.shell import personal_page, see_other
from fedi.web.console.visitor import sign_in, visitor_of_request
from fedi.web.forms import Form, at_most, form_data, required
from fedi.web.i18n import catalogue
from fedi.web.pages.views import group_view


class _Place(Form):
    """The first two steps of the first run; what is wrong is listed in the order of the page."""

    instance_name = StringField(_("Name of this server"), [required, at_most(LONGEST_NAME)])
    group_title = StringField(_("Name of the group"), [required, at_most(200)])
    group_name = StringField(_("Short name"), [required, at_most(30)])
    group_summary = TextAreaField(_("What the group does"), [at_most(5_000)])


class NewPerson(Form):
    """What it takes to be somebody here."""

    name = StringField(_("Your pseudonym"), [required, at_most(40)])
    password = PasswordField(_("Password"), [required, at_most(1_000)])


class Begin(_Place, NewPerson):
    """The three steps of the first run."""


class NewPassword(Form):
    """A password in place of one that is lost."""

    password = PasswordField(_("New password"), [required, at_most(1_000)])


def blueprint(house: House) -> Blueprint:
    """Return the routes of links by which people come in."""
    bp = Blueprint("arrivals", __name__)

    @bp.get("/begin/<token>")
    async def begin(token: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if await _open(house, token, "begin") is None:
            return await _over(house, token)
        visitor = await visitor_of_request(house)
        form = Begin(None, visitor.speech, instance_name=house.site.domain)
        return await _page(house, "people/begin.html", form)

    @bp.post("/begin/<token>")
    async def begun(token: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        if await _open(house, token, "begin") is None:
            return await _over(house, token)
        form = Begin(await form_data(), visitor.speech)
        form.validate()
        form.check("instance_name", check_name)
        await house.store.read(lambda tx: _check_new(tx, form))
        if form.has_errors:
            return await _page(house, "people/begin.html", form)
        hashed = await signing_in.hash_apart(form.password.data or "")
        rsa, ed25519 = await asyncio.to_thread(lambda: (generate_rsa(), generate_ed25519()))
        now = house.now()

        def unit(tx: Tx) -> tuple[Person, Group]:
            invitations.spend(tx, token, now)
            rename(tx, house.site, form.instance_name.data or "")
            group = add_group(
                tx,
                house.site,
                _short(form.group_name.data or ""),
                form.group_title.data or "",
                form.group_summary.data or "",
                now=now,
                rsa=rsa,
                ed25519=ed25519,
            )
            person = accounts.add_person(tx, form.name.data or "", password=hashed, now=now)
            membership.join(tx, group.actor, person.id, now)
            return person, group

        try:
            person, group = await house.store.write(unit)
        except Refused as error:
            form.refuse(error)
            return await _page(house, "people/begin.html", form)
        return await _welcome(house, person, f"/console/{group.name}?said=begun")

    @bp.get("/join/<token>")
    async def invited(token: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        invitation = await _open(house, token, "join")
        if invitation is None:
            return await _over(house, token)
        return await _invitation(house, invitation, NewPerson(None, visitor.speech))

    @bp.post("/join/<token>")
    async def join(token: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        invitation = await _open(house, token, "join")
        if invitation is None:
            return await _over(house, token)
        sent, now, known = await form_data(), house.now(), visitor.person
        form = NewPerson(sent, visitor.speech)
        is_known = known is not None and sent.get("do") == "join"
        hashed = None
        if not is_known:
            form.validate()
            await house.store.read(lambda tx: _check_new(tx, form))
            if form.has_errors:
                return await _invitation(house, invitation, form)
            hashed = await signing_in.hash_apart(form.password.data or "")

        def unit(tx: Tx) -> tuple[Person, Group]:
            person = (
                known
                if known is not None and is_known
                else accounts.add_person(tx, form.name.data or "", password=hashed, now=now)
            )
            group = groups.find_by_actor(tx, invitations.accept(tx, token, person.id, now))
            if group is None:
                raise NotFound("There is nothing here.")
            return person, group

        try:
            person, group = await house.store.write(unit)
        except Refused as error:
            if await _open(house, token, "join") is None:
                return await _over(house, token)
            form.refuse(error)
            return await _invitation(house, invitation, form)
        home = f"/console/{group.name}?said=joined"
        return see_other(home) if is_known else await _welcome(house, person, home)

    @bp.get("/back-in/<token>")
    async def locked_out(token: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        if await _open(house, token, "reset") is None:
            return await _over(house, token)
        return await _page(house, "people/back_in.html", NewPassword(None, visitor.speech))

    @bp.post("/back-in/<token>")
    async def back_in(token: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        link = await _open(house, token, "reset")
        person = await house.store.read(lambda tx: persons.find(tx, link.person)) if link else None
        if link is None or person is None:
            return await _over(house, token)
        form = NewPassword(await form_data(), visitor.speech)
        form.validate()
        form.check("password", lambda text: passwords.check_rules(text, person.name))
        if form.has_errors:
            return await _page(house, "people/back_in.html", form)
        hashed = await signing_in.hash_apart(form.password.data or "")

        def unit(tx: Tx) -> None:
            invitations.spend(tx, token, house.now())
            accounts.set_password(tx, person.id, hashed)
            # Whoever took the phone has the codes on it as well.
            accounts.disable_totp(tx, person.id)
            sessions.end_all(tx, person.id)

        await house.store.write(unit)
        return await _welcome(house, person, "/account?said=back")

    return bp


async def _open(house: House, token: str, purpose: str) -> Invitation | None:
    found = await house.store.read(lambda tx: invitations.open_(tx, token, house.now()))
    return found if found is not None and found.purpose == purpose else None


def _check_new(tx: Tx, form: NewPerson) -> None:
    """Look at everything in the form at once, so that nobody fills it in again and again."""
    name = form.name.data or ""
    form.check("name", lambda text: accounts.check_name(tx, text))
    form.check("password", lambda text: passwords.check_rules(text, name))
    if isinstance(form, Begin):
        form.check("group_name", lambda text: check_group_name(tx, _short(text)))


def _short(name: str) -> str:
    """Return a group's short name as it was meant."""
    return name.strip().lower()


async def _welcome(house: House, person: Person, wanted: str) -> Response:
    """Sign a person in who is new or back, and show their recovery codes, this once."""
    await sign_in(house, person, device=device_of_request())
    codes = await house.store.write(lambda tx: accounts.recovery_codes(tx, person.id))
    return await personal_page(house, "people/codes.html", codes=codes, next=wanted)


async def _page(house: House, template: str, form: Form) -> Response:
    status = 422 if form.has_errors else 200
    return await personal_page(house, template, status=status, form=form, action=request.path)


async def _invitation(house: House, invitation: Invitation, form: Form) -> Response:
    visitor = await visitor_of_request(house)
    group = await house.store.read(lambda tx: groups.find_by_actor(tx, invitation.group))
    if group is None or group.removed_at is not None:
        return await _over(house, "")
    view = await house.store.read(lambda tx: group_view(tx, house.site, group, visitor.speech))
    person = visitor.person
    is_member = person is not None and await house.store.read(
        lambda tx: membership.is_member(tx, group.actor, person.id)
    )
    return await personal_page(
        house,
        "people/join.html",
        status=422 if form.has_errors else 200,
        form=form,
        group=view,
        is_member=is_member,
        invitation=invitation,
        action=request.path,
    )


async def _over(house: House, token: str) -> Response:
    """Say why a link is of no use any more."""
    visitor = await visitor_of_request(house)
    say = catalogue(visitor.speech.language).gettext
    why = await house.store.read(lambda tx: invitations.why_closed(tx, token, house.now()))
    return await personal_page(
        house,
        "people/link_over.html",
        status=410,
        sentence=say(why),
        is_known=why != invitations.NOT_HERE,
    )

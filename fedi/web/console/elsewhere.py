"""Signing in with an account elsewhere, and linking one to the account here."""

from __future__ import annotations

from urllib.parse import urlsplit

from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, StringField

from fedi.errors import RateLimited, Refused
from fedi.house import House
from fedi.people import elsewhere, sessions
from fedi.people.elsewhere import Arrival, Errand
from fedi.people.tokens import hashed
from fedi.publishing.words import _
from fedi.storage import linked_accounts, persons
from fedi.storage.linked_accounts import LinkedAccount
from fedi.storage.persons import Person
from fedi.storage.tx import Tx
from fedi.web.console.shell import local_path, personal_page, see_other, signed_in_of_request
from fedi.web.console.sign_in import welcome
from fedi.web.console.visitor import Visitor, visitor_of_request
from fedi.web.forms import Form, at_most, form_data, required


class Elsewhere(Form):
    """A handle, and whether to be remembered."""

    handle = StringField(_("Your fediverse handle"), [required, at_most(300)])
    remember = BooleanField(_("Remember me on this device"))


def blueprint(house: House) -> Blueprint:
    """Return the routes by which people come with accounts elsewhere."""
    bp = Blueprint("elsewhere", __name__)

    @bp.route("/sign-in/elsewhere", methods=["GET", "POST"])
    async def sign_in() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        sent = await form_data() if request.method == "POST" else None
        wanted = local_path((sent or request.args).get("next", ""))
        form = Elsewhere(sent, visitor.speech)
        errand = Errand("sign-in", wanted, remember=bool(form.remember.data))
        return await _way(house, visitor, form, errand, asked=sent is not None)

    @bp.route("/account/elsewhere", methods=["GET", "POST"])
    async def link() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor, person, session = await signed_in_of_request(house)
        if not sessions.is_proved(session, house.now()):
            return see_other("/account/prove?next=/account/elsewhere")
        sent = await form_data() if request.method == "POST" else None
        errand = Errand("link", "/account", person=person.id)
        form = Elsewhere(sent, visitor.speech)
        return await _way(house, visitor, form, errand, asked=sent is not None)

    @bp.post("/account/elsewhere/remove")
    async def remove() -> Redirect:  # pyright: ignore[reportUnusedFunction]
        _visitor, person, session = await signed_in_of_request(house)
        if not sessions.is_proved(session, house.now()):
            return see_other("/account/prove?next=/account")
        actor = (await form_data()).get("actor", "")
        await house.store.write(lambda tx: linked_accounts.remove(tx, person.id, actor))
        return see_other("/account?said=unlinked")

    @bp.get(f"{elsewhere.BACK}/<host>")
    async def back(host: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        form = Elsewhere(None, visitor.speech)
        try:
            told = {name: value for name, value in request.args.items() if len(value) < 4_000}
            arrival = await elsewhere.come_back(house, host, told, hashed(visitor.token))
            if arrival.errand.purpose == "link":
                await house.store.write(lambda tx: _link(tx, visitor, arrival, house.now()))
                return see_other("/account?said=linked")
            person = await house.store.read(lambda tx: _linked(tx, arrival))
        except (Refused, RateLimited) as error:
            form.refuse(error)
            return await _ask(house, visitor, form, Errand("sign-in"))
        errand = arrival.errand
        return await welcome(house, person, errand.wanted, remember=errand.remember)

    return bp


def _link(tx: Tx, visitor: Visitor, arrival: Arrival, now: int) -> None:
    person = visitor.person
    if person is None or person.id != arrival.errand.person:
        raise Refused(_("Somebody else is signed in by now."), cure=_("Begin anew."))
    handle = arrival.actor.handle or arrival.actor.username
    if not linked_accounts.add(tx, LinkedAccount(arrival.actor.id, person.id, handle, now)):
        found = linked_accounts.find(tx, arrival.actor.id)
        if found is None or found.person != person.id:
            raise Refused(_("Somebody else here signs in with that account."))


def _linked(tx: Tx, arrival: Arrival) -> Person:
    linked = linked_accounts.find(tx, arrival.actor.id)
    person = persons.find(tx, linked.person) if linked else None
    if person is None or person.disabled_at is not None:
        raise Refused(
            _("Nobody here signs in with that account yet."),
            cure=_("Sign in another way, and add it under “Your sign-in”."),
        )
    return person


async def _way(
    house: House, visitor: Visitor, form: Elsewhere, errand: Errand, *, asked: bool
) -> Response:
    """Ask for a handle, then show the way; a page and a link, since a form may not lead elsewhere (form-action)."""
    if asked and form.validate():
        try:
            told = form.handle.data or ""
            way = await elsewhere.way_there(house, told, hashed(visitor.token), errand)
        except Refused as error:
            form.refuse(error, "handle")
        else:
            return await personal_page(
                house,
                "people/way_there.html",
                way=way,
                host=urlsplit(way).netloc,
                back=request.path,
            )
    return await _ask(house, visitor, form, errand)


async def _ask(house: House, visitor: Visitor, form: Elsewhere, errand: Errand) -> Response:
    is_link = errand.purpose == "link"
    return await personal_page(
        house,
        "people/elsewhere.html",
        status=422 if form.has_errors else 200,
        form=form,
        is_link=is_link,
        action="/account/elsewhere" if is_link else "/sign-in/elsewhere",
        next=errand.wanted,
    )

"""One's own account: where one is signed in, password and second step, recovery codes, language, erasing it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect
from wtforms import PasswordField, SelectField, StringField

from fedi.errors import RateLimited, Refused
from fedi.house import House
from fedi.people import accounts, passwords, sessions, signing_in, totp
from fedi.publishing.words import _
from fedi.storage import linked_accounts, passkeys, recovery_codes
from fedi.storage.persons import Person, login_of
from fedi.storage.tx import Tx
from fedi.web.art.qr import qr
from fedi.web.console.shell import local_path, personal_page, see_other, signed_in_of_request
from fedi.web.console.sign_in import Code, farewell
from fedi.web.console.visitor import Visitor
from fedi.web.forms import Form, at_most, form_data, required
from fedi.web.i18n import autonym, catalogue, languages

SAID = {
    "recovered": _("You are in. That code is used up; choose a new password now."),
    "back": _("You are back in."),
    "password": _("The password is changed, and you are signed out everywhere else."),
    "on": _("The second step is on."),
    "off": _("The second step is off."),
    "passkey": _("The passkey is added: it signs you in from now on."),
    "passkeys": _("The passkeys are as you wanted."),
    "linked": _("Done: you can sign in with that account from now on."),
    "unlinked": _("That account no longer signs you in."),
    "ended": _("Signed out there."),
    "language": _("That is your language now."),
}


class Language(Form):
    """The language of the console."""

    language = SelectField(_("Language"))


class Password(Form):
    """A password, new or to prove who one is."""

    password = PasswordField(_("Password"), [required, at_most(1_000)])


class Erase(Form):
    """One's pseudonym, written out."""

    name = StringField(_("Pseudonym"), [required])


def blueprint(house: House) -> Blueprint:
    """Return the routes of one's own account."""
    bp = Blueprint("account", __name__)

    async def unproved() -> Redirect | None:
        """Return where to prove again who one is, unless that was just done."""
        _visitor, _person, session = await signed_in_of_request(house)
        if sessions.is_proved(session, house.now()):
            return None
        here = request.path if request.method == "GET" else "/account"
        return see_other(f"/account/prove?next={quote(here)}")

    @bp.get("/account")
    async def show() -> Response:  # pyright: ignore[reportUnusedFunction]
        visitor, person, _session = await signed_in_of_request(house)
        return await account_page(house, visitor, person)

    @bp.post("/account/language")
    async def speak() -> Redirect:  # pyright: ignore[reportUnusedFunction]
        _visitor, person, _session = await signed_in_of_request(house)
        wanted = (await form_data()).get("language", "")
        chosen = wanted if wanted in languages() else ""
        await house.store.write(lambda tx: accounts.set_language(tx, person.id, chosen))
        return see_other("/account?said=language")

    @bp.post("/account/sessions/end")
    async def end() -> Redirect:  # pyright: ignore[reportUnusedFunction]
        _visitor, person, session = await signed_in_of_request(house)
        wanted = (await form_data()).get("session", "")

        def unit(tx: Tx) -> None:
            if wanted == "others":
                sessions.end_all(tx, person.id, keep=session.id)
            elif any(wanted == mine.id for mine in sessions.of_person(tx, person.id, house.now())):
                sessions.end(tx, wanted)

        await house.store.write(unit)
        return see_other("/account?said=ended")

    @bp.route("/account/prove", methods=["GET", "POST"])
    async def prove() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor, person, session = await signed_in_of_request(house)
        sent = await form_data() if request.method == "POST" else None
        wanted = local_path((sent or request.args).get("next", ""), "/account")
        form = Password(sent, visitor.speech)
        if sent is not None and form.validate():
            try:
                await signing_in.by_password(
                    house.store, person.name, form.password.data or "", house.now()
                )
            except (Refused, RateLimited) as error:
                form.refuse(error, "password")
            else:
                await house.store.write(lambda tx: sessions.prove(tx, session.id, house.now()))
                return see_other(wanted)
        return await personal_page(
            house, "people/prove.html", status=_status(form), form=form, next=wanted
        )

    @bp.route("/account/password", methods=["GET", "POST"])
    async def password() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor, person, session = await signed_in_of_request(house)
        if elsewhere := await unproved():
            return elsewhere
        form = Password(await form_data() if request.method == "POST" else None, visitor.speech)
        if request.method == "POST" and form.validate():
            wanted = form.password.data or ""
            try:
                passwords.check_rules(wanted, person.name)
            except (Refused, RateLimited) as error:
                form.refuse(error, "password")
            else:
                hashed = await signing_in.hash_apart(wanted)

                def unit(tx: Tx) -> None:
                    accounts.set_password(tx, person.id, hashed)
                    sessions.end_all(tx, person.id, keep=session.id)

                await house.store.write(unit)
                return see_other("/account?said=password")
        return await personal_page(house, "people/password.html", status=_status(form), form=form)

    @bp.route("/account/second-step", methods=["GET", "POST"])
    async def second_step() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor, person, _session = await signed_in_of_request(house)
        if elsewhere := await unproved():
            return elsewhere
        form = Code(await form_data() if request.method == "POST" else None, visitor.speech)
        if request.method == "POST" and form.validate():
            code = form.code.data or ""
            try:
                await house.store.write(
                    lambda tx: accounts.confirm_totp(tx, person.id, code, house.now())
                )
            except Refused as error:
                form.refuse(error, "code")
            else:
                return see_other("/account?said=on")
        secret = await house.store.write(lambda tx: accounts.begin_totp(tx, person.id, house.now()))
        address = totp.address(secret, person.name, house.site.domain)
        return await personal_page(
            house,
            "people/second_step.html",
            status=_status(form),
            form=form,
            secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            drawn=qr(address, catalogue(visitor.speech.language).gettext("QR code for the app")),
        )

    @bp.post("/account/second-step/off")
    async def one_step() -> Redirect:  # pyright: ignore[reportUnusedFunction]
        _visitor, person, _session = await signed_in_of_request(house)
        if elsewhere := await unproved():
            return elsewhere
        await house.store.write(lambda tx: accounts.disable_totp(tx, person.id))
        return see_other("/account?said=off")

    @bp.post("/account/codes")
    async def codes() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        _visitor, person, _session = await signed_in_of_request(house)
        if elsewhere := await unproved():
            return elsewhere
        made = await house.store.write(lambda tx: accounts.recovery_codes(tx, person.id))
        return await personal_page(house, "people/codes.html", codes=made, next="/account")

    @bp.route("/account/erase", methods=["GET", "POST"])
    async def erase() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor, person, _session = await signed_in_of_request(house)
        if elsewhere := await unproved():
            return elsewhere
        form = Erase(await form_data() if request.method == "POST" else None, visitor.speech)
        if request.method == "POST" and form.validate():
            if login_of(form.name.data or "") != person.login:
                form.refuse(Refused(_("This is not your pseudonym.")), "name")
            else:
                try:
                    await house.store.write(lambda tx: accounts.erase(tx, person.id, house.now()))
                except Refused as error:
                    form.refuse(error)
                else:
                    return farewell(house, "erased")
        return await personal_page(house, "people/erase.html", status=_status(form), form=form)

    return bp


async def account_page(house: House, visitor: Visitor, person: Person) -> Response:
    """Draw one's own account."""
    say = catalogue(visitor.speech.language).gettext
    form = Language(None, visitor.speech, language=person.language)
    form.language.choices = [
        ("", _("As the browser asks for")),
        *((tag, autonym(tag)) for tag in languages()),
    ]

    def read(tx: Tx) -> dict[str, Any]:
        return {
            "sessions": sessions.of_person(tx, person.id, house.now()),
            "passkeys": passkeys.of_person(tx, person.id),
            "linked": linked_accounts.of_person(tx, person.id),
            "codes_left": recovery_codes.count(tx, person.id),
        }

    mine = await house.store.read(read)
    said = SAID.get(request.args.get("said", ""), "")
    return await personal_page(
        house,
        "people/account.html",
        said=say(said) if said else "",
        form=form,
        **mine,
    )


def _status(form: Form) -> int:
    return 422 if form.has_errors else 200

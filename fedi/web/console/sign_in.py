"""Signing in with a password and its second step or with a recovery code, and signing out."""

from __future__ import annotations

from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, PasswordField, StringField

from fedi.errors import RateLimited, Refused
from fedi.house import House
from fedi.people import sessions, signing_in
from fedi.publishing.words import _
from fedi.storage.persons import Person
from fedi.web.console.devices import device_of_request
from fedi.web.console.shell import local_path, personal_page, see_other
from fedi.web.console.visitor import forget_cookie, sign_in, visitor_of_request
from fedi.web.forms import Form, at_most, form_data, required

REMEMBERED_DAYS = 30
FAREWELLS = {
    "": _("You are signed out, and this browser has forgotten you."),
    "left": _(
        "You have left the group. It was your last one here, so you are signed out; your pseudonym stays yours."
    ),
    "erased": _("Your account is deleted, and this browser has forgotten you."),
}
"""What somebody is told who has gone, by the reason in the address."""


class SignIn(Form):
    """Name and password."""

    name = StringField(_("Pseudonym"), [required, at_most(100)])
    password = PasswordField(_("Password"), [required, at_most(1_000)])
    remember = BooleanField(_("Remember me on this device"))


class Code(Form):
    """The second step: six digits, or a recovery code."""

    code = StringField(_("Code"), [required, at_most(60)])


class Recover(Form):
    """A recovery code, which stands for everything else."""

    name = StringField(_("Pseudonym"), [required, at_most(100)])
    code = StringField(_("Recovery code"), [required, at_most(60)])


def blueprint(house: House) -> Blueprint:
    """Return the routes of signing in and out."""
    bp = Blueprint("sign_in", __name__)

    @bp.get("/sign-in")
    async def ask() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        wanted = local_path(request.args.get("next", ""))
        if visitor.person is not None:
            return see_other(wanted)
        gone = FAREWELLS.get(request.args.get("gone", "-"), "")
        return await _form(house, SignIn(None, visitor.speech), wanted, gone=gone)

    @bp.post("/sign-in")
    async def check() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        sent = await form_data()
        wanted = local_path(sent.get("next", ""))
        form = SignIn(sent, visitor.speech)
        if not form.validate():
            return await _form(house, form, wanted)
        try:
            person = await signing_in.by_password(
                house.store, form.name.data or "", form.password.data or "", house.now()
            )
        except (Refused, RateLimited) as error:
            form.refuse(error)
            return await _form(house, form, wanted)
        return await welcome(house, person, wanted, remember=bool(form.remember.data))

    @bp.post("/sign-in/code")
    async def second_step() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        sent = await form_data()
        form = Code(sent, visitor.speech)
        step = sent.get("step", "")
        if form.validate():
            try:
                done = await signing_in.finish_step(
                    house.store, step, form.code.data or "", house.now()
                )
            except (Refused, RateLimited) as error:
                form.refuse(error)
            else:
                return await begin_session(house, done.person, done.wanted, remember=done.remember)
        return await personal_page(house, "people/code.html", status=422, form=form, step=step)

    @bp.get("/sign-in/recover")
    async def lost() -> Response:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        return await personal_page(house, "people/recover.html", form=Recover(None, visitor.speech))

    @bp.post("/sign-in/recover")
    async def recover() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        form = Recover(await form_data(), visitor.speech)
        if form.validate():
            name, code = form.name.data or "", form.code.data or ""
            try:
                person = await signing_in.by_recovery_code(house.store, name, code, house.now())
            except (Refused, RateLimited) as error:
                form.refuse(error)
            else:
                return await begin_session(house, person, "/account?said=recovered")
        return await personal_page(house, "people/recover.html", status=422, form=form)

    @bp.post("/sign-out")
    async def sign_out() -> Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor = await visitor_of_request(house)
        if visitor.session is not None:
            ended = visitor.session.id
            await house.store.write(lambda tx: sessions.end(tx, ended))
        return farewell(house)

    return bp


def farewell(house: House, why: str = "") -> Redirect:
    """Let a browser forget who was signed in, and what it kept of half-written texts; `why` is one of FAREWELLS."""
    answer = see_other(f"/sign-in?gone={why}" if why else "/sign-in?gone")
    forget_cookie(answer, house.site)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


async def welcome(
    house: House, person: Person, wanted: str, *, remember: bool
) -> Response | Redirect:
    """Ask somebody who has a second step for it, and sign everybody else in."""
    if person.totp is None:
        return await begin_session(house, person, wanted, remember=remember)
    visitor, now = await visitor_of_request(house), house.now()
    step = await house.store.write(
        lambda tx: signing_in.begin_step(tx, person.id, wanted, remember=remember, now=now)
    )
    return await personal_page(
        house, "people/code.html", form=Code(None, visitor.speech), step=step
    )


async def begin_session(
    house: House, person: Person, wanted: str, *, remember: bool = False
) -> Redirect:
    """Sign a person in on this browser, and show what they wanted."""
    days = REMEMBERED_DAYS if remember else None
    await sign_in(house, person, device=device_of_request(), days=days)
    return see_other(wanted)


async def _form(house: House, form: SignIn, wanted: str, *, gone: str = "") -> Response:
    status = 422 if form.has_errors else 200
    return await personal_page(
        house, "people/sign_in.html", status=status, form=form, next=wanted, gone=gone
    )

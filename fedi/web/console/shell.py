"""What every page behind the sign-in shares: who is there, may they, and the frame around it."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import SplitResult, quote, urlsplit

from quart import Quart, Response, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from fedi.errors import FediError, NotFound
from fedi.house import House
from fedi.publishing import kinds
from fedi.storage.groups import Group
from fedi.storage.persons import Person
from fedi.storage.sessions import Session
from fedi.storage.tx import Tx
from fedi.web.answers import POLICY
from fedi.web.bodies import FROM_STRANGERS, FROM_TRANSLATORS, BoundedRequest
from fedi.web.console import attention
from fedi.web.console.member import Member
from fedi.web.console.visitor import (
    Visitor,
    check_form,
    check_origin,
    check_text,
    set_cookie,
    visitor_of_request,
)
from fedi.web.pages.instance import instance_view
from fedi.web.pages.render import draw, page
from fedi.web.pages.views import GroupView, group_view

BEHIND = (
    "/console", "/account", "/sign-in", "/sign-out", "/begin", "/join", "/back-in", "/translate",
)  # fmt: skip
"""Where pages lie that nobody but a person sees, and that have forms of our own."""
PERSONAL_POLICY = f"{POLICY}; script-src 'self'; connect-src 'self'"
OFTEN = ("minutes", "call", "request", "update", "poll")
"""Kinds in the order in which they are offered and listed; any other kind follows."""


class SignInFirst(FediError):
    """Nobody is signed in; the page that was asked for is shown afterwards."""

    status = 401


def install(app: Quart, house: House) -> None:
    """Check every form of the pages behind the sign-in, and give those pages their headers."""
    app.request_class = BoundedRequest

    @app.before_request
    async def look() -> None:  # pyright: ignore[reportUnusedFunction]
        if request.method == "POST" and request.path.startswith(BEHIND):
            check_origin(house.site)
            visitor = await visitor_of_request(house)
            if visitor.person is None:
                is_long = request.path.startswith("/translate/")
                most = FROM_TRANSLATORS if is_long else FROM_STRANGERS
                cast("BoundedRequest", request).bound(most)
            sent = await request.form
            check_form(visitor, sent)
            check_text(sent, await request.files)

    @app.after_request
    async def dress(response: Response) -> Response:  # pyright: ignore[reportUnusedFunction]
        if request.path.startswith(BEHIND):
            response.headers["Content-Security-Policy"] = PERSONAL_POLICY
            response.headers["Cache-Control"] = "private, no-store"
            set_cookie(response, house.site)
        return response

    @app.errorhandler(SignInFirst)
    async def sign_in(error: SignInFirst) -> WerkzeugResponse:  # pyright: ignore[reportUnusedFunction]
        wanted = request.path if request.method == "GET" else _page_before()
        return redirect(f"/sign-in?next={quote(wanted, safe='/')}", 303)


async def signed_in_of_request(house: House) -> tuple[Visitor, Person, Session]:
    """Return the visitor with person and session, or let them sign in first."""
    visitor = await visitor_of_request(house)
    if visitor.person is None or visitor.session is None:
        raise SignInFirst("Sign in first.")
    return visitor, visitor.person, visitor.session


async def member_of_request(house: House, name: str) -> Member:
    """Return who asks as a member of a group; for everybody else the group's console is not there."""
    visitor, person, session = await signed_in_of_request(house)
    group = next((group for group in visitor.groups if group.name == name), None)
    if group is None:
        raise NotFound("There is nothing here.")
    return Member(visitor, person, session, group)


async def console_page(
    house: House,
    member: Member,
    template: str,
    *,
    current: str = "",
    status: int = 200,
    said: str = "",
    **values: Any,
) -> Response:
    """Draw a page of a group's console; `current` names its entry in the navigation, `said` what was just done."""

    def read(tx: Tx) -> dict[str, Any]:
        return {
            "instance": instance_view(tx, house.site),
            "group": group_view(tx, house.site, member.group, member.speech),
            "others": [_other(tx, house, member, group) for group in member.groups],
            "waiting": attention.counts(tx, member.group),
        }

    shared = await house.store.read(read)
    html = draw(
        template,
        member.speech,
        house.site,
        **{
            **shared,
            "member": member,
            "csrf": member.csrf,
            "current": current,
            "said": said,
            "kinds": kinds_in_order(),
            "noindex": True,
            **values,
        },
    )
    return page(html, status=status, public=False)


async def personal_page(
    house: House, template: str, *, status: int = 200, said: str = "", **values: Any
) -> Response:
    """Draw a page that belongs to no group: signing in, an invitation, one's own account."""
    visitor = await visitor_of_request(house)
    instance = await house.store.read(lambda tx: instance_view(tx, house.site))
    html = draw(
        template,
        visitor.speech,
        house.site,
        **{
            "instance": instance,
            "visitor": visitor,
            "csrf": visitor.csrf,
            "said": said,
            "noindex": True,
            **values,
        },
    )
    return page(html, status=status, public=False)


def kinds_in_order() -> list[kinds.Kind]:
    """Return every kind, those first that groups write most."""
    order = {name: place for place, name in enumerate(OFTEN)}
    return sorted(kinds.all_kinds(), key=lambda kind: (order.get(kind.name, len(order)), kind.name))


def see_other(path: str) -> WerkzeugResponse:
    """Show another page after something was done; never one of another server."""
    return redirect(local_path(path), 303)


def local_path(path: str, otherwise: str = "/console") -> str:
    """Return a path of this server, or another where it is none."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return (
        path if is_ours and all(sign.isprintable() and sign != " " for sign in path) else otherwise
    )


def _other(tx: Tx, house: House, member: Member, group: Group) -> GroupView:
    return group_view(tx, house.site, group, member.speech)


def _page_before() -> str:
    """Return the page that a form was on."""
    try:
        came_from: SplitResult | None = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        came_from = None
    return local_path(came_from.path if came_from else "")

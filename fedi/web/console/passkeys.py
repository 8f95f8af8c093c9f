"""Passkeys in the browser: what static/passkeys.js asks for, and one's list of them."""

from __future__ import annotations

from typing import Any

import orjson
from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect

from fedi.errors import Malformed
from fedi.house import House
from fedi.people import sessions, with_passkeys
from fedi.people.tokens import hashed
from fedi.publishing.words import _
from fedi.storage import passkeys
from fedi.storage.tx import Tx
from fedi.web.console.devices import device_of_request
from fedi.web.console.shell import local_path, see_other, signed_in_of_request
from fedi.web.console.sign_in import REMEMBERED_DAYS
from fedi.web.console.visitor import sign_in, visitor_of_request
from fedi.web.forms import form_data

PROVE = "/account/prove?next=/account"


def blueprint(house: House) -> Blueprint:
    """Return the routes of passkeys."""
    bp = Blueprint("passkeys", __name__)

    @bp.post("/account/passkeys/ask")
    async def ask_to_add() -> Response:  # pyright: ignore[reportUnusedFunction]
        _visitor, person, session = await signed_in_of_request(house)
        now = house.now()
        if not sessions.is_proved(session, now):
            return _json({"go": PROVE})
        asked = await house.store.write(
            lambda tx: with_passkeys.ask_to_add(tx, house.site, person, session.id, now)
        )
        return Response(asked, content_type="application/json")

    @bp.post("/account/passkeys/add")
    async def add() -> Response:  # pyright: ignore[reportUnusedFunction]
        _visitor, person, session = await signed_in_of_request(house)
        answer, now = await _sent(), house.now()
        if not sessions.is_proved(session, now):
            return _json({"go": PROVE})
        label = device_of_request()
        await house.store.write(
            lambda tx: with_passkeys.add(tx, house.site, person, session.id, answer, label, now)
        )
        return _json({"go": "/account?said=passkey"})

    @bp.post("/account/passkeys/change")
    async def change() -> Redirect:  # pyright: ignore[reportUnusedFunction]
        _visitor, person, session = await signed_in_of_request(house)
        sent = await form_data()
        name, label = sent.get("passkey", ""), sent.get("label", "").strip()
        if sent.get("do") == "remove" and not sessions.is_proved(session, house.now()):
            return see_other(PROVE)

        def unit(tx: Tx) -> None:
            if sent.get("do") == "remove":
                passkeys.remove(tx, person.id, name)
            else:
                passkeys.rename(tx, person.id, name, label[: with_passkeys.LONGEST_LABEL])

        await house.store.write(unit)
        return see_other("/account?said=passkeys")

    @bp.post("/sign-in/passkey/ask")
    async def ask_for_one() -> Response:  # pyright: ignore[reportUnusedFunction]
        asked_by = hashed((await visitor_of_request(house)).token)
        asked = await house.store.write(
            lambda tx: with_passkeys.ask_for_one(tx, house.site, asked_by, house.now())
        )
        return Response(asked, content_type="application/json")

    @bp.post("/sign-in/passkey")
    async def by_passkey() -> Response:  # pyright: ignore[reportUnusedFunction]
        asked_by = hashed((await visitor_of_request(house)).token)
        answer = await _sent()
        person = await house.store.write(
            lambda tx: with_passkeys.by_passkey(tx, house.site, asked_by, answer, house.now())
        )
        days = REMEMBERED_DAYS if "remember" in request.args else None
        await sign_in(house, person, device=device_of_request(), days=days)
        return _json({"go": local_path(request.args.get("next", ""))})

    return bp


async def _sent() -> Any:
    try:
        answer = orjson.loads(await request.get_data())
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise Malformed(_("This is not the answer of a passkey."))
    return answer


def _json(values: dict[str, str]) -> Response:
    return Response(orjson.dumps(values), content_type="application/json")

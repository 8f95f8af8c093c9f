"""The inbox: read, authenticate, receive, 202; nobody is answered before the effect is on disk."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, request

from fedi.activitypub.authenticate import Authenticated, authenticate
from fedi.activitypub.context import understand
from fedi.activitypub.parse import parse
from fedi.activitypub.vocabulary import Activity, id_of, read_activity
from fedi.actors import sync
from fedi.actors.receive import Incoming, count_unknown, handles, receive
from fedi.clock import now_ms
from fedi.conversation import forwarded
from fedi.errors import Malformed, Unauthorised, Unavailable, Unreachable
from fedi.house import House
from fedi.storage import actors
from fedi.storage.tx import Tx
from fedi.web.arrival import body, signed_request
from fedi.web.negotiate import ACTIVITY_JSON

JSON_TYPES = (ACTIVITY_JSON, "application/ld+json", "application/json")


def blueprint(house: House) -> Blueprint:
    """Return the routes of the shared inbox and of every personal one."""
    bp = Blueprint("inbox", __name__)

    @bp.post("/inbox")
    async def shared() -> Response:  # pyright: ignore[reportUnusedFunction]
        return await post_inbox(house, None)

    @bp.post("/actor/inbox")
    async def instance() -> Response:  # pyright: ignore[reportUnusedFunction]
        return await post_inbox(house, house.site.actor)

    @bp.post("/groups/<name>/inbox")
    async def personal(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await post_inbox(house, house.site.group(name))

    return bp


async def post_inbox(house: House, inbox_of: str | None) -> Response:
    """Take in one activity; what took effect, or needs nothing, is answered 202."""
    if (request.content_type or "").split(";")[0].strip().lower() not in JSON_TYPES:
        raise Malformed("An inbox takes application/activity+json.")
    content = await body()
    document = parse(content, strict=b'"proof"' in content)
    activity = read_activity(understand(document))
    now = now_ms()
    if not handles(activity.type):
        await house.store.write(lambda tx: count_unknown(tx, activity.type, now))
        return _accepted()
    if _is_farewell(activity) and not await house.store.read(
        lambda tx: actors.find(tx, activity.actor)
    ):
        # Of somebody we never met; asking for their key would let anybody make us fetch (interop §6.25).
        return _accepted()
    asked = signed_request(house.site, content)
    who = await authenticate(asked, document, house.remote.key, now)
    if who.actor is None:
        await house.store.write(
            lambda tx: forwarded.take(tx, house.site, activity, carried_by=who.signer, now=now)
        )
        return _accepted()
    if who.actor != activity.actor:
        # Read through its context it names another actor than the one who was proven.
        raise Unauthorised("This activity names two actors.")
    await _introduce(house, who.actor)
    incoming = _incoming(house, activity, document, who, inbox_of, now)
    synchronisation = asked.headers.get("collection-synchronization")

    def unit(tx: Tx) -> str:
        if synchronisation and who.by == "signature":
            sync.note_header(tx, incoming.by, synchronisation, now)
        return receive(tx, incoming)

    await house.store.write(unit)
    return _accepted()


def _incoming(
    house: House,
    activity: Activity,
    document: dict[str, Any],
    who: Authenticated,
    inbox_of: str | None,
    now: int,
) -> Incoming:
    return Incoming(
        activity=activity,
        document=document,
        by=who.actor or who.signer,
        site=house.site,
        now=now,
        inbox_of=inbox_of,
        proof="http" if who.by == "signature" else "proof",
        carried_by=who.signer if who.signer != who.actor else None,
    )


async def _introduce(house: House, actor: str) -> None:
    """Make sure that we know who speaks; usually their key brought their document along."""
    try:
        await house.remote.actor(actor)
    except Unreachable as error:
        raise Unavailable("Your actor could not be fetched; try again later.") from error


def _is_farewell(activity: Activity) -> bool:
    return activity.type in ("Delete", "Update") and id_of(activity.object) == activity.actor


def _accepted() -> Response:
    return Response(b"", status=202)

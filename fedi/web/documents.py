"""Documents for other servers: actors, collections, objects, activities and permissions, by their ids."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedi.activitypub.origins import host_of
from fedi.actors import blocked, collections, sync
from fedi.actors.documents import actor_document, instance_document, tombstone
from fedi.actors.may_read import Reader, may_read
from fedi.clock import iso
from fedi.conversation import quotes, threads
from fedi.errors import Gone, NotFound, Unauthorised
from fedi.house import House
from fedi.storage import activities, groups, objects, versions
from fedi.storage.groups import Group
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx
from fedi.web.negotiate import about, document, format_of_request
from fedi.web.reader import read_as_signed, read_for_request, reader_of_request

PUBLIC = ("public", "unlisted")
"""Audiences whose documents anybody may read."""


def blueprint(house: House) -> Blueprint:
    """Return the routes that answer with documents only; pages share their ids with `pages.posts`."""
    bp = Blueprint("documents", __name__)
    site = house.site

    @bp.get("/actor")
    async def instance() -> Response | BaseResponse:  # pyright: ignore[reportUnusedFunction]
        """Serve the instance's actor to anybody: two servers that want signatures would else wait for each other."""
        if format_of_request() == "page":
            return redirect("/about")
        return about(
            document(await house.store.read(lambda tx: instance_document(tx, site))), "instance"
        )

    @bp.get("/actor/<any(outbox, followers, following):name>")
    async def of_instance(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return document(collections.empty(f"{site.actor}/{name}"))

    @bp.get("/groups/<name>/<any(followers, following, outbox, featured, featured_tags):which>")
    async def collection(name: str, which: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        page = request.args.get("page")
        found = await read_for_request(
            house,
            lambda tx, reader: collections.of_group(
                tx, site, _shown_group(tx, name, reader), which, page
            ),
        )
        return about(document(found), f"group:{name}")

    @bp.get("/groups/<name>/followers_synchronization")
    async def synchronization(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        """Tell a server which of its accounts follow a group, and nobody else's (FEP-8fcf)."""
        reader = await reader_of_request(house, document=True)
        if reader.actor is None:
            raise Unauthorised("This collection is told to signed requests only.")
        host = host_of(reader.actor)

        def unit(tx: Tx) -> dict[str, Any]:
            group = _shown_group(tx, name, reader)
            there = sync.followers_there(tx, group.actor, host)
            return collections.synchronization(group, there)

        return document(await house.store.read(unit), public=False)

    @bp.get("/activities/<ulid>")
    async def activity(ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        body = await read_for_request(
            house, lambda tx, reader: _activity(tx, f"{site.origin}/activities/{ulid}", reader)
        )
        return document(body[0], public=body[1] in PUBLIC)

    @bp.get("/quotes/<ulid>")
    async def quote(ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        found = await read_for_request(
            house, lambda tx, _: quotes.authorization(tx, f"{site.origin}/quotes/{ulid}")
        )
        return document(found)

    @bp.get("/<path>/<ulid>/<any(replies, likes, shares, context):which>")
    async def about_object(path: str, ulid: str, which: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        object_id = site.object(path, ulid)
        after = request.args.get("after")

        def unit(tx: Tx, reader: Reader) -> tuple[dict[str, Any], StoredObject]:
            stored = stored_object(tx, object_id, reader)
            return threads.collection(tx, stored, which, after), stored

        found, stored = await read_for_request(house, unit)
        response = document(found, public=stored.audience in PUBLIC)
        return about(response, f"object:{object_id}") if stored.audience in PUBLIC else response

    return bp


async def group_document(house: House, name: str) -> Response:
    """Answer with a group's actor, or its Tombstone once it was removed."""
    found = await read_for_request(
        house, lambda tx, reader: actor_document(tx, house.site, _shown_group(tx, name, reader))
    )
    return about(document(found), f"group:{name}")


def _shown_group(tx: Tx, name: str, reader: Reader) -> Group:
    """Return a group; to whom it blocks, where they must say who they are, it is not there."""
    stored = groups.find(tx, name)
    if stored is None or (reader.actor and blocked.is_blocked(tx, stored.actor, reader.actor)):
        raise NotFound("There is no such group here.")
    if stored.removed_at is not None:
        raise Gone("This group was removed.", tombstone=tombstone(stored))
    return stored


async def object_document(house: House, object_id: str) -> Response:
    """Answer with an object as its reader may see it."""

    def unit(tx: Tx, reader: Reader) -> tuple[bytes, str, bool]:
        stored = stored_object(tx, object_id, reader)
        audience = may_read(tx, stored, reader) or stored.audience
        version = objects.version(tx, object_id, audience)
        if version is None:
            raise NotFound("There is nothing here.")
        there = versions.audiences(tx, object_id, stored.version)
        return version.document, audience, "partners" in there

    body, audience, has_more = await read_for_request(house, unit)
    if has_more and audience != "partners":
        signed = await read_as_signed(house, unit)
        body, audience, has_more = signed or (body, audience, has_more)
    # What partners see more of is kept ready for nobody: from there, they would get what all get.
    if audience not in PUBLIC or has_more:
        return document(body, public=False)
    return about(document(body), f"object:{object_id}")


def stored_object(tx: Tx, object_id: str, reader: Reader) -> StoredObject:
    """Return an object that this reader may read.

    What is absent and what is forbidden look the same; only what was public once says Gone.
    """
    stored = objects.find(tx, object_id)
    if stored is None:
        raise NotFound("There is nothing here.")
    if stored.withdrawn_at is not None:
        if stored.audience not in PUBLIC:
            raise NotFound("There is nothing here.")
        raise Gone("This was taken down by the group.", tombstone=object_tombstone(stored))
    if may_read(tx, stored, reader) is None:
        raise NotFound("There is nothing here.")
    return stored


def object_tombstone(stored: StoredObject) -> dict[str, Any]:
    """Build what stands at the id of a withdrawn object; it is served with status 410."""
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": stored.id,
        "type": "Tombstone",
        "formerType": stored.type,
        "deleted": iso(stored.withdrawn_at or stored.updated_at),
    }


def _activity(tx: Tx, activity_id: str, reader: Reader) -> tuple[bytes, str]:
    """Return the very bytes that were sent, and for whom; what told of an object is shown where the object is.

    What was said to somebody alone is shown to nobody.
    """
    found = activities.find(tx, activity_id)
    if found is None or found.audience == "direct":
        raise NotFound("There is nothing here.")
    told_of = found.object if found.type in ("Create", "Update") else None
    if told_of and objects.find(tx, told_of):
        stored_object(tx, told_of, reader)
    elif found.audience not in PUBLIC or (
        reader.actor and blocked.is_blocked(tx, found.actor, reader.actor)
    ):
        raise NotFound("There is nothing here.")
    return found.body, found.audience

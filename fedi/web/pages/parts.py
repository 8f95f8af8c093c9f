"""Decisions and action items at their own addresses: a page each for people, a document each for servers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from quart import Blueprint, Response

from fedi.activitypub.html import excerpt
from fedi.actors.may_read import ANYBODY, Reader, may_read
from fedi.clock import iso, now_ms
from fedi.errors import Gone, NotFound
from fedi.house import House
from fedi.site import Site
from fedi.storage import groups, objects, parts, streams, translations
from fedi.storage.objects import StoredObject
from fedi.storage.parts import SeenPart, StoredPart
from fedi.storage.tx import Tx
from fedi.web.documents import PUBLIC
from fedi.web.i18n import Speech, catalogue
from fedi.web.negotiate import about, document, prefers_document
from fedi.web.pages.addresses import ULID
from fedi.web.pages.instance import instance_view
from fedi.web.pages.languages import Texts, choose_from, say_languages, wish_of_request
from fedi.web.pages.meta import alternate, plain_meta
from fedi.web.pages.post_views import post_view
from fedi.web.pages.render import draw, page, speech_of_request
from fedi.web.pages.views import LISTED, group_view
from fedi.web.reader import read_for_request

TITLE = 60


def blueprint(house: House) -> Blueprint:
    """Return the routes of decisions and action items."""
    bp = Blueprint("parts", __name__)
    site = house.site

    async def answer(path: str, ulid: str) -> Response:
        if not ULID.fullmatch(ulid):
            raise NotFound("There is nothing here.")
        part_id = site.object(path, ulid)
        if prefers_document():
            return await _document(house, part_id)
        speech, now, wish = speech_of_request(), now_ms(), wish_of_request()
        values = await house.store.read(lambda tx: _values(tx, site, part_id, speech, now, wish))
        response = page(draw("minutes/part.html", speech, site, **values))
        response.headers["Link"] = alternate(part_id)
        say_languages(response, values["texts"])
        return about(response, f"object:{values['post'].id}", f"group:{values['group'].name}")

    @bp.get("/decisions/<ulid>")
    async def decision(ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await answer("decisions", ulid)

    @bp.get("/actions/<ulid>")
    async def action(ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await answer("actions", ulid)

    return bp


def readable(tx: Tx, part_id: str, reader: Reader) -> tuple[SeenPart, StoredObject]:
    """Return a part as this reader sees it, with what it is a part of.

    Raises Gone for what was there once for everybody, else NotFound: what is absent and what is forbidden look the
    same.
    """
    part = parts.find(tx, part_id)
    stored = objects.find(tx, part.object) if part else None
    if part is None or stored is None:
        raise NotFound("There is nothing here.")
    if part.removed_at is not None or stored.withdrawn_at is not None:
        audience = stored.audience if stored.audience in PUBLIC else None
    else:
        audience = may_read(tx, stored, reader)
    seen = parts.seen(tx, part_id, audience) if audience else None
    if seen is None:
        raise NotFound("There is nothing here.")
    if seen.gone_at is not None:
        raise Gone("This was taken down by the group.", tombstone=_tombstone(part, seen.gone_at))
    return seen, stored


def _tombstone(part: StoredPart, at: int) -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": part.id,
        "type": "Tombstone",
        "formerType": "Note",
        "deleted": iso(at),
    }


async def _document(house: House, part_id: str) -> Response:
    seen, stored = await read_for_request(house, lambda tx, reader: readable(tx, part_id, reader))
    if seen.audience not in PUBLIC:
        return document(seen.document, public=False)
    return about(document(seen.document), f"object:{stored.id}")


def _values(
    tx: Tx, site: Site, part_id: str, speech: Speech, now: int, wish: Sequence[str]
) -> dict[str, Any]:
    seen, stored = readable(tx, part_id, ANYBODY)
    group = groups.find_by_actor(tx, stored.actor)
    entry = streams.find(tx, stored.id, LISTED)
    if group is None or entry is None:
        raise NotFound("There is nothing here.")
    if group.removed_at is not None:
        raise Gone("The group that published this was removed.")
    view = group_view(tx, site, group, speech, full=True)
    post = post_view(entry, speech, now, group=view)
    _ = catalogue(speech.language).gettext
    is_decision = seen.kind == "decision"
    name = _("Decision %(n)s") % {"n": seen.facts["key"]} if is_decision else _("Task")
    item, texts = _in_language(tx, seen, stored, speech, wish)
    description = f"{name}: {excerpt(item['text'], 200)}"
    meta = plain_meta(site, excerpt(item["text"], TITLE), description, urlsplit(part_id).path)
    return {
        "instance": instance_view(tx, site),
        "meta": meta,
        "noindex": not group.discoverable or stored.audience != "public",
        "group": view,
        "post": post,
        "name": name,
        "item": item,
        "texts": texts,
        "is_decision": is_decision,
        "part_id": part_id,
        "current_tab": post.kind,
    }


def _in_language(
    tx: Tx, seen: SeenPart, stored: StoredObject, speech: Speech, wish: Sequence[str]
) -> tuple[dict[str, Any], Texts]:
    """Return what a part shows in the language its reader likes best of those that its present words are there in."""
    found = [
        one
        for one in translations.of_object(tx, stored.id, seen.audience)
        if one.facts.get("pieces", {}).get(seen.part, {}).get("of") == seen.title
    ]
    made, texts = choose_from(tx, stored, found, wish, speech, urlsplit(seen.part).path)
    said = made.facts.get("decisions" if seen.kind == "decision" else "actions", ()) if made else ()
    words = next((dict(one) for one in said if one["id"] == seen.part), {})
    return {**seen.facts, **words}, texts

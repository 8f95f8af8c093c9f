"""The page of a post, with its replies; its embed and its oEmbed answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from markupsafe import Markup
from quart import Blueprint, Response, request

from fedi.actors.may_read import ANYBODY, Reader, may_read
from fedi.clock import now_ms
from fedi.conversation.threads import Reply, replies_to
from fedi.errors import Gone, NotFound
from fedi.house import House
from fedi.publishing.draft import AUDIENCES
from fedi.site import Site
from fedi.storage import groups, neighbours, streams, versions
from fedi.storage.objects import StoredObject
from fedi.storage.streams import Entry
from fedi.storage.tx import Tx
from fedi.web.answers import POLICY
from fedi.web.documents import object_document, stored_object
from fedi.web.i18n import Speech
from fedi.web.negotiate import about, prefers_document
from fedi.web.pages.addresses import id_of
from fedi.web.pages.history import history
from fedi.web.pages.instance import instance_view
from fedi.web.pages.languages import in_language, say_languages, wish_of_request
from fedi.web.pages.meta import alternate, post_meta
from fedi.web.pages.post_views import post_view
from fedi.web.pages.render import draw, page, speech_of_request
from fedi.web.pages.sections import sections
from fedi.web.pages.views import LISTED, GroupView, Sign, group_view, sign_for, views_by_actor

REPLIES = 20
ROOM = 11_500
"""Bytes of replies on one page, so that it stays light; the first one is shown whatever its size."""
MARKUP = 500


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply as the page shows it; `path` leads to the group where one of ours wrote it."""

    id: str
    author: str
    handle: str
    path: str
    sign: Sign | GroupView
    url: str
    html: Markup
    warning: str
    language: str
    published_at: int
    published: str
    depth: int


def blueprint(house: House) -> Blueprint:
    """Return the routes of posts."""
    bp = Blueprint("posts", __name__)
    site = house.site

    @bp.get("/<path>/<ulid>")
    async def post(path: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        object_id = id_of(house, path, ulid)
        if prefers_document():
            return await object_document(house, object_id)
        speech, now = speech_of_request(), now_ms()
        after, wish = request.args.get("after", "")[:400], wish_of_request()
        values = await house.store.read(
            lambda tx: post_values(tx, site, object_id, speech, now, after, wish)
        )
        template = f"{path}/page.html"
        response = page(draw(template, speech, site, **values))
        response.headers["Link"] = alternate(object_id)
        say_languages(response, values["texts"])
        return about(response, f"object:{object_id}", f"group:{values['group'].name}")

    @bp.get("/<path>/<ulid>/embed")
    async def embed(path: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        object_id = id_of(house, path, ulid)
        speech, now = speech_of_request(), now_ms()
        values = await house.store.read(
            lambda tx: post_values(tx, site, object_id, speech, now, "")
        )
        response = page(draw("embed.html", speech, site, **values))
        # The one page that others may frame.
        response.headers["Content-Security-Policy"] = POLICY.replace(
            "frame-ancestors 'none'", "frame-ancestors *"
        )
        return about(response, f"object:{object_id}", f"group:{values['group'].name}")

    @bp.get("/oembed")
    async def oembed() -> Response:  # pyright: ignore[reportUnusedFunction]
        if request.args.get("format", "json") != "json":
            return Response("Only json is spoken here.\n", status=501, content_type="text/plain")
        url = request.args.get("url", "")
        if not site.is_local(url):
            raise NotFound("That address is not on this server.")
        path, _, ulid = urlsplit(url).path.strip("/").partition("/")
        object_id = id_of(house, path, ulid)
        speech, now = speech_of_request(), now_ms()
        values = await house.store.read(
            lambda tx: post_values(tx, site, object_id, speech, now, "")
        )
        answer = _oembed(values, object_id, site.origin)
        response = Response(orjson.dumps(answer), content_type="application/json")
        return about(response, f"object:{object_id}", f"group:{values['group'].name}")

    return bp


def post_values(
    tx: Tx,
    site: Site,
    object_id: str,
    speech: Speech,
    now: int,
    after: str,
    wish: Sequence[str] = (),
    reader: Reader = ANYBODY,
) -> dict[str, Any]:
    """Gather the page of a post for a reader, in the language they wish for; raise NotFound or Gone."""
    stored = stored_object(tx, object_id, reader)
    entry = _seen_by(tx, stored, reader)
    group = groups.find_by_actor(tx, stored.actor)
    if entry is None or group is None:
        raise NotFound("There is nothing here.")
    if group.removed_at is not None:
        raise Gone("The group that published this was removed.")
    view = group_view(tx, site, group, speech, full=True)
    entry, texts = in_language(tx, entry, wish, speech, urlsplit(object_id).path)
    post = post_view(entry, speech, now, group=view, full=True)
    thread, last = _thread(tx, stored, after)
    ours = views_by_actor(tx, site, (reply.author for reply in thread), speech)
    return {
        "instance": instance_view(tx, site),
        "meta": post_meta(site, view, post),
        "noindex": not group.discoverable or stored.audience != "public",
        "group": view,
        "post": post,
        "in_reply_to": stored.in_reply_to or "",
        "thread": [_reply(reply, ours.get(reply.author), speech, now) for reply in thread],
        "more_replies": f"{post.path}?after={quote(last, safe='')}" if last else "",
        "versions": history(tx, stored, speech),
        "texts": texts,
        "earlier": neighbours.earlier(tx, stored),
        "later": neighbours.later(tx, stored),
        "sections": sections,
        "sign_for": sign_for,
        "current_tab": post.kind,
    }


def _seen_by(tx: Tx, stored: StoredObject, reader: Reader) -> Entry | None:
    """Return a post as a reader sees it: a page that anybody can open shows what anybody may read."""
    if reader == ANYBODY:
        return streams.find(tx, stored.id, LISTED)
    entry = streams.find(tx, stored.id, AUDIENCES)
    seen = versions.present(tx, stored.id, may_read(tx, stored, reader) or "")
    return replace(entry, html=seen.html, facts=seen.facts) if entry and seen else entry


def _thread(tx: Tx, stored: StoredObject, after: str) -> tuple[list[Reply], str]:
    """Return as many replies as a page has room for, and the key of the last one where there are more."""
    found = replies_to(tx, stored, after=after, limit=REPLIES + 1)
    in_time = sorted(found, key=lambda reply: (reply.published_at, reply.id))
    room, fitting = ROOM, 0
    for reply in in_time[:REPLIES]:
        room -= MARKUP + len(reply.html.encode())
        if room < 0 and fitting:
            break
        fitting += 1
    if fitting == len(in_time):
        return found, ""
    return replies_to(tx, stored, after=after, limit=fitting), in_time[fitting - 1].key


def _reply(reply: Reply, group: GroupView | None, speech: Speech, now: int) -> ReplyView:
    return ReplyView(
        id=hashlib.sha256(reply.id.encode()).hexdigest()[:12],
        author=reply.author_name,
        handle=reply.author_handle,
        path=group.path if group else "",
        sign=group or sign_for(reply.author),
        url=reply.url,
        html=Markup(reply.html),  # noqa: S704 - cleaned on receipt
        warning=reply.warning,
        language=reply.language,
        published_at=reply.published_at,
        published=speech.short_day(reply.published_at, None, now),
        depth=min(reply.depth, 3),
    )


def _oembed(values: dict[str, Any], object_id: str, origin: str) -> dict[str, Any]:
    """Answer as oEmbed 1.0 wants it: a frame around the embed page."""
    post, group = values["post"], values["group"]
    title = post.heading
    frame = Markup(
        '<iframe src="{}/embed" title="{}" width="600" height="420" loading="lazy"></iframe>'
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": group.title,
        "author_url": group.id,
        "provider_name": values["instance"].name,
        "provider_url": origin,
        "cache_age": 3600,
        "html": str(frame.format(object_id, title)),
        "width": 600,
        "height": 420,
    }

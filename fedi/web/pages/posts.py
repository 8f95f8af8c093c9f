"""The page of a post, with its replies; its embed and its oEmbed answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from markupsafe import Markup
from quart import Blueprint, Response, request

from fedi.actors.may_read import Reader
from fedi.clock import now_ms
from fedi.conversation.threads import Reply, replies_to
from fedi.errors import NotFound
from fedi.house import House
from fedi.publishing import kinds
from fedi.storage import counts, groups, objects, streams
from fedi.storage.tx import Tx
from fedi.web.answers import POLICY
from fedi.web.documents import object_document, stored_object
from fedi.web.i18n import Speech
from fedi.web.negotiate import about, prefers_document
from fedi.web.pages.instance import view_of
from fedi.web.pages.meta import alternate, post_meta
from fedi.web.pages.render import draw, page, speech_of_request
from fedi.web.pages.views import LISTED, GroupView, group_view, post_view

REPLIES = 50
ULID = re.compile(r"[0-9a-z]{26}", re.ASCII)


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version in the history of a post."""

    number: int
    at: int


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply as the page shows it; `group` is set where one of ours wrote it."""

    key: str
    author: str
    handle: str
    url: str
    html: Markup
    warning: str
    language: str
    published_at: int
    depth: int
    group: GroupView | None


def blueprint(house: House) -> Blueprint:
    """Return the routes of posts."""
    bp = Blueprint("posts", __name__)
    site = house.site

    @bp.get("/<path>/<ulid>")
    async def post(path: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        object_id = _id_of(house, path, ulid)
        if prefers_document():
            return await object_document(house, object_id)
        speech, now = speech_of_request(), now_ms()
        before = request.args.get("after", "")
        values = await house.store.read(
            lambda tx: post_values(tx, house, object_id, speech, now, before)
        )
        template = f"{path}/page.html"
        response = page(draw(template, speech, site, **values))
        response.headers["Link"] = alternate(object_id)
        return about(response, f"object:{object_id}", f"group:{values['group'].name}")

    @bp.get("/<path>/<ulid>/embed")
    async def embed(path: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        object_id = _id_of(house, path, ulid)
        speech, now = speech_of_request(), now_ms()
        values = await house.store.read(
            lambda tx: post_values(tx, house, object_id, speech, now, "")
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
        object_id = _id_of(house, path, ulid)
        speech, now = speech_of_request(), now_ms()
        values = await house.store.read(
            lambda tx: post_values(tx, house, object_id, speech, now, "")
        )
        answer = _oembed(values, object_id, site.origin, site.domain)
        response = Response(orjson.dumps(answer), content_type="application/json")
        return about(response, f"object:{object_id}", f"group:{values['group'].name}")

    return bp


def _id_of(house: House, path: str, ulid: str) -> str:
    if not ULID.fullmatch(ulid) or kinds.kind_at(path) is None:
        raise NotFound("There is nothing here.")
    return house.site.object(path, ulid)


def post_values(
    tx: Tx, house: House, object_id: str, speech: Speech, now: int, after: str
) -> dict[str, Any]:
    """Gather the page of a post for anybody; raise NotFound or Gone."""
    stored = stored_object(tx, object_id, Reader(None))
    entry = streams.find(tx, object_id, LISTED)
    group = groups.find_by_actor(tx, stored.actor)
    if entry is None or group is None:
        raise NotFound("There is nothing here.")
    view = group_view(tx, house.site, group, speech, full=True)
    post = post_view(entry, speech, now, group=view, full=True)
    thread = replies_to(tx, object_id, after=after, limit=REPLIES + 1)
    ours = {known.actor: group_view(tx, house.site, known, speech) for known in groups.list_(tx)}
    shown = [_reply(reply, ours) for reply in thread[:REPLIES]]
    more = f"{post.path}?after={thread[REPLIES - 1].key}" if len(thread) > REPLIES else ""
    history = objects.history(tx, object_id, stored.audience)
    return {
        "instance": view_of(house, counts.of_instance(tx, now)),
        "meta": post_meta(house.site, view, post),
        "noindex": not group.discoverable or stored.audience != "public",
        "group": view,
        "post": post,
        "thread": shown,
        "more_replies": more,
        "versions": [VersionView(number, at) for number, at in history],
        "current_tab": post.kind,
        "now": now,
    }


def _reply(reply: Reply, ours: dict[str, GroupView]) -> ReplyView:
    return ReplyView(
        key=reply.key,
        author=reply.author_name,
        handle=reply.author_handle,
        url=reply.url,
        html=Markup(reply.html),  # noqa: S704 - cleaned on receipt
        warning=reply.warning,
        language=reply.language,
        published_at=reply.published_at,
        depth=min(reply.depth, 3),
        group=ours.get(reply.author),
    )


def _oembed(values: dict[str, Any], object_id: str, origin: str, domain: str) -> dict[str, Any]:
    """Answer as oEmbed 1.0 wants it: a frame around the embed page."""
    post, group = values["post"], values["group"]
    title = post.title or post.excerpt
    frame = Markup(
        '<iframe src="{}/embed" title="{}" width="600" height="420" loading="lazy"></iframe>'
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": group.title,
        "author_url": group.id,
        "provider_name": domain,
        "provider_url": origin,
        "cache_age": 3600,
        "html": str(frame.format(object_id, title)),
        "width": 600,
        "height": 420,
    }

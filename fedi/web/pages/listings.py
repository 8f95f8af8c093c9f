"""Pages that list posts: a group's page, the calendar, and a tag."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from quart import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedi.actors.groups import get_group
from fedi.clock import now_ms
from fedi.errors import NotFound
from fedi.house import House
from fedi.publishing import kinds
from fedi.site import Site
from fedi.storage import streams
from fedi.storage.streams import Entry, Position
from fedi.storage.tx import Tx
from fedi.web.documents import group_document
from fedi.web.i18n import Speech, catalogue
from fedi.web.negotiate import about, prefers_document
from fedi.web.pages.instance import instance_view
from fedi.web.pages.meta import alternate, group_meta, plain_meta, tag_meta
from fedi.web.pages.post_views import PostView, post_view
from fedi.web.pages.render import draw, page, speech_of_request
from fedi.web.pages.views import SHOWN, followers_in_words, group_view, views_by_actor

PAGE = 15
UPCOMING = 4
TAGS = 8
PAST = 12
AHEAD = 40
YEAR = 366 * 86_400_000
_BEFORE = re.compile(r"(\d{1,16})-([\w:/.-]{1,300})", re.ASCII)


def blueprint(house: House) -> Blueprint:
    """Return the routes of pages that list posts."""
    bp = Blueprint("listings", __name__)
    site = house.site

    @bp.get("/groups/<name>")
    async def group(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if prefers_document():
            return await group_document(house, name)
        speech, now = speech_of_request(), now_ms()
        kind, before = request.args.get("kind") or None, position(request.args.get("before", ""))
        values = await house.store.read(
            lambda tx: group_values(tx, site, name, speech, now, kind=kind, before=before)
        )
        response = page(draw("group.html", speech, site, **values))
        response.headers["Link"] = alternate(site.group(name))
        return about(response, f"group:{name}")

    @bp.get("/@<name>")
    async def short(name: str) -> BaseResponse:  # pyright: ignore[reportUnusedFunction]
        found = await house.store.read(lambda tx: get_group(tx, name.lower()))
        return redirect(f"/groups/{found.name}")

    @bp.get("/calendar")
    async def calendar() -> Response:  # pyright: ignore[reportUnusedFunction]
        speech, now = speech_of_request(), now_ms()
        values = await house.store.read(lambda tx: calendar_values(tx, site, speech, now))
        return about(page(draw("calendar.html", speech, site, **values)), "instance")

    @bp.get("/tags/<tag>")
    async def tag(tag: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        speech, now = speech_of_request(), now_ms()
        before = position(request.args.get("before", ""))
        values = await house.store.read(
            lambda tx: tag_values(tx, site, tag.lower(), speech, now, before)
        )
        status = 200 if values["posts"] else 404
        return about(page(draw("tag.html", speech, site, **values), status=status), "instance")

    return bp


def position(text: str) -> Position | None:
    """Read where a page begins (`moment-id`); what cannot be one begins at the start."""
    found = _BEFORE.fullmatch(text)
    return (int(found[1]), found[2]) if found else None


def _older(entries: list[Entry], query: str = "") -> str:
    """Return the query of the next page, or nothing where this is the last: one more than fits was asked for."""
    if len(entries) <= PAGE:
        return ""
    last = entries[PAGE - 1].object
    return f"?{query}before={last.published_at}-{last.id}"


def _posts(tx: Tx, site: Site, entries: list[Entry], speech: Speech, now: int) -> list[PostView]:
    """Show posts of several groups, without those of groups that are gone."""
    by = views_by_actor(tx, site, (entry.object.actor for entry in entries), speech)
    return [
        post_view(entry, speech, now, group=by[entry.object.actor])
        for entry in entries
        if entry.object.actor in by
    ]


def group_values(
    tx: Tx,
    site: Site,
    name: str,
    speech: Speech,
    now: int,
    *,
    kind: str | None = None,
    before: Position | None = None,
) -> dict[str, Any]:
    """Gather the page of a group: one page of its stream, of one kind or all, and what is pinned."""
    group = get_group(tx, name)
    chosen = next((known for known in kinds.all_kinds() if known.name == kind), None)
    if kind and chosen is None:
        raise NotFound("There is no such kind of post.")
    view = group_view(tx, site, group, speech, full=True)
    entries = streams.stream(tx, group.actor, SHOWN, before=before, limit=PAGE + 1, kind=kind)
    pinned = [] if kind or before else streams.pinned(tx, group.actor, SHOWN)[:1]
    on_top = {entry.object.id for entry in pinned}
    upcoming = streams.calendar(
        tx, now, now + YEAR, audiences=SHOWN, actor=group.actor, limit=UPCOMING
    )
    tags = streams.hashtags_of(tx, group.actor, TAGS)
    _ = catalogue(speech.language).gettext
    return {
        "instance": instance_view(tx, site),
        "meta": group_meta(site, view, kind or ""),
        "noindex": not group.discoverable,
        "group": view,
        "followers": followers_in_words(tx, group, speech),
        "posts": [
            post_view(entry, speech, now)
            for entry in entries[:PAGE]
            if entry.object.id not in on_top
        ],
        "pin": post_view(pinned[0], speech, now) if pinned else None,
        "upcoming": [post_view(entry, speech, now) for entry in upcoming],
        "hashtags": [(tag, f"/tags/{quote(tag, safe='')}") for tag, _ in tags],
        "current_tab": kind or "",
        "current_label": _(chosen.plural) if chosen else "",
        "current_stamp": chosen.stamp if chosen else "",
        "older": _older(entries, f"kind={kind}&" if kind else ""),
        "newer": (f"{view.path}?kind={kind}" if kind else view.path) if before else "",
    }


def calendar_values(tx: Tx, site: Site, speech: Speech, now: int) -> dict[str, Any]:
    """Gather what is to come, and what was in the last year."""
    upcoming = streams.calendar(tx, now, now + 2 * YEAR, audiences=SHOWN, limit=AHEAD)
    over = streams.over(tx, now, audiences=SHOWN, since=now - YEAR, limit=PAST)
    _ = catalogue(speech.language).gettext
    title, description = _("Days of action"), _("What the groups here call for.")
    return {
        "instance": instance_view(tx, site),
        "meta": plain_meta(site, title, description, "/calendar"),
        "upcoming": _posts(tx, site, upcoming, speech, now),
        "past": _posts(tx, site, over, speech, now),
    }


def tag_values(
    tx: Tx, site: Site, tag: str, speech: Speech, now: int, before: Position | None
) -> dict[str, Any]:
    """Gather a page of what has a hashtag."""
    entries = streams.tagged(tx, tag, before=before, limit=PAGE + 1)
    path = f"/tags/{quote(tag, safe='')}"
    return {
        "instance": instance_view(tx, site),
        "meta": tag_meta(site, tag, path),
        "tag": tag,
        "path": path,
        "posts": _posts(tx, site, entries[:PAGE], speech, now),
        "older": _older(entries),
        "newer": path if before else "",
    }

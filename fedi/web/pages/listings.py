"""Pages that list posts: the front page, a group's page, the calendar, and a tag."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from quart import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedi.activitypub.html import excerpt
from fedi.actors.groups import get_group
from fedi.clock import now_ms
from fedi.errors import NotFound
from fedi.house import House
from fedi.publishing import kinds
from fedi.site import Site
from fedi.storage import counts, groups, streams
from fedi.storage.streams import Entry, Position
from fedi.storage.tx import Tx
from fedi.web.art.banners import banner
from fedi.web.documents import group_document
from fedi.web.i18n import Speech, catalogue
from fedi.web.negotiate import about, prefers_document
from fedi.web.pages.instance import view_of
from fedi.web.pages.meta import alternate, group_meta, plain_meta
from fedi.web.pages.render import draw, page, speech_of_request
from fedi.web.pages.views import SHOWN, GroupView, group_view, post_view

PAGE = 20
YEAR = 366 * 86_400_000
_BEFORE = re.compile(r"(\d{1,16})-([\w:/.-]{1,300})", re.ASCII)


def blueprint(house: House) -> Blueprint:
    """Return the routes of pages that list posts."""
    bp = Blueprint("listings", __name__)
    site = house.site

    @bp.get("/")
    async def front() -> Response:  # pyright: ignore[reportUnusedFunction]
        speech, now = speech_of_request(), now_ms()
        values = await house.store.read(lambda tx: front_values(tx, house, speech, now))
        return about(page(draw("front.html", speech, site, **values)), "instance")

    @bp.get("/groups/<name>")
    async def group(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if prefers_document():
            return await group_document(house, name)
        speech, now = speech_of_request(), now_ms()
        kind, before = request.args.get("kind") or None, position(request.args.get("before", ""))
        values = await house.store.read(
            lambda tx: group_values(tx, house, name, speech, now, kind=kind, before=before)
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
        values = await house.store.read(lambda tx: calendar_values(tx, house, speech, now))
        return about(page(draw("calendar.html", speech, site, **values)), "instance")

    @bp.get("/tags/<tag>")
    async def tag(tag: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        speech, now = speech_of_request(), now_ms()
        before = position(request.args.get("before", ""))
        values = await house.store.read(
            lambda tx: tag_values(tx, house, tag.lower(), speech, now, before)
        )
        status = 200 if values["posts"] else 404
        return about(page(draw("tag.html", speech, site, **values), status=status), "instance")

    return bp


def position(text: str) -> Position | None:
    """Read where a page begins (`moment-id`); what cannot be one begins at the start."""
    found = _BEFORE.fullmatch(text)
    return (int(found[1]), found[2]) if found else None


def _older(entries: list[Entry], size: int, query: str = "") -> str:
    """Return the query of the next page, or nothing where this is the last."""
    if len(entries) < size:
        return ""
    last = entries[-1].object
    return f"?{query}before={last.published_at}-{last.id}"


def _groups(tx: Tx, site: Site, speech: Speech) -> dict[str, GroupView]:
    return {group.actor: group_view(tx, site, group, speech) for group in groups.list_(tx)}


def _posts(entries: list[Entry], speech: Speech, now: int, by: dict[str, GroupView]) -> list[Any]:
    return [post_view(entry, speech, now, group=by.get(entry.object.actor)) for entry in entries]


def front_values(tx: Tx, house: House, speech: Speech, now: int) -> dict[str, Any]:
    """Gather the front page: next calls, open requests, groups, the latest of all."""
    site = house.site
    by = _groups(tx, site, speech)
    requests = streams.stream(tx, None, SHOWN, limit=30, kind="request")
    open_requests = [entry for entry in requests if entry.object.state not in ("covered", "closed")]
    calls = [
        entry
        for entry in streams.calendar(tx, now, now + YEAR, audiences=SHOWN, limit=20)
        if entry.object.kind == "call" and entry.object.state != "cancelled"
    ]
    latest = streams.stream(tx, None, SHOWN, limit=12)
    numbers = counts.of_instance(tx, now)
    say = catalogue(speech.language).gettext
    by_kind = counts.by_kind(tx)
    description = say("A small server for groups that organise.")
    return {
        "instance": view_of(house, numbers),
        "meta": plain_meta(site, site.domain, description, "/"),
        "calls": _posts(calls[:3], speech, now, by),
        "requests": _posts(open_requests[:4], speech, now, by),
        "latest": _posts(latest, speech, now, by),
        "groups": list(by.values()),
        "front_art": _Art(),
        "totals": [
            (say(kind.plural), by_kind[kind.name])
            for kind in kinds.all_kinds()
            if by_kind.get(kind.name)
        ],
        "show_groups": True,
        "now": now,
    }


def group_values(
    tx: Tx,
    house: House,
    name: str,
    speech: Speech,
    now: int,
    *,
    kind: str | None = None,
    before: Position | None = None,
) -> dict[str, Any]:
    """Gather the page of a group: one page of its stream, of one kind or all, and what is pinned."""
    site = house.site
    group = get_group(tx, name)
    chosen = next((known for known in kinds.all_kinds() if known.name == kind), None)
    if kind and chosen is None:
        raise NotFound("There is no such kind of post.")
    view = group_view(tx, site, group, speech, full=True)
    entries = streams.stream(tx, group.actor, SHOWN, before=before, limit=PAGE, kind=kind)
    posts = [post_view(entry, speech, now) for entry in entries]
    pinned = [] if kind or before else streams.pinned(tx, group.actor, SHOWN)
    upcoming = streams.calendar(tx, now, now + YEAR, audiences=SHOWN, actor=group.actor, limit=4)
    say = catalogue(speech.language).gettext
    return {
        "instance": view_of(house, counts.of_instance(tx, now)),
        "meta": group_meta(site, view),
        "noindex": not group.discoverable,
        "group": view,
        "posts": posts,
        "pin": post_view(pinned[0], speech, now) if pinned else None,
        "upcoming": [post_view(entry, speech, now) for entry in upcoming],
        "current_tab": kind or "",
        "current_label": say(chosen.plural) if chosen else "",
        "current_stamp": chosen.stamp if chosen else "",
        "older": _older(entries, PAGE, f"kind={kind}&" if kind else ""),
        "newer": (f"{view.path}?kind={kind}" if kind else view.path) if before else "",
        "now": now,
    }


def calendar_values(tx: Tx, house: House, speech: Speech, now: int) -> dict[str, Any]:
    """Gather what is to come, and what was in the last year."""
    site = house.site
    by = _groups(tx, site, speech)
    upcoming = streams.calendar(tx, now, now + 2 * YEAR, audiences=SHOWN, limit=100)
    past = streams.calendar(tx, now - YEAR, now, audiences=SHOWN, limit=500)
    gone = [
        entry for entry in past if (entry.object.ends_at or entry.object.starts_at or now) < now
    ]
    say = catalogue(speech.language).gettext
    title, description = say("Days of action"), say("What the groups here call for.")
    return {
        "instance": view_of(house, counts.of_instance(tx, now)),
        "meta": plain_meta(site, title, description, "/calendar"),
        "upcoming": [post for post in _posts(upcoming, speech, now, by) if post.group],
        "past": list(reversed(_posts(gone, speech, now, by)))[:20],
        "now": now,
    }


def tag_values(
    tx: Tx, house: House, tag: str, speech: Speech, now: int, before: Position | None
) -> dict[str, Any]:
    """Gather a page of what has a hashtag."""
    by = _groups(tx, house.site, speech)
    entries = streams.tagged(tx, tag, before=before, limit=PAGE)
    return {
        "instance": view_of(house, counts.of_instance(tx, now)),
        "meta": plain_meta(house.site, f"#{tag}", excerpt(f"#{tag}", 100), f"/tags/{tag}"),
        "tag": tag,
        "posts": _posts(entries, speech, now, by),
        "older": _older(entries, PAGE),
        "newer": f"/tags/{tag}" if before else "",
        "now": now,
    }


@dataclass(frozen=True, slots=True)
class _Art:
    """The landscape of the front page, which is no group's."""

    landscape: str = "field"

    @property
    def art(self) -> Markup:
        """Return the drawing."""
        return Markup(banner("grain"))  # noqa: S704 - our own drawing

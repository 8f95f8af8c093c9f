"""The front page of an instance, and the list of all its groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from quart import Blueprint, Response, request

from fedi.clock import now_ms
from fedi.house import House
from fedi.publishing import kinds
from fedi.site import Site
from fedi.storage import counts, groups, streams
from fedi.storage.groups import Group
from fedi.storage.tx import Tx
from fedi.web.art.banners import banner
from fedi.web.i18n import Speech, catalogue
from fedi.web.negotiate import about
from fedi.web.pages.instance import instance_view
from fedi.web.pages.meta import plain_meta
from fedi.web.pages.post_views import PostView, post_view
from fedi.web.pages.render import draw, page, speech_of_request
from fedi.web.pages.views import SHOWN, group_view, views_by_actor

YEAR = 366 * 86_400_000
CALLS = 3
REQUESTS = 4
LATEST = 8
GROUPS = 12
ALL_GROUPS = 40


@dataclass(frozen=True, slots=True)
class Art:
    """The landscape of the front page, which is no group's."""

    landscape: str = "field"

    @property
    def art(self) -> Markup:
        """Return the drawing."""
        return Markup(banner("grain"))  # noqa: S704 - our own drawing


def blueprint(house: House) -> Blueprint:
    """Return the routes of the front page and of the list of groups."""
    bp = Blueprint("front_page", __name__)
    site = house.site

    @bp.get("/")
    async def front() -> Response:  # pyright: ignore[reportUnusedFunction]
        speech, now = speech_of_request(), now_ms()
        values = await house.store.read(lambda tx: front_values(tx, site, speech, now))
        return about(page(draw("front.html", speech, site, **values)), "instance")

    @bp.get("/groups")
    async def all_groups() -> Response:  # pyright: ignore[reportUnusedFunction]
        speech = speech_of_request()
        after = request.args.get("after", "")[:64]
        values = await house.store.read(lambda tx: groups_values(tx, site, speech, after))
        return about(page(draw("groups.html", speech, site, **values)), "instance")

    return bp


def front_values(tx: Tx, site: Site, speech: Speech, now: int) -> dict[str, Any]:
    """Gather the front page: next calls, open requests, groups, the latest of all."""
    _ = catalogue(speech.language).gettext
    coming = streams.calendar(tx, now, now + YEAR, audiences=SHOWN, limit=20)
    calls = [entry for entry in coming if entry.object.state != "cancelled"]
    asked = streams.stream(tx, None, SHOWN, limit=30, kind="request")
    requests = [entry for entry in asked if entry.object.state not in ("covered", "closed")]
    latest = streams.stream(tx, None, SHOWN, limit=LATEST + CALLS + REQUESTS)
    entries = [*calls, *requests, *latest]
    by = views_by_actor(tx, site, (entry.object.actor for entry in entries), speech)

    def shown(found: list[streams.Entry], most: int) -> list[PostView]:
        here = [entry for entry in found if entry.object.actor in by]
        return [
            post_view(entry, speech, now, group=by[entry.object.actor]) for entry in here[:most]
        ]

    above = {entry.object.id for entry in [*calls[:CALLS], *requests[:REQUESTS]]}
    known = groups.list_(tx)
    awake = sorted(known, key=_latest_first)[:GROUPS]
    by_kind = counts.by_kind(tx)
    description = _("A small server for groups that organise.")
    here = instance_view(tx, site)
    return {
        "instance": here,
        "meta": plain_meta(site, here.name, description, "/"),
        "calls": shown(calls, CALLS),
        "requests": shown(requests, REQUESTS),
        "latest": shown([entry for entry in latest if entry.object.id not in above], LATEST),
        "groups": [group_view(tx, site, group, speech) for group in awake],
        "more_groups": len(known) > GROUPS,
        "front_art": Art(),
        "totals": [
            (_(kind.plural), by_kind[kind.name])
            for kind in kinds.all_kinds()
            if by_kind.get(kind.name)
        ],
    }


def _latest_first(group: Group) -> tuple[int, str]:
    return -(group.last_post_at or 0), group.name


def groups_values(tx: Tx, site: Site, speech: Speech, after: str) -> dict[str, Any]:
    """Gather a page of all groups, by name."""
    _ = catalogue(speech.language).gettext
    known = [group for group in groups.list_(tx) if group.name > after]
    shown = known[:ALL_GROUPS]
    title = _("Groups on this server")
    return {
        "instance": instance_view(tx, site),
        "meta": plain_meta(site, title, _("Whom you can follow from here."), "/groups"),
        "groups": [group_view(tx, site, group, speech) for group in shown],
        "older": f"/groups?after={shown[-1].name}" if len(known) > ALL_GROUPS else "",
        "newer": "/groups" if after else "",
    }

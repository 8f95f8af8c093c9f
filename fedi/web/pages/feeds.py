"""Feeds: Atom and JSON for a group, a kind of post or a tag, and calendars as ICS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from quart import Blueprint, Response, request

from fedi.activitypub.html import excerpt, plain
from fedi.actors.groups import get_group
from fedi.clock import iso, now_ms
from fedi.errors import NotFound
from fedi.house import House
from fedi.publishing import kinds
from fedi.site import Site
from fedi.storage import groups, streams
from fedi.storage.streams import Entry
from fedi.storage.tx import Tx
from fedi.web.i18n import SOURCE, Speech
from fedi.web.negotiate import about
from fedi.web.pages.render import draw
from fedi.web.pages.views import SHOWN

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
ICS = "text/calendar; charset=utf-8"
YEAR = 366 * 86_400_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A post in a feed."""

    id: str
    title: str
    author: str
    author_id: str
    kind: str
    kind_label: str
    language: str
    summary: str
    html: str
    pictures: Sequence[Mapping[str, Any]]
    published_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in either format."""

    id: str
    url: str
    page: str
    title: str
    subtitle: str
    icon: str
    updated_at: int
    entries: tuple[FeedEntry, ...]


def blueprint(house: House) -> Blueprint:
    """Return the routes of feeds and calendars."""
    bp = Blueprint("feeds", __name__)
    site = house.site

    @bp.get("/groups/<name>/feed.<form>")
    async def of_group(name: str, form: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        kind = request.args.get("kind") or None
        if kind and kind not in {known.name for known in kinds.all_kinds()}:
            raise NotFound("There is no such kind of post.")
        feed = await house.store.read(lambda tx: group_feed(tx, site, name, kind, form))
        return about(_written(feed, form, site), f"group:{name}")

    @bp.get("/tags/<tag>/feed.<form>")
    async def of_tag(tag: str, form: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        feed = await house.store.read(lambda tx: tag_feed(tx, site, tag.lower(), form))
        return about(_written(feed, form, site), "instance")

    @bp.get("/calendar.ics")
    async def of_all() -> Response:  # pyright: ignore[reportUnusedFunction]
        calendar = await house.store.read(lambda tx: calendar_file(tx, site, None))
        return about(Response(calendar, content_type=ICS), "instance")

    @bp.get("/groups/<name>/calendar.ics")
    async def of_one(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        calendar = await house.store.read(lambda tx: calendar_file(tx, site, name))
        return about(Response(calendar, content_type=ICS), f"group:{name}")

    @bp.get("/<path>/<ulid>/calendar.ics")
    async def of_post(path: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        object_id = site.object(path, ulid)
        calendar = await house.store.read(lambda tx: event_file(tx, site, object_id))
        return about(Response(calendar, content_type=ICS), f"object:{object_id}")

    return bp


def group_feed(tx: Tx, site: Site, name: str, kind: str | None, form: str) -> Feed:
    """Gather the latest public posts of a group, of one kind or all."""
    group = get_group(tx, name)
    entries = streams.stream(tx, group.actor, SHOWN, limit=30, kind=kind)
    query = f"?kind={kind}" if kind else ""
    return Feed(
        id=group.actor + query,
        url=f"{group.actor}/feed.{form}{query}",
        page=group.actor + query,
        title=group.title,
        subtitle=plain(group.summary),
        icon=f"{group.actor}/avatar.png",
        updated_at=max((entry.object.updated_at for entry in entries), default=group.updated_at),
        entries=tuple(_entry(entry, group.title) for entry in entries),
    )


def tag_feed(tx: Tx, site: Site, tag: str, form: str) -> Feed:
    """Gather the latest public posts with a hashtag."""
    entries = streams.tagged(tx, tag, limit=30)
    titles = {group.actor: group.title for group in groups.list_(tx)}
    return Feed(
        id=site.tag(tag),
        url=f"{site.tag(tag)}/feed.{form}",
        page=site.tag(tag),
        title=f"#{tag} · {site.domain}",
        subtitle="",
        icon="",
        updated_at=max((entry.object.updated_at for entry in entries), default=0),
        entries=tuple(_entry(entry, titles.get(entry.object.actor, "")) for entry in entries),
    )


def _entry(entry: Entry, author: str) -> FeedEntry:
    stored = entry.object
    kind = kinds.kind(stored.kind)
    text = plain(entry.html)
    return FeedEntry(
        id=stored.id,
        title=stored.title or excerpt(text, 80),
        author=author,
        author_id=stored.actor,
        kind=kind.name,
        kind_label=kind.label,
        language=stored.language,
        summary=entry.facts.get("warning") or entry.facts.get("teaser") or excerpt(text, 240),
        html=entry.html,
        pictures=entry.facts.get("pictures") or (),
        published_at=stored.published_at,
        updated_at=stored.updated_at,
    )


def _written(feed: Feed, form: str, site: Site) -> Response:
    if form == "atom":
        return Response(draw("feeds/atom.xml", Speech(SOURCE), site, feed=feed), content_type=ATOM)
    if form == "json":
        return Response(orjson.dumps(_json_feed(feed, site)), content_type=JSON_FEED)
    raise NotFound("Feeds are here as .atom and .json.")


def _json_feed(feed: Feed, site: Site) -> dict[str, Any]:
    """Write a feed as JSON Feed 1.1 (jsonfeed.org)."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "icon": feed.icon or None,
        "items": [
            {
                "id": entry.id,
                "url": entry.id,
                "title": entry.title,
                "summary": entry.summary,
                "content_html": entry.html,
                "date_published": iso(entry.published_at),
                "date_modified": iso(entry.updated_at),
                "authors": [{"name": entry.author, "url": entry.author_id}],
                "tags": [entry.kind],
                "language": entry.language or None,
                "attachments": [
                    {
                        "url": site.media(picture["name"]),
                        "mime_type": picture["media_type"],
                        "title": picture["description"],
                    }
                    for picture in entry.pictures
                ],
            }
            for entry in feed.entries
        ],
    }


def calendar_file(tx: Tx, site: Site, name: str | None) -> bytes:
    """Write the calls of one group or of all, from a year ago to two years ahead, as iCalendar (RFC 5545)."""
    now = now_ms()
    group = get_group(tx, name) if name else None
    entries = streams.calendar(
        tx, now - YEAR, now + 2 * YEAR, audiences=SHOWN, actor=group.actor if group else None
    )
    return _ics(site, group.title if group else site.domain, entries)


def event_file(tx: Tx, site: Site, object_id: str) -> bytes:
    """Write one call as iCalendar."""
    found = streams.find(tx, object_id, SHOWN)
    if found is None or found.object.starts_at is None:
        raise NotFound("There is nothing here.")
    group = groups.find_by_actor(tx, found.object.actor)
    return _ics(site, group.title if group else site.domain, [found])


def _ics(site: Site, title: str, entries: Sequence[Entry]) -> bytes:
    from icalendar import Calendar, Event, vText

    calendar = Calendar()
    calendar.add("prodid", f"-//fedi//{site.domain}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for entry in entries:
        stored = entry.object
        if stored.starts_at is None:
            continue
        zone = ZoneInfo(str(entry.facts.get("timezone") or "UTC"))
        event = Event()
        event.add("uid", stored.id)
        event.add("summary", stored.title)
        event.add("dtstamp", datetime.fromtimestamp(stored.updated_at / 1000, UTC))
        event.add("last-modified", datetime.fromtimestamp(stored.updated_at / 1000, UTC))
        event.add("dtstart", datetime.fromtimestamp(stored.starts_at / 1000, zone))
        if stored.ends_at is not None:
            event.add("dtend", datetime.fromtimestamp(stored.ends_at / 1000, zone))
        event.add("sequence", stored.version - 1)
        event.add("url", stored.id)
        event.add("description", excerpt(plain(entry.html), 2_000))
        status = {"cancelled": "CANCELLED", "postponed": "TENTATIVE", "tentative": "TENTATIVE"}
        event.add("status", status.get(stored.state, "CONFIRMED"))
        if entry.facts.get("place_line"):
            event["location"] = vText(str(entry.facts["place_line"]))
        calendar.add_component(event)
    return calendar.to_ical()

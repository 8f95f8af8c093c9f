"""Calendars that other programs subscribe to, as iCalendar (RFC 5545): of one call, of a group, of all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from quart import Blueprint, Response

from fedi.activitypub.html import excerpt, plain
from fedi.actors.groups import get_group
from fedi.actors.instance import name_of
from fedi.actors.may_read import ANYBODY
from fedi.clock import now_ms
from fedi.errors import NotFound
from fedi.house import House
from fedi.publishing import kinds
from fedi.publishing.times import zone
from fedi.site import Site
from fedi.storage import groups, streams
from fedi.storage.streams import Entry
from fedi.storage.tx import Tx
from fedi.web.documents import stored_object
from fedi.web.negotiate import about
from fedi.web.pages.facts import complete
from fedi.web.pages.post_views import is_dated
from fedi.web.pages.views import LISTED, SHOWN

if TYPE_CHECKING:
    from icalendar import Event

ICS = "text/calendar; charset=utf-8"
YEAR = 366 * 86_400_000
LONGEST = 2_000
REFRESH = timedelta(hours=4)
_STATUS = {"cancelled": "CANCELLED", "postponed": "TENTATIVE", "tentative": "TENTATIVE"}


def blueprint(house: House) -> Blueprint:
    """Return the routes of calendars."""
    bp = Blueprint("calendars", __name__)
    site = house.site

    @bp.get("/calendar.ics")
    async def of_all() -> Response:  # pyright: ignore[reportUnusedFunction]
        now = now_ms()
        calendar = await house.store.read(lambda tx: calendar_file(tx, site, None, now))
        return about(calendar_response(calendar, "calendar"), "instance")

    @bp.get("/groups/<name>/calendar.ics")
    async def of_group(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        now = now_ms()
        calendar = await house.store.read(lambda tx: calendar_file(tx, site, name, now))
        return about(calendar_response(calendar, name), f"group:{name}")

    @bp.get("/<path>/<ulid>/calendar.ics")
    async def of_post(path: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        object_id = site.object(path, ulid)
        calendar = await house.store.read(lambda tx: event_file(tx, site, object_id))
        return about(calendar_response(calendar, ulid), f"object:{object_id}")

    return bp


def calendar_response(calendar: bytes, name: str) -> Response:
    """Answer with a calendar file of that name."""
    response = Response(calendar, content_type=ICS)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


def calendar_file(tx: Tx, site: Site, name: str | None, now: int) -> bytes:
    """Write the calls of one group or of all, from a year ago to two years ahead."""
    group = get_group(tx, name) if name else None
    entries = streams.calendar(
        tx, now - YEAR, now + 2 * YEAR, audiences=SHOWN, actor=group.actor if group else None
    )
    return _written(site, group.title if group else name_of(tx, site), entries)


def event_file(tx: Tx, site: Site, object_id: str) -> bytes:
    """Write one call; raise NotFound for what has no date to keep, and Gone for what was withdrawn."""
    stored_object(tx, object_id, ANYBODY)
    found = streams.find(tx, object_id, LISTED)
    if found is None or not is_dated(kinds.kind(found.object.kind)):
        raise NotFound("There is nothing here.")
    group = groups.find_by_actor(tx, found.object.actor)
    return _written(site, group.title if group else name_of(tx, site), [found])


def _written(site: Site, title: str, entries: Sequence[Entry]) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//fedi//{site.domain}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        if entry.object.starts_at is not None:
            calendar.add_component(_event(entry, entry.object.starts_at))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(entry: Entry, starts_at: int) -> Event:
    from icalendar import Event

    stored, facts = entry.object, complete(entry.facts)
    where = zone(facts["timezone"]) or UTC
    event = Event()
    # The id stays, the sequence grows: that is how a calendar knows the same call on its new date.
    event.add("uid", stored.id)
    event.add("sequence", stored.version - 1)
    event.add("dtstamp", datetime.fromtimestamp(stored.updated_at // 1000, UTC))
    event.add("created", datetime.fromtimestamp(stored.published_at // 1000, UTC))
    event.add("last-modified", datetime.fromtimestamp(stored.updated_at // 1000, UTC))
    event.add("summary", stored.title)
    event.add("dtstart", datetime.fromtimestamp(starts_at // 1000, where))
    if stored.ends_at is not None:
        event.add("dtend", datetime.fromtimestamp(stored.ends_at // 1000, where))
    event.add("status", _STATUS.get(stored.state, "CONFIRMED"))
    text = facts["warning"] or excerpt(plain(entry.html), LONGEST)
    event.add("description", f"{text}\n\n{stored.id}".strip())
    event.add("url", stored.id)
    if facts["place_line"] or facts["online"]:
        event.add("location", facts["place_line"] or facts["online"])
    place = facts["place"]
    if place and place["lat"] is not None and place["lon"] is not None:
        event.add("geo", (place["lat"], place["lon"]))
    return event

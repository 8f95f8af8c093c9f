"""What a group decided, in one place: a page, a feed, and a calendar of the days when decisions come back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from quart import Blueprint, Response, request

from fedi.activitypub.html import excerpt
from fedi.actors.groups import get_group
from fedi.clock import now_ms
from fedi.house import House
from fedi.publishing.times import to_ms
from fedi.site import Site
from fedi.storage import parts
from fedi.storage.parts import SeenPart
from fedi.storage.tx import Tx
from fedi.web.i18n import SOURCE, Speech, catalogue
from fedi.web.negotiate import about
from fedi.web.pages.calendars import REFRESH, calendar_response
from fedi.web.pages.feeds import Feed, FeedEntry, legible, written
from fedi.web.pages.instance import instance_view
from fedi.web.pages.meta import Link, plain_meta
from fedi.web.pages.render import draw, page, speech_of_request
from fedi.web.pages.views import group_view

PAGE = 25
ENTRIES = 30
COMING = 500
"""How many review days a calendar holds."""
DECISION, AUDIENCE = "decision", "public"
SPOKEN = Speech(SOURCE)
_BEFORE = re.compile(r"(-?\d{1,16})-([\w:/.-]{1,300})", re.ASCII)
_AFTER = re.compile(r"(\d{4}-\d{2}-\d{2})-([\w:/.-]{1,300})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which decisions a reader asks for: all, those of a year, or those that come back; and where the page begins."""

    year: int | None = None
    is_review: bool = False
    before: str = ""

    @property
    def query(self) -> str:
        """The wish as it stands in an address, without where the page begins."""
        return "show=review" if self.is_review else f"year={self.year}" if self.year else ""


def blueprint(house: House) -> Blueprint:
    """Return the routes of decision registers."""
    bp = Blueprint("registers", __name__)
    site = house.site

    @bp.get("/groups/<name>/decisions")
    async def register(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        speech, now, wish = speech_of_request(), now_ms(), _wish_of_request()
        values = await house.store.read(lambda tx: _values(tx, site, name, wish, speech, now))
        return about(page(draw("minutes/decisions.html", speech, site, **values)), f"group:{name}")

    @bp.get("/groups/<name>/decisions/feed.<any(atom, json):form>")
    async def feed(name: str, form: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        made = await house.store.read(lambda tx: decisions_feed(tx, name, form))
        return about(written(made, form, site), f"group:{name}")

    @bp.get("/groups/<name>/decisions/calendar.ics")
    async def calendar(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        made = await house.store.read(lambda tx: review_calendar(tx, site, name))
        return about(calendar_response(made, f"{name}-decisions"), f"group:{name}")

    return bp


def decisions_feed(tx: Tx, name: str, form: str) -> Feed:
    """Gather a group's latest public decisions."""
    group = get_group(tx, name)
    found = parts.taken(tx, group.actor, DECISION, AUDIENCE, limit=ENTRIES)
    entries = tuple(_entry(seen, group.title) for seen in found)
    address = f"{group.actor}/decisions"
    say = catalogue(SOURCE).gettext
    return Feed(
        id=address,
        url=f"{address}/feed.{form}",
        page=address,
        title=legible(f"{group.title}: {say('Decisions')}"),
        subtitle="",
        icon=f"{group.actor}/avatar.png",
        updated_at=max((entry.updated_at for entry in entries), default=group.updated_at),
        entries=entries,
    )


def review_calendar(tx: Tx, site: Site, name: str) -> bytes:
    """Write the days on which a group's public decisions come back, each a whole day."""
    from icalendar import Calendar, Event

    group = get_group(tx, name)
    say = catalogue(SOURCE).gettext
    title = f"{group.title}: {say('Decisions')}"
    calendar = Calendar()
    calendar.add("prodid", f"-//fedi//{site.domain}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for seen in parts.due(tx, group.actor, DECISION, AUDIENCE, limit=COMING):
        day = date.fromisoformat(seen.due)
        event = Event()
        event.add("uid", seen.part)
        event.add("sequence", seen.version - 1)
        event.add("dtstamp", datetime.fromtimestamp(_changed(seen) // 1000, UTC))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("summary", say("Comes back: %(text)s") % {"text": _shown(seen)})
        event.add("url", seen.part)
        event.add("description", seen.part)
        calendar.add_component(event)
    return calendar.to_ical()


def _wish_of_request() -> Wish:
    year = request.args.get("year", "")
    return Wish(
        year=int(year) if re.fullmatch(r"(19|20|21)\d\d", year, re.ASCII) else None,
        is_review=request.args.get("show") == "review",
        before=request.args.get("before", "")[:400],
    )


def _values(tx: Tx, site: Site, name: str, wish: Wish, speech: Speech, now: int) -> dict[str, Any]:
    group = get_group(tx, name)
    view = group_view(tx, site, group, speech, full=True)
    found = _found(tx, group.actor, wish)
    say = catalogue(speech.language).gettext
    title = say("Decisions")
    path = f"{view.path}/decisions"
    links = (
        Link("alternate", f"{group.actor}/decisions/feed.atom", "application/atom+xml", title),
        Link("alternate", f"{group.actor}/decisions/calendar.ics", "text/calendar", title),
    )
    description = say("What %(group)s decided, and when it comes back.") % {"group": view.title}
    query = f"{wish.query}&" if wish.query else ""
    return {
        "instance": instance_view(tx, site),
        "meta": plain_meta(site, f"{title} · {view.title}", description, path, links),
        "noindex": not group.discoverable or bool(wish.query or wish.before),
        "group": view,
        "path": path,
        "wish": wish,
        "years": _years(tx, group.actor),
        "decisions": [_view(seen, now) for seen in found[:PAGE]],
        "older": _next(found, wish, query) if len(found) > PAGE else "",
        "newest": (f"{path}?{wish.query}" if wish.query else path) if wish.before else "",
        "current_tab": "minutes",
    }


def _found(tx: Tx, actor: str, wish: Wish) -> list[SeenPart]:
    """Return one more decision than a page has room for, to know whether there is another page."""
    if wish.is_review:
        at = _AFTER.fullmatch(wish.before)
        after = (at[1], at[2]) if at else ("", "")
        return parts.due(tx, actor, DECISION, AUDIENCE, after=after, limit=PAGE + 1)
    at = _BEFORE.fullmatch(wish.before)
    before = (int(at[1]), at[2]) if at else None
    since = 0
    if wish.year:
        since, end = (to_ms(datetime(y, 1, 1, tzinfo=UTC)) for y in (wish.year, wish.year + 1))
        before = min(before or (end, ""), (end, ""))
    return parts.taken(tx, actor, DECISION, AUDIENCE, before=before, since=since, limit=PAGE + 1)


def _next(found: list[SeenPart], wish: Wish, query: str) -> str:
    last = found[PAGE - 1]
    at = last.due if wish.is_review else last.taken_at
    return f"?{query}before={at}-{last.part}"


def _years(tx: Tx, actor: str) -> list[int]:
    ends = parts.years(tx, actor, DECISION, AUDIENCE)
    if ends is None:
        return []
    first, last = (datetime.fromtimestamp(at / 1000, UTC).year for at in ends)
    return list(range(last, first - 1, -1))


def _view(seen: SeenPart, now: int) -> dict[str, Any]:
    """Show a decision with its meeting; `is_due` says that its day to come back is here or over."""
    today = datetime.fromtimestamp(now / 1000, UTC).date().isoformat()
    return {**seen.facts, "id": seen.part, "is_due": bool(seen.due) and seen.due <= today}


def _shown(seen: SeenPart) -> str:
    """Return what a list may show of a decision: a warning stands before what it warns of."""
    return legible(str(seen.facts.get("warning") or excerpt(seen.title, 200)))


def _entry(seen: SeenPart, author: str) -> FeedEntry:
    document = orjson.loads(seen.document)
    say = catalogue(SOURCE).gettext
    return FeedEntry(
        id=seen.part,
        title=_shown(seen),
        author=legible(author),
        author_id=seen.actor,
        kind=DECISION,
        kind_label=say("Decision"),
        language=document["inLanguage"],
        summary=_shown(seen),
        html=legible(document["content"]),
        hashtags=(),
        enclosures=(),
        published_at=_moment(document["published"]),
        updated_at=_changed(seen),
    )


def _changed(seen: SeenPart) -> int:
    document = orjson.loads(seen.document)
    return _moment(document.get("updated") or document["published"])


def _moment(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))

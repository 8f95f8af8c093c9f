"""The home of a group's console: what waits, what is on its way, whose turn it is, and the week ahead."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from quart import Blueprint, Response
from werkzeug.wrappers import Response as Redirect

from fedi.errors import NotFound
from fedi.governing import log, roles
from fedi.house import House
from fedi.people import membership
from fedi.publishing.draft import AUDIENCES
from fedi.publishing.labels import label
from fedi.publishing.private_things import undecided
from fedi.publishing.times import to_ms
from fedi.publishing.words import _
from fedi.storage import parts, reports, streams, versions
from fedi.storage.tx import Tx
from fedi.web.console import attention, postbox
from fedi.web.console.member import Member
from fedi.web.console.posts import DraftView, drafts_of
from fedi.web.console.shell import (
    console_page,
    kinds_in_order,
    member_of_request,
    personal_page,
    see_other,
    signed_in_of_request,
)
from fedi.web.console.waiting import said_to
from fedi.web.console.writing import is_written_here
from fedi.web.i18n import catalogue
from fedi.web.pages.post_views import post_view

WEEK = 7 * 86_400_000
SOME = 5
"""Drafts on the home page; the others stand in the lists of their kinds."""
SAID = {
    "begun": _(
        "Your group is made. Invite a second person next: then no one of you is indispensable."
    ),
    "joined": _("You are in. Here stands what waits for the group."),
    "dealt": _("It does not wait any more."),
}


@dataclass(frozen=True, slots=True)
class Day:
    """Something in the week ahead: its day in a box, and where to read more."""

    at: int
    number: str
    month: str
    title: str
    text: str
    path: str


def blueprint(house: House) -> Blueprint:
    """Return the routes of the home page."""
    bp = Blueprint("home", __name__)

    @bp.get("/console")
    async def first() -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        visitor, _person, _session = await signed_in_of_request(house)
        if visitor.groups:
            return see_other(f"/console/{visitor.groups[0].name}")
        return await personal_page(house, "console/nowhere.html")

    @bp.get("/console/<name>")
    async def home(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        now = house.now()
        values = await house.store.read(lambda tx: _values(tx, member, now))
        values["drafts"] = await asyncio.to_thread(_looked_through, values["drafts"])
        return await console_page(
            house,
            member,
            "console/home.html",
            current="home",
            said=said_to(member, SAID),
            offered=_offered(),
            now=now,
            **values,
        )

    @bp.post("/console/<name>/reports/<int:report>")
    async def dealt(name: str, report: int) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        group, now = member.group, house.now()
        line = label(_("A report was dealt with"))

        def write(tx: Tx) -> None:
            if report not in {one.id for one in attention.reported(tx, group)}:
                raise NotFound("There is nothing here.")
            reports.resolve(tx, report, now)
            log.note(tx, group.actor, "report.dealt", member.person.id, "", line, now)

        await house.store.write(write)
        return see_other(f"{member.home}?said=dealt")

    return bp


def _offered() -> list[Any]:
    """Return the kinds that can be written, in the order in which they are offered."""
    return [kind for kind in kinds_in_order() if is_written_here(kind.name)]


def _values(tx: Tx, member: Member, now: int) -> dict[str, Any]:
    drafts = [one for one in drafts_of(tx, member) if one.state not in ("scheduled", "waiting")]
    return {
        "items": attention.items(tx, member),
        "drafts": drafts[:SOME],
        "more_drafts": max(0, len(drafts) - SOME),
        "progress": postbox.latest(tx, member, now),
        "turns": roles.turns(tx, member.group.actor),
        "is_alone": membership.is_last(tx, member.group.actor, member.person.id),
        "week": _week(tx, member, now),
    }


def _looked_through(drafts: list[DraftView]) -> list[DraftView]:
    """Count what looks private in each draft."""
    return [replace(one, private=len(undecided(one.draft))) for one in drafts]


def _week(tx: Tx, member: Member, now: int) -> list[Day]:
    """Return what the coming seven days bring: calls, the next meeting, and what decisions and tasks come back."""
    found = [*_calls(tx, member, now), *_meetings(tx, member, now), *_due(tx, member, now)]
    return sorted(found, key=lambda day: (day.at, day.title))


def _calls(tx: Tx, member: Member, now: int) -> list[Day]:
    entries = streams.calendar(
        tx, now, now + WEEK, audiences=AUDIENCES, actor=member.group.actor, limit=20
    )
    days: list[Day] = []
    for entry in entries:
        post = post_view(entry, member.speech, now)
        if post.when and post.starts_at:
            text = ", ".join(filter(None, (f"{post.when.hours} {post.when.clock}", post.place)))
            box = post.when.day_number, post.when.month
            days.append(Day(post.starts_at, *box, post.title, text, post.path))
    return days


def _meetings(tx: Tx, member: Member, now: int) -> list[Day]:
    """Return the meeting that the latest minutes announce."""
    say = catalogue(member.speech.language)
    latest = streams.stream(tx, member.group.actor, AUDIENCES, limit=1, kind="minutes")
    for entry in latest:
        stored = entry.object
        seen = versions.present(tx, stored.id, "members")
        meeting = (seen.facts if seen else entry.facts).get("next") or {}
        at = _noon(str(meeting.get("day") or ""))
        if at is None or not now - WEEK // 7 <= at <= now + WEEK:
            continue
        agenda = len(meeting.get("agenda") or ())
        planned = say.ngettext(
            "%(count)s thing is on the agenda.", "%(count)s things are on the agenda.", agenda
        ) % {"count": member.speech.number(agenda)}
        text = " ".join(filter(None, (meeting.get("place"), planned if agenda else "")))
        box = member.speech.day_number(at), member.speech.month(at)
        return [Day(at, *box, say.gettext(_("Next meeting")), text, _path(stored.id))]
    return []


def _due(tx: Tx, member: Member, now: int) -> list[Day]:
    """Return decisions that come back and tasks that are due."""
    say = catalogue(member.speech.language).gettext
    names = {"decision": say(_("A decision comes back")), "action": say(_("Somebody took this on"))}
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    days: dict[str, Day] = {}
    for kind, name in names.items():
        for audience in AUDIENCES:
            after = ((today - timedelta(days=1)).isoformat(), "\U0010ffff")
            for part in parts.due(tx, member.group.actor, kind, audience, after=after, limit=20):
                at = _noon(part.due)
                if at is not None and at <= now + WEEK and part.state != "done":
                    box = member.speech.day_number(at), member.speech.month(at)
                    days[part.part] = Day(at, *box, part.title, name, _path(part.part))
    return list(days.values())


def _noon(day: str) -> int | None:
    try:
        return (
            to_ms(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)) + WEEK // 14
        )
    except ValueError:
        return None


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[-1]

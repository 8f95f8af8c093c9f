"""How far what a group said has come: a bar for the latest, and every server that has not taken something yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from quart import Blueprint, Response
from werkzeug.wrappers import Response as Redirect

from fedi.errors import NotFound
from fedi.house import House
from fedi.publishing.words import _
from fedi.storage import activities, deliveries, objects
from fedi.storage.activities import Activity
from fedi.storage.deliveries import HostQueue
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.console.posts import title_of
from fedi.web.console.shell import console_page, member_of_request, see_other
from fedi.web.console.voices import OURS
from fedi.web.console.waiting import said_to
from fedi.web.forms import form_data
from fedi.web.i18n import Speech, catalogue

LATELY = 7 * 86_400_000
MOVING = 10 * 60_000
"""For how long after something was said its page is asked for again by itself; what is left then takes hours."""
TOLD = ("Create", "Update", "Delete", "Announce")
SAID = {
    "again": _("Tried again now."),
    "nothing": _("Nothing waits for that server any more."),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one activity has come, with the words for it; `is_moving` while it may change within seconds."""

    id: str
    title: str
    planned: int
    delivered: int
    waiting: int
    is_moving: bool
    words: dict[str, str]


def latest(tx: Tx, member: Member, now: int) -> Progress | None:
    """Return how far the latest thing has come that a group told others in the last days."""
    actor = member.group.actor
    said = [one for audience in OURS for one in activities.list_said(tx, actor, audience, limit=8)]
    told = [
        one for one in said if one.type in TOLD and one.planned and one.created_at > now - LATELY
    ]
    if not told:
        return None
    return _progress(tx, member, max(told, key=lambda one: (one.created_at, one.id)), now)


def blueprint(house: House) -> Blueprint:
    """Return the routes of deliveries."""
    bp = Blueprint("postbox", __name__)

    @bp.get("/console/<name>/deliveries")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        now = house.now()
        values = await house.store.read(lambda tx: _values(tx, member, now))
        return await console_page(
            house,
            member,
            "console/deliveries.html",
            current="home",
            said=said_to(member, SAID),
            now=now,
            **values,
        )

    @bp.get("/console/<name>/deliveries/latest")
    async def how_far(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        progress = await house.store.read(lambda tx: latest(tx, member, house.now()))
        if progress is None:
            raise NotFound("There is nothing here.")
        told = {
            "planned": progress.planned,
            "delivered": progress.delivered,
            "waiting": progress.is_moving,
            "words": progress.words,
        }
        return Response(orjson.dumps(told), content_type="application/json")

    @bp.post("/console/<name>/deliveries")
    async def again(name: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        host = str((await form_data()).get("host") or "").lower() or None
        actor, now = member.group.actor, house.now()
        count = await house.store.write(lambda tx: deliveries.retry(tx, host, now, actor))
        said = "again" if count else "nothing"
        return see_other(f"{member.home}/deliveries?said={said}")

    return bp


def _progress(tx: Tx, member: Member, said: Activity, now: int) -> Progress:
    speech = member.speech
    say = catalogue(speech.language)
    waiting = said.planned - said.delivered - said.failed
    servers = say.ngettext(
        "%(done)s of %(count)s server", "%(done)s of %(count)s servers", said.planned
    ) % {"done": speech.number(said.delivered), "count": speech.number(said.planned)}
    share = f"{speech.number(said.delivered * 100 // said.planned)}\u202f%"
    return Progress(
        id=said.id,
        title=_title(tx, said, speech),
        planned=said.planned,
        delivered=said.delivered,
        waiting=waiting,
        is_moving=waiting > 0 and said.created_at > now - MOVING,
        words={"count": servers, "share": share, "rest": _rest(tx, member, said, waiting, now)},
    )


def _rest(tx: Tx, member: Member, said: Activity, waiting: int, now: int) -> str:
    """Say what is left, and what happens about it."""
    say, speech = catalogue(member.speech.language), member.speech
    left = waiting + said.failed
    if not left:
        return say.gettext(_("Everybody who is to hear of it has it."))
    if said.created_at > now - 60_000 and not said.failed:
        return say.gettext(_("On its way."))
    silent = say.ngettext(
        "%(count)s server did not answer", "%(count)s servers did not answer", left
    ) % {"count": speech.number(left)}
    tries = [
        one.next_at
        for one in deliveries.overview(tx, member.group.actor)
        if one.next_at and not one.asleep
    ]
    if not waiting or not tries:
        return say.gettext(_("%(silent)s, and was given up for now.")) % {"silent": silent}
    at = max(min(tries), now)
    return say.gettext(_("%(silent)s; next try at %(time)s UTC. Nothing for you to do.")) % {
        "silent": silent,
        "time": speech.time(at),
    }


def _title(tx: Tx, said: Activity, speech: Speech) -> str:
    say = catalogue(speech.language).gettext
    stored = objects.find(tx, said.object) if said.object else None
    if stored is None:
        return say(_("A post of somebody else"))
    if stored.withdrawn_at is not None:
        return say(_("The withdrawal of a post"))
    return title_of(tx, stored, speech)


def _values(tx: Tx, member: Member, now: int) -> dict[str, Any]:
    found = deliveries.overview(tx, member.group.actor)
    return {
        "progress": latest(tx, member, now),
        "hosts": [(one, _when(one, member.speech, now)) for one in found],
    }


def _when(one: HostQueue, speech: Speech, now: int) -> str:
    """Say when a server is tried again."""
    say = catalogue(speech.language).gettext
    if one.next_at is None:
        return say(_("given up"))
    if one.asleep:
        return say(_("once it is heard from again"))
    if one.next_at <= now:
        return say(_("now"))
    day = "" if one.next_at < now + 86_400_000 else f"{speech.short_day(one.next_at, None, now)}, "
    return f"{day}{speech.time(one.next_at)} UTC"

"""Those who follow the group: who asks to, who does, and letting them go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect

from fedi.errors import FediError, NotFound
from fedi.house import House
from fedi.publishing.labels import label
from fedi.publishing.words import _
from fedi.storage import follows
from fedi.storage.follows import Follow
from fedi.storage.tx import Tx
from fedi.web.console.conversation import handle_of, key_of, position_of
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.voices import Person, person_of
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.i18n import catalogue

PAGE = 50
MOST_AT_ONCE = 200
SAID = {
    "accepted": _("Accepted. They are told, and read the group from now on."),
    "refused": _("Refused. Their server is told."),
    "removed": _("They follow the group no more. They can ask again."),
    "blocked": _("Blocked. They can neither follow nor answer, and their server is told."),
}
DEEDS = {
    "accept": ("accept_follower", _("Accept %(who)s as a follower"), "accepted"),
    "refuse": ("refuse_follower", _("Refuse %(who)s as a follower"), "refused"),
    "remove": ("remove_follower", _("Remove the follower %(who)s"), "removed"),
    "block": ("block", _("Block %(who)s"), "blocked"),
}
AT_ONCE = {
    "accept_all": ("accept_follower", _("Accept all who ask to follow"), "accepted"),
    "refuse_all": ("refuse_follower", _("Refuse all who ask to follow"), "refused"),
}


@dataclass(frozen=True, slots=True)
class FollowerView:
    """Somebody who follows or asks to, and since when."""

    person: Person
    since: int


def blueprint(house: House) -> Blueprint:
    """Return the routes of followers."""
    bp = Blueprint("followers", __name__)

    @bp.get("/console/<name>/followers")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await _listed(house, await member_of_request(house, name))

    @bp.post("/console/<name>/followers")
    async def decide(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await request.form
        wanted, who = str(sent.get("do", "")), str(sent.get("who", ""))
        try:
            if wanted in AT_ONCE:
                kind, text, said = AT_ONCE[wanted]
                waiting = await house.store.read(lambda tx: _asking(tx, member))
                everybody = [one.follower for one in waiting]
                outcome = await ask(house, member, kind, label(text), actors=everybody)
            elif wanted in DEEDS:
                kind, text, said = DEEDS[wanted]
                handle = await house.store.read(lambda tx: handle_of(tx, who))
                about = {"whom": who} if kind == "block" else {"actor": who}
                outcome = await ask(house, member, kind, label(text, who=handle), **about)
            else:
                raise NotFound("There is nothing here.")
        except NotFound:
            raise
        except FediError as error:
            return await _listed(house, member, refused=error)
        return answered(member, outcome, f"{member.home}/followers?said={said}")

    return bp


async def _listed(house: House, member: Member, *, refused: FediError | None = None) -> Response:
    group = member.group.actor
    position = position_of(request.args.get("before", ""))

    def read(tx: Tx) -> dict[str, Any]:
        found = follows.list_followers(tx, group, before=position, limit=PAGE + 1)
        last = found[PAGE - 1] if len(found) > PAGE else None
        return {
            "asking": [] if position else [_view(tx, one) for one in _asking(tx, member)],
            "asking_in_all": follows.count_pending(tx, group),
            "followers": [_view(tx, one) for one in found[:PAGE]],
            "in_all": follows.counts(tx, group).followers,
            "older": quote(key_of(last.created_at, last.follower), safe="") if last else "",
            "is_first": position is None,
        }

    values = await house.store.read(read)
    translate = catalogue(member.speech.language).gettext
    return await console_page(
        house,
        member,
        "console/followers.html",
        current="followers",
        status=refused.status if refused else 200,
        said=said_to(member, SAID),
        refused=refused.told(translate) if refused else None,
        locked=member.group.locked,
        listed=member.group.followers_visible,
        **values,
    )


def _asking(tx: Tx, member: Member) -> list[Follow]:
    group = member.group.actor
    return follows.list_followers(tx, group, follows.PENDING, limit=MOST_AT_ONCE)


def _view(tx: Tx, follow: Follow) -> FollowerView:
    return FollowerView(person_of(tx, follow.follower), follow.created_at)

"""The local log: what was done in the group's name, by which role, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quart import Blueprint, Response, request

from fedi.governing import log
from fedi.house import House
from fedi.publishing.labels import told
from fedi.publishing.words import _
from fedi.storage import house_rules, persons
from fedi.storage.log import Entry
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.i18n import catalogue

PAGE = 50
_BEFORE = re.compile(r"(\d{1,15})-([0-9a-z]{26})", re.ASCII)
STAGES = {
    "": _("done by %(who)s"),
    "asked": _("asked for by %(who)s"),
    "agreed": _("agreed to and done by %(who)s"),
    "refused": _("refused by %(who)s"),
    "taken_back": _("taken back by %(who)s"),
    "failed": _("agreed to by %(who)s, and could not be done"),
    "expired": _("expired: nobody agreed in time"),
    "lapsed": _("lapsed: whoever asked has left"),
}
ACTS = {
    "publish": _("Publish something"),
    "edit": _("Change what was published"),
    "withdraw": _("Withdraw what was published"),
    "pin": _("Pin a post"),
    "unpin": _("Unpin a post"),
    "leave": _("A member left"),
    "remove_member": _("Remove a member"),
    "roles": _("Pass turns on"),
}
"""What an act is called that came without a line of its own, or lost it with the member it named."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log; `about` is a member, `path` leads to what it is about where that is here."""

    at: int
    label: str
    told: str
    about: str
    path: str


def blueprint(house: House) -> Blueprint:
    """Return the routes of a group's log."""
    bp = Blueprint("log", __name__)

    @bp.get("/console/<name>/log")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        found = _BEFORE.fullmatch(request.args.get("before", ""))
        before = (int(found[1]), found[2]) if found else None

        def read(tx: Tx) -> dict[str, Any]:
            entries = log.of_group(tx, member.group.actor, before, PAGE + 1)
            last = entries[PAGE - 1] if len(entries) > PAGE else None
            older = f"{member.home}/log?before={last.at}-{last.id}" if last else ""
            return {
                "lines": [_line(tx, house, member, entry) for entry in entries[:PAGE]],
                "older": older,
                "days": house_rules.find(tx, member.group.actor).log_days,
            }

        values = await house.store.read(read)
        return await console_page(
            house,
            member,
            "console/log.html",
            current="people",
            newest=f"{member.home}/log" if before else "",
            **values,
        )

    return bp


def _line(tx: Tx, house: House, member: Member, entry: Entry) -> Line:
    spoken = catalogue(member.speech.language)
    say = spoken.gettext
    act, _sign, stage = entry.act.partition(".")
    about = persons.find(tx, entry.about) if entry.about else None
    is_post = house.site.is_local(entry.about) and entry.about != entry.group
    stage_told = "" if act == "leave" else say(STAGES[stage]) % {"who": _who(tx, entry, say)}
    return Line(
        at=entry.at,
        label=told(entry.label, spoken) or (say(ACTS[act]) if act in ACTS else act),
        told=stage_told,
        about=about.name if about and entry.about != entry.person else "",
        path=entry.about.removeprefix(house.site.origin) if is_post else "",
    )


def _who(tx: Tx, entry: Entry, say: Callable[[str], str]) -> str:
    """Name somebody with their roles; where the name is not kept any more, the roles alone."""
    person = persons.find(tx, entry.person) if entry.person else None
    held = ", ".join(map(say, entry.role.splitlines()))
    if person is None:
        return held or say(_("a member"))
    both = {"name": person.name, "role": held}
    return say(_("%(name)s (%(role)s)")) % both if held else person.name

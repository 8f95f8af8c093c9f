"""Keeping a distance: reporting a post to its server, and whom a group blocks or limits for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quart import Blueprint, Response
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField

from fedi.errors import FediError, NotFound, Refused
from fedi.governing.asking import Outcome
from fedi.house import House
from fedi.publishing.labels import label
from fedi.publishing.words import _
from fedi.storage import actors, blocks
from fedi.storage.tx import Tx
from fedi.web.console.conversation import (
    Report,
    find_note,
    label_of,
    show_thread,
    with_said,
)
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.voices import Person, person_of, thread_path
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.forms import Form, at_most, form_data, required

SAID = {
    "blocked": _("Blocked. It takes effect at once."),
    "limited": _("Limited. What they say stays out of sight."),
    "lifted": _("They are heard again, and what was hidden is shown again."),
}
DISTANCES = {
    "block": (_("Block %(whom)s"), "blocked"),
    "limit": (_("Limit %(whom)s"), "limited"),
    "lift": (_("Let %(whom)s be heard again"), "lifted"),
}

LONGEST_HOST = 300


class Server(Form):
    """A whole server, by its name."""

    host = StringField(_("Name of the server"), [required, at_most(LONGEST_HOST)])


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody, or a whole server where there is no person, that a group blocks or limits."""

    subject: str
    severity: str
    person: Person | None


def blueprint(house: House) -> Blueprint:
    """Return the routes of reports and blocks."""
    bp = Blueprint("distance", __name__)

    @bp.post("/console/<name>/conversation/report")
    async def report(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        note = await find_note(house, member, str(sent.get("note", "")))
        form = Report(sent, member.speech)
        if not form.validate():
            return await show_thread(house, member, note, report=form)
        line = await label_of(house, note, _("Report what %(who)s said to their server"))
        words = (form.words.data or "").strip()
        try:
            outcome = await ask(house, member, "report", line, post=note.id, words=words)
        except FediError as error:
            form.refuse(error)
            return await show_thread(house, member, note, report=form, status=error.status)
        return answered(member, outcome, with_said(thread_path(member, note.id), "reported"))

    @bp.post("/console/<name>/conversation/distance")
    async def distance(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        note = await find_note(house, member, str(sent.get("note", "")))
        of_server = sent.get("whom") == "server"
        whom = person_host(note.author) if of_server else note.author
        try:
            outcome, said = await keep_away(house, member, str(sent.get("do", "")), whom)
        except NotFound:
            raise
        except FediError as error:
            return await show_thread(house, member, note, refused=error)
        return answered(member, outcome, with_said(thread_path(member, note.id), said))

    @bp.get("/console/<name>/blocked")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _listed(house, member, Server(None, member.speech))

    @bp.post("/console/<name>/blocked")
    async def change(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        form = Server(sent, member.speech)
        whom = str(sent.get("whom") or (form.host.data or "").strip())
        if not sent.get("whom") and not form.validate():
            return await _listed(house, member, form)
        try:
            outcome, said = await keep_away(house, member, str(sent.get("do", "")), whom)
        except NotFound:
            raise
        except FediError as error:
            form.refuse(error, "" if sent.get("whom") else "host")
            return await _listed(house, member, form, status=error.status)
        return answered(member, outcome, f"{member.home}/blocked?said={said}")

    return bp


async def keep_away(house: House, member: Member, do: str, whom: str) -> tuple[Outcome, str]:
    """Block, limit or let be an actor or server, by its id or name; return what came of it, and how to say it."""
    if do not in DISTANCES:
        raise NotFound("There is nothing here.")
    text, said = DISTANCES[do]
    shown = await house.store.read(lambda tx: _named(tx, member, whom))
    outcome = await ask(house, member, do, label(text, whom=shown), whom=whom)
    return outcome, said


def _named(tx: Tx, member: Member, whom: str) -> str:
    """Say whom a distance is kept to: somebody known here, who is kept away already, or a server by its name."""
    if "/" not in whom:
        if len(whom) > LONGEST_HOST:
            raise NotFound("There is nothing here.")
        return whom
    is_away = any(whom == subject for subject, _severity in blocks.list_(tx, member.group.actor))
    if not is_away and actors.find(tx, whom) is None:
        raise Refused(
            _("%(address)s is not known here."), cure=_("Look it up first."), address=whom[:200]
        )
    return f"@{person_of(tx, whom).handle}"


def person_host(actor_id: str) -> str:
    """Return the name of the server somebody lives on."""
    return actor_id.split("/")[2]


async def _listed(house: House, member: Member, form: Server, *, status: int = 422) -> Response:
    def read(tx: Tx) -> list[Away]:
        found = blocks.list_(tx, member.group.actor)
        return [
            Away(subject, severity, person_of(tx, subject) if "/" in subject else None)
            for subject, severity in found
        ]

    kept: list[Any] = await house.store.read(read)
    return await console_page(
        house,
        member,
        "console/blocked.html",
        current="conversation",
        status=status if form.has_errors else 200,
        said=said_to(member, SAID),
        form=form,
        away=kept,
    )

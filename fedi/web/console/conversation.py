"""Talking with the fediverse: what waits for an answer, whole conversations, and what a group does about them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField

from fedi.conversation import asked, reading
from fedi.errors import FediError, NotFound
from fedi.house import House
from fedi.publishing.labels import label
from fedi.publishing.redaction import Finding
from fedi.publishing.words import _
from fedi.storage import actors, deeds, notes
from fedi.storage.notes import Note
from fedi.storage.tx import Tx
from fedi.web.console import answering
from fedi.web.console.answering import Answer
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request, see_other
from fedi.web.console.spotted import counted
from fedi.web.console.typed import open_to_all
from fedi.web.console.voices import (
    person_of,
    standing,
    thread_around,
    thread_path,
    voice,
    voices,
)
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.forms import Form, at_most, form_data
from fedi.web.i18n import catalogue

WAITING = 30
PAGE = 30
SAID = {
    "liked": _("Liked. They hear of it, and it waits no more."),
    "shared": _("Shared with everybody who follows the group."),
    "taken_back": _("Taken back."),
    "hidden": _("Hidden from the pages here. On its own server it stays as it is."),
    "shown": _("Shown again."),
    "looked": _("It waits no more. You find it further down."),
    "answered": _("Answered. It is on its way."),
    "reported": _("Reported to their server. This server's name stands under it, not the group's."),
    "blocked": _("Blocked. It takes effect at once."),
    "limited": _("Limited. What they say stays out of sight."),
    "lifted": _("They are heard again, and what was hidden is shown again."),
}
DEEDS = {
    "like": ("like", _("Like what %(who)s said"), "liked"),
    "share": ("boost", _("Share what %(who)s said"), "shared"),
    "unlike": ("undo", _("No longer like what %(who)s said"), "taken_back"),
    "unshare": ("undo", _("No longer share what %(who)s said"), "taken_back"),
    "hide": ("hide", _("Hide what %(who)s said"), "hidden"),
    "show": ("show", _("Show again what %(who)s said"), "shown"),
}


class Report(Form):
    """What is wrong with a post, for those who keep its server."""

    words = TextAreaField(_("What is wrong with it?"), [at_most(5_000), open_to_all])


@dataclass(frozen=True, slots=True)
class Stand:
    """What a group decided about somebody and about their server: 'block', 'limit' or ''."""

    person: str
    server: str


def blueprint(house: House) -> Blueprint:
    """Return the routes of conversations."""
    bp = Blueprint("conversation", __name__)

    @bp.get("/console/<name>/conversation")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _listed(house, member, request.args.get("before", ""))

    @bp.get("/console/<name>/conversation/thread")
    async def thread(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        note = await find_note(house, member, request.args.get("note", ""))
        return await show_thread(house, member, note)

    @bp.post("/console/<name>/conversation/do")
    async def do(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        note = await find_note(house, member, str(sent.get("note", "")))
        back = _back(member, str(sent.get("back", "")), note)
        wanted = str(sent.get("do", ""))
        if wanted == "looked":
            now = house.now()
            await house.store.write(lambda tx: _look(tx, member, note, now))
            return see_other(with_said(back, "looked"))
        try:
            return await _do(house, member, note, wanted, back)
        except NotFound:
            raise
        except FediError as error:
            return await show_thread(house, member, note, refused=error)

    @bp.post("/console/<name>/conversation/answer")
    async def answer(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        note = await find_note(house, member, str(sent.get("note", "")))
        form = answering.form_for(member, note, sent)
        if not form.validate():
            return await show_thread(house, member, note, form=form)
        if sent.get("do") == "black-out":
            await asyncio.to_thread(answering.black_out, form)
            return await show_thread(house, member, note, form=form)
        private = await asyncio.to_thread(answering.looks_private, note, form)
        if private and sent.get("do") != "keep":
            return await show_thread(house, member, note, form=form, private=private)
        try:
            outcome = await answering.answer(house, member, note, form)
        except FediError as error:
            form.refuse(error)
            return await show_thread(house, member, note, form=form, status=error.status)
        return answered(member, outcome, with_said(thread_path(member, note.id), "answered"))

    return bp


async def find_note(house: House, member: Member, note_id: str) -> Note:
    """Return a note that this group may see; for all others it is not there."""

    def unit(tx: Tx) -> Note:
        note = notes.find(tx, note_id)
        if note is None or not reading.may_see(tx, note, member.group.actor):
            raise NotFound("There is nothing here.")
        return note

    return await house.store.read(unit)


async def _do(
    house: House, member: Member, note: Note, wanted: str, back: str
) -> Response | Redirect:
    if wanted not in DEEDS:
        raise NotFound("There is nothing here.")
    kind, text, said = DEEDS[wanted]
    line = await label_of(house, note, text)
    if kind == "undo":
        deed_kind = asked.LIKE if wanted == "unlike" else asked.SHARE
        group = member.group.actor
        deed = await house.store.read(lambda tx: deeds.find(tx, group, deed_kind, note.id))
        outcome = await ask(house, member, kind, line, what=deed.activity if deed else note.id)
    else:
        outcome = await ask(house, member, kind, line, post=note.id)
    return answered(member, outcome, with_said(back, said))


async def _listed(house: House, member: Member, before: str) -> Response:
    now, group = house.now(), member.group.actor

    def read(tx: Tx) -> dict[str, Any]:
        position = position_of(before)
        waiting = [] if position else notes.waiting(tx, group, WAITING)
        found = notes.of_group(tx, group, position, PAGE + 1)
        above = {note.id for note in waiting}
        others = [note for note in found[:PAGE] if note.id not in above]
        last = found[PAGE - 1] if len(found) > PAGE else None
        return {
            "waits": voices(tx, member, waiting, now),
            "waits_in_all": notes.count_waiting(tx, group),
            "earlier": voices(tx, member, others, now),
            "older": key_of(last.received_at, last.id) if last else "",
            "is_first": position is None,
        }

    values = await house.store.read(read)
    return await console_page(
        house,
        member,
        "console/conversation.html",
        current="conversation",
        said=said_to(member, SAID),
        **values,
    )


async def show_thread(
    house: House,
    member: Member,
    note: Note,
    *,
    form: Answer | None = None,
    report: Report | None = None,
    refused: FediError | None = None,
    private: tuple[Finding, ...] = (),
    status: int = 422,
) -> Response:
    """Show the conversation around a note, with what was typed into its forms and what is wrong with it."""
    now = house.now()

    def read(tx: Tx) -> dict[str, Any]:
        person, server = standing(tx, member.group.actor, note.author)
        return {
            "voice": voice(tx, member, note, now),
            "thread": thread_around(tx, member, note, now),
            "stand": Stand(person, server),
        }

    values = await house.store.read(read)
    wrong = bool(refused or private or (form and form.has_errors) or (report and report.has_errors))
    translate = catalogue(member.speech.language).gettext
    return await console_page(
        house,
        member,
        "console/thread.html",
        current="conversation",
        status=(refused.status if refused else status) if wrong else 200,
        said=said_to(member, SAID),
        form=form or answering.form_for(member, note, None),
        report=report or Report(None, member.speech),
        refused=refused.told(translate) if refused else None,
        private=list(dict.fromkeys(one.text for one in private)),
        counted=counted(private, member.speech),
        is_direct=note.visibility not in reading.OPEN,
        longer=f"{member.home}/write/update?reply_to={quote(note.id, safe='')}",
        **values,
    )


async def label_of(house: House, note: Note, text: str) -> str:
    """Say in one line what is asked for."""
    author = await house.store.read(lambda tx: person_of(tx, note.author))
    return label(text, who=f"@{author.handle}")


def handle_of(tx: Tx, actor_id: str) -> str:
    """Write the handle of somebody who is known here, or raise NotFound."""
    if actors.find(tx, actor_id) is None:
        raise NotFound("There is nothing here.")
    return f"@{person_of(tx, actor_id).handle}"


def _look(tx: Tx, member: Member, note: Note, now: int) -> None:
    if note.to_group == member.group.actor:
        notes.looked(tx, note.id, now)


def _back(member: Member, wanted: str, note: Note) -> str:
    match wanted:
        case "thread":
            return thread_path(member, note.id)
        case "reading":
            return f"{member.home}/reading"
        case _:
            return f"{member.home}/conversation"


def with_said(path: str, said: str) -> str:
    """Let a page say what was just done."""
    return f"{path}{'&' if '?' in path else '?'}said={said}"


def key_of(at: int, last: str) -> str:
    """Write where a page ends, for an address."""
    return f"{at}-{last}"


def position_of(key: str) -> tuple[int, str] | None:
    """Read where a page ends; what is none is the beginning."""
    at, _mark, last = key.partition("-")
    return (int(at), last) if last and at.isascii() and at.isdigit() and len(at) < 17 else None

"""What waits for a second member: the list, each thing with all that it would do, and deciding it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField

from fedi.errors import Refused
from fedi.governing import asking, log
from fedi.governing.asking import Outcome
from fedi.governing.foreseeing import Foreseen, Text, foresee
from fedi.house import House
from fedi.publishing import kinds
from fedi.publishing.acts import Act
from fedi.publishing.labels import told
from fedi.publishing.words import _
from fedi.storage import pending, persons
from fedi.storage.pending import WAITING, Pending
from fedi.storage.tx import Tx
from fedi.web.art.qr import qr
from fedi.web.console.attached import answer_one_of
from fedi.web.console.member import Member
from fedi.web.console.readers import Shot, shots, unlinked
from fedi.web.console.shell import console_page, member_of_request, see_other
from fedi.web.console.steps import steps_of_pending
from fedi.web.console.wanted import Change, changes, rewritten
from fedi.web.forms import Form, at_most, form_data, required
from fedi.web.i18n import catalogue

DECIDED = 20
SAID = {
    "asked": _("Asked. It waits here until a second member agrees."),
    "done": _("Done: two members agreed."),
    "refused": _("Refused. Whoever asked reads your reason here."),
    "back": _("Taken back. Nothing happened."),
}
STATES = {
    "waiting": (_("waits for a second member"), "wait"),
    "done": (_("done"), "ok"),
    "refused": (_("refused"), "bad"),
    "taken_back": (_("taken back"), ""),
    "expired": (_("nobody agreed in time"), ""),
    "lapsed": (_("whoever asked has left"), ""),
    "failed": (_("could not be done"), "bad"),
}
AGREE = {
    "publish": _("Agree and publish"),
    "edit": _("Agree and publish the new version"),
    "withdraw": _("Agree and withdraw it"),
    "profile": _("Agree and change the profile"),
    "rules": _("Agree and change the rules"),
    "settings": _("Agree and change the settings"),
    "invite": _("Agree and make the link"),
    "remove_member": _("Agree and remove them"),
    "export": _("Agree and make the file"),
}


class Refusal(Form):
    """Why somebody does not agree."""

    reason = TextAreaField(_("Why not"), [required, at_most(asking.LONGEST_REASON)])


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits or waited, as its page and the list show it."""

    id: str
    act: str
    label: str
    stamp: str
    asked_by: str
    role: str
    is_mine: bool
    may_agree: bool
    asked_at: int
    expires_at: int
    state: tuple[str, str]
    is_waiting: bool
    decided_by: str
    decided_at: int | None
    reason: str
    path: str
    result: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that would be published, for one audience."""

    audience: str
    title: str
    warning: str
    html: Markup
    language: str
    choices: tuple[str, ...]
    shots: tuple[Shot, ...]


async def ask(house: House, member: Member, kind: str, label: str, /, **arguments: Any) -> Outcome:
    """Ask for something in the group's name; done at once, or kept for a second member."""
    act = Act(kind, member.group.name, member.person.id, arguments, label)
    person, now = member.person.id, house.now()
    return await house.store.write(lambda tx: asking.ask(tx, house.site, act, person, now))


def answered(member: Member, outcome: Outcome, path: str) -> Redirect:
    """Show the page of what waits now, or the one given where it was done at once."""
    if outcome.pending is None:
        return see_other(path)
    return see_other(f"{member.home}/waiting/{outcome.pending}?said=asked")


def blueprint(house: House) -> Blueprint:
    """Return the routes of what waits for a second member."""
    bp = Blueprint("waiting", __name__)

    @bp.get("/console/<name>/waiting")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)

        def read(tx: Tx) -> dict[str, list[Waiting]]:
            found = asking.waiting(tx, member.group.actor)
            over = pending.decided(tx, member.group.actor, DECIDED)
            return {
                "open": [_waiting(tx, member, one) for one in found],
                "decided": [_waiting(tx, member, one) for one in over],
            }

        lists = await house.store.read(read)
        return await console_page(
            house,
            member,
            "console/waiting.html",
            current="people",
            said=said_to(member, SAID),
            open=lists["open"],
            decided=lists["decided"],
        )

    @bp.get("/console/<name>/waiting/<pending_id>")
    async def show(name: str, pending_id: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _page(house, member, pending_id, Refusal(None, member.speech))

    @bp.get("/console/<name>/waiting/<pending_id>/files/<file>")
    async def file(name: str, pending_id: str, file: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await answer_one_of(house, _files(await _found(house, member, pending_id)), file)

    @bp.post("/console/<name>/waiting/<pending_id>/agree")
    async def agree(name: str, pending_id: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        await _found(house, member, pending_id)
        translate = catalogue(member.speech.language).gettext
        outcome = await asking.settle(
            house, pending_id, member.person.id, house.now(), translate=translate
        )
        said = "" if outcome.done is None else "?said=done"
        return see_other(f"{member.home}/waiting/{pending_id}{said}")

    @bp.post("/console/<name>/waiting/<pending_id>/refuse")
    async def refuse(name: str, pending_id: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        await _found(house, member, pending_id)
        form = Refusal(await form_data(), member.speech)
        person, reason, now = member.person.id, form.reason.data or "", house.now()
        if form.validate():
            try:
                await house.store.write(
                    lambda tx: asking.refuse(tx, pending_id, person, reason, now)
                )
            except Refused as error:
                form.refuse(error, "reason")
            else:
                return see_other(f"{member.home}/waiting?said=refused")
        return await _page(house, member, pending_id, form)

    @bp.post("/console/<name>/waiting/<pending_id>/take-back")
    async def take_back(name: str, pending_id: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        await _found(house, member, pending_id)
        person, now = member.person.id, house.now()
        await house.store.write(lambda tx: asking.take_back(tx, pending_id, person, now))
        return see_other(f"{member.home}/waiting?said=back")

    return bp


async def _found(house: House, member: Member, pending_id: str) -> Pending:
    group = member.group.actor
    return await house.store.read(lambda tx: asking.find(tx, group, pending_id))


async def _page(house: House, member: Member, pending_id: str, form: Refusal) -> Response:
    found = await _found(house, member, pending_id)
    is_waiting = found.state == WAITING
    seen = await foresee(house, found, house.now()) if is_waiting else Foreseen()
    say = catalogue(member.speech.language).gettext

    def read(tx: Tx) -> dict[str, Any]:
        told: list[Change] = changes(tx, member.group, found, member.speech)
        one = _waiting(tx, member, found)
        steps = steps_of_pending(tx, member, found) if is_waiting else []
        lines = rewritten(tx, found) if is_waiting else []
        more = {"changes": told, "lines": lines, "steps": steps}
        return {"one": one, "may_agree": one.may_agree, **more}

    def place(file: str) -> str:
        return f"{member.home}/waiting/{found.id}/files/{file}"

    values = await house.store.read(read)
    link = f"{house.site.origin}/join/{values['one'].result}" if found.act == "invite" else ""
    return await console_page(
        house,
        member,
        "console/waiting_one.html",
        current="people",
        status=422 if form.has_errors else 200,
        said=said_to(member, SAID),
        form=form,
        texts=[_shown(text, place) for text in seen.texts],
        profile=[
            Shot(place(one["name"]), say(_("The new picture")), is_sound=False)
            for one in _files(found)
            if is_waiting and found.act == "profile"
        ],
        source=str(found.arguments.get("source", "")),
        trouble=seen.trouble.told(say) if seen.trouble else None,
        agree=say(AGREE.get(found.act, _("Agree"))),
        link=link if values["one"].result else "",
        squares=qr(link, say(_("QR code of the link"))) if values["one"].result and link else "",
        **values,
    )


def _waiting(tx: Tx, member: Member, found: Pending) -> Waiting:
    say = catalogue(member.speech.language).gettext
    state, tone = STATES[found.state]
    me = member.person.id
    sees_result = found.act not in asking.SECRET or me in (found.asked_by, found.decided_by)
    kind = kinds.kind(found.arguments["kind"]) if found.act in ("publish", "edit") else None
    return Waiting(
        id=found.id,
        act=found.act,
        label=told(found.label, catalogue(member.speech.language)),
        stamp=kind.stamp if kind else "",
        asked_by=_name(tx, found.asked_by),
        role=", ".join(map(say, log.roles_of(tx, found.group, found.asked_by).splitlines())),
        is_mine=found.asked_by == me,
        may_agree=found.state == WAITING and asking.may_agree(tx, found, me),
        asked_at=found.asked_at,
        expires_at=found.expires_at,
        state=(say(state), tone),
        is_waiting=found.state == WAITING,
        decided_by=_name(tx, found.decided_by),
        decided_at=found.decided_at,
        reason=found.reason,
        path=f"{member.home}/waiting/{found.id}",
        result=found.result if sees_result else "",
    )


def _files(found: Pending) -> list[Mapping[str, Any]]:
    """Return the pictures and recordings that would be published, or stand in a profile."""
    return [*found.arguments.get("pictures", ()), *found.arguments.get("voices", ())]


def _shown(text: Text, place: Callable[[str], str]) -> Shown:
    document: Mapping[str, Any] = text.document
    name, content = document.get("name", ""), document.get("content", "")
    choices = [*document.get("oneOf", ()), *document.get("anyOf", ())]
    return Shown(
        audience=text.audience,
        title="" if escape(name) in content else name,
        warning=document.get("summary", "") if document.get("sensitive") else "",
        html=Markup(unlinked(content)),  # noqa: S704 - our own, cleaned when it was made
        language=document.get("inLanguage", ""),
        choices=tuple(str(choice.get("name", "")) for choice in choices),
        shots=shots(document, place),
    )


def _name(tx: Tx, person_id: str) -> str:
    person = persons.find(tx, person_id) if person_id else None
    return person.name if person else ""


def said_to(member: Member, sentences: Mapping[str, str]) -> str:
    """Say what was just done, as far as the address of the page names one of these sentences."""
    sentence = sentences.get(request.args.get("said", ""))
    return catalogue(member.speech.language).gettext(sentence) if sentence else ""

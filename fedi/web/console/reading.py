"""Reading others: whom the group follows, and the plain list of what they publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from quart import Blueprint, Response, request
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField

from fedi.activitypub.vocabulary import read_note
from fedi.conversation import reading
from fedi.errors import FediError, Forbidden, Missing, NotFound, Unreachable
from fedi.house import House
from fedi.publishing.as_partner import read_as
from fedi.publishing.labels import label
from fedi.publishing.words import _
from fedi.storage import follows, partners
from fedi.storage.tx import Tx
from fedi.web.console import conversation
from fedi.web.console.conversation import find_note, key_of, position_of
from fedi.web.console.finding import find_actor
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.voices import Person, person_of, read_voices
from fedi.web.console.waiting import answered, ask, said_to
from fedi.web.forms import Form, at_most, form_data, required
from fedi.web.i18n import catalogue

PAGE = 30
SAID = {
    **conversation.SAID,
    "asked_them": _("Asked to follow them. Their server answers, mostly at once."),
    "unfollowed": _("The group follows them no more."),
    "partner": _("A partner now: they read what is marked for partners, from now on."),
    "no_partner": _("A partner no more. What they read before stays with them."),
}
DEEDS = {
    "unfollow": (_("No longer follow %(who)s"), "unfollowed"),
    "add_partner": (_("Treat %(who)s as a partner"), "partner"),
    "remove_partner": (_("No longer treat %(who)s as a partner"), "no_partner"),
}


class Follow(Form):
    """Whom to follow."""

    who = StringField(_("Handle, or address of a profile"), [required, at_most(500)])


@dataclass(frozen=True, slots=True)
class Followed:
    """Somebody the group follows, has asked to, or treats as a partner; `state` is '' for a partner alone."""

    person: Person
    state: str
    since: int
    is_partner: bool


def blueprint(house: House) -> Blueprint:
    """Return the routes of reading and following."""
    bp = Blueprint("reading", __name__)

    @bp.get("/console/<name>/reading")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _listed(house, member, Follow(None, member.speech))

    @bp.get("/console/<name>/reading/following")
    async def following(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _following(house, member, Follow(None, member.speech))

    @bp.post("/console/<name>/reading/follow")
    async def follow(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        form = Follow(await form_data(), member.speech)
        if not form.validate():
            return await _listed(house, member, form)
        try:
            found = await find_actor(house, form.who.data or "")
            line = await _label(house, found.id, _("Follow %(who)s"))
            outcome = await ask(house, member, "follow", line, actor=found.id)
        except FediError as error:
            form.refuse(error, "who")
            return await _listed(house, member, form, status=error.status)
        return answered(member, outcome, f"{member.home}/reading/following?said=asked_them")

    @bp.post("/console/<name>/reading/do")
    async def do(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        wanted, who = str(sent.get("do", "")), str(sent.get("who", ""))
        if wanted not in DEEDS:
            raise NotFound("There is nothing here.")
        text, said = DEEDS[wanted]
        line = await _label(house, who, text)
        try:
            outcome = await ask(house, member, wanted, line, actor=who)
        except FediError as error:
            form = Follow(None, member.speech)
            form.refuse(error)
            return await _following(house, member, form, status=error.status)
        return answered(member, outcome, f"{member.home}/reading/following?said={said}")

    @bp.get("/console/<name>/reading/for-partners")
    async def for_partners(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        """Show a post as its server shows it to this group, which may be more than everybody gets."""
        member = await member_of_request(house, name)
        note = await find_note(house, member, request.args.get("note", ""))
        translate = catalogue(member.speech.language).gettext
        html, title, wrong = Markup(""), "", ""
        try:
            document = await read_as(house, member.group.actor, note.id)
            read = read_note(document)
            html, title = Markup(read.content_html), read.name  # noqa: S704 - cleaned when it was read
        except (NotFound, Missing):
            wrong = translate(_("It is not there any more, or it is not for this group."))
        except Forbidden:
            wrong = translate(_("This group does not speak with that server."))
        except Unreachable:
            wrong = translate(_("Their server does not answer now."))
        return await console_page(
            house,
            member,
            "console/for_partners.html",
            current="reading",
            status=502 if wrong else 200,
            title=title,
            html=html,
            language=note.language,
            wrong=wrong,
            by=await house.store.read(lambda tx: person_of(tx, note.author)),
            url=note.url or note.id,
        )

    return bp


async def _listed(house: House, member: Member, form: Follow, *, status: int = 422) -> Response:
    now, group = house.now(), member.group.actor
    position = position_of(request.args.get("before", ""))

    def read(tx: Tx) -> dict[str, Any]:
        entries, after = reading.read_by(tx, group, position, PAGE)
        ours = {partner.actor for partner in partners.of_group(tx, group)}
        return {
            "read": read_voices(tx, member, entries, now),
            "older": quote(key_of(*after), safe="") if after else "",
            "is_first": position is None,
            "partners": ours,
            "follows": follows.counts(tx, group).following,
        }

    values = await house.store.read(read)
    return await console_page(
        house,
        member,
        "console/reading.html",
        current="reading",
        status=status if form.has_errors else 200,
        said=said_to(member, SAID),
        form=form,
        **values,
    )


async def _following(house: House, member: Member, form: Follow, *, status: int = 422) -> Response:
    group = member.group.actor
    position = position_of(request.args.get("before", ""))

    def read(tx: Tx) -> dict[str, Any]:
        accepted = follows.list_following(tx, group, before=position, limit=PAGE + 1)
        last = accepted[PAGE - 1] if len(accepted) > PAGE else None
        ours = {partner.actor: partner.since for partner in partners.of_group(tx, group)}
        open_ = [
            one
            for state in (follows.PENDING, follows.REFUSED)
            for one in ([] if position else follows.list_following(tx, group, state))
        ]
        found = [
            Followed(person_of(tx, one.followed), one.state, one.created_at, one.followed in ours)
            for one in (*open_, *accepted[:PAGE])
        ]
        alone = [
            Followed(person_of(tx, actor), "", since, True)
            for actor, since in ours.items()
            if position is None and follows.find(tx, group, actor) is None
        ]
        return {
            "found": [*alone, *found],
            "older": quote(key_of(last.created_at, last.followed), safe="") if last else "",
            "is_first": position is None,
        }

    values = await house.store.read(read)
    return await console_page(
        house,
        member,
        "console/following.html",
        current="reading",
        status=status if form.has_errors else 200,
        said=said_to(member, SAID),
        form=form,
        **values,
    )


async def _label(house: House, who: str, text: str) -> str:
    handle = await house.store.read(lambda tx: conversation.handle_of(tx, who))
    return label(text, who=handle)

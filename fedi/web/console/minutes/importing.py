"""Minutes written elsewhere become a draft: pasted, or uploaded as a file of text."""

from __future__ import annotations

from quart import Blueprint, Response
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField

from fedi.errors import FediError, Refused
from fedi.house import House
from fedi.publishing import drafts
from fedi.publishing.draft import MAX_SOURCE
from fedi.publishing.words import _
from fedi.storage.tx import Tx
from fedi.web.console.desk import Desk
from fedi.web.console.member import Member
from fedi.web.console.minutes.suggestions import zone_of
from fedi.web.console.minutes.taking_over import typed_in
from fedi.web.console.shell import console_page, member_of_request, see_other
from fedi.web.console.writing import read_form
from fedi.web.forms import Form, form_data


class Import(Form):
    """Minutes as somebody has them."""

    text = TextAreaField(_("Minutes"))


def blueprint(house: House) -> Blueprint:
    """Return the routes by which minutes are taken over."""
    bp = Blueprint("minutes_import", __name__)

    @bp.get("/console/<name>/write/minutes/import")
    async def choose(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _page(house, member, Import(None, member.speech))

    @bp.post("/console/<name>/write/minutes/import")
    async def take(name: str) -> Response | Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        sent = await form_data()
        form = Import(sent, member.speech)
        try:
            text = _text(form.text.data or "", sent.get("file"))
            draft_id = await _begin(house, member, text)
        except FediError as error:
            form.refuse(error, "text")
            return await _page(house, member, form)
        return see_other(f"{member.home}/drafts/{draft_id}?said=imported")

    return bp


def _text(pasted: str, sent: object) -> str:
    """Return what was pasted and uploaded, or raise Refused for nothing, too much, or what is no text."""
    uploaded = ""
    if isinstance(sent, FileStorage) and sent.filename:
        try:
            uploaded = sent.stream.read(4 * MAX_SOURCE + 1).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused(
                _("%(name)s is no text that can be read."),
                cure=_("Save it as Markdown or plain text, in UTF-8, or paste it."),
                name=sent.filename,
            ) from None
    text = "\n\n".join(part for part in (uploaded.strip(), pasted.strip()) if part)
    if not text or "\0" in text:
        raise Refused(_("There is no text in it."), cure=_("Paste minutes, or choose a file."))
    if len(text) > MAX_SOURCE:
        raise Refused(
            _("This text has more than %(most)s characters."),
            cure=_("Publish it in parts."),
            most=MAX_SOURCE,
        )
    return text


async def _begin(house: House, member: Member, text: str) -> str:
    form = read_form("minutes", typed_in(text), member.speech)
    form.offer(member.group)
    desk = Desk(member, "minutes", form)
    now = house.now()
    occasion = desk.occasion(now)

    def write(tx: Tx) -> str:
        form["timezone"].data = form["timezone"].data or zone_of(tx, member.group.actor)
        form.settle(tx, occasion)
        return drafts.begin(
            tx,
            member.group.actor,
            "minutes",
            member.person.id,
            now,
            form=form.typed(),
            source=desk.source,
            title=desk.title,
        )

    return await house.store.write(write)


async def _page(house: House, member: Member, form: Import) -> Response:
    return await console_page(
        house,
        member,
        "console/minutes_import.html",
        current="minutes",
        status=422 if form.has_errors else 200,
        form=form,
    )

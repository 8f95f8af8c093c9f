"""Writing a post: the form, its buttons, and what is saved with each of them before anything else is done."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
from quart import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse

from fedi.errors import FediError, NotFound
from fedi.house import House
from fedi.publishing import drafts
from fedi.publishing.drafts import SavedMeanwhile
from fedi.publishing.words import _
from fedi.storage import drafts as rows
from fedi.storage.drafts import Draft
from fedi.storage.tx import Tx
from fedi.web.console import attached, leaving, papers, polling, requesting
from fedi.web.console.desk import Desk, open_draft, show
from fedi.web.console.member import Member
from fedi.web.console.minutes import paper
from fedi.web.console.shell import member_of_request, see_other
from fedi.web.console.typed import number
from fedi.web.console.waiting import said_to
from fedi.web.console.writing import form_of, read_form
from fedi.web.forms import form_data
from fedi.web.i18n import catalogue

SAID = {
    "decided": _("Everything that looked private is decided. Publish it when you are ready."),
    "saved": _("Saved. Only members see it."),
    "cancelled": _("It is not published by itself any more."),
    "checked": _("Checked. It can be published now."),
    "imported": _("Taken over. Look through it: what was not understood stands in the notes."),
}
WRITTEN = (papers, paper, polling, requesting)
"""The modules with forms; each registers its own when it is imported."""
_AS_JSON = "application/json"


def blueprint(house: House) -> Blueprint:
    """Return the routes of drafts."""
    bp = Blueprint("compose", __name__)

    @bp.get("/console/<name>/write/<kind>")
    async def new(name: str, kind: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        typed = {
            key: [value] for key, value in request.args.items() if key in ("reply_to", "title")
        }
        return await show(house, Desk(member, kind, read_form(kind, typed, member.speech)))

    @bp.post("/console/<name>/write/<kind>")
    async def begin(name: str, kind: str) -> WerkzeugResponse | Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        form_of(kind)
        return await _received(house, member, kind, None, await form_data())

    @bp.get("/console/<name>/drafts/<draft_id>")
    async def draft(name: str, draft_id: str) -> WerkzeugResponse | Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        desk, pending = await house.store.read(
            lambda tx: (open_draft(tx, member, draft_id), leaving.waits(tx, member, draft_id))
        )
        if pending:
            return see_other(f"{member.home}/waiting/{pending.id}")
        if request.args.get("more", "") in desk.form.rows:
            desk.form.grow(request.args["more"])
        return await show(house, desk, said=said_to(member, SAID))

    @bp.post("/console/<name>/drafts/<draft_id>")
    async def change(name: str, draft_id: str) -> WerkzeugResponse | Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        desk = await house.store.read(lambda tx: open_draft(tx, member, draft_id))
        return await _received(house, member, desk.kind, desk, await form_data())

    @bp.get("/console/<name>/drafts/<draft_id>/files/<file>")
    async def file(name: str, draft_id: str, file: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        desk = await house.store.read(lambda tx: open_draft(tx, member, draft_id))
        return await attached.answer(house, desk.files, file)

    return bp


async def _received(
    house: House, member: Member, kind: str, there: Desk | None, sent: MultiDict[str, Any]
) -> WerkzeugResponse | Response:
    """Save what was sent with any button, then do what the button says."""
    do = str(sent.get("do") or "save")
    texts = {key: [str(v) for v in sent.getlist(key)] for key in sent if key not in attached.MOST}
    form = read_form(kind, texts, member.speech)
    desk = Desk(member, kind, form, there.draft if there else None, there.files if there else ())
    try:
        focus = _arranged(desk, do)
        draft, refused = await _save(house, desk, do, sent)
    except SavedMeanwhile as error:
        return await _contested(house, desk, error)
    except NotFound:
        raise
    except FediError as error:
        form.refuse(error)
        return (
            _told(error, member) if _is_script() else await show(house, desk, status=error.status)
        )
    for error in refused:
        form.refuse(error)
    if refused:
        return await show(house, desk, status=422)
    if _is_script():
        return _kept(desk, draft, house.now())
    if do.startswith(leaving.DOING):
        return await leaving.leave(house, desk, draft, do)
    if do == "save":
        return see_other(f"{desk.base}?said=saved")
    return see_other(f"{desk.base}{focus}")


def _arranged(desk: Desk, do: str) -> str:
    """Add a row or take one out where that was asked for; return the part of the page to look at afterwards."""
    verb, _sign, about = do.partition(":")
    name, _sign, row = about.partition(":")
    if verb == "drop" and (place := number(row)) is not None:
        desk.form.drop(name, place)
    desk.form.tidy()
    if verb == "add":
        return f"?more={quote(name)}#{desk.form.grow(name)}"
    if own := desk.form.arrange(do):
        return own
    return f"#{name}" if verb == "drop" else "#files" if "file" in verb else ""


async def _save(
    house: House, desk: Desk, do: str, sent: MultiDict[str, Any]
) -> tuple[Draft, list[FediError]]:
    """Write down what was typed, and the pictures that came with it; return why some were not taken as well."""
    now, member = house.now(), desk.member
    verb, _sign, name = do.partition(":")
    version = number(str(sent.get("version") or ""))
    draft = await house.store.write(lambda tx: _there(tx, desk, now))
    refused = await attached.add(house, draft.id, sent, desk.files, now)
    files = await house.store.read(lambda tx: rows.files_of(tx, draft.id))
    desk.files = attached.arranged([attached.described(file, sent) for file in files], verb, name)
    occasion = desk.occasion(now)
    dropped = [file.name for file in files if file.name not in {kept.name for kept in desk.files}]

    def write(tx: Tx) -> Draft:
        leaving.check_free(tx, draft)
        drafts.drop_files(tx, dropped, now)
        attached.keep(tx, desk.files)
        desk.form.settle(tx, occasion)
        return drafts.save(
            tx,
            draft,
            draft.version if version is None else version,
            member.person.id,
            now,
            form=desk.form.typed(),
            source=desk.source,
            title=desk.title,
        )

    saved = desk.draft = await house.store.write(write)
    return saved, refused


def _there(tx: Tx, desk: Desk, now: int) -> Draft:
    """Return the draft, begun now if there is none yet; raise Refused where it waits for somebody else."""
    actor, person = desk.member.group.actor, desk.member.person.id
    if desk.draft is None:
        return drafts.find(tx, actor, drafts.begin(tx, actor, desk.kind, person, now))
    leaving.check_free(tx, desk.draft)
    return desk.draft


async def _contested(house: House, desk: Desk, error: SavedMeanwhile) -> Response:
    """Show both texts: what was sent stands in the form, and what somebody else saved beside it."""
    if _is_script():
        return _told(error, desk.member)
    desk.draft = desk.theirs = error.theirs
    desk.form.refuse(error)
    return await show(house, desk, status=error.status)


def _is_script() -> bool:
    """Tell whether a script of ours saves what is being typed."""
    return request.accept_mimetypes.best == _AS_JSON


def _kept(desk: Desk, draft: Draft, now: int) -> Response:
    """Tell a script where the draft is and when it was saved."""
    saved = {"url": desk.base, "version": draft.version, "at": now}
    return Response(orjson.dumps(saved), content_type=_AS_JSON)


def _told(error: FediError, member: Member) -> Response:
    sentence, cure = error.told(catalogue(member.speech.language).gettext)
    told = {"error": sentence, "cure": cure}
    return Response(orjson.dumps(told), status=error.status, content_type=_AS_JSON)

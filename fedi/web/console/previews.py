"""A draft as three readers would see it: a stranger on our page, a follower on Mastodon, and a partner group."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from markupsafe import Markup
from quart import Blueprint, Response

from fedi.errors import FediError, NotFound
from fedi.house import House
from fedi.publishing import composing
from fedi.publishing.kinds import kind
from fedi.publishing.private_things import undecided
from fedi.publishing.trying import try_out
from fedi.storage import objects, versions
from fedi.storage.drafts import Draft
from fedi.storage.tx import Tx
from fedi.web.console import attached, readers, spotted
from fedi.web.console.desk import Desk, open_draft, show
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.writing import VISIBILITIES, refuse
from fedi.web.i18n import catalogue
from fedi.web.pages.posts import post_values
from fedi.web.pages.render import draw, page
from fedi.web.pages.views import LISTED

_BEGIN, _END = "<!--seen-->", "<!--/seen-->"


@dataclass(frozen=True, slots=True)
class Tried:
    """What publishing a draft would make: documents by audience, and the values of the page anybody could open."""

    audience: str
    documents: Mapping[str, Mapping[str, Any]]
    page: Mapping[str, Any] | None
    not_found: tuple[str, ...]


def blueprint(house: House) -> Blueprint:
    """Return the routes of previews."""
    bp = Blueprint("previews", __name__)

    @bp.get("/console/<name>/drafts/<draft_id>/preview")
    async def preview(name: str, draft_id: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        desk, draft = await _opened(house, member, draft_id)
        # What is wrong in a field is said as the form would say it, before anything is made of it.
        desk.form.shown = len(desk.files)
        if not desk.form.validate():
            return await show(house, desk, status=422)
        try:
            tried = await _try(house, member, draft)
        except FediError as error:
            if error.status >= 500 or isinstance(error, NotFound):
                raise
            refuse(desk.form, error, attached.fronts(desk.files))
            return await show(house, desk, status=error.status)
        return await _drawn(house, desk, draft, tried)

    @bp.get("/console/<name>/drafts/<draft_id>/preview/page")
    async def whole(name: str, draft_id: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        desk, draft = await _opened(house, member, draft_id)
        tried = await _try(house, member, draft)
        if tried.page is None:
            raise NotFound("There is nothing here.")
        html = draw(f"{kind(draft.kind).path}/page.html", member.speech, house.site, **tried.page)
        for file, path in _files(desk).items():
            html = html.replace(f"/media/{file}", path)
        return page(html, public=False)

    return bp


async def _opened(house: House, member: Member, draft_id: str) -> tuple[Desk, Draft]:
    desk = await house.store.read(lambda tx: open_draft(tx, member, draft_id))
    if desk.draft is None:
        raise NotFound("There is nothing here.")
    return desk, desk.draft


async def _try(house: House, member: Member, draft: Draft) -> Tried:
    """Publish a draft, look at it, and undo it; whatever publishing would refuse is refused."""
    group, person, now = member.group.name, member.person.id, house.now()
    composed = await composing.act_of(house, draft, group, person, leaves=False)

    def look(tx: Tx, made: str) -> Tried:
        stored = objects.find(tx, made)
        if stored is None:
            raise NotFound("There is nothing here.")
        seen = {name: versions.present(tx, made, name) for name in (*VISIBILITIES, stored.audience)}
        return Tried(
            audience=stored.audience,
            documents={name: orjson.loads(one.document) for name, one in seen.items() if one},
            page=post_values(tx, house.site, made, member.speech, now, "")
            if stored.audience in LISTED
            else None,
            not_found=composed.not_found,
        )

    return await try_out(house, composed.act, now, look)


async def _drawn(house: House, desk: Desk, draft: Draft, tried: Tried) -> Response:
    member, files = desk.member, _files(desk)
    private = await asyncio.to_thread(undecided, draft)
    found = spotted.shown(desk.form, draft, private)
    texts = [one.text for one in found]
    own = tried.documents[tried.audience]
    partners = tried.documents.get("partners")

    def place(name: str) -> str:
        return files.get(name, f"/media/{name}")

    say = catalogue(member.speech.language).gettext
    return await console_page(
        house,
        member,
        "console/preview.html",
        current=desk.kind,
        draft=draft,
        desk=desk,
        audience=say(VISIBILITIES[tried.audience]),
        stranger=_stranger(house, desk, tried, files, texts),
        toot=_marked(readers.toot(own, place), texts) if tried.audience != "members" else None,
        partner=readers.received(partners, place) if partners else None,
        visibility=tried.audience,
        not_found=tried.not_found,
        spotted=found,
        counted=spotted.counted(found, member.speech),
        handle=house.site.handle(member.group.name),
    )


def _stranger(
    house: House, desk: Desk, tried: Tried, files: Mapping[str, str], texts: list[str]
) -> Markup | None:
    """Draw what the page of the post would show, to stand within the preview."""
    if tried.page is None:
        return None
    piece = piece_of(house, desk.member, desk.kind, tried.page)
    return Markup(readers.marked(readers.within(piece, files), texts))  # noqa: S704 - our own page


def piece_of(house: House, member: Member, name: str, values: Mapping[str, Any]) -> str:
    """Draw what the page of a post of a kind shows, without the frame around it."""
    layout = f"{kind(name).path}/page.html"
    html = draw("console/seen.html", member.speech, house.site, of=layout, **values)
    return html[html.index(_BEGIN) + len(_BEGIN) : html.index(_END)]


def _marked(toot: readers.Toot, texts: list[str]) -> dict[str, Any]:
    """Return a post as Mastodon shows it, with what looks private marked in its text."""
    values = {name: getattr(toot, name) for name in toot.__slots__}
    for name in ("html", "rest"):
        values[name] = Markup(readers.marked(str(values[name]), texts))  # noqa: S704 - our own
    return values


def _files(desk: Desk) -> dict[str, str]:
    """Return where the files of a draft can be looked at until it is published."""
    names = [name for file in desk.files for name in (file.name, file.about.get("thumbnail"))]
    return {name: f"{desk.base}/files/{name}" for name in names if name}

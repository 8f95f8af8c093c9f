"""Everything that is not text: the stylesheet, the sign, drawn avatars and banners, stored pictures and recordings."""

from __future__ import annotations

import asyncio
import re
from functools import cache

from quart import Blueprint, Response, request

from fedi.actors.groups import get_group
from fedi.actors.may_read import Reader, may_read
from fedi.errors import NotFound
from fedi.house import House
from fedi.places import folder
from fedi.publishing.files import original_of
from fedi.publishing.projections import level_of
from fedi.storage import media, objects
from fedi.storage.groups import Group
from fedi.storage.tx import Tx
from fedi.web.art.raster import avatar_png, banner_png, sign_png
from fedi.web.console.visitor import visitor_of_request
from fedi.web.documents import PUBLIC
from fedi.web.negotiate import about
from fedi.web.ranges import in_part
from fedi.web.reader import read_picture

STATIC = {
    "fedi.css": "text/css; charset=utf-8",
    "public.css": "text/css; charset=utf-8",
    "console.css": "text/css; charset=utf-8",
    "sign.svg": "image/svg+xml",
    "console.js": "text/javascript; charset=utf-8",
    "passkeys.js": "text/javascript; charset=utf-8",
}
_MEDIA_NAME = re.compile(
    r"[a-z0-9]{8,64}(?:\.small)?\.(?:jpg|png|webp|gif|ogg|mp3|m4a|wav)", re.ASCII
)
FOR_EVER = "public, max-age=31536000, immutable"


def blueprint(house: House) -> Blueprint:
    """Return the routes of files and drawings."""
    bp = Blueprint("figures", __name__)

    @bp.get("/static/<name>")
    async def static(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if name not in STATIC:
            raise NotFound("There is no such file.")
        response = Response(_file(name), content_type=STATIC[name])
        response.headers["Cache-Control"] = (
            FOR_EVER if request.query_string else "public, max-age=3600"
        )
        return about(response, "static")

    @bp.get("/static/sign.png")
    async def sign() -> Response:  # pyright: ignore[reportUnusedFunction]
        response = Response(await asyncio.to_thread(sign_png), content_type="image/png")
        response.headers["Cache-Control"] = "public, max-age=86400"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return about(response, "static")

    @bp.get("/groups/<name>/avatar.png")
    async def avatar(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        group = await house.store.read(lambda tx: get_group(tx, name))
        return _drawn(await asyncio.to_thread(avatar_png, group.motif, group.ink), group)

    @bp.get("/groups/<name>/banner.png")
    async def banner(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        group = await house.store.read(lambda tx: get_group(tx, name))
        return _drawn(await asyncio.to_thread(banner_png, group.motif, group.ink), group)

    @bp.get("/media/<name>")
    async def media_file(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if not _MEDIA_NAME.fullmatch(name):
            raise NotFound("There is no such file.")
        stored = await _readable_for_request(house, original_of(name))
        path = house.config.media / name
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise NotFound("There is no such file.") from error
        response = in_part(data, request.headers.get("Range", ""))
        response.headers["Content-Type"] = stored.file.media_type
        if stored.audience not in PUBLIC:
            response.headers["Cache-Control"] = "private, no-store"
            return response
        response.headers["Cache-Control"] = FOR_EVER
        # Other servers' pages and apps show our files; nothing in them can act.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return bp


@cache
def _file(name: str) -> bytes:
    return (folder("static") / name).read_bytes()


def _drawn(data: bytes, group: Group) -> Response:
    response = Response(data, content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return about(response, f"group:{group.name}")


async def _readable_for_request(house: House, name: str) -> media.Media:
    """Return a file's row for whoever signed the request, or for a member who is signed in."""
    try:
        return await read_picture(house, lambda tx, reader: _readable(tx, name, reader))
    except NotFound:
        if not request.cookies:
            raise
    visitor = await visitor_of_request(house)
    ours = {group.actor for group in visitor.groups}
    return await house.store.read(lambda tx: _readable_by_member(tx, name, ours))


def _readable(tx: Tx, name: str, reader: Reader) -> media.Media:
    """Return a file's row if the reader sees it in what it belongs to; else it is as if it were not there."""
    stored = media.find(tx, name)
    if stored is None:
        raise NotFound("There is no such file.")
    if stored.object is not None and not _is_told_by_name(tx, stored):
        audience = may_read(tx, stored.object, reader)
        if audience is None or level_of(audience) < level_of(stored.audience):
            raise NotFound("There is no such file.")
    return stored


def _is_told_by_name(tx: Tx, stored: media.Media) -> bool:
    """Tell whether knowing a picture's name is enough: servers fetch those of their followers' posts unsigned.

    The name is 128 random bits and stands in the post alone, which only those get who may read it (docs/adr/0009).
    """
    if stored.audience not in ("followers", "direct") or stored.object is None:
        return False
    found = objects.find(tx, stored.object)
    return found is not None and found.withdrawn_at is None


def _readable_by_member(tx: Tx, name: str, ours: set[str]) -> media.Media:
    stored = media.find(tx, name)
    about_ = objects.find(tx, stored.object) if stored and stored.object else None
    if about_ is None or about_.actor not in ours:
        raise NotFound("There is no such file.")
    return _readable(tx, name, Reader(member_of=about_.actor))

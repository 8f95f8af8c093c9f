"""Draw a page from its template: texts in the reader's language, one sprite, its own weight."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import jinja2
from quart import Response, request

from fedi.clock import iso, now_ms
from fedi.errors import FediError
from fedi.house import House
from fedi.places import folder
from fedi.publishing.words import NEEDS
from fedi.site import Site
from fedi.web.art.avatars import avatars
from fedi.web.art.icons import ICONS, STAMPS
from fedi.web.art.marks import sign, strip
from fedi.web.i18n import Speech, catalogue, choose
from fedi.web.pages.instance import instance_view

SOURCE_URL = "https://pypi.org/project/fedi-server/"
_REFERENCE = re.compile(r'href="#([isa])-([a-z]+)"')
_GAPS = re.compile(r"\n\s*\n+")


@cache
def stylesheet() -> tuple[str, int]:
    """Return the address of the stylesheet, which changes with its content, and its size in bytes."""
    data = (folder("static") / "fedi.css").read_bytes()
    return f"/static/fedi.css?{hashlib.sha256(data).hexdigest()[:10]}", len(data)


@cache
def _environment(language: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = catalogue(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        spoken.gettext, spoken.ngettext, newstyle=True
    )
    shared: dict[str, Any] = {
        "sign_path": sign(),
        "strip_path": strip(),
        "stylesheet": stylesheet()[0],
        "source_url": SOURCE_URL,
        "iso": iso,
        "need_names": NEEDS,
    }
    environment.globals.update(shared)
    return environment


def speech_of_request() -> Speech:
    """Return how the current reader is spoken to."""
    return Speech(choose(request.headers.get("Accept-Language", "")))


def draw(template: str, speech: Speech, site: Site, **values: Any) -> str:
    """Draw a page as HTML."""
    values = {"meta": None, "noindex": False, "show_groups": False, "section": "", **values}
    html = (
        _environment(speech.language)
        .get_template(template)
        .render(speech=speech, site=site, now=values.pop("now", None) or now_ms(), **values)
    )
    html = html.replace("@@SPRITE@@", _sprite(html), 1)
    html = _GAPS.sub("\n", html)
    weight = (len(html.encode()) + stylesheet()[1]) / 1000
    return html.replace("@@WEIGHT@@", str(round(weight)), 1)


def page(html: str, *, status: int = 200, public: bool = True) -> Response:
    """Answer with a page."""
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Vary"] = "Accept, Accept-Language"
    response.headers["Cache-Control"] = "public, max-age=60" if public else "private, no-store"
    return response


def _sprite(html: str) -> str:
    """Collect the icons, stamps and avatars that a page uses into one block of symbols."""
    symbols: list[str] = []
    for kind, name in sorted(set(_REFERENCE.findall(html))):
        if kind == "i" and name in ICONS:
            symbols.append(
                f'<symbol id="i-{name}" viewBox="0 0 24 24"><path d="{ICONS[name]}"/></symbol>'
            )
        elif kind == "s" and name in STAMPS:
            symbols.append(f'<symbol id="s-{name}" viewBox="0 0 24 24">{STAMPS[name]}</symbol>')
        elif kind == "a" and name in avatars():
            symbols.append(f'<symbol id="a-{name}" viewBox="0 0 48 48">{avatars()[name]}</symbol>')
    if not symbols:
        return ""
    drawn = "".join(symbols)
    return f'<svg width="0" height="0" class="vh" aria-hidden="true">{drawn}</svg>'


def error_page(house: House) -> Callable[[FediError], Awaitable[Response]]:
    """Return what draws the page of a failure."""

    async def draw_error(error: FediError) -> Response:
        speech = speech_of_request()
        say = catalogue(speech.language).gettext
        heading = {404: say("Not here"), 410: say("Taken down"), 503: say("Back in a moment")}.get(
            error.status, say("That did not work") if error.status < 500 else say("Our fault")
        )
        html = draw(
            "error.html",
            speech,
            house.site,
            instance=await instance_view(house),
            heading=heading,
            sentence=error.sentence,
            cure=error.cure,
            status=error.status,
            noindex=True,
        )
        return page(html, status=error.status, public=False)

    return draw_error

"""Draw a page from its template: texts in the reader's language, one sprite, its own weight."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache, lru_cache, partial
from types import CodeType
from typing import Any
from urllib.parse import urlencode

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup, escape
from quart import Response, request

from fedi.actors.instance import name_of
from fedi.clock import iso
from fedi.errors import FediError, RateLimited
from fedi.house import House
from fedi.places import folder
from fedi.publishing.words import NEEDS
from fedi.site import Site
from fedi.web.art.avatars import avatars
from fedi.web.art.icons import ICONS, STAMPS
from fedi.web.art.marks import sign, strip
from fedi.web.i18n import SOURCE, Speech, autonym, catalogue, choose, languages
from fedi.web.pages.instance import InstanceView
from fedi.web.pages.post_views import PostView
from fedi.web.quoted import unquoted

SOURCE_URL = "https://pypi.org/project/fedi-server/"
_REFERENCE = re.compile(r'href="#([isa])-([a-z]+)"')
_KEPT = re.compile(r"(<(?:pre|textarea)\b.*?</(?:pre|textarea)>)", re.DOTALL)
_GAPS = re.compile(r"\n\s*\n+")
# Where the sprite and the weight will stand; nobody can write these words beforehand.
_SPRITE, _WEIGHT = (f"@@{secrets.token_hex(8)}@@" for _ in range(2))


@cache
def stylesheets() -> tuple[tuple[str, int], ...]:
    """Return each stylesheet's address and bytes: that of every page, of public pages, and behind the sign-in."""
    names = ("fedi.css", "public.css", "console.css")
    return tuple((static(name), (folder("static") / name).stat().st_size) for name in names)


@cache
def static(name: str) -> str:
    """Return the address of a file of ours, which changes with its content."""
    data = (folder("static") / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(data).hexdigest()[:10]}"


class _Compiled(jinja2.BytecodeCache):
    """Templates are compiled once, whatever language they are drawn in."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key] = bucket.code


class _Environment(jinja2.Environment):
    """Gives every template the same globals: Jinja would lay empty ones of its own over them, which is slow to read."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals


_COMPILED = _Compiled()


@cache
def environment(language: str) -> jinja2.Environment:
    """Return what draws templates in one language."""
    environment = _Environment(
        loader=jinja2.FileSystemLoader(folder("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    shared: dict[str, Any] = {
        "sign_path": sign(),
        "strip_path": strip(),
        "stylesheet": stylesheets()[0][0],
        "public_sheet": stylesheets()[1][0],
        "console_sheet": stylesheets()[2][0],
        "script": static,
        "source_url": SOURCE_URL,
        "iso": iso,
        "speech": Speech(language),
        "sprite": _SPRITE,
        "weight": _WEIGHT,
        "need_names": NEEDS,
        "tongues": tongues,
        "unquoted": unquoted,
    }
    say, say_number = _speakers(language)
    shared |= {"_": say, "ngettext": say_number, "card_of": partial(_card, environment)}
    environment.globals.update(shared)
    return environment


def _speakers(language: str) -> tuple[Callable[..., Markup], Callable[..., Markup]]:
    """Return what says a text in a language, and a text with a number; what is filled in is escaped."""
    spoken = catalogue(language)

    # What members call something may stand where a text of ours does, so that even these are escaped.
    @lru_cache(maxsize=4_096)
    def text(message: str) -> Markup:
        return _text(spoken.gettext(message))

    def say(message: str, **values: Any) -> Markup:
        return text(message) % values if values else text(message)

    def say_number(one: str, many: str, number: int, **values: Any) -> Markup:
        return _text(spoken.ngettext(one, many, number)) % values

    return say, say_number


def _text(message: str) -> Markup:
    """Escape a text, but for apostrophes: our templates put attributes in double quotes."""
    return Markup(str(escape(message)).replace("&#39;", "'"))  # noqa: S704 - escaped


def _card(environment: jinja2.Environment, post: PostView) -> str:
    """Draw what a kind puts on its card: the macro `card` of its own template."""
    module: Any = environment.get_template(post.card_template).module
    return module.card(post)


def speech_of_request() -> Speech:
    """Return how the current reader is spoken to: as `?lang=` asks, else as Accept-Language does."""
    asked = request.args.get("lang", "")
    if asked in languages():
        return Speech(asked)
    return Speech(choose(request.headers.get("Accept-Language", "")))


def tongues() -> list[tuple[str, str, str]]:
    """Return tag, own name and address of this page in each language there is; nothing is remembered by it."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    before = f"?{urlencode(kept)}&" if kept else "?"
    return [(tag, name, f"{before}lang={tag}") for tag, name in _autonyms()]


@cache
def _autonyms() -> tuple[tuple[str, str], ...]:
    return tuple((tag, autonym(tag)) for tag in languages())


def draw(template: str, speech: Speech, site: Site, **values: Any) -> str:
    """Draw a page as HTML."""
    values = {"meta": None, "noindex": False, "section": "", **values}
    html = environment(speech.language).get_template(template).render(site=site, **values)
    parts = _KEPT.split(html)
    parts[::2] = [_GAPS.sub("\n", part) for part in parts[::2]]
    html = "".join(parts).replace(_SPRITE, _sprite(html), 1)
    # Two digits will stand where the mark is; no page weighs less than its stylesheet.
    sheets = sum(size for address, size in stylesheets() if address in html)
    weight = (len(html.encode()) - len(_WEIGHT) + 2 + sheets) / 1000
    return html.replace(_WEIGHT, speech.number(round(weight)), 1)


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
    """Return what draws the page of a failure; where the fault is ours it asks the database nothing."""

    async def name_for(error: FediError) -> str:
        if error.status >= 500 or isinstance(error, RateLimited):
            return house.site.domain
        return await house.store.read(lambda tx: name_of(tx, house.site))

    async def draw_error(error: FediError) -> Response:
        speech = speech_of_request()
        heading, sentence = _told(error.status, speech)
        translate = catalogue(speech.language).gettext
        said, cure = error.told(translate)
        is_english = said == error.sentence and speech.language != SOURCE
        html = draw(
            "error.html",
            speech,
            house.site,
            instance=InstanceView(await name_for(error)),
            heading=heading,
            sentence=sentence or said,
            in_english=not sentence and is_english,
            cure="" if sentence else cure,
            status=error.status,
            noindex=True,
        )
        return page(html, status=error.status, public=False)

    return draw_error


def _told(status: int, speech: Speech) -> tuple[str, str]:
    """Say what happened and what to do; an empty sentence where only the error itself can say it."""
    _ = catalogue(speech.language).gettext
    known = {
        401: (_("Nobody signed this"), ""),
        403: (_("Not for everybody"), ""),
        404: (
            _("Not here"),
            _(
                "Nothing is at this address, or it is not for everybody. Look for a slip in the address."
            ),
        ),
        405: (_("Not like this"), _("This address can only be read.")),
        410: (
            _("Taken down"),
            _("This was here, and those who published it took it down. It does not come back."),
        ),
        413: (_("Too big"), ""),
        429: (_("Too many at once"), ""),
        503: (
            _("Back in a moment"),
            _("This server is starting, stopping or being looked after. Try again in a minute."),
        ),
    }
    if status in known:
        return known[status]
    if status >= 500:
        return _("Our fault"), _("Something went wrong here, and it was written down. Try again.")
    return _("That did not work"), ""

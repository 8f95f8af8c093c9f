"""About, rules and privacy: three texts that an administrator can replace by files of their own."""

from __future__ import annotations

import asyncio

from markupsafe import Markup
from quart import Blueprint, Response

from fedi.house import House
from fedi.publishing.markdown import render
from fedi.web.i18n import catalogue
from fedi.web.negotiate import about
from fedi.web.pages.instance import read_instance
from fedi.web.pages.meta import plain_meta
from fedi.web.pages.render import draw, page, speech_of_request


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


TEXTS = {
    "about": _("About this server"),
    "rules": _("Rules and moderation"),
    "privacy": _("What is kept"),
}


def blueprint(house: House) -> Blueprint:
    """Return the routes of the three texts."""
    bp = Blueprint("texts", __name__)

    @bp.get("/<any(about, rules, privacy):name>")
    async def text(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        speech = speech_of_request()
        heading = catalogue(speech.language).gettext(TEXTS[name])
        own = await asyncio.to_thread(_own_text, house, name)
        instance = await read_instance(house)
        ours = "" if own else draw(f"texts/{name}.html", speech, house.site, instance=instance)
        written = own or Markup(ours)  # noqa: S704 - our own
        html = draw(
            "text.html",
            speech,
            house.site,
            instance=instance,
            heading=heading,
            text=written,
            section=name,
            meta=plain_meta(house.site, heading, heading, f"/{name}"),
        )
        return about(page(html), "instance")

    return bp


def _own_text(house: House, name: str) -> Markup | None:
    """Return what the administrator wrote in `<data>/pages/<name>.md`, if there is such a file."""
    file = house.config.data / "pages" / f"{name}.md"
    if not file.is_file():
        return None
    rendered = render(file.read_text("utf-8"), mentions={}, tag_page=house.site.tag)
    return Markup(rendered.html)  # noqa: S704 - cleaned by render

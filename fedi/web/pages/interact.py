"""The follow box and its like: find the visitor's own server, and show the way there as a link."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from quart import Blueprint, Response, request

from fedi.activitypub.handles import parse_handle
from fedi.activitypub.webfinger import interaction_url
from fedi.actors.groups import get_group
from fedi.actors.may_read import ANYBODY
from fedi.errors import Malformed, Missing, Unreachable
from fedi.house import House
from fedi.web.documents import stored_object
from fedi.web.i18n import catalogue
from fedi.web.pages.instance import read_instance
from fedi.web.pages.render import draw, page, speech_of_request


def blueprint(house: House) -> Blueprint:
    """Return the pages that send a visitor to their own server."""
    bp = Blueprint("interact", __name__)

    @bp.get("/groups/<name>/follow")
    async def follow(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        group = await house.store.read(lambda tx: get_group(tx, name))
        _ = catalogue(speech_of_request().language).gettext
        heading = _("Follow %(group)s from your own server") % {"group": group.title}
        return await _way(
            house, "Follow", group.actor, heading, f"@{house.site.handle(name)}", _("Follow")
        )

    @bp.get("/<path>/<ulid>/interact")
    async def reply(path: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        uri = house.site.object(path, ulid)
        stored = await house.store.read(lambda tx: stored_object(tx, uri, ANYBODY))
        _ = catalogue(speech_of_request().language).gettext
        if (stored.type, stored.state) == ("Question", "open"):
            heading, label = _("Vote from your own server"), _("Vote")
        else:
            heading, label = _("Reply from your own server"), _("Reply")
        return await _way(house, "Object", uri, heading, uri, label)

    return bp


async def _way(
    house: House, intent: str, uri: str, heading: str, subject: str, label: str
) -> Response:
    """Answer with a page and a link, since a form may not lead elsewhere by itself (form-action)."""
    speech = speech_of_request()
    _ = catalogue(speech.language).gettext
    written = request.args.get("acct", "")
    target = error = host = ""
    if written:
        try:
            handle = parse_handle(written)
            host = handle.host
            target = await interaction_url(house.door, handle, intent, uri)
        except Malformed:
            error = _("A handle has two parts, like @you@server.example")
        except Missing:
            error = _("Nobody of this name was found on %(host)s. Check the spelling.") % {
                "host": host
            }
        except Unreachable:
            error = _("%(host)s cannot be asked from here. Check the spelling.") % {"host": host}
    values: dict[str, Any] = {
        "heading": heading,
        "action": request.path,
        "value": written,
        "error": error,
        "label": label,
        "target": target,
        "host": urlsplit(target).netloc if target else "",
        "back": urlsplit(uri).path,
        "subject": subject,
        "noindex": True,
        "instance": await read_instance(house),
    }
    html = draw("interact.html", speech, house.site, **values)
    return page(html, status=422 if error else 200, public=False)

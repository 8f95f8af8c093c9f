"""Earlier versions of a post: what each said, and what is different from the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from markupsafe import Markup
from quart import Blueprint, Response

from fedi.activitypub.html import plain
from fedi.actors.may_read import ANYBODY
from fedi.clock import now_ms
from fedi.errors import Gone, NotFound
from fedi.house import House
from fedi.site import Site
from fedi.storage import groups, objects, streams
from fedi.storage import versions as rows
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx
from fedi.storage.versions import Version
from fedi.web.documents import stored_object
from fedi.web.i18n import Speech, catalogue, locale_of
from fedi.web.negotiate import about
from fedi.web.pages.addresses import id_of
from fedi.web.pages.comparing import compared
from fedi.web.pages.instance import instance_view
from fedi.web.pages.meta import plain_meta
from fedi.web.pages.post_views import post_view
from fedi.web.pages.render import draw, page, speech_of_request
from fedi.web.pages.views import LISTED, group_view

SHOWN = 6
"""How many versions a post's own page lists with what changed."""
_WHEN = ("starts", "ends", "timezone", "place_line", "is_online", "online")


@dataclass(frozen=True, slots=True)
class VersionView:
    """One text in the history of a post; what is only counted anew makes no text of its own."""

    number: int
    at: int
    changes: tuple[str, ...]
    is_now: bool


def blueprint(house: House) -> Blueprint:
    """Return the routes of earlier versions."""
    bp = Blueprint("history", __name__)
    site = house.site

    @bp.get("/<path>/<ulid>/versions/<int:number>")
    async def version(path: str, ulid: str, number: int) -> Response:  # pyright: ignore[reportUnusedFunction]
        object_id = id_of(house, path, ulid)
        speech, now = speech_of_request(), now_ms()
        values = await house.store.read(
            lambda tx: _values(tx, site, object_id, number, speech, now)
        )
        response = page(draw("version.html", speech, site, **values))
        return about(response, f"object:{object_id}", f"group:{values['group'].name}")

    return bp


def history(tx: Tx, stored: StoredObject, speech: Speech) -> list[VersionView]:
    """Return the versions that the readers of a post see, the latest first, with what changed in the last few."""
    dates = objects.history(tx, stored.id, stored.audience)
    last = rows.last_seen(tx, stored.id, stored.audience, SHOWN + 1)
    views: list[VersionView] = []
    for place, (_, at) in enumerate(dates):
        before = last[place + 1] if place + 1 < len(last) else None
        told = changes(before, last[place], speech) if place < min(SHOWN, len(last)) else ()
        views.append(VersionView(len(dates) - place, at, told, place == 0))
    return views


def changes(before: Version | None, after: Version, speech: Speech) -> tuple[str, ...]:
    """Say in a few words what is different in a version."""
    _ = catalogue(speech.language).gettext
    if before is None:
        return (_("first published"),)
    old, new = orjson.loads(before.document), orjson.loads(after.document)
    said = str(after.facts.get("changed") or "")
    if said == before.facts.get("changed"):
        # A translation added since keeps the words of whoever changed the text before it.
        said = ""
    found = [*([said] if said else []), *_languages(old, new, speech)]
    parts = (
        (_("title changed"), old.get("headline") != new.get("headline")),
        (_("date or place changed"), _differ(before, after, _WHEN)),
        (_("text changed"), _differ(before, after, ("markdown",))),
        (_("decisions changed"), _differ(before, after, ("decisions",))),
        (_("tasks changed"), _differ(before, after, ("actions",))),
        (_("pictures changed"), _differ(before, after, ("pictures",))),
    )
    found += [said for said, differs in parts if differs]
    return tuple(found or [_("details changed")])


def _values(
    tx: Tx, site: Site, object_id: str, number: int, speech: Speech, now: int
) -> dict[str, Any]:
    stored = stored_object(tx, object_id, ANYBODY)
    entry = streams.find(tx, object_id, LISTED)
    group = groups.find_by_actor(tx, stored.actor)
    found = rows.all_seen(tx, object_id, stored.audience)
    if entry is None or group is None or not 1 <= number <= len(found):
        raise NotFound("There is nothing here.")
    if group.removed_at is not None:
        raise Gone("The group that published this was removed.")
    after = found[number - 1]
    before = found[number - 2] if number > 1 else None
    view = group_view(tx, site, group, speech, full=True)
    post = post_view(entry, speech, now, group=view)
    title = catalogue(speech.language).gettext("Version %(n)s of “%(title)s”") % {
        "n": speech.number(number),
        "title": post.heading,
    }
    return {
        "instance": instance_view(tx, site),
        "meta": plain_meta(site, title, title, f"{post.path}/versions/{number}"),
        "noindex": True,
        "group": view,
        "post": post,
        "number": number,
        "versions": history(tx, stored, speech),
        "at": after.published_at,
        "count": len(found),
        "changes": changes(before, after, speech),
        "lines": compared(_told(before), _told(after)) if before else [],
        "html": Markup(_content(after)),  # noqa: S704 - cleaned when it was published
        "version_title": orjson.loads(after.document).get("headline") or post.heading,
        "warning": after.facts.get("warning", ""),
        "current_tab": post.kind,
    }


def _content(version: Version) -> str:
    content = orjson.loads(version.document).get("content")
    return content if isinstance(content, str) else version.html


def _told(version: Version) -> str:
    return plain(_content(version))


def _differ(before: Version, after: Version, names: Sequence[str]) -> bool:
    return any(before.facts.get(name) != after.facts.get(name) for name in names)


def _languages(old: dict[str, Any], new: dict[str, Any], speech: Speech) -> list[str]:
    """Say which translations came, went or are new; the text's own language is not among them."""
    _ = catalogue(speech.language).gettext
    was, now = old.get("contentMap", {}), new.get("contentMap", {})
    own = {old.get("inLanguage"), new.get("inLanguage")}
    said: list[str] = []
    for code in dict.fromkeys([*now, *was]):
        if code in own or was.get(code) == now.get(code):
            continue
        name = locale_of(code).get_language_name(speech.locale) or code
        if code not in was:
            said.append(_("%(language)s added") % {"language": name})
        elif code not in now:
            said.append(_("%(language)s taken away") % {"language": name})
        else:
            said.append(_("%(language)s translated anew") % {"language": name})
    return said

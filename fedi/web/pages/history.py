"""Earlier versions of a post: what each said, and what is different from the one before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
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
from fedi.web.pages.instance import instance_view
from fedi.web.pages.meta import plain_meta
from fedi.web.pages.post_views import post_view
from fedi.web.pages.render import draw, page, speech_of_request
from fedi.web.pages.views import LISTED, group_view

SHOWN = 6
"""How many versions a post's own page lists with what changed."""
CONTEXT = 1
"""Lines around a change."""
_WORDS = re.compile(r"\s+|[^\s]+")
_WHEN = ("starts", "ends", "timezone", "place_line", "is_online", "online")


@dataclass(frozen=True, slots=True)
class VersionView:
    """One text in the history of a post; what is only counted anew makes no text of its own."""

    number: int
    at: int
    changes: tuple[str, ...]
    is_now: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison: kept, left out or new, with the words that differ marked; or a gap."""

    kind: str
    html: Markup


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


def compared(before: str, after: str) -> list[Line]:
    """Compare two texts line by line, and changed lines word by word; what stayed is left out but for its edges."""
    old, new = _lines(before), _lines(after)
    made: list[Line] = []
    for tag, start, end, begin, until in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            made += _kept(new[begin:until], is_first=begin == 0, is_last=until == len(new))
        elif tag == "replace":
            made += _replaced(old[start:end], new[begin:until])
        else:
            made += [Line("out", _marked(line, "del")) for line in old[start:end]]
            made += [Line("new", _marked(line, "ins")) for line in new[begin:until]]
    return made


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


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _kept(lines: list[str], *, is_first: bool, is_last: bool) -> list[Line]:
    """Return what stayed the same, with a gap where it is long."""
    shown = [Line("same", Markup.escape(line)) for line in lines]
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    if len(shown) <= head + tail:
        return shown
    return [*shown[:head], Line("gap", Markup()), *shown[len(shown) - tail :]]


def _replaced(old: list[str], new: list[str]) -> list[Line]:
    """Return changed lines in pairs, each with the words that differ marked."""
    made: list[Line] = []
    for place in range(max(len(old), len(new))):
        if place >= len(old):
            made.append(Line("new", _marked(new[place], "ins")))
        elif place >= len(new):
            made.append(Line("out", _marked(old[place], "del")))
        else:
            made += _pair(old[place], new[place])
    return made


def _pair(old: str, new: str) -> list[Line]:
    was, now = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    if matcher.ratio() < 0.3:
        return [Line("out", _marked(old, "del")), Line("new", _marked(new, "ins"))]
    out, come = Markup(), Markup()
    for tag, start, end, begin, until in matcher.get_opcodes():
        before, after = "".join(was[start:end]), "".join(now[begin:until])
        out += Markup.escape(before) if tag == "equal" else _marked(before, "del")
        come += Markup.escape(after) if tag == "equal" else _marked(after, "ins")
    return [Line("out", out), Line("new", come)]


def _marked(text: str, tag: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), text) if text else Markup()  # noqa: S704

"""Feeds for readers of any kind: Atom and JSON, for a group, a kind of its posts, or a tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

import orjson
from quart import Blueprint, Response, request

from fedi.activitypub.html import excerpt, plain
from fedi.actors.groups import get_group
from fedi.actors.instance import name_of
from fedi.clock import iso
from fedi.errors import NotFound
from fedi.house import House
from fedi.publishing import kinds
from fedi.site import Site
from fedi.storage import objects, streams
from fedi.storage.streams import Entry
from fedi.storage.tx import Tx
from fedi.web.i18n import SOURCE, Speech
from fedi.web.negotiate import about
from fedi.web.pages.facts import complete
from fedi.web.pages.post_views import heading_of
from fedi.web.pages.render import draw
from fedi.web.pages.results import results
from fedi.web.pages.views import SHOWN, views_by_actor

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
ENTRIES = 30
SUMMARY = 240
# Feeds are the same for everybody: they are fetched by programs.
SPOKEN = Speech(SOURCE)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A post in a feed; `html` is all of it, as other servers get it."""

    id: str
    title: str
    author: str
    author_id: str
    kind: str
    kind_label: str
    language: str
    summary: str
    html: str
    hashtags: Sequence[str]
    enclosures: Sequence[Mapping[str, Any]]
    published_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in either format."""

    id: str
    url: str
    page: str
    title: str
    subtitle: str
    icon: str
    updated_at: int
    entries: tuple[FeedEntry, ...]


def blueprint(house: House) -> Blueprint:
    """Return the routes of feeds."""
    bp = Blueprint("feeds", __name__)
    site = house.site

    @bp.get("/groups/<name>/feed.<any(atom, json):form>")
    async def of_group(name: str, form: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        kind = request.args.get("kind") or None
        if kind and kind not in {known.name for known in kinds.all_kinds()}:
            raise NotFound("There is no such kind of post.")
        feed = await house.store.read(lambda tx: group_feed(tx, site, name, kind, form))
        return about(written(feed, form, site), f"group:{name}")

    @bp.get("/tags/<tag>/feed.<any(atom, json):form>")
    async def of_tag(tag: str, form: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        feed = await house.store.read(lambda tx: tag_feed(tx, site, tag.lower(), form))
        return about(written(feed, form, site), "instance")

    return bp


def group_feed(tx: Tx, site: Site, name: str, kind: str | None, form: str) -> Feed:
    """Gather the latest public posts of a group, of one kind or all."""
    group = get_group(tx, name)
    entries = streams.stream(tx, group.actor, SHOWN, limit=ENTRIES, kind=kind)
    query = f"?kind={kind}" if kind else ""
    return Feed(
        id=group.actor + query,
        url=f"{group.actor}/feed.{form}{query}",
        page=group.actor + query,
        title=legible(group.title),
        subtitle=legible(group.summary),
        icon=f"{group.actor}/avatar.png",
        updated_at=max((entry.object.updated_at for entry in entries), default=group.updated_at),
        entries=tuple(_entry(tx, entry, group.title) for entry in entries),
    )


def tag_feed(tx: Tx, site: Site, tag: str, form: str) -> Feed:
    """Gather the latest public posts with a hashtag, or raise NotFound where there never was one."""
    found = streams.tagged(tx, tag, limit=ENTRIES)
    by = views_by_actor(tx, site, (entry.object.actor for entry in found), SPOKEN)
    entries = [entry for entry in found if entry.object.actor in by]
    if not entries:
        raise NotFound("There is nothing here.")
    address = site.tag(quote(tag, safe=""))
    return Feed(
        id=address,
        url=f"{address}/feed.{form}",
        page=address,
        title=legible(f"#{tag} · {name_of(tx, site)}"),
        subtitle="",
        icon="",
        updated_at=max(entry.object.updated_at for entry in entries),
        entries=tuple(_entry(tx, entry, by[entry.object.actor].title) for entry in entries),
    )


def _entry(tx: Tx, entry: Entry, author: str) -> FeedEntry:
    stored, facts = entry.object, complete(entry.facts)
    kind = kinds.kind(stored.kind)
    teaser = facts["teaser"] or excerpt(plain(entry.html), SUMMARY)
    return FeedEntry(
        id=stored.id,
        title=legible(stored.title or heading_of(kind, facts["warning"], teaser, SPOKEN)),
        author=legible(author),
        author_id=stored.actor,
        kind=kind.name,
        kind_label=kind.label,
        language=stored.language,
        summary=legible(facts["warning"] or teaser),
        html=legible(_whole(tx, entry, facts["warning"])),
        hashtags=facts["hashtags"],
        enclosures=[
            *facts["pictures"],
            *({**voice, "description": voice["transcript"]} for voice in facts["voices"]),
        ],
        published_at=stored.published_at,
        updated_at=stored.updated_at,
    )


def _whole(tx: Tx, entry: Entry, warning: str) -> str:
    """Return all that was said, dates and decisions and needs with it: a feed has no page around the text."""
    version = objects.version(tx, entry.object.id, entry.object.audience)
    content = orjson.loads(version.document).get("content") if version else None
    text = content if isinstance(content, str) else entry.html
    text += results(complete(entry.facts), entry.object.language)
    return f"<p><strong>{escape(warning)}</strong></p>{text}" if warning else text


def legible(text: str) -> str:
    """Leave out what XML has no way to write."""
    return "".join(c for c in text if (c >= " " and c not in "\ufffe\uffff") or c in "\t\n")


def written(feed: Feed, form: str, site: Site) -> Response:
    """Answer with a feed as Atom or JSON."""
    if form == "atom":
        response = Response(draw("feeds/atom.xml", SPOKEN, site, feed=feed), content_type=ATOM)
    else:
        response = Response(orjson.dumps(_json_feed(feed, site)), content_type=JSON_FEED)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _json_feed(feed: Feed, site: Site) -> dict[str, Any]:
    """Write a feed as JSON Feed 1.1 (jsonfeed.org)."""
    return _said(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "description": feed.subtitle,
            "home_page_url": feed.page,
            "feed_url": feed.url,
            "icon": feed.icon,
        }
    ) | {"items": [_item(entry, site) for entry in feed.entries]}


def _item(entry: FeedEntry, site: Site) -> dict[str, Any]:
    return _said(
        {
            "id": entry.id,
            "url": entry.id,
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.html,
            "date_published": iso(entry.published_at),
            "date_modified": iso(entry.updated_at),
            "authors": [{"name": entry.author, "url": entry.author_id}],
            "tags": [entry.kind, *entry.hashtags],
            "language": entry.language,
            "attachments": [
                _said(
                    {
                        "url": site.media(file["name"]),
                        "mime_type": file["media_type"],
                        "title": file["description"],
                        "duration_in_seconds": file.get("duration", 0) // 1_000,
                    }
                )
                for file in entry.enclosures
            ],
        }
    )


def _said(data: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {key: value for key, value in data.items() if value}

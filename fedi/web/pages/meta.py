"""What machines read in a page's head: OpenGraph, fediverse:creator, feeds, oEmbed, schema.org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from markupsafe import Markup

from fedi.activitypub.html import excerpt
from fedi.clock import iso
from fedi.site import Site
from fedi.web.negotiate import ACTIVITY_JSON
from fedi.web.pages.views import GroupView, PostView


@dataclass(frozen=True, slots=True)
class Link:
    """One <link> of a head."""

    rel: str
    href: str
    type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Meta:
    """The head of a page."""

    title: str
    description: str
    url: str
    image: str
    type: str = "website"
    image_alt: str = ""
    card: str = "summary"
    creator: str = ""
    links: tuple[Link, ...] = ()
    structured: Markup | None = None


def alternate(object_id: str) -> str:
    """Return the Link header that leads from a page to its document (interop §7)."""
    return f'<{object_id}>; rel="alternate"; type="{ACTIVITY_JSON}"'


def _structured(data: Mapping[str, Any]) -> Markup:
    """Write schema.org data so that no text in it can end the element it stands in."""
    text = orjson.dumps({"@context": "https://schema.org", **data}).decode()
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704


def plain_meta(site: Site, title: str, description: str, path: str) -> Meta:
    """Describe a page that is about no group."""
    return Meta(title, description, f"{site.origin}{path}", f"{site.origin}/static/sign.png")


def group_meta(site: Site, group: GroupView) -> Meta:
    """Describe the page of a group."""
    links = (
        Link("alternate", group.id, ACTIVITY_JSON),
        Link("alternate", f"{group.id}/feed.atom", "application/atom+xml", group.title),
        Link("alternate", f"{group.id}/feed.json", "application/feed+json", group.title),
        Link("alternate", f"{group.id}/calendar.ics", "text/calendar", group.title),
    )
    data = {
        "@type": "Organization",
        "@id": group.id,
        "name": group.title,
        "url": group.id,
        "description": group.summary,
        "logo": f"{group.id}/avatar.png",
    }
    return Meta(
        title=group.title,
        description=excerpt(group.summary, 200),
        url=group.id,
        image=_avatar(site, group),
        type="profile",
        creator=group.handle,
        links=links,
        structured=_structured(data),
    )


def post_meta(site: Site, group: GroupView, post: PostView) -> Meta:
    """Describe the page of a post: an article, or an event where it has a date."""
    picture = post.pictures[0] if post.pictures and not post.warning else None
    address = quote(post.id, safe="")
    links = (
        Link("alternate", post.id, ACTIVITY_JSON),
        Link(
            "alternate",
            f"{site.origin}/oembed?url={address}&format=json",
            "application/json+oembed",
            post.title,
        ),
        Link("alternate", f"{group.id}/feed.atom", "application/atom+xml", group.title),
        Link("author", group.id),
    )
    return Meta(
        title=post.title or f"{group.title}: {excerpt(post.excerpt, 60)}",
        description=post.warning or excerpt(post.excerpt, 200),
        url=post.id,
        image=site.media(str(picture["name"])) if picture else _avatar(site, group),
        image_alt=str(picture["description"]) if picture else "",
        type="article",
        card="summary_large_image" if picture else "summary",
        creator=group.handle,
        links=links,
        structured=_structured(_schema(group, post)),
    )


def _avatar(site: Site, group: GroupView) -> str:
    return f"{site.origin}{group.avatar}" if group.avatar else f"{group.id}/avatar.png"


def _schema(group: GroupView, post: PostView) -> dict[str, Any]:
    author = {"@type": "Organization", "name": group.title, "url": group.id}
    data: dict[str, Any] = {
        "@id": post.id,
        "url": post.id,
        "inLanguage": post.language or None,
        "dateModified": iso(post.updated_at),
    }
    if post.starts_at is None:
        return {
            "@type": "Article" if post.title else "SocialMediaPosting",
            "headline": post.title or excerpt(post.excerpt, 100),
            "datePublished": iso(post.published_at),
            "author": author,
            **data,
        }
    status = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}.get(
        str(post.facts.get("status")), "EventScheduled"
    )
    place = post.facts.get("place_line") or ""
    return {
        "@type": "Event",
        "name": post.title,
        "startDate": iso(post.starts_at),
        **({"endDate": iso(post.ends_at)} if post.ends_at else {}),
        "eventStatus": f"https://schema.org/{status}",
        "location": {"@type": "Place", "name": place, "address": place} if place else None,
        "organizer": author,
        "description": post.excerpt,
        **data,
    }

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
from fedi.web.pages.post_views import PostView
from fedi.web.pages.views import GroupView


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


def plain_meta(
    site: Site, title: str, description: str, path: str, links: tuple[Link, ...] = ()
) -> Meta:
    """Describe a page that is about no group."""
    image = f"{site.origin}/static/sign.png"
    return Meta(title, description, f"{site.origin}{path}", image, links=links)


def tag_meta(site: Site, tag: str, path: str) -> Meta:
    """Describe the page of a hashtag; `path` is quoted."""
    url = f"{site.origin}{path}"
    return plain_meta(site, f"#{tag}", f"#{tag}", path, _feeds(url, f"#{tag}"))


def group_meta(site: Site, group: GroupView, kind: str = "") -> Meta:
    """Describe the page of a group, or of one kind of its posts."""
    query = f"?kind={kind}" if kind else ""
    links = (
        Link("alternate", group.id, ACTIVITY_JSON),
        *_feeds(group.id, group.title, query),
        Link("alternate", f"{group.id}/calendar.ics", "text/calendar", group.title),
    )
    data = {
        "@type": "Organization",
        "@id": group.id,
        "name": group.title,
        "url": group.id,
        "description": group.summary,
        "logo": _avatar(site, group),
        "sameAs": [field.value for field in group.fields if field.is_link],
    }
    return Meta(
        title=group.title,
        description=excerpt(group.summary, 200) or group.title,
        url=group.id + query,
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
            post.heading,
        ),
        *_feeds(group.id, group.title)[:1],
        Link("author", group.id),
    )
    return Meta(
        title=post.title or f"{group.title}: {post.heading}",
        description=post.warning or excerpt(post.excerpt, 200) or post.heading,
        url=post.id,
        image=site.media(picture["name"]) if picture else _avatar(site, group),
        image_alt=picture["description"] if picture else "",
        type="article",
        card="summary_large_image" if picture else "summary",
        creator=group.handle,
        links=links,
        structured=_structured(_schema(site, group, post)),
    )


def _feeds(url: str, title: str, query: str = "") -> tuple[Link, Link]:
    return (
        Link("alternate", f"{url}/feed.atom{query}", "application/atom+xml", title),
        Link("alternate", f"{url}/feed.json{query}", "application/feed+json", title),
    )


def _avatar(site: Site, group: GroupView) -> str:
    return f"{site.origin}{group.avatar}" if group.avatar else f"{group.id}/avatar.png"


def _schema(site: Site, group: GroupView, post: PostView) -> dict[str, Any]:
    pictures = () if post.warning else post.pictures
    data: dict[str, Any] = {
        "@id": post.id,
        "url": post.id,
        "inLanguage": post.language,
        "dateModified": iso(post.updated_at),
        "image": [site.media(picture["name"]) for picture in pictures],
        **_told(post, {"@type": "Organization", "name": group.title, "url": group.id}),
    }
    return {key: value for key, value in data.items() if value}


def _told(post: PostView, author: Mapping[str, Any]) -> dict[str, Any]:
    description = post.warning or post.excerpt
    if not post.is_dated or post.starts_at is None:
        return {
            "@type": "Article" if post.title else "SocialMediaPosting",
            "headline": post.heading,
            "datePublished": iso(post.published_at),
            "description": description,
            "author": author,
        }
    moved = post.facts["previous_start"]
    status = _STATUS.get(post.facts["status"]) or (
        "EventRescheduled" if moved else "EventScheduled"
    )
    return {
        "@type": "Event",
        "name": post.title,
        "startDate": post.facts["starts"] or iso(post.starts_at),
        "endDate": post.facts["ends"],
        "previousStartDate": moved,
        "eventStatus": f"https://schema.org/{status}",
        "location": _places(post),
        "organizer": author,
        "description": description,
    }


_STATUS = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}


def _places(post: PostView) -> list[dict[str, str]]:
    places: list[dict[str, str]] = []
    if post.facts["place_line"]:
        line = post.facts["place_line"]
        places.append({"@type": "Place", "name": post.place or line, "address": line})
    if post.facts["online"]:
        places.append({"@type": "VirtualLocation", "url": post.facts["online"]})
    return places

"""NodeInfo: asking others what software they run, and what we answer ourselves (interop §7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fedi import __version__
from fedi.activitypub.activity_json import read_json
from fedi.activitypub.fetch import Door
from fedi.activitypub.fetch_memory import Budget
from fedi.activitypub.well_known import LARGEST, well_known
from fedi.errors import Unreachable
from fedi.site import Site

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
APPLICATION = "https://www.w3.org/ns/activitystreams#Application"

_TYPES = frozenset(("application/json", "application/jrd+json", "application/activity+json"))
_ACCEPT = "application/json"
_NAME = re.compile(r"[a-z0-9-]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """What a host says it runs."""

    software: str
    version: str
    open_registrations: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """What we say about ourselves in numbers; groups stand where others have users."""

    total: int
    active_month: int
    active_half_year: int
    posts: int
    comments: int


async def about(door: Door, host: str, *, budget: Budget | None = None) -> NodeInfo | None:
    """Return what a host runs, or None if it does not say so.

    Raises Unreachable where asking again later may tell.
    """
    try:
        pointer = await well_known(
            door, host, "nodeinfo", types=_TYPES, accept=_ACCEPT, budget=budget
        )
        url = _newest(read_json(pointer))
        if url is None:
            return None
        answer = await door.bytes(url, cap=LARGEST, types=_TYPES, accept=_ACCEPT, budget=budget)
        return _read(read_json(answer))
    except Unreachable as error:
        if error.may_retry:
            raise
        return None


def pointer_document(site: Site) -> dict[str, Any]:
    """Build our `/.well-known/nodeinfo`: schemas first, as Gancio takes the first, then FEP-2677."""
    links = [
        {"rel": f"{SCHEMA}{version}", "href": f"{site.origin}/nodeinfo/{version}"}
        for version in ("2.1", "2.0")
    ]
    return {"links": [*links, {"rel": APPLICATION, "href": site.actor}]}


def nodeinfo_document(version: str, name: str, counts: Counts) -> dict[str, Any]:
    """Build our NodeInfo in version `2.1` or `2.0`, to be served as `content_type(version)`.

    The name of the instance stands where Mastodon and Lemmy look for it.
    """
    return {
        "version": version,
        "software": {"name": "fedi", "version": __version__},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0"]},
        "openRegistrations": False,
        "usage": {
            "users": {
                "total": counts.total,
                "activeMonth": counts.active_month,
                "activeHalfyear": counts.active_half_year,
            },
            "localPosts": counts.posts,
            "localComments": counts.comments,
        },
        "metadata": {"nodeName": name},
    }


def content_type(version: str) -> str:
    """Return the content type NodeInfo of a version is served with."""
    return f'application/json; profile="{SCHEMA}{version}#"'


def _newest(pointer: Mapping[str, Any]) -> str | None:
    links = pointer.get("links")
    found = {
        link.get("rel"): link.get("href")
        for link in (links[:20] if isinstance(links, list) else [])
        if isinstance(link, dict) and isinstance(link.get("rel"), str)
    }
    for version in ("2.1", "2.0", "1.1", "1.0"):
        href = found.get(f"{SCHEMA}{version}")
        if isinstance(href, str):
            return href
    return None


def _read(document: Mapping[str, Any]) -> NodeInfo | None:
    software = document.get("software")
    if not isinstance(software, dict):
        return None
    name, version = software.get("name"), software.get("version")
    if not isinstance(name, str) or not _NAME.fullmatch(name.lower()):
        return None
    return NodeInfo(
        software=name.lower(),
        version=version[:100] if isinstance(version, str) else "",
        open_registrations=document.get("openRegistrations") is True,
    )

"""WebFinger and host-meta: asking others who is behind a handle, and what we answer ourselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote, urlsplit

from fedi.activitypub.activity_json import is_activity_json, read_json
from fedi.activitypub.fetch import Door
from fedi.activitypub.fetch_memory import Budget
from fedi.activitypub.handles import Handle, parse_handle
from fedi.activitypub.origins import origin_of
from fedi.activitypub.well_known import LARGEST, well_known
from fedi.errors import Malformed, Missing, NotPublicAddress, RefusedByPeer, Unreachable, WrongType

SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
AVATAR = "http://webfinger.net/rel/avatar"
INTENTS = "https://w3id.org/fep/3b86/"

_JSON = frozenset(("application/jrd+json", "application/json"))
_ACCEPT = "application/jrd+json, application/json"
_XRD = frozenset(("application/xrd+xml", "application/xml", "text/xml"))
_XRD_ACCEPT = "application/xrd+xml, application/xml, text/xml"
_MOST_LINKS = 100
_LINK_KEYS = ("rel", "type", "href", "template")
_LINK = re.compile(r"<Link\s([^<>]{1,2000})>")
_ATTRIBUTE = re.compile(r"""(rel|template)\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a WebFinger answer; what it does not say is empty."""

    rel: str
    type: str
    href: str
    template: str


@dataclass(frozen=True, slots=True)
class Finger:
    """Who is behind a handle: its final form, the actor's id, and everything else that was said."""

    subject: Handle
    self_href: str
    links: tuple[Link, ...]


async def finger(door: Door, handle: Handle, *, budget: Budget | None = None) -> Finger:
    """Ask who is behind a handle, as Mastodon does (interop §1.1), or raise Unreachable.

    A host that answers for another one is not believed: the other one is asked, and must stand by it.
    """
    answer = await _ask(door, handle, budget)
    subject = _subject(answer, handle)
    if not subject.is_same(handle):
        answer = await _ask(door, subject, budget)
        if not _subject(answer, subject).is_same(subject):
            raise WrongType(f"{subject.host} sends on from one handle to the next")
    links = _links(answer)
    for link in links:
        if link.rel == "self" and is_activity_json(link.type) and origin_of(link.href):
            return Finger(subject, link.href, links)
    raise WrongType(f"{subject.host} knows {subject}, but no ActivityPub actor behind it")


async def confirm(
    door: Door, actor_id: str, username: str, *, budget: Budget | None = None
) -> Handle | None:
    """Return the handle of an actor if WebFinger leads back to the very same id, else None.

    Raises Unreachable where asking again later may tell.
    """
    try:
        handle = parse_handle(f"{username}@{urlsplit(actor_id).netloc}")
        found = await finger(door, handle, budget=budget)
    except (Malformed, ValueError):
        return None
    except Unreachable as error:
        if error.may_retry:
            raise
        return None
    return found.subject if found.self_href == actor_id else None


async def interaction_url(door: Door, handle: Handle, intent: str, object_id: str) -> str:
    """Return the page of a visitor's own server where they can act on an object of ours.

    `intent` is the name of FEP-3b86 (`Follow`, `Like`, `Announce`, `Object` …). The order is
    Mastodon's: that intent, `Object`, the OStatus subscription, `/authorize_interaction`. Raises
    Unreachable if there is no such account or host.
    """
    schemes = door.schemes(handle.host)
    try:
        links = _links(await _ask(door, handle, None))
    except (Missing, NotPublicAddress):
        raise
    except Unreachable:
        links = ()  # the visitor's browser may well reach what we did not
    for rel in (INTENTS + intent, f"{INTENTS}Object", SUBSCRIBE):
        for link in links:
            filled = _filled(link.template or link.href, object_id) if link.rel == rel else ""
            if filled and urlsplit(filled).scheme in schemes:
                return filled
    return f"{schemes[0]}://{handle.host}/authorize_interaction?uri={quote(object_id, safe='')}"


def jrd(
    handle: Handle,
    actor: str,
    *,
    origin: str,
    page: str | None = None,
    avatar: tuple[str, str] | None = None,
    is_group: bool = True,
) -> dict[str, Any]:
    """Build our WebFinger answer for a local actor (interop §1.2); `avatar` is (URL, media type).

    Only groups carry what invites to act: the subscription template and the intents, with both the
    key of FEP-3b86 (`href`) and Mastodon's (`template`).
    """
    links: list[dict[str, str]] = []
    if page:
        links.append({"rel": PROFILE_PAGE, "type": "text/html", "href": page})
    links.append({"rel": "self", "type": "application/activity+json", "href": actor})
    if avatar:
        links.append({"rel": AVATAR, "type": avatar[1], "href": avatar[0]})
    if is_group:
        here = f"{origin}/authorize_interaction"
        links.append({"rel": SUBSCRIBE, "template": f"{here}?uri={{uri}}"})
        for intent in ("Follow", "Announce", "Like", "Object"):
            to = f"{here}?intent={intent.lower()}&uri={{object}}"
            links.append({"rel": INTENTS + intent, "href": to, "template": to})
    aliases = [page, actor] if page else [actor]
    return {"subject": handle.resource, "aliases": aliases, "links": links}


def host_meta_json(origin: str) -> dict[str, Any]:
    """Build our host-meta as JSON."""
    template = f"{origin}/.well-known/webfinger?resource={{uri}}"
    return {"links": [{"rel": "lrdd", "type": "application/jrd+json", "template": template}]}


def host_meta_xml(origin: str) -> str:
    """Build our host-meta as XRD, which Mobilizon asks for first."""
    template = f"{origin}/.well-known/webfinger?resource={{uri}}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="application/jrd+json" template="{template}"/>\n'
        "</XRD>\n"
    )


async def _ask(door: Door, handle: Handle, budget: Budget | None) -> dict[str, Any]:
    """Ask a host about a handle: at the usual place, else where its host-meta says."""
    path = f"webfinger?resource={handle.resource}"
    try:
        return read_json(
            await well_known(door, handle.host, path, types=_JSON, accept=_ACCEPT, budget=budget)
        )
    except (Missing, WrongType, RefusedByPeer) as error:
        if isinstance(error, Missing) and error.gone:
            raise
        template = await _host_meta_template(door, handle.host, budget)
        if template is None:
            raise
    url = template.replace("{uri}", quote(handle.resource, safe=""))
    return read_json(await door.bytes(url, cap=LARGEST, types=_JSON, accept=_ACCEPT, budget=budget))


async def _host_meta_template(door: Door, host: str, budget: Budget | None) -> str | None:
    try:
        answer = await well_known(
            door, host, "host-meta", types=_XRD | _JSON, accept=_XRD_ACCEPT, budget=budget
        )
        if answer.media_type in _JSON:
            written = [link for link in _links(read_json(answer)) if link.rel == "lrdd"]
            templates = [link.template for link in written]
        else:
            templates = _xrd_templates(answer.body.decode("utf-8", "replace"))
    except Unreachable:
        return None
    return next((template for template in templates if "{uri}" in template), None)


def _xrd_templates(text: str) -> list[str]:
    """Read the `lrdd` templates of an XRD; no XML parser, hence none of XML's surprises."""
    found: list[str] = []
    for tag in _LINK.findall(text)[:_MOST_LINKS]:
        values = {name: unescape(one or other) for name, one, other in _ATTRIBUTE.findall(tag)}
        if values.get("rel") == "lrdd":
            found.append(values.get("template", ""))
    return found


def _subject(answer: dict[str, Any], asked: Handle) -> Handle:
    subject = answer.get("subject")
    try:
        if isinstance(subject, str):
            return parse_handle(subject)
    except Malformed as error:
        raise WrongType(f"{asked.host} answers with a handle that is none") from error
    raise WrongType(f"{asked.host} does not say whom its answer is about")


def _links(answer: dict[str, Any]) -> tuple[Link, ...]:
    written = answer.get("links")
    if not isinstance(written, list):
        return ()
    return tuple(
        Link(*(value if isinstance(value := link.get(key), str) else "" for key in _LINK_KEYS))
        for link in written[:_MOST_LINKS]
        if isinstance(link, dict)
    )


def _filled(template: str, object_id: str) -> str:
    """Fill a template of another server with one of our ids; what cannot be used becomes empty."""
    if "{object}" not in template and "{uri}" not in template:
        return ""
    given = quote(object_id, safe="")
    filled = re.sub(
        r"\{([a-zA-Z]{1,40})\}", lambda m: given if m[1] in ("object", "uri") else "", template
    )
    return filled if origin_of(filled) else ""

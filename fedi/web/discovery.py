"""How others find what is here: WebFinger, host-meta, NodeInfo, intents, robots and the sitemap."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import orjson
from quart import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedi.activitypub import nodeinfo, webfinger
from fedi.activitypub.context import namespace_document
from fedi.activitypub.handles import Handle, normal_host, parse_handle
from fedi.activitypub.origins import same_origin
from fedi.actors.groups import get_group
from fedi.actors.instance import NAME, name_of
from fedi.clock import iso, now_ms
from fedi.config import Config
from fedi.errors import Malformed, NotFound
from fedi.house import House
from fedi.site import Site
from fedi.storage import counts, groups, streams
from fedi.storage.tx import Tx
from fedi.web.negotiate import about

JRD = "application/jrd+json; charset=utf-8"
# Those who fetch to train models say so in their user agent; off unless FEDI_AI_CRAWLERS is on.
AI_CRAWLERS = (
    "GPTBot", "ChatGPT-User", "OAI-SearchBot", "ClaudeBot", "Claude-Web", "anthropic-ai", "CCBot",
    "Google-Extended", "Applebot-Extended", "Bytespider", "PerplexityBot", "Amazonbot", "FacebookBot",
    "Meta-ExternalAgent", "cohere-ai", "Diffbot", "omgili", "ImagesiftBot", "Timpibot",
)  # fmt: skip


def blueprint(house: House) -> Blueprint:
    """Return the well-known routes."""
    bp = Blueprint("discovery", __name__)
    site = house.site

    @bp.get("/.well-known/webfinger")
    async def finger() -> Response:  # pyright: ignore[reportUnusedFunction]
        resource = request.args.get("resource", "")
        answer, topic = await house.store.read(lambda tx: _jrd(tx, site, resource))
        return about(_open(orjson.dumps(answer), JRD), topic)

    @bp.get("/.well-known/host-meta")
    async def host_meta() -> Response:  # pyright: ignore[reportUnusedFunction]
        accept = request.headers.get("Accept", "")
        if "json" in accept and "xml" not in accept:
            response = await host_meta_json()
        else:
            xml = webfinger.host_meta_xml(site.origin).encode()
            response = _open(xml, "application/xrd+xml; charset=utf-8")
        response.headers["Vary"] = "Accept"
        return response

    @bp.get("/.well-known/host-meta.json")
    async def host_meta_json() -> Response:
        return _open(orjson.dumps(webfinger.host_meta_json(site.origin)), JRD)

    @bp.get("/.well-known/nodeinfo")
    async def pointer() -> Response:  # pyright: ignore[reportUnusedFunction]
        return _open(orjson.dumps(nodeinfo.pointer_document(site)), "application/json")

    @bp.get("/nodeinfo/<version>")
    async def info(version: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if version not in ("2.0", "2.1"):
            raise NotFound("NodeInfo is here in versions 2.0 and 2.1.")
        now = now_ms()
        name, numbers = await house.store.read(
            lambda tx: (name_of(tx, site), counts.of_instance(tx, now))
        )
        told = nodeinfo.nodeinfo_document(version, name, numbers_for(numbers))
        return about(_open(orjson.dumps(told), nodeinfo.content_type(version)), "instance")

    @bp.get("/authorize_interaction")
    async def authorize() -> BaseResponse:  # pyright: ignore[reportUnusedFunction]
        """Send whoever comes from another server's button to what they asked about.

        Nobody has an account here to act with, so the page of the thing itself is where to go on.
        """
        uri = request.args.get("uri", "")
        if site.is_local(uri):
            # With our own origin before it, a path of `//elsewhere.example` leads nowhere else.
            return redirect(site.origin + (urlsplit(uri).path or "/"))
        try:
            handle = parse_handle(uri)
        except Malformed:
            handle = None
        if handle and handle.host == normal_host(site.domain):
            return redirect(f"/groups/{handle.name.lower()}")
        raise Malformed(
            "This address is not on this server.",
            cure="Nobody signs in here to follow others; use your own fediverse account.",
        )

    @bp.get("/robots.txt")
    async def robots() -> Response:  # pyright: ignore[reportUnusedFunction]
        return Response(robots_text(house.config), content_type="text/plain; charset=utf-8")

    @bp.get("/sitemap.xml")
    async def sitemap() -> Response:  # pyright: ignore[reportUnusedFunction]
        xml = await house.store.read(lambda tx: sitemap_xml(tx, site))
        return about(Response(xml, content_type="application/xml; charset=utf-8"), "instance")

    @bp.get("/ns")
    async def namespace() -> Response:  # pyright: ignore[reportUnusedFunction]
        return _open(orjson.dumps(namespace_document()), "application/ld+json")

    return bp


def _open(data: bytes, content_type: str) -> Response:
    """Answer with something that scripts of other servers may read as well (interop §1.2)."""
    response = Response(data, content_type=content_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _jrd(tx: Tx, site: Site, resource: str) -> tuple[dict[str, Any], str]:
    """Answer any spelling of a resource: acct:, bare handle, actor id, page, or the server itself."""
    if not resource:
        raise Malformed("WebFinger wants ?resource=acct:name@host.")
    name = _name_of(site, resource)
    handle = Handle(name, site.domain)
    if name == NAME:
        return webfinger.jrd(handle, site.actor, origin=site.origin, is_group=False), "instance"
    group = get_group(tx, name)
    answer = webfinger.jrd(
        handle,
        site.group(name),
        origin=site.origin,
        page=site.page_of(name),
        avatar=(f"{site.group(name)}/avatar.png", "image/png"),
    )
    return answer, f"group:{group.name}"


def _name_of(site: Site, resource: str) -> str:
    if "://" in resource:
        if not same_origin(resource, site.origin):
            raise NotFound("Nothing like this is here.")
        path = urlsplit(resource).path.rstrip("/")
        if path in ("", urlsplit(site.actor).path):
            return NAME
        for prefix in ("/groups/", "/@"):
            if path.startswith(prefix):
                return path.removeprefix(prefix).lower()
        raise NotFound("Nothing like this is here.")
    handle = parse_handle(resource)
    if handle.host not in (normal_host(site.domain), normal_host(site.host)):
        raise NotFound("This server does not speak for that host.")
    # Mastodon calls its own instance actor by its domain, and so do those who look for one.
    return NAME if handle.name == handle.host else handle.name.lower()


def numbers_for(numbers: counts.OfInstance) -> nodeinfo.Counts:
    """Give the instance's numbers as NodeInfo wants them: groups stand where others have users."""
    return nodeinfo.Counts(
        total=numbers.groups,
        active_month=numbers.active_month,
        active_half_year=numbers.active_half_year,
        posts=numbers.posts,
        comments=numbers.comments,
    )


def robots_text(config: Config) -> str:
    """Write robots.txt: pages yes, machinery no, and training crawlers only where the admin allows them."""
    lines = ["User-agent: *", "Disallow: /activities/", "Disallow: /authorize_interaction", ""]
    if not config.ai_crawlers:
        for name in AI_CRAWLERS:
            lines += [f"User-agent: {name}"]
        lines += ["Disallow: /", ""]
    return "\n".join([*lines, f"Sitemap: {config.origin}/sitemap.xml", ""])


def sitemap_xml(tx: Tx, site: Site) -> str:
    """List the groups that want to be found and their latest public posts."""
    rows = [f"<url><loc>{escape(site.origin)}/</loc></url>"]
    for group in groups.list_(tx):
        if not group.discoverable:
            continue
        changed = iso(group.last_post_at or group.updated_at)
        rows.append(f"<url><loc>{escape(group.actor)}</loc><lastmod>{changed}</lastmod></url>")
        for entry in streams.stream(tx, group.actor, ("public",), limit=200):
            post = entry.object
            rows.append(
                f"<url><loc>{escape(post.id)}</loc><lastmod>{iso(post.updated_at)}</lastmod></url>"
            )
    body = "\n".join(rows[:50_000])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}\n</urlset>\n'
    )

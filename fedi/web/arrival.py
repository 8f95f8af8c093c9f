"""What arrives: the request as its sender signed it, and its body within limits of size and time."""

from __future__ import annotations

import asyncio

from quart import request

from fedi.activitypub.signatures import Request
from fedi.errors import Malformed, TooBig
from fedi.site import Site

# Mastodon's own limit for what it sends and takes (interop §1.5, §5.4).
LARGEST_BODY = 1_000_000
BODY_SECONDS = 10.0


async def body() -> bytes:
    """Read the body, or raise TooBig beyond the cap and Malformed when it trickles."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise TooBig("This is larger than 1 MB.")
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.body:
                size += len(part)
                if size > LARGEST_BODY:
                    raise TooBig("This is larger than 1 MB.")
                parts.append(part)
    except TimeoutError as error:
        raise Malformed("The body did not arrive in time.") from error
    return b"".join(parts)


def signed_request(site: Site, content: bytes | None) -> Request:
    """Give the current request as its signature saw it: our public origin, the path byte for byte."""
    path = request.scope.get("raw_path") or request.path.encode()
    query = request.query_string
    target = path.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Request(request.method, site.origin + target, headers, content)

"""What arrives: the request as its sender signed it, and its body within limits of size and time."""

from __future__ import annotations

import asyncio

from fedi.activitypub.signatures import Request
from fedi.errors import Malformed, TooBig
from fedi.site import Site
from fedi.web.front import Receive, Scope

# Mastodon's own limit for what it sends and takes (interop §1.5, §5.4).
LARGEST_BODY = 1_000_000
BODY_SECONDS = 10.0


async def body(receive: Receive) -> bytes:
    """Read the body, or raise TooBig beyond the cap and Malformed when it trickles or breaks off."""
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Malformed("The body broke off.")
                part, more = message.get("body", b""), message.get("more_body", False)
                size += len(part)
                if size > LARGEST_BODY:
                    raise TooBig("This is larger than 1 MB.")
                parts.append(part)
    except TimeoutError as error:
        raise Malformed("The body did not arrive in time.") from error
    return b"".join(parts)


def signed_request(site: Site, scope: Scope, content: bytes | None) -> Request:
    """Give a request as its signature saw it: our public origin, the path byte for byte."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    target = path.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Request(scope["method"], site.origin + target, headers, content)

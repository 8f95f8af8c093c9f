"""What a reader wants, page or document, by its Accept header; one id serves both."""

from __future__ import annotations

from typing import Any, Literal

import orjson
from quart import Response, request

Format = Literal["document", "page", "any"]

ACTIVITY_JSON = "application/activity+json"
# Lemmy compares the whole value with three it knows; this spelling is one of them [interop §1.3].
ACTIVITY_TYPE = "application/activity+json; charset=utf-8"


def format_of(accept: str) -> Format:
    """Tell what an Accept header prefers, by its q values: ActivityStreams, HTML, or neither of them by name."""
    best_document, best_page = 0.0, 0.0
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        if kind in (ACTIVITY_JSON, "application/ld+json"):
            best_document = max(best_document, weight)
        elif kind in ("text/html", "application/xhtml+xml"):
            best_page = max(best_page, weight)
    if best_document > 0 and best_document >= best_page:
        return "document"
    return "page" if best_page > 0 else "any"


def format_of_request() -> Format:
    """Tell what the current request prefers; several Accept headers are one."""
    return format_of(",".join(request.headers.getlist("Accept")))


def prefers_document() -> bool:
    """Tell whether the current request wants a document."""
    return format_of_request() == "document"


def document(body: dict[str, Any] | bytes, *, status: int = 200, public: bool = True) -> Response:
    """Answer with an ActivityStreams document; restricted ones are never cached."""
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    response = Response(data, status=status, content_type=ACTIVITY_TYPE)
    response.headers["Vary"] = "Accept, Signature" if not public else "Accept"
    response.headers["Cache-Control"] = "public, max-age=60" if public else "private, no-store"
    return response


def about(response: Response, *topics: str) -> Response:
    """Say which signals make this answer stale, so that the front cache may keep it until then."""
    response.headers["Fedi-Topics"] = " ".join(topics)
    return response

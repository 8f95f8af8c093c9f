"""What a reader wants, page or document, by its Accept header; one id serves both."""

from __future__ import annotations

from typing import Any

import orjson
from quart import Response, request

ACTIVITY_JSON = "application/activity+json"
# Lemmy compares the whole value with three it knows; this spelling is one of them [interop §1.3].
ACTIVITY_TYPE = "application/activity+json; charset=utf-8"


def wants_document(accept: str) -> bool:
    """Tell whether an Accept header prefers ActivityStreams to HTML, by its q values."""
    best_document, best_page = -1.0, -1.0
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        if kind == ACTIVITY_JSON or (kind == "application/ld+json"):
            best_document = max(best_document, weight)
        elif kind in ("text/html", "application/xhtml+xml"):
            best_page = max(best_page, weight)
    return best_document > 0 and best_document >= best_page


def prefers_document() -> bool:
    """Tell whether the current request wants a document."""
    return wants_document(request.headers.get("Accept", ""))


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

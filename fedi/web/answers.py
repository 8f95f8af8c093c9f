"""How failures are answered, and the headers that every answer carries."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import orjson
from quart import Quart, Response, request
from werkzeug.exceptions import HTTPException

from fedi.errors import FediError, Gone, NotFound, RateLimited, Unauthorised, Unreachable
from fedi.site import Site
from fedi.web.negotiate import document, prefers_document

DrawError = Callable[[FediError], Awaitable[Response]]
logger = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install(app: Quart, site: Site, draw_error: DrawError) -> None:
    """Answer failures as the reader wants them, and give every answer its headers."""

    @app.after_request
    async def dress(response: Response) -> Response:  # pyright: ignore[reportUnusedFunction]
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if site.origin.startswith("https://"):
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    @app.errorhandler(FediError)
    async def on_purpose(error: FediError) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await failure(error, draw_error)

    @app.errorhandler(HTTPException)
    async def by_framework(error: HTTPException) -> Response:  # pyright: ignore[reportUnusedFunction]
        known = NotFound("There is nothing here.") if error.code == 404 else None
        purposeful = known or _Framework(error.description or error.name, error.code or 400)
        return await failure(purposeful, draw_error)

    @app.errorhandler(Exception)
    async def by_accident(error: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        logger.exception("Unexpected failure", exc_info=error, extra={"path": request.path})
        return await failure(_Framework("Something went wrong here.", 500), draw_error)


class _Framework(FediError):
    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


async def failure(error: FediError, draw_error: DrawError) -> Response:
    """Answer one failure: a page to people, JSON to programs; 410 as a Tombstone."""
    if isinstance(error, Unreachable):
        logger.info("A fetch failed: %s", error.sentence)
    if request.method in ("GET", "HEAD") and not prefers_document() and _wants_page():
        response = await draw_error(error)
    elif isinstance(error, Gone) and error.tombstone:
        response = document(dict(error.tombstone), status=410)
    else:
        response = Response(
            orjson.dumps({"error": error.sentence}),
            status=error.status,
            content_type="application/json",
        )
    if error.status >= 400:
        response.headers["Cache-Control"] = (
            "no-store" if error.status != 410 else "public, max-age=60"
        )
    if isinstance(error, RateLimited) or error.status == 503:
        response.headers["Retry-After"] = "60"
    if isinstance(error, Unauthorised):
        # What Fedify and Mastodon look for before they knock again with RFC 9421.
        response.headers["Accept-Signature"] = (
            'sig1=("@method" "@target-uri" "content-digest");created;keyid'
        )
    return response


def _wants_page() -> bool:
    accept = request.headers.get("Accept", "")
    return "text/html" in accept or "*/*" in accept or not accept

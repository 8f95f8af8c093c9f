"""How failures are answered, and the headers that every answer carries."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import orjson
from quart import Quart, Response, request
from werkzeug.exceptions import HTTPException

from fedi.errors import FediError, Gone, NotFound, RateLimited, Unauthorised, Unreachable
from fedi.site import Site
from fedi.web.negotiate import ACTIVITY_JSON, document, format_of_request

DrawError = Callable[[FediError], Awaitable[Response]]
logger = logging.getLogger(__name__)

OPEN_PATHS = ("/.well-known/", "/nodeinfo/")
"""What scripts of other servers may read in a browser, failures too (interop §1.2)."""
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


def install(app: Quart, site: Site, draw_error: DrawError, *, signed_fetch: bool) -> None:
    """Answer failures as the reader wants them, and give every answer its headers."""

    @app.before_request
    async def look() -> None:  # pyright: ignore[reportUnusedFunction]
        # PostgreSQL stores no NUL and would complain far from here; nothing of ours has one in its address.
        if "\0" in request.path or b"%00" in request.query_string or b"\0" in request.query_string:
            raise NotFound("There is nothing here.")

    @app.after_request
    async def dress(response: Response) -> Response:  # pyright: ignore[reportUnusedFunction]
        if signed_fetch and response.mimetype == ACTIVITY_JSON and request.path != "/actor":
            # What is told to those who may know it is kept by nobody on the way.
            response.headers["Vary"] = "Accept, Signature"
            response.headers["Cache-Control"] = "private, no-store"
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
    if isinstance(error, RateLimited):
        response = Response(f"{error.sentence}\n", status=429, content_type="text/plain")
        response.headers["Retry-After"] = str(error.seconds)
    elif request.method in ("GET", "HEAD") and _wants_page():
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
    if error.status == 503:
        response.headers["Retry-After"] = "60"
    if request.path.startswith(OPEN_PATHS):
        response.headers["Access-Control-Allow-Origin"] = "*"
    if isinstance(error, Unauthorised):
        # What Fedify and Mastodon look for before they knock again with RFC 9421.
        response.headers["Accept-Signature"] = (
            'sig1=("@method" "@target-uri" "content-digest");created;keyid'
        )
    return response


def _wants_page() -> bool:
    """Tell whether a failure is shown to a person; what only programs ask for never is, unless they insist."""
    wanted = format_of_request()
    return wanted == "page" or (wanted == "any" and not request.path.startswith(OPEN_PATHS))

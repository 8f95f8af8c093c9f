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


def headers_for(site: Site) -> dict[str, str]:
    """Give the headers of every answer of an instance."""
    if site.origin.startswith("https://"):
        return {**HEADERS, "Strict-Transport-Security": "max-age=31536000"}
    return HEADERS


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
        for name, value in headers_for(site).items():
            response.headers.setdefault(name, value)
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
        # Some addresses are secrets: an invitation's lets in whoever has it.
        rule = str(request.url_rule) if request.url_rule else request.path
        logger.exception("Unexpected failure", exc_info=error, extra={"path": rule})
        return await failure(_Framework("Something went wrong here.", 500), draw_error)


class _Framework(FediError):
    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


async def failure(error: FediError, draw_error: DrawError) -> Response:
    """Answer one failure: a page to people, JSON to programs; 410 as a Tombstone."""
    if isinstance(error, Unreachable):
        logger.info("A fetch failed: %s", error.sentence)
    is_person = (request.method in ("GET", "HEAD") or _is_form()) and _wants_page()
    if isinstance(error, RateLimited) and (not is_person or format_of_request() != "page"):
        # Whoever asks in a hurry and not for a page by name is answered with as little work as can be.
        response = Response(f"{error.sentence}\n", status=429, content_type="text/plain")
    elif is_person:
        response = await draw_error(error)
    elif isinstance(error, Gone) and error.tombstone:
        response = document(dict(error.tombstone), status=410)
    else:
        response = Response(spoken(error), status=error.status, content_type="application/json")
    response.headers.update(headers_of(error))
    if request.path.startswith(OPEN_PATHS):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def spoken(error: FediError) -> bytes:
    """Say a failure to a program."""
    return orjson.dumps({"error": error.sentence})


def headers_of(error: FediError) -> dict[str, str]:
    """Give the headers that a failure has, whoever hears of it."""
    headers: dict[str, str] = {}
    if error.status >= 400:
        headers["Cache-Control"] = "no-store" if error.status != 410 else "public, max-age=60"
    if error.status == 503:
        headers["Retry-After"] = "60"
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.seconds)
    if isinstance(error, Unauthorised):
        # What Fedify and Mastodon look for before they knock again with RFC 9421.
        headers["Accept-Signature"] = (
            'sig1=("@method" "@target-uri" "content-digest");created;keyid'
        )
    return headers


def _is_form() -> bool:
    """Tell whether a person sent this with a form, and not a program with a document."""
    return request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data")


def _wants_page() -> bool:
    """Tell whether a failure is shown to a person; what only programs ask for never is, unless they insist."""
    wanted = format_of_request()
    return wanted == "page" or (wanted == "any" and not request.path.startswith(OPEN_PATHS))

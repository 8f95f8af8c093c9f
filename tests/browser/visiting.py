"""Looking at pages as one visitor: a width, a colour scheme, a language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page

from fedi.site import Site
from fedi.web.console.visitor import cookie_name

Scheme = Literal["light", "dark"]


@contextmanager
def visit(
    browser: Browser,
    origin: str,
    *,
    width: int = 1280,
    scheme: Scheme = "light",
    language: str = "en",
    scripts: bool = True,
    token: str | None = None,
    behind: bool = False,
) -> Iterator[Page]:
    """Open a page; at the end it must have asked nobody else for anything and complained about nothing.

    With the `token` of a session somebody is signed in; only then, or where a visit goes `behind` the public
    pages, may a cookie be left.
    """
    complaints: list[str] = []
    context = browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale=language,
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    if token:
        name = cookie_name(Site(origin=origin, domain=""))
        context.add_cookies([{"name": name, "value": token, "url": origin, "httpOnly": True}])
    try:
        page = context.new_page()
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(origin) else complaints.append(request.url)
            ),
        )
        yield page
        # That the page itself was answered with 404 or 410 is what some of them are for.
        told = [
            one
            for one in complaints
            if not one.startswith("Failed to load resource: the server responded")
        ]
        assert not told, told
        assert token or behind or not context.cookies()
    finally:
        context.close()


def overflow(page: Page) -> int:
    """How many pixels a page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )

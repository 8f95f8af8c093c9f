"""Whether a page that a profile names links back with `rel="me"`: then both belong to the same people."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

from fedi.activitypub.fetch import Door

LARGEST_PAGE = 1_000_000
MOST_LINKS = 2_000
_TYPES = frozenset(("text/html", "application/xhtml+xml"))


def is_link(value: str) -> bool:
    """Tell whether a field of a profile is one address that can be checked."""
    return value.startswith(("https://", "http://")) and " " not in value


async def links_back(door: Door, page: str, ours: set[str]) -> bool:
    """Fetch a page and tell whether it has a `rel="me"` link to one of our addresses."""
    answer = await door.bytes(page, cap=LARGEST_PAGE, types=_TYPES)
    return bool(ours.intersection(read_links(answer.body.decode("utf-8", "replace"), answer.url)))


def read_links(html: str, url: str) -> list[str]:
    """Return the addresses of the `rel="me"` links of a page, at most 2,000."""
    reader = _Links(url)
    reader.feed(html)
    return reader.found


class _Links(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("a", "link") or len(self.found) >= MOST_LINKS:
            return
        given = dict(attrs)
        if "me" in (given.get("rel") or "").lower().split():
            try:
                self.found.append(urljoin(self._url, (given.get("href") or "").strip()))
            except ValueError:
                return

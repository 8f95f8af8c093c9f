"""The text of minutes cut at its headings, so that a page can put something below each item of the agenda."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from fedi.activitypub.html import plain

_TAG = re.compile(r"<(/?)(h2|blockquote|ul|ol|table|pre)\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Sections:
    """What stands before the first heading, and the notes under each, in their order."""

    opening: Markup
    notes: tuple[tuple[str, Markup], ...]

    def under(self, title: str) -> Markup:
        """Return the notes of the item with this title, or nothing."""
        wanted = _key(title)
        return next((notes for named, notes in self.notes if _key(named) == wanted), Markup(""))


# The same minutes are drawn again and again; eight are as many as are read at a time.
@lru_cache(maxsize=8)
def sections(html: str) -> Sections:
    """Cut clean HTML at the headings of the second level that stand by themselves."""
    html = str(html)  # Markup escapes what is put in the place of a part of it
    depth, start, found = 0, 0, list[tuple[int, int, str]]()
    for tag in _TAG.finditer(html):
        is_end = bool(tag[1])
        if tag[2] != "h2":
            depth += -1 if is_end else 1
        elif depth == 0 and not is_end:
            start = tag.start()
        elif depth == 0:
            found.append((start, tag.end(), " ".join(plain(html[start : tag.end()]).split())))
    ends = [*(begin for begin, _, _ in found[1:]), len(html)]
    return Sections(
        Markup(html[: found[0][0]] if found else html),  # noqa: S704 - cleaned when it was published
        tuple(
            (title, _below(html[after:end]))
            for (_, after, title), end in zip(found, ends, strict=False)
        ),
    )


def _below(html: str) -> Markup:
    """Return notes with their own headings one level down: the item's heading is above them."""
    lower = re.sub(r"<(/?)h3\b", r"<\1h4", html.strip())
    return Markup(lower)  # noqa: S704 - cleaned when it was published


def _key(title: str) -> str:
    return " ".join(title.casefold().split())

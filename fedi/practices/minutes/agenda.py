"""The agenda and the text of minutes: one item for each heading, each with its notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt

from fedi.publishing.markdown import plain_to_markdown


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an agenda with the Markdown of its notes."""

    title: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Sections:
    """A text cut at its headings of the second level: what stands before the first, then item by item."""

    opening: str
    items: tuple[Item, ...]


def sections(text: str) -> Sections:
    """Cut Markdown at the headings (`##`) that stand by themselves, not in a quote, a list or code."""
    lines = text.split("\n")
    found: list[tuple[int, int, str]] = []
    tokens = _markdown().parse(text)
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0 and token.map:
            words = "".join(child.content for child in inline.children or ())
            found.append((token.map[0], token.map[1], " ".join(words.split())))
    ends = [*(start for start, _, _ in found[1:]), len(lines)]
    items = [
        Item(title, "\n".join(lines[after:end]).strip())
        for (_, after, title), end in zip(found, ends, strict=False)
    ]
    opening = lines[: found[0][0]] if found else lines
    return Sections("\n".join(opening).strip(), tuple(item for item in items if item.title))


def joined(agenda: Sequence[Item], text: str) -> tuple[tuple[str, ...], str]:
    """Return the titles of an agenda and the text with all notes, each under the heading of its item.

    Without an agenda the headings of the text are one. Items come in the order of the agenda, then those that only
    the text has. An item of which nothing was written is on the agenda alone.
    """
    written = sections(text)
    if not agenda:
        return tuple(item.title for item in written.items), text
    under = {_key(item.title): item for item in reversed(written.items)}
    parts = [written.opening]
    titles: list[str] = []
    for item in agenda:
        titles.append(item.title)
        below = under.pop(_key(item.title), None)
        notes = "\n\n".join(part for part in (item.notes, below.notes if below else "") if part)
        if notes:
            parts.append(_section(item.title, notes))
    for item in written.items:
        if under.pop(_key(item.title), None):
            titles.append(item.title)
            parts.append(_section(item.title, item.notes))
    return tuple(titles), "\n\n".join(part for part in parts if part)


def number_of(agenda: Sequence[str], named: str) -> int:
    """Return the number of the item that somebody names by its number or title, or 0."""
    if named.isascii() and named.isdigit():
        return int(named) if len(named) < 9 and 0 < int(named) <= len(agenda) else 0
    keys = [_key(title) for title in agenda]
    return keys.index(_key(named)) + 1 if _key(named) in keys else 0


def _section(title: str, notes: str) -> str:
    return f"## {plain_to_markdown(title)}\n\n{notes}".strip()


def _key(title: str) -> str:
    return " ".join(title.casefold().split())


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

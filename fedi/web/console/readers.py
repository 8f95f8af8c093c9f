"""How readers elsewhere see a document of ours: what Mastodon makes of it, and what a partner's server gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from fedi.activitypub.html import excerpt, plain

FOLD = 500
"""Characters after which Mastodon folds a post that has no warning before it."""
MOST_MEDIA = 4
_TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
_KEPT = frozenset(
    "p br span a del s pre blockquote code b strong u i em ul ol li ruby rt rp".split()  # noqa: SIM905 - legible
)
"""What Mastodon lets stand (interop §3.6); headings become bold paragraphs."""
_IDS = re.compile(r' (?:id|aria-labelledby|aria-describedby|for|name)="[^"]*"')
_LOUDEST = re.compile(r"<h1\b(?![^>]*\bclass=)")
_LEADS_NOWHERE = re.compile(
    r'<a href="(?:[^"#]*/(?:decisions|actions)/[0-9a-z]{26}|#[^"]*)"[^>]*>(.*?)</a>', re.DOTALL
)
_HEADING = re.compile(r"<(/?)h([1-6])\b")


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture or sound as it is shown."""

    src: str
    description: str
    is_sound: bool


@dataclass(frozen=True, slots=True)
class Toot:
    """A post as Mastodon shows it (interop §3.1): `rest` stands behind “Read more”, `left_out` media nowhere."""

    warning: str
    html: Markup
    rest: Markup
    shots: tuple[Shot, ...]
    left_out: int
    is_sensitive: bool
    choices: tuple[str, ...]
    link: str
    card: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A document as other servers get it."""

    title: str
    summary: str
    html: Markup
    shots: tuple[Shot, ...]
    language: str


Place = Callable[[str], str]
"""Gives the address at which a file can be looked at before it is published."""


def toot(document: Mapping[str, Any], place: Place) -> Toot:
    """Show a document as Mastodon does: a Note and a Question whole, all else by name, summary and link."""
    is_whole = document["type"] in ("Note", "Question")
    name, summary = str(document.get("name") or ""), str(document.get("summary") or "")
    link = "" if is_whole else str(document["url"])
    content = str(document.get("content") or "") if is_whole else _converted(name, summary)
    shown = shots(document, place)
    first, rest = _folded(_kept(content), is_open=not (is_whole and summary))
    return Toot(
        warning=summary if is_whole else "",
        html=Markup(first),  # noqa: S704 - our own, cleaned when it was made
        rest=Markup(rest),  # noqa: S704
        shots=shown[:MOST_MEDIA],
        left_out=len(shown[MOST_MEDIA:]),
        is_sensitive=bool(document.get("sensitive")),
        choices=tuple(
            str(option.get("name") or "")
            for option in (*document.get("oneOf", ()), *document.get("anyOf", ()))
        ),
        link=link,
        card="" if shown or is_whole else excerpt(name, 80),
        is_whole=is_whole,
    )


def received(document: Mapping[str, Any], place: Place) -> Received:
    """Show what a document says to a server that reads all of it."""
    return Received(
        title=str(document.get("headline") or ""),
        summary=str(document.get("summary") or ""),
        html=Markup(lower_headings(unlinked(str(document.get("content") or "")), 2)),  # noqa: S704 - our own
        shots=shots(document, place),
        language=str(document.get("inLanguage") or ""),
    )


def within(html: str, files: Mapping[str, str]) -> str:
    """Return a piece of a page to stand within another one: lower headings, no ids, files where they are now."""
    # What is loudest on its own page stays the loudest in here.
    html = _LOUDEST.sub('<h1 class="t3 show"', html)
    html = _IDS.sub("", lower_headings(unlinked(html), 2))
    for name, path in files.items():
        html = html.replace(f"/media/{name}", path)
    return html


def unlinked(html: str) -> str:
    """Return HTML without the links to what has an address only once it is published, or on a page of its own."""
    return _LEADS_NOWHERE.sub(r"\1", html)


def lower_headings(html: str, by: int) -> str:
    """Return HTML with every heading so many levels further down."""
    return _HEADING.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + by, 6)}", html)


def marked(html: str, texts: Sequence[str]) -> str:
    """Mark texts wherever people read them in a piece of HTML."""
    for text in sorted(set(texts), key=len, reverse=True):
        words = r"\s+".join(map(re.escape, escape(text, quote=False).split()))
        look = re.compile(f"({words})(?![^<]*>)(?![^<]*</mark>)")
        html = look.sub(r"<mark>\1</mark>", html)
    return html


def _converted(name: str, summary: str) -> str:
    return f"<p><strong>{escape(name)}</strong></p>" + (
        f"<p>{escape(summary)}</p>" if summary else ""
    )


def _kept(content: str) -> str:
    """Take out what Mastodon's sanitiser takes out, and make bold what it makes bold."""

    def tag(found: re.Match[str]) -> str:
        closing, name = found[1], found[2]
        if re.fullmatch("h[1-6]", name):
            return "</strong></p>" if closing else "<p><strong>"
        return found[0] if name in _KEPT else " "

    return _TAG.sub(tag, content)


def _folded(content: str, *, is_open: bool) -> tuple[str, str]:
    """Part a text where it is folded: after the paragraph with which it becomes longer than FOLD characters."""
    if not is_open or len(plain(content)) <= FOLD:
        return content, ""
    shown, length = "", 0
    blocks = _blocks(content)
    for number, block in enumerate(blocks):
        shown += block
        length += len(plain(block))
        if length >= FOLD:
            return shown, "".join(blocks[number + 1 :])
    return shown, ""


def _blocks(content: str) -> list[str]:
    """Take HTML apart after each element that stands in no other."""
    blocks: list[str] = []
    depth = begins = 0
    for found in _TAG.finditer(content):
        if found[2] == "br":
            continue
        depth += -1 if found[1] else 1
        if depth == 0:
            blocks.append(content[begins : found.end()])
            begins = found.end()
    return [*blocks, content[begins:]]


def shots(document: Mapping[str, Any], place: Place) -> tuple[Shot, ...]:
    """Show the pictures and sounds that hang on a document."""
    return tuple(
        Shot(
            src=place(str(one["url"]).rpartition("/")[2]),
            description=str(one.get("name") or ""),
            is_sound=str(one["mediaType"]).startswith("audio/"),
        )
        for one in document.get("attachment", ())
        if one.get("mediaType") and one.get("url")
    )

"""Our members' Markdown made HTML that every server shows well, with mentions, hashtags and addresses linked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from fedi.activitypub import html
from fedi.activitypub.handles import parse_handle
from fedi.errors import Malformed
from fedi.publishing.hashtags import is_hashtag, is_tag_letter

_SPECIAL = re.compile(
    r"(?P<url>https?://[^\s<>\"]{1,2000})"
    r"|(?<![\w@/.])@(?P<handle>\w[\w.-]{0,200}@[\w.-]{1,253}(?::\d{1,5})?)"
    r"|(?<![\w/&#])\#(?P<tag>[^\s!-/:-@\[-^`{-~]{1,100})"
)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody who was found by their handle (`name@host`)."""

    handle: str
    actor: str
    url: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML, and whom and what it speaks of; hashtags as they were written, without their mark."""

    html: str
    hashtags: tuple[str, ...]
    mentions: tuple[Mentioned, ...]


@dataclass(slots=True)
class _Links:
    """What the text rule may link to, and what it found."""

    people: Mapping[str, Mentioned]
    tag_page: Callable[[str], str]
    handles: list[str] = field(default_factory=list)
    hashtags: dict[str, str] = field(default_factory=dict)
    mentions: dict[str, Mentioned] = field(default_factory=dict)


def render(
    source: str,
    *,
    mentions: Mapping[str, Mentioned],
    tag_page: Callable[[str], str],
) -> Rendered:
    """Write Markdown as HTML; `mentions` has those who were found, by handle in lower case.

    `tag_page` gives the address of a hashtag's page.

    Raw HTML stays text. Mentions of others, and whatever stands in code or in a link, stay as written.
    """
    links = _Links(mentions, tag_page)
    written = html.own(_markdown().render(source, {"links": links}))
    return Rendered(written, tuple(links.hashtags.values()), tuple(links.mentions.values()))


def find_mentions(source: str) -> list[str]:
    """Return the handles (`name@host`, lower case) that a text mentions, each once."""
    links = _Links({}, str)
    _markdown().parse(source, {"links": links})
    return list(dict.fromkeys(links.handles))


def hashtag_link(tag: str, tag_page: Callable[[str], str]) -> str:
    """Return the HTML of a linked hashtag."""
    href = escape(tag_page(tag))
    return f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{escape(tag)}</span></a>'


def plain_to_markdown(text: str) -> str:
    """Escape a plain text so that Markdown shows it as it is."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # Before escapes are joined to the text around them: \#this is no hashtag.
    markdown.core.ruler.before("text_join", "fediverse", _link_texts)
    return markdown


def _link_texts(state: StateCore) -> None:
    links: _Links = state.env["links"]
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = list(_linked(block.children, links))


def _linked(tokens: list[Token], links: _Links) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "image":
            yield from _picture_link(token, in_link=depth > 0)
        elif token.type == "text" and depth == 0:
            yield from _split(token.content, links)
        else:
            yield token


def _split(text: str, links: _Links) -> Iterator[Token]:
    at = 0
    for found in _SPECIAL.finditer(text):
        if found["url"]:
            written = _without_trailing_marks(found["url"])
            linked = f'<a href="{escape(written)}">{escape(written)}</a>'
        elif found["handle"]:
            written, linked = _mention(found["handle"], links)
        else:
            written, linked = _hashtag(found["tag"], links)
        if linked:
            yield _text(text[at : found.start()])
            yield Token("html_inline", "", 0, content=linked)
            at = found.start() + len(written)
    yield _text(text[at:])


def _mention(written: str, links: _Links) -> tuple[str, str]:
    written = written.rstrip(".-")
    try:
        handle = parse_handle(written)
    except Malformed:
        return "", ""
    address = handle.address.lower()
    links.handles.append(address)
    person = links.people.get(address)
    if person is None:
        return "", ""
    links.mentions[person.actor] = person
    return "@" + written, (
        f'<span class="h-card"><a href="{escape(person.url)}" class="u-url mention">'
        f"@<span>{escape(handle.name)}</span></a></span>"
    )


def _hashtag(written: str, links: _Links) -> tuple[str, str]:
    end = next((n for n, c in enumerate(written) if not is_tag_letter(c)), len(written))
    tag = written[:end]
    if not is_hashtag(tag):
        return "", ""
    links.hashtags.setdefault(tag.lower(), tag)
    return "#" + tag, hashtag_link(tag, links.tag_page)


def _without_trailing_marks(url: str) -> str:
    """Leave the full stop of the sentence, and brackets around an address, out of the address."""
    while url and (url[-1] in ".,;:!?'*_~" or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url


def _picture_link(token: Token, *, in_link: bool) -> Iterator[Token]:
    """Write a picture as its description: pictures within the text would be loaded from elsewhere."""
    words = token.content or str(token.attrs.get("src", ""))
    if in_link:
        yield _text(words)
        return
    yield Token("link_open", "a", 1, attrs={"href": token.attrs.get("src", "")})
    yield _text(words)
    yield Token("link_close", "a", -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)

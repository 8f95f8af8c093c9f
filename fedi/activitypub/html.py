"""Foreign and own HTML made safe: an allow-list, cleaned once on receipt; the only user of bleach."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from bleach.sanitizer import Cleaner

from fedi.errors import Refused

_Token = dict[str, Any]
_Attributes = dict[tuple[str | None, str], str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_LENGTH = 40_000
MAX_TAGS = 1_000
MAX_DEPTH = 40
OWN_MAX_LENGTH = 200_000
OWN_MAX_TAGS = 8_000

_TEXT_TAGS = _words("p br span a del s pre blockquote code b strong u i em ul ol li ruby rt rp")
_HEADINGS = _words("h1 h2 h3 h4 h5 h6")
_TABLES = _words("table thead tbody tr th td")
_VOID = _words("br hr img wbr input link meta area base col embed source track")
# The parser must know these to find where their content ends; then they go with all that is in them.
_DROPPED = frozenset({"script", "style"})
_TEXT_BLOCKS = _words("p pre blockquote ul ol li br hr table") | _HEADINGS
_TEXT_KINDS = ("Characters", "SpaceCharacters")
_ATTRIBUTES = _words("href rel class lang dir start reversed value colspan rowspan")
_CLASSES = _words("mention hashtag ellipsis invisible quote-inline")
_MICROFORMAT = re.compile(r"(?:h|p|u|dt|e)-[a-z0-9-]{1,40}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,6}")
_LINK = re.compile(r"https?://[^\s\x00-\x20<>\"\\^`{|}]+", re.IGNORECASE)
_OWN_LINK = re.compile(_LINK.pattern + r"|mailto:[^\s<>\"]+", re.IGNORECASE)

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
# Not kept, but what stood on a line of its own stays on one.
_PARTING = re.compile(
    r"</?(?:div|section|article|figure|figcaption|dl|dt|dd|table|tr|td|th|caption)\b[^<>]*>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>?")
_LINE = re.compile(r"<(?:br|li|/?(?:tr|div|dd|dt))\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|ul|ol|pre|blockquote|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_HIDDEN_START = re.compile(r"<!--|<(?:script|style)\b", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n{3,}")
_CONTROLS = {code: None for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160))}
_OVERRIDES = {code: None for code in (0x202D, 0x202E)}
# Letters that turn, hide or fake what stands beside them; the joiners 200C and 200D are needed by scripts and emoji.
_TRICKS = {
    code: None
    for code in (
        *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x200E, 0x200F),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        *(0x3164, 0xFEFF, 0xFFA0),
        *range(0xFFF9, 0xFFFC),
        *range(0xE0000, 0xE0020),
    )
}
_JOINERS = re.compile("[\u200c\u200d]{2,}")
# Paragraphs and line breaks around text that means itself; most profiles and many answers are nothing else.
_PARAGRAPHS = re.compile(r"[^<>&\r]*(?:<p>[^<>&\r]*(?:<br>[^<>&\r]*)*</p>[^<>&\r]*)*")


def clean(html: str) -> str:
    """Sanitise foreign HTML; what comes out is safe to show as it stands and stays the same if cleaned again.

    What is too large, too deep or has too many tags becomes plain text (bleach is quadratic).
    """
    html = html.translate(_CONTROLS | _OVERRIDES)
    if _is_heavy(html, MAX_LENGTH, MAX_TAGS):
        return from_text(plain(html))
    if _PARAGRAPHS.fullmatch(html):
        return html.strip()  # as the parser would give it back, for a hundredth of its time
    return _sanitise(_PARTING.sub("<hr>", html), _TEXT_TAGS, _FOREIGN)


def own(html: str) -> str:
    """Sanitise HTML made from our members' Markdown: headings h2 to h4 and tables stay, pictures go."""
    if _is_heavy(html, OWN_MAX_LENGTH, OWN_MAX_TAGS):
        raise Refused("This text is too long.", cure="Shorten it, or attach it as a file.")
    return _sanitise(html.translate(_CONTROLS), _TEXT_TAGS | _TABLES, _OWN)


def from_text(text: str) -> str:
    """Write plain text as safe HTML: a paragraph for each block of lines, at most 30,000 characters long."""
    escaped = entities.escape(
        text.translate(_CONTROLS | _OVERRIDES)[: MAX_LENGTH // 2], quote=False
    )
    if len(escaped) > MAX_LENGTH * 3 // 4:
        escaped = escaped[: MAX_LENGTH * 3 // 4].rpartition(" ")[0]
    blocks = (block.strip() for block in escaped.replace("\r", "").split("\n\n"))
    paragraphs = [block.replace("\n", "<br>") for block in blocks if block][: MAX_TAGS // 4]
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def plain(html: str) -> str:
    """Give the text of HTML, with a line for each line and an empty line between paragraphs."""
    text = _LINE.sub("\n", _BLOCK.sub("\n\n", _without_hidden(html)))
    text = entities.unescape(_ANY_TAG.sub("", text)).translate(_CONTROLS)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def strip_controls(text: str) -> str:
    """Make a name of one line that cannot turn, hide or imitate its surroundings."""
    if not text.isascii():
        text = _JOINERS.sub("", text.translate(_TRICKS))
    return " ".join(text.translate(_CONTROLS).split())


def excerpt(text: str, length: int) -> str:
    """Shorten plain text to at most `length` characters, at a word's end where there is one."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    whole = cut.rpartition(" ")[0]
    return (whole if len(whole) > length // 2 else cut).rstrip(" ,;:.–—-") + "…"


def _is_heavy(html: str, most: int, tags: int) -> bool:
    if len(html) > most or html.count("<") > tags:
        return True
    depth = 0
    for end, name in _TAG.findall(html):
        if end:
            depth = max(0, depth - 1)
        elif name.lower() not in _VOID:
            depth += 1
            if depth > MAX_DEPTH:
                return True
    return False


def _sanitise(html: str, tags: frozenset[str], shape: _Shape) -> str:
    cleaner = Cleaner(  # made anew, because one keeps the state of its parser
        tags=tags | _HEADINGS | _DROPPED | {"hr"},
        attributes=lambda tag, name, value: name in _ATTRIBUTES,
        protocols=["http", "https", "mailto"],
        strip=True,
        filters=[cast(Any, shape)],  # bleach asks for a class, but only calls it
    )
    return cleaner.clean(html).strip()


def _without_hidden(html: str) -> str:
    parts: list[str] = []
    at = 0
    while start := _HIDDEN_START.search(html, at):
        parts.append(html[at : start.start()])
        comment = start.group() == "<!--"
        end = re.compile("-->" if comment else f"</{start.group()[1:]}", re.IGNORECASE).search(
            html, start.end()
        )
        if end is None:
            return "".join(parts)
        at = end.end() if comment else end.start()
    return "".join(parts) + html[at:]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What stays of the attributes, links, rules and headings of the tags that are let through."""

    link: re.Pattern[str]
    rules: bool
    headings: dict[str, str]
    rels: frozenset[str]
    trust: str

    def __call__(self, source: Iterable[_Token]) -> Iterator[_Token]:
        links: list[bool] = []
        opens_pre = False
        for token in self._with_lines(_without_dropped(source)):
            kind, name = token["type"], token.get("name", "")
            if opens_pre and kind in _TEXT_KINDS:
                # A parser drops the first line end of <pre>: without it the result stays as it is.
                token["data"] = token["data"].lstrip("\n")
            opens_pre = kind == "StartTag" and name == "pre"
            if kind in ("StartTag", "EmptyTag"):
                token["data"] = self._attributes(name, token["data"])
            if name == "a" and kind == "StartTag":
                links.append((None, "href") in token["data"])
            if name == "a" and not (links[-1] if kind == "StartTag" else links.pop()):
                continue
            if name in self.headings:
                token["name"] = self.headings[name]
            yield token

    def _with_lines(self, tokens: Iterable[_Token]) -> Iterator[_Token]:
        """Put a line break where a rule, or a block that is not kept, parted two texts."""
        parted, fresh = False, True
        for token in tokens:
            name = token.get("name")
            if name == "hr" and not self.rules:
                parted = True
                continue
            if name in _TEXT_BLOCKS:
                parted, fresh = False, True
            elif token["type"] == "StartTag" or _has_text(token):
                if parted and not fresh:
                    yield {"type": "EmptyTag", "name": "br", "namespace": None, "data": {}}
                parted, fresh = False, False
            yield token

    def _attributes(self, tag: str, given: _Attributes) -> _Attributes:
        kept: _Attributes = {}
        for (space, name), value in given.items():
            if space is None and (good := self._attribute(tag, name, value.strip())):
                kept[None, name] = good
        if (None, "href") in kept:
            words = [word for word in given.get((None, "rel"), "").split() if word in self.rels]
            kept[None, "rel"] = " ".join([*dict.fromkeys(words), self.trust])
        return kept

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        match tag, name:
            case "a", "href":
                return value if self.link.fullmatch(value) else None
            case "a" | "span", "class":
                return " ".join(dict.fromkeys(filter(_is_known_class, value.split())))
            case ("ol", "start") | ("li", "value") | ("td" | "th", "colspan" | "rowspan"):
                return value if _WHOLE_NUMBER.fullmatch(value) else None
            case "ol", "reversed":
                return "reversed"
            case _, "lang":
                return value if _LANGUAGE.fullmatch(value) else None
            case _, "dir":
                return value.lower() if value.lower() in ("ltr", "rtl", "auto") else None
            case _:
                return None


# A foreign text is a small part of a page: its headings are all of one size, below the page's own.
_FOREIGN = _Shape(
    link=_LINK,
    rules=False,
    headings=dict.fromkeys(_HEADINGS, "h4"),
    rels=frozenset(),
    trust="nofollow noopener ugc",
)
_OWN = _Shape(
    link=_OWN_LINK,
    rules=True,
    headings={"h1": "h2", "h5": "h4", "h6": "h4"},
    rels=frozenset({"me", "tag", "payment"}),
    trust="noopener",
)


def _without_dropped(tokens: Iterable[_Token]) -> Iterator[_Token]:
    inside = ""
    for token in tokens:
        name = token.get("name")
        if inside:
            inside = "" if token["type"] == "EndTag" and name == inside else inside
        elif name in _DROPPED:
            inside = name
        else:
            yield token


def _has_text(token: _Token) -> bool:
    return token["type"] == "Entity" or (
        token["type"] == "Characters" and not token["data"].isspace() and token["data"] != ""
    )


def _is_known_class(word: str) -> bool:
    return word in _CLASSES or _MICROFORMAT.fullmatch(word) is not None

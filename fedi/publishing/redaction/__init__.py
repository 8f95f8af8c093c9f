"""Before something leaves: what in it looks private, shown in place, to be taken out or kept.

`find` looks through any text, `guard` through what an audience would see of a source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from fedi.publishing.projections import masked
from fedi.publishing.redaction import (
    addresses,
    coordinates,
    emails,
    payments,
    people,
    phones,
)
from fedi.publishing.redaction.finding import Finding, Kind, Span, Window, without_addresses

__all__ = ["BLACK", "Finding", "Kind", "black_out", "find", "guard"]

BLACK = "▇▇▇▇"
"""Stands for what was taken out, always of one length; it means nothing to Markdown and YAML."""
STRIDE, MARGIN = 800, 200
"""Characters: finders see windows of bounded length, so that the whole takes time in proportion to the text."""

REGIONS = {
    "en": ("GB", "US", "IE"),
    "es": ("ES", "MX", "AR"),
    "fr": ("FR", "BE", "MA"),
    "de": ("DE", "AT", "CH"),
    "pt": ("PT", "BR"),
    "ar": ("EG", "MA", "TN"),
}
# The first one has the word where several find something at the same place.
_FINDERS: tuple[tuple[Kind, Callable[[Window], Iterator[Span]]], ...] = (
    ("coordinates", coordinates.find),
    ("payment", payments.find),
    ("email", emails.find),
    ("phone", phones.find),
    ("address", addresses.find),
    ("person", people.find),
)
_LANGUAGE = re.compile(r"^language:\s{0,9}[\"']?([A-Za-z]{2,3})", re.MULTILINE)
# How exactly a place is told is chosen beside it, and the names of files do not leave. What stands in quotes is a text,
# whatever it looks like.
_HEAD = re.compile(
    r"""(?<![\w-])(?P<chosen>(?:lat|lon|street|file|precision|key)\s?:\s{0,9}(?:"[^"\n]*"|'[^'\n]*'|[^,}\n]*)"""
    r"""|(?:date|start|end|due|review|by)\s?:\s{0,9}["']?\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?\b)"""
    r"""|(?P<quoted>"(?:[^"\\\n]|\\.){0,100000}")|'[^'\n]*'"""
)
_ESCAPED = re.compile(r"\\(.)")
# Blanks of every width, signs that nobody sees, and those that make a word bold.
_GAPS = dict.fromkeys(
    (
        *map(ord, "\t*`\u00a0\u200e\u200f\u205f\u3000\ufeff"),
        *range(0x2000, 0x200C),
        *range(0x202A, 0x2030),
        *range(0x2060, 0x206A),
    ),
    " ",
)
_MEANT = '"\\/'


def find(
    text: str, *, regions: Sequence[str] | None = None, language: str = "en"
) -> tuple[Finding, ...]:
    """Return what looks private in a text, in its order; nothing is found twice.

    `regions` are the countries whose numbers may stand here without their code, those of the language if not given.
    """
    lines = [0, *(found.end() for found in re.finditer("\n", text))]
    # A number may go on in the next line of a paragraph.
    flowing = re.sub(r"(?<!\n)\n(?=[^\n\s])", " ", text.translate(_GAPS))
    where = tuple(regions) if regions is not None else REGIONS.get(language[:2], REGIONS["en"])
    findings: list[Finding] = []
    taken: list[Span] = []
    found = sorted(
        (number, span)
        for start in range(0, max(len(text), 1), STRIDE)
        for number, span in _in_window(flowing, start, language[:2], where)
    )
    for number, span in sorted(found, key=lambda pair: (pair[0], pair[1].start - pair[1].end)):
        place = bisect_right(taken, span)
        if all(
            span.end <= other.start or other.end <= span.start
            for other in taken[max(0, place - 1) : place + 1]
        ):
            taken.insert(place, span)
            line = bisect_right(lines, span.start)
            findings.append(Finding(_FINDERS[number][0], *span, text[span.start : span.end], line))
    return tuple(sorted(findings, key=lambda finding: finding.start))


def guard(
    source: str, audience: str = "public", *, regions: Sequence[str] | None = None
) -> tuple[Finding, ...]:
    """Return what looks private in that part of a source which leaves for an audience; places are of the source.

    Nothing leaves for members. Raises FrontMatterError for marks that cannot be read.
    """
    if audience == "members":
        return ()
    shown = masked(source, audience)
    language = _LANGUAGE.search(shown)
    head = re.match(r"\ufeff?---\r?\n.*?\n---", shown, re.DOTALL)
    if head:
        shown = _HEAD.sub(_as_meant, head[0]) + shown[head.end() :]
    return find(shown, regions=regions, language=language[1].lower() if language else "en")


def black_out(text: str, findings: Iterable[Finding]) -> str:
    """Return a text in which each finding gave way to the same black block."""
    for finding in sorted(findings, key=lambda one: one.start, reverse=True):
        text = text[: finding.start] + BLACK + text[finding.end :]
    return text


def _as_meant(found: re.Match[str]) -> str:
    """Return a piece of front matter as its readers see it, in as many characters: a \\n is a gap and no letter."""
    if found["chosen"]:
        return " " * len(found[0])
    return _ESCAPED.sub(_unescaped, found[0]) if found["quoted"] else found[0]


def _unescaped(found: re.Match[str]) -> str:
    return " " + (found[1] if found[1] in _MEANT else " ")


def _in_window(
    text: str, start: int, language: str, regions: tuple[str, ...]
) -> Iterator[tuple[int, Span]]:
    """Give what begins in one stride of the text, seen with a margin on both sides."""
    first = max(0, start - MARGIN)
    piece = text[first : start + STRIDE + MARGIN]
    window = Window(piece, without_addresses(piece), language, regions)
    for number, (_, look) in enumerate(_FINDERS):
        for span in look(window):
            at = Span(first + span.start, first + span.end)
            if start <= at.start < start + STRIDE:
                yield number, at

"""The lines of minutes as people paste them: headings, lists, ticks and labels, in whatever way they are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from fedi.web.console.minutes.labels import meaning_of

_BULLET = "[-*+•·‣▪●◦○➢–—]"
HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*")
BOLD = re.compile(r" {0,3}(?:\*\*|__)([^*_]+)(?:\*\*|__):?[ \t]*")
ITEM = re.compile(rf" {{0,3}}(?:{_BULLET}|\d{{1,3}}[.)])\s+(.+)")
TICKED = re.compile(rf"[ \t]*(?:{_BULLET}\s+\[([ xX✓✔])\]|(?:{_BULLET}\s+)?([☐☑☒]))\s+(.+)")
BELOW = re.compile(rf"(?: {{2,}}|\t)({_BULLET}\s+)?(\S.*)")
LABEL = re.compile(
    r" {0,3}(?:[-*+•·–]\s+)?(?:\*\*|__)?([^:：*_#|]{1,60}?)(?:\*\*|__)?"
    r"(?:[ \t]*[:：]|[ \t]+[–—-]+[ \t])(?:\*\*|__)?[ \t]*(.*)"
)
NUMBERED = re.compile(r"#?(\d{4}[-/]\d{1,4}|\d{1,4}/\d{4})\s*[:.)–—-]?\s+(.+)")
FENCE = re.compile(r" {0,3}(```|~~~)")
_UNDERLINE = re.compile(r" {0,3}(=+|-{3,})[ \t]*")
_PLAIN = re.compile(r" {0,3}(?![-*+>|#=•])\S.{0,150}")
_ASIDE = re.compile(r"(.+?)\s*\(([^()]+)\)")
_COUNTED = re.compile(r"(.+?)\s*(?:#|no\.|nr\.|n[°º])?\s*(\d[\d./-]*)", re.IGNORECASE)
_NAMES = re.compile(r"[^\W\d_][\w.'’-]*(?:[ ,،;&]{1,3}[^\W\d_][\w.'’-]*){0,4}")
_MARKS = re.compile("[\u200e\u200f\u2066-\u2069\u202a-\u202e\ufeff]")
"""Marks of direction, which text that was copied is full of, and which nobody typed."""


def lines_of(text: str) -> list[str]:
    """Return the lines of a text; headings that are underlined become such with marks before them."""
    found: list[str] = []
    is_fenced = False
    plain = _MARKS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4)
    for line in plain.split("\n"):
        above = found[-1] if found else ""
        is_alone = len(found) < 2 or not found[-2].strip() or HEADING.fullmatch(found[-2])
        under = _UNDERLINE.fullmatch(line)
        if FENCE.match(line):
            is_fenced = not is_fenced
        if under and not is_fenced and is_alone and _PLAIN.fullmatch(above):
            found[-1] = f"{'#' if under[1][0] == '=' else '##'} {above.strip()}"
        else:
            found.append(line)
    return found


def label_of(words: str) -> tuple[str, str, str, str]:
    """Return a label without what it says aside, what it means, what it says aside, and the number it has.

    Like `Decision 2027-3 (by vote)`.
    """
    plain, aside, key = words.strip(), "", ""
    if not meaning_of(plain)[0] and (found := _ASIDE.fullmatch(plain)):
        plain, aside = found[1], found[2]
    if not meaning_of(plain)[0] and (found := _COUNTED.fullmatch(plain)):
        plain, key = found[1], found[2]
    meaning = meaning_of(plain)[0]
    return (plain, meaning, aside, key) if meaning else (words.strip(), "", "", "")


def is_names(line: str) -> bool:
    """Tell whether a line can be a few names and nothing else."""
    return bool(_NAMES.fullmatch(line.strip()))


def language_of(lines: list[str]) -> str:
    """Return the language that most labels are in, '' where two are as likely."""
    votes: Counter[str] = Counter()
    for languages in _languages_of_labels(lines):
        votes.update(languages)
    first = votes.most_common(2)
    is_clear = first and (len(first) == 1 or first[0][1] > first[1][1])
    return first[0][0] if is_clear else ""


def _languages_of_labels(lines: list[str]) -> Iterator[frozenset[str]]:
    for line in lines:
        found = HEADING.fullmatch(line) or BOLD.fullmatch(line) or LABEL.fullmatch(line)
        if found:
            words = found[2] if found.re is HEADING else found[1]
            yield meaning_of(label_of(re.sub(r"[*_`]", "", words).strip(" :："))[0])[1]

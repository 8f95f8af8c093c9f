"""Full names beside a word of attendance or arrest, as far as a script shows which words are names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fedi.publishing.redaction import words
from fedi.publishing.redaction.finding import Span, Window, any_of

REACH = 110
"""Characters before the word within which a name is looked for; behind it three times as many, for lists."""
_UPPER = "A-ZÀ-ÖØ-ÞĀĂĆČĎĐĒĖĘĚĞĢĪĮİĶĻŁŃŅŇŐŒŘŚŞŠŢŤŪŮŰŹŻŽ"
_LOWER = "a-zß-öø-ÿāăćčďđēėęěğģīįıķļłńņňőœřśşšţťūůűźżž"
_PARTICLE = any_of(words.PARTICLES)
_PART = rf"(?:[{_UPPER}]['’]|Mc|Mac|Fitz)?[{_UPPER}][{_LOWER}]{{1,24}}(?:[-'’][{_UPPER}]?[{_LOWER}]{{1,24}})?"
_INITIAL = rf"[{_UPPER}]\.(?:[ -]?[{_UPPER}]\.)?"
_NAME = re.compile(
    rf"(?<![\w@#/&.-])(?:{_PART}|{_INITIAL})(?:\s(?:{_PARTICLE}[ -]){{0,3}}(?:{_PART}|{_INITIAL})){{1,3}}(?![\w@])"
)
_SENTENCE = re.compile(rf"(?<=[^{_UPPER}\W][.!?؟])\s|\n\s*\n|[;؛]|\n\s*(?=[#|])")
_LATIN = re.compile(rf"\b{any_of(words.PRESENT + words.TAKEN)}\b", re.IGNORECASE)
_ARABIC = re.compile(any_of(words.ARABIC))
_GIVEN = any_of(words.ARABIC_GIVEN)
_NO_SURNAME = any_of(words.ARABIC_NO_SURNAME)
_ARABIC_NAME = re.compile(
    rf"(?<![\u0621-\u064a])و?{_GIVEN}(?:\s(?:بن|بنت|ابن|عبد|أبو|ابو))?"
    rf"(?:\s(?!{_NO_SURNAME}\s)(?!و{_GIVEN}(?![\u0621-\u064a]))[\u0621-\u064a]{{2,14}}){{1,2}}(?![\u0621-\u064a])"
)
_LAST_WORD = re.compile(r"[\w'’]{1,20}(?=\s?$)")


def find(window: Window) -> Iterator[Span]:
    """Give where names stand that tell who was there or who was taken."""
    text = window.plain
    at = 0
    for end, following in [*(pause.span() for pause in _SENTENCE.finditer(text)), (len(text), 0)]:
        sentence = text[at:end]
        for start, stop in (*_latin(sentence), *_arabic(sentence)):
            yield Span(at + start, at + stop)
        at = following


def _latin(sentence: str) -> Iterator[tuple[int, int]]:
    beside = [found.span() for found in _LATIN.finditer(sentence)]
    for found in _NAME.finditer(sentence) if beside else ():
        last = _LAST_WORD.search(sentence[max(0, found.start() - 22) : found.start()])
        if last and last[0].lower() in words.ARTICLES:
            continue  # the Red Cross, la Croix Rouge
        start, end = _trimmed(found)
        if _is_name(sentence[start:end]) and _is_near(start, end, beside):
            yield start, end


def _arabic(sentence: str) -> Iterator[tuple[int, int]]:
    beside = [found.span() for found in _ARABIC.finditer(sentence)]
    for found in _ARABIC_NAME.finditer(sentence) if beside else ():
        if _is_near(*found.span(), beside):
            yield found.span()


def _is_near(start: int, end: int, beside: list[tuple[int, int]]) -> bool:
    return any(
        (after <= start <= after + 3 * REACH) or (end <= before <= end + REACH)
        for before, after in beside
    )


def _trimmed(found: re.Match[str]) -> tuple[int, int]:
    """Leave out a first word that only begins the sentence; nothing is left where it begins the name of a group."""
    parts = list(re.finditer(r"\S+", found[0]))
    while parts and _LATIN.fullmatch(parts[0][0]):
        parts.pop(0)
    if not parts or parts[0][0].lower() in words.NO_NAMES:
        return found.start(), found.start()
    return found.start() + parts[0].start(), found.end()


def _is_name(text: str) -> bool:
    parts = [part for part in text.split() if not re.fullmatch(_PARTICLE, part)]
    return len(parts) >= 2 and not any(
        part.lower() in words.NO_NAMES or _LATIN.fullmatch(part) for part in parts
    )

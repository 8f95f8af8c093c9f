"""Which languages a reader wants, best first, and which of those there are comes nearest."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 200
"""Characters of an Accept-Language header that are read."""


def wanted(accept_language: str) -> tuple[str, ...]:
    """Return the languages of an Accept-Language header, best first."""
    found: list[tuple[float, str]] = []
    for part in accept_language[:LONGEST].split(","):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if tag.strip() and weight > 0:
            found.append((weight, tag.strip()))
    found.sort(key=lambda pair: -pair[0])
    return tuple(tag for _, tag in found)


def best_of(wish: Sequence[str], there: Sequence[str]) -> str:
    """Return which of the languages there are the reader likes best, or nothing; varieties stand for each other."""
    for tag in wish:
        same = [code for code in there if code.lower() == tag.lower()]
        near = [code for code in there if _first(code) == _first(tag)]
        if same or near:
            return (same or near)[0]
    return ""


def narrowed(accept_language: str, spoken: str, there: Sequence[str]) -> str:
    """Return the shortest header that chooses the same language of the interface and the same of a text.

    `spoken` is the one of the interface that the whole header chose, `there` are those of the text. Very many headers
    come to one of a few, so that an answer can be kept for all of them.
    """
    wish = (*wanted(accept_language), spoken)
    text = best_of(wish, there)
    if not text or _first(text) == _first(spoken):
        return text or spoken
    at = {tag: place for place, tag in reversed(list(enumerate(map(_first, wish))))}
    is_text_first = at.get(_first(text), len(wish)) < at[_first(spoken)]
    return f"{text},{spoken}" if is_text_first else f"{spoken},{text}"


def _first(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()

"""Hashtags: which words can be one, and how a person lists them."""

from __future__ import annotations

import re
import unicodedata

from fedi.publishing.front_matter import Found, Problems
from fedi.publishing.words import _


def hashtags(found: Found, problems: Problems) -> tuple[str, ...] | None:
    """Hashtags as a list or in one line, with or without their mark."""
    pieces = found.value
    if isinstance(pieces, str):
        pieces = [Found(found.line, word) for word in re.split(r"[\s,]+", pieces) if word]
    tags: list[str] = []
    for piece in pieces if isinstance(pieces, list) else [found]:
        value = piece.value if isinstance(piece.value, str) else "[…]"
        tag = value.removeprefix("#")
        if not is_hashtag(tag):
            problems.add(
                piece.line,
                _("`%(value)s` cannot be a hashtag."),
                _("Write one word of letters and digits."),
                value=value,
            )
        tags.append(tag)
    return tuple(dict.fromkeys(tags))


def is_hashtag(tag: str) -> bool:
    """Tell whether a word without its mark can be a hashtag: letters, digits, marks, underscores."""
    # Mobilizon drops hashtags of forty characters and more.
    return 0 < len(tag) < 40 and all(is_tag_letter(c) for c in tag) and not tag.isdigit()


def is_tag_letter(character: str) -> bool:
    """Tell whether a character may stand in a hashtag; many scripts write vowels as marks."""
    return character == "_" or unicodedata.category(character)[0] in "LMN"

"""E-mail addresses, also those that are spelt out for people; handles of the fediverse are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fedi.publishing.redaction.finding import Span, Window, any_of, spans

_NAME = r"[\w.%+-]{1,64}"
_WRITTEN = re.compile(
    r"(?<![\w.%+@/-])(?:mailto:)?[\w.%+'-]{1,64}"
    r"@(?:[\w-]{1,63}\.){1,6}[^\W\d_][\w-]{1,23}(?![\w@])"
)
_AT = any_of("at a arroba ät chez arobase")
_DOT = any_of("dot punto point punkt ponto")
_BRACKETED = re.compile(
    rf"\b{_NAME}\s{{0,2}}[\[({{]\s?(?:{_AT}|@)\s?[\])}}]\s{{0,2}}[\w-]{{1,63}}"
    rf"(?:\s{{0,2}}(?:\.|[\[({{]\s?(?:{_DOT}|\.)\s?[\])}}]|\s{_DOT}\s)\s{{0,2}}[\w-]{{2,24}}){{1,4}}\b",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    rf"\b{_NAME}\s{_AT}\s[\w-]{{1,63}}(?:\s{_DOT}\s[\w-]{{2,24}}){{1,4}}\b", re.IGNORECASE
)


def find(window: Window) -> Iterator[Span]:
    """Give where e-mail addresses stand."""
    for pattern in (_WRITTEN, _BRACKETED, _SPOKEN):
        yield from spans(pattern, window.text)

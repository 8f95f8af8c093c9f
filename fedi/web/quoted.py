"""Words of others, for where the page puts quotation marks around them."""

from __future__ import annotations

import re

_CLOSED_BY = {
    "“": "”",
    "”": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "‚": "‘’",
    "‘": "’",
    "「": "」",
    "『": "』",
    '"': '"',
    "'": "'",
}
"""Quotation marks as languages have them: what opens, and what closes after it."""
_MARKS = '“”„«»"'
"""Marks that say, where one is inside as well, that the outer ones belong to two quotations."""
_QUOTED = re.compile(r"\s*([“”„«»‹‚‘「『\"'])(.+)([”“»«›‘’」』\"'])\s*([.!?…؟]?)\s*")


def unquoted(text: str) -> str:
    """Return words without the quotation marks that somebody wrote around all of them."""
    found = _QUOTED.fullmatch(text)
    if found is None or set(found[2]) & set(_MARKS):
        return text
    opening, inner, closing, end = found.groups()
    return (inner.strip() + end) if closing in _CLOSED_BY[opening] else text

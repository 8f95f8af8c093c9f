"""Places told to the metre: coordinates of three decimals and more, plus codes, links into maps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fedi.publishing.redaction.finding import Span, Window, any_of, spans

_NUMBER = r"[+−-]?\d{1,3}[.,]\d{3,12}"
_PAIR = re.compile(
    rf"(?<![\w.,])(?P<lat>{_NUMBER})\s?°?\s?(?P<ns>[NSns]\b)?\s{{0,2}}[,;/]?\s{{0,3}}"
    r"(?:(?:and|y|et|und|e|و|lon|lng|long)[.:=]?\s{1,2})?"
    rf"(?P<lon>{_NUMBER})\s?°?\s?(?P<ew>[EWOLewol]\b)?(?!\w)"
)
_LETTERS_FIRST = re.compile(
    rf"(?<!\w)[NSns]\s?{_NUMBER}\s?°?[\s,;]{{1,3}}[EWOLewol]\s?{_NUMBER}\s?°?(?!\w)"
)
_DMS = r"""\d{1,3}\s?[°º]\s?\d{1,2}(?:[.,]\d{1,6})?\s?['’′](?:\s?\d{1,2}(?:[.,]\d{1,6})?\s?["”″'’]{1,2})?"""
_DEGREES = re.compile(
    rf"(?<!\w)(?:[NS]\s)?{_DMS}\s?[NSns]?[\s,;]{{0,3}}(?:[EWOL]\s)?{_DMS}\s?[EWOLewol]?"
)
_PLUS_SIGNS = "[2-9CFGHJMPQRVWX]"
_PLUS_CODE = re.compile(
    rf"(?<![\w+])(?:{_PLUS_SIGNS}{{8}}|{_PLUS_SIGNS}{{4,6}})\+{_PLUS_SIGNS}{{2,4}}(?![\w+])"
)
_GEO = re.compile(r"\bgeo:-?\d{1,3}\.\d{3,12},-?\d{1,3}\.\d{3,12}[^\s)>\]]{0,60}", re.IGNORECASE)
_IN_LINK = r"[^\s<>\"()]"
_MAP = re.compile(
    rf"https?://{_IN_LINK}{{0,200}}?(?:[@=/,]|%2C)-?\d{{1,2}}\.\d{{3,18}}"
    rf"(?:,|/|%2C|&m?lon=|%20)\+?-?\d{{1,3}}\.\d{{3,18}}{_IN_LINK}{{0,200}}"
)
_SHORT_MAP = re.compile(
    any_of(r"maps\.app\.goo\.gl goo\.gl/maps osm\.org/go w3w\.co what3words\.com").join(
        (r"https?://", rf"/{_IN_LINK}{{3,80}}")
    ),
    re.IGNORECASE,
)
_THREE_WORDS = re.compile(r"(?<![\w/:])(?:///)[^\W\d_]{2,24}(?:\.[^\W\d_]{2,24}){2}\b")
_WORDS = re.compile(
    any_of("coord gps lat\\b latitud lon\\b position posici standort koord localiza إحداثي الموقع"),
    re.IGNORECASE,
)
_MONEY = re.compile(
    any_of(
        r"[€$£¥] \beuro?s?\b \bgbp\b \busd\b \bpounds?\b \bdollars?\b \breais\b \bpesos\b "
        r"\bfrancs?\b \bchf\b \bbrl\b درهم جنيه دينار ليرة"
    ),
    re.IGNORECASE,
)


def find(window: Window) -> Iterator[Span]:
    """Give where exact coordinates stand."""
    for pattern in (_DEGREES, _LETTERS_FIRST, _PLUS_CODE, _GEO, _MAP, _SHORT_MAP, _THREE_WORDS):
        yield from spans(pattern, window.text)
    for found in _PAIR.finditer(window.plain):
        if _is_place(found, window.plain):
            yield Span(*found.span())


def _is_place(found: re.Match[str], text: str) -> bool:
    lat, lon = (_number(found[name]) for name in ("lat", "lon"))
    if abs(lat) > 90 or abs(lon) > 180:
        return False
    if found["ns"] or found["ew"]:
        return True
    before = text[max(0, found.start() - 40) : found.start()]
    if _WORDS.search(before):
        return True
    has_comma = "," in found["lat"] or "," in found["lon"]
    if has_comma or _MONEY.search(before) or _MONEY.search(text[found.end() : found.end() + 14]):
        return False
    # Where the point separates thousands, 12.500 is no degree.
    places = min(len(found[name].partition(".")[2]) for name in ("lat", "lon"))
    return places > 3 or not any(found[name].endswith(("00", "50")) for name in ("lat", "lon"))


def _number(written: str) -> float:
    return float(written.replace(",", ".").replace("−", "-"))

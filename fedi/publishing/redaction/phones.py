"""Telephone numbers: with the code of their country, as they are dialled at home, and in links that begin a call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import decimal

from fedi.publishing.redaction.finding import Span, Window, any_of

_CANDIDATE = re.compile(
    r"(?<![\w.,:/#§=-])(?:\+|＋|00)?[ ]?(?:\(\+?\d{1,5}\)[ ]?)?"
    r"\d(?:[ .()/‐‑–·-]{0,3}\d){5,17}(?![\w%°])(?![.,:]\d)"
)
_LINK = re.compile(
    any_of(r"tel: sms: wa\.me/ signal\.me/#p/ whatsapp\.com/send/?\?phone= t\.me/\+")
    + r"\+?[\d().-]{6,20}\d",
    re.IGNORECASE,
)
_CALL = re.compile(
    any_of(
        r"\btel\b \bphones?\b telephone \bcall\b \bmobiles?\b \bcell\b \bring\b \btext\b whats_?app \bsignal\b "
        r"telegram \bsms\b \bfax\b \bdial\b hotline \bmy_number \breach tel[ée]fono m[óo]vil \bllam celular \bt[ée]l\b "
        r"t[ée]l[ée]phone \bportable appel joindre joign num[ée]ro_: telefon handy \bruf mobil erreich telem[óo]vel "
        r"\blig[au] \bzap\b contact contat kontakt هاتف اتصل الاتصال موبايل جوال تليفون واتس للتواصل رقم_الطوارئ"
    ),
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ][01]?\d[-./ ][0-3]?\d"
    r"|[0-3]?\d[-./ ][01]?\d[-./ ](?:19|20)?\d\d(?:\D|$)"
    r"|(?:19|20)\d\d\s?[-–/ ]\s?(?:19|20)\d\d"
)
_MONEY_BEFORE = re.compile(r"(?:[€$£¥]|R\$|EUR|GBP|USD|BRL|CHF)\s?$")
_UNIT_AFTER = re.compile(
    r"^\s?"
    + any_of(
        r"[€$£¥%] euros?\b eur\b gbp\b usd\b pounds?\b dollars?\b reais\b pesos\b francs?\b people\b personas\b "
        r"personnes\b pessoas\b menschen\b km\b m² kwh\b signatures\b firmas\b شخص درهم جنيه دينار ليرة يورو"
    ),
    re.IGNORECASE,
)


def find(window: Window) -> Iterator[Span]:
    """Give where telephone numbers stand."""
    for found in _LINK.finditer(window.text):
        yield Span(*found.span())
    for found in _CANDIDATE.finditer(window.plain):
        start, end = found.span()
        start += len(found[0]) - len(found[0].lstrip())
        before, after = window.plain[max(0, start - 40) : start], window.plain[end : end + 16]
        if _is_phone(window, window.plain[start:end], before, after):
            yield Span(start, end)


def _is_phone(window: Window, written: str, before: str, after: str) -> bool:
    # The digits of every script say the same, in dates as in numbers.
    written = "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in written)
    digits = [sign for sign in written if sign.isdecimal()]
    if not 7 <= len(digits) <= 17 or _MONEY_BEFORE.search(before) or _UNIT_AFTER.search(after):
        return False
    is_abroad = written.startswith(("+", "＋", "00"))
    is_named = _CALL.search(before) is not None
    if is_abroad and (is_named or len(digits) > 7):
        return True
    if _DATE.match(written) and not written.startswith("0"):
        return False
    if is_named:
        return not _DATE.fullmatch(written)
    return any(_is_dialled(written, region) for region in window.regions)


def _is_dialled(written: str, region: str) -> bool:
    """Tell whether a number is one of that country, grouped as people there write them, and not any number."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    found = next(iter(PhoneNumberMatcher(written, region, Leniency.VALID, 5)), None)
    if found is None or len(found.raw_string) < len(written.strip()) - 1:
        return False
    digits = "".join(sign for sign in written if sign.isdecimal())
    is_whole = written.isdecimal()
    begins = written.startswith(("0", "(", "٠"))
    return (
        begins or (len(digits) >= 9 and not is_whole) or (is_whole and len(digits) in (9, 10, 11))
    )

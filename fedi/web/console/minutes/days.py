"""Days and times as people write them in six languages: read where they can mean one thing only."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache

from babel import Locale

LANGUAGES = ("en", "de", "es", "fr", "pt", "ar")
_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_WORDS = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|er|[.ºª°])?\s+(?:de\s+|of\s+)?(?P<month>[^\W\d_]+)\.?"
    r"|(?P<named>[^\W\d_]+)\.?\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?),?\s+(?:de\s+)?(?P<year>\d{4})"
)
_HOUR = re.compile(
    r"(?:(?:from|von|de|desde|das|من|الساعة)\s+)*(?P<hour>\d{1,2})(?:[:.hH٫](?P<minute>\d{2}))?(?P<word>\s*(?:Uhr|h\b|heures|horas))?\s*(?P<half>[aApP]\.?[mM]\.?|ص|م\b)?"
)
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:hH٫]\d{2}|\.\d{2}(?=\s*Uhr)|(?=\s*(?:Uhr|[hH]\b|heures|horas|[aApP]\.?[mM]\b)))"
    r"(?:\s*(?:Uhr|[hH]\b|heures|horas|[aApP]\.?[mM]\b\.?))?"
)
_SMALL = "at|on|the|from|um|am|den|uhr|von|a|à|le|el|la|las|às|das|de|em|o|os|as|h|heures|horas|vers|الساعة|من|يوم|في"
_BETWEEN = re.compile(r"\s*[–—-]\s*|\s+(?:to|until|bis|às|à|a|hasta|até|إلى|حتى)\s+")


def digits(text: str) -> str:
    """Write the digits of any script as 0 to 9."""
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text
    )


def day_in(text: str, languages: frozenset[str] = frozenset()) -> str:
    """Return the day that a text names, like 2027-06-03, or '' where there is none or it could be another.

    Of 3/6/2027 only English words leave it open which is the month.
    """
    return _found(digits(text), languages)[0]


def only_day(text: str, languages: frozenset[str] = frozenset()) -> str:
    """Return the day that a text names, or '' where it says more than that, or leaves it open."""
    text = digits(text).strip(" .")
    day, start, end = _found(text, languages)
    before = _plain(re.sub(r"^(?:the|am|den|el|le|em|no|na|يوم)\s+", "", text[:start].strip(" ,،")))
    is_all = not text[end:].strip(" .,،") and (not before or before in _weekdays())
    return day if is_all else ""


def _found(text: str, languages: frozenset[str]) -> tuple[str, int, int]:
    """Return a day with where it stands."""
    if found := re.search(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", text):
        return _day(int(found[1]), int(found[2]), int(found[3])), *found.span()
    if found := _NUMBERS.search(text):
        first, second, year = map(int, found.groups())
        is_open = "/" in found[0] and (not languages or "en" in languages)
        if is_open and first != second and first <= 12 and second <= 12:
            return "", 0, 0
        if is_open and second > 12:
            first, second = second, first
        return _day(year, second, first), *found.span()
    for found in _WORDS.finditer(text):
        month = _months().get(_plain(found["month"] or found["named"] or ""), 0)
        if month:
            day = int(found["day"] or found["after"])
            return _day(int(found["year"]), month, day), *found.span()
    return "", 0, 0


def beside(text: str, languages: frozenset[str] = frozenset()) -> str:
    """Return what a text says beside a day and hours, '' for nothing."""
    text = digits(text)
    _day, start, end = _found(text, languages)
    words = re.sub(r"[\s,،.;()–—-]+", " ", f"{text[:start]} {text[end:]}").split(" ")
    left = " ".join(word for word in words if _plain(word) not in _weekdays())
    left = _BETWEEN.sub(" ", f" {_CLOCK.sub(' ', left)} ")
    return re.sub(rf"\b(?:{_SMALL})\b|[،؛]", " ", left, flags=re.IGNORECASE).strip()


def hours_in(text: str) -> tuple[str, str]:
    """Return from when to when, like ('19:00', '21:30'); each '' where it is not there."""
    pieces = [_hour(piece) for piece in _BETWEEN.split(digits(text).strip(), maxsplit=1)]
    return pieces[0], pieces[1] if len(pieces) > 1 else ""


def clocks_in(text: str, languages: frozenset[str] = frozenset()) -> tuple[str, str]:
    """Return the first two hours that a text names, like ('19:00', '21:30'); each '' where it is not there."""
    text = digits(text)
    _day, start, end = _found(text, languages)
    found = [_hour(hour) for hour in _CLOCK.findall(f"{text[:start]} {text[end:]}")]
    first, second = [*(hour for hour in found if hour), "", ""][:2]
    return first, second


def is_hour(text: str) -> bool:
    """Tell whether a text is an hour and nothing else."""
    return bool(_hour(digits(text)))


def _hour(text: str) -> str:
    found = _HOUR.fullmatch(text.strip())
    if found is None:
        return ""
    is_plain = not (found["minute"] or found["half"] or found["word"])
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"][0] in "pPم" else 0)
    return "" if hour > 23 or minute > 59 or is_plain else f"{hour:02}:{minute:02}"


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat() if 1970 <= year <= 2200 else ""
    except ValueError:
        return ""


@cache
def _months() -> dict[str, int]:
    """Return the number of each month by its names, long and short."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for context in Locale.parse(language).months.values():
            for width in ("abbreviated", "wide"):
                names |= {_plain(name): number for number, name in context[width].items()}
    return names


@cache
def _weekdays() -> frozenset[str]:
    """Return the names of the days of the week, long and short."""
    return frozenset(
        _plain(name)
        for language in LANGUAGES
        for context in Locale.parse(language).days.values()
        for width in ("abbreviated", "wide")
        for name in context[width].values()
    )


def _plain(name: str) -> str:
    return name.casefold().rstrip(".")

"""Languages of the interface: which one a reader gets, dates and numbers as they write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.dates import format_date, format_time, format_timedelta, match_skeleton
from babel.numbers import format_currency, format_decimal, format_percent

from fedi.catalogues import SOURCE, catalogue, languages
from fedi.publishing.times import zone as find_zone
from fedi.publishing.times import zone_word
from fedi.web.own_names import OWN_NAMES
from fedi.web.tongues import wanted

__all__ = ["SOURCE", "Speech", "autonym", "catalogue", "choose", "languages", "locale_of"]

# The world's English puts the day before the month and counts hours to 24.
_FORMATS = {"en": "en_GB"}
_LONGEST_MONTH = 4


@lru_cache(maxsize=1_024)
def choose(accept_language: str) -> str:
    """Return the best of our languages for an Accept-Language header."""
    wish = [tag.replace("-", "_") for tag in wanted(accept_language)]
    return negotiate_locale(wish, languages()) or SOURCE


@cache
def locale_of(language: str) -> Locale:
    """Return the formats of a language, or those of English when nobody knows it."""
    name = language.replace("-", "_")
    try:
        return Locale.parse(_FORMATS.get(name, name))
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale.parse(_FORMATS[SOURCE])


@lru_cache(maxsize=1_024)
def autonym(language: str) -> str:
    """Return a language's name for itself, or the tag when nobody knows it."""
    if language in OWN_NAMES:
        return OWN_NAMES[language]
    try:
        name = Locale.parse(language.replace("-", "_")).get_display_name()
    except (UnknownLocaleError, ValueError, TypeError):
        return language
    return (name or language)[:1].upper() + (name or language)[1:]


@dataclass(frozen=True, slots=True)
class Speech:
    """How one reader is spoken to: language, and the formats that go with it; zones are names of the IANA database."""

    language: str

    @property
    def direction(self) -> str:
        """Return the direction of this language, `rtl` or `ltr`."""
        return self.locale.text_direction

    @property
    def locale(self) -> Locale:
        """Return the formats of this language."""
        return locale_of(self.language)

    def day(self, ms: int, zone: str | None = None) -> str:
        """Write a day, like 3 June 2027."""
        return _date(self.language, "long", _local(ms, zone).date())

    def weekday(self, ms: int, zone: str | None = None) -> str:
        """Write a day with its weekday, like Thursday 3 June."""
        return _date(self.language, "MMMMEEEEd", _local(ms, zone).date())

    def full_day(self, ms: int, zone: str | None = None) -> str:
        """Write a day with its weekday and year, like Thursday, 3 June 2027."""
        return _date(self.language, "full", _local(ms, zone).date())

    def short_day(self, ms: int, zone: str | None, today: int) -> str:
        """Write a day without its year unless it is another year than today's."""
        day = _local(ms, zone).date()
        style = "MMMMd" if day.year == _local(today, zone).year else "long"
        return _date(self.language, style, day)

    def day_number(self, ms: int, zone: str | None = None) -> str:
        """Write the number of a day in its month."""
        return _date(self.language, "d", _local(ms, zone).date())

    def date(self, iso_date: str) -> str:
        """Write a date given as 2027-06-25; what is no date stays as it is."""
        try:
            return _date(self.language, "long", date.fromisoformat(iso_date))
        except ValueError:
            return iso_date

    def month(self, ms: int, zone: str | None = None) -> str:
        """Write the month of a day, abbreviated where its name is long."""
        day = _local(ms, zone).date()
        name = _date(self.language, "LLLL", day)
        return name if len(name) <= _LONGEST_MONTH else _date(self.language, "LLL", day)

    def year(self, ms: int, zone: str | None = None) -> str:
        """Write the year of a day."""
        return _date(self.language, "y", _local(ms, zone).date())

    def time(self, ms: int, zone: str | None = None) -> str:
        """Write a time of day."""
        return _time(self.language, _local(ms, zone).time())

    def clock(self, ms: int, zone: str | None = None) -> str:
        """Name the clock that a time of day was read from, like CET."""
        return zone_word(_local(ms, zone))

    def moment(self, ms: int, zone: str | None = None) -> str:
        """Write a moment with its day, its hour and the clock it was read from."""
        return f"{self.full_day(ms, zone)}, {self.time(ms, zone)} {self.clock(ms, zone)}"

    def days_between(self, today: int, ms: int, zone: str | None = None) -> int:
        """Count the midnights between now and a moment."""
        return (_local(ms, zone).date() - _local(today, zone).date()).days

    def in_days(self, days: int) -> str:
        """Write how far off a day is: in 12 days, and from two months on in 7 months."""
        unit, threshold = ("day", 60) if abs(days) < 60 else ("month", 0.85)
        return format_timedelta(
            timedelta(days=days),
            granularity=unit,
            threshold=threshold,
            add_direction=True,
            locale=self.locale,
        )

    def number(self, value: Decimal | float | int) -> str:
        """Write a number with this language's separators."""
        return _number(self.language, value)

    def percent(self, share: float) -> str:
        """Write a share of one in whole hundredths."""
        return format_percent(share, locale=self.locale)

    def money(self, value: Decimal | float | int, currency: str) -> str:
        """Write a sum of money, without digits after the point where there are none."""
        if value != int(value):
            return format_currency(value, currency, locale=self.locale)
        pattern = self.locale.currency_formats["standard"].pattern.replace(".00", "")
        return format_currency(
            value, currency, format=pattern, currency_digits=False, locale=self.locale
        )

    def amount(self, value: str, unit: str) -> str:
        """Write how much of something: money where the unit is a currency, else a number and the unit."""
        try:
            number = Decimal(value)
        except InvalidOperation:
            return f"{value} {unit}".strip()
        if len(unit) == 3 and unit.isalpha() and unit.isupper():
            return self.money(number, unit)
        return f"{self.number(number)} {unit}".strip()

    def names(self, tags: Sequence[str]) -> list[tuple[str, str]]:
        """Return each language tag with its name for itself."""
        return [(tag, autonym(tag)) for tag in tags]

    def is_other(self, tag: str) -> bool:
        """Tell whether a text is in another language than this one."""
        return bool(tag) and tag.split("-")[0].lower() != self.language.split("_")[0].lower()


# Babel reads its patterns anew each time; a page has many dates and numbers, and most of them again and again.
@lru_cache(maxsize=4_096)
def _date(language: str, style: str, day: date) -> str:
    """Write a day in a length (full, long) or with the fields of a skeleton."""
    locale = locale_of(language)
    if style in ("full", "long") or len(set(style)) == 1:
        return format_date(day, style, locale=locale)
    return format_date(day, _pattern(locale, style), locale=locale)


def _pattern(locale: Locale, skeleton: str) -> str:
    """Return the order in which a language writes these fields, with names as long as the skeleton asks for."""
    known = locale.datetime_skeletons
    pattern = str(known[match_skeleton(skeleton, known)].pattern)
    # Most languages of CLDR have such patterns with short names only.
    for short, long in (("MMM+", "MMMM"), ("E+", "EEEE")):
        if long in skeleton:
            pattern = re.sub(short, long, pattern)
    return pattern


@lru_cache(maxsize=4_096)
def _time(language: str, moment: time) -> str:
    return format_time(moment, "short", locale=locale_of(language))


@lru_cache(maxsize=4_096)
def _number(language: str, value: Decimal | float) -> str:
    return format_decimal(value, locale=locale_of(language))


def _local(ms: int, zone: str | None) -> datetime:
    return datetime.fromtimestamp(ms / 1000, (find_zone(zone) if zone else None) or UTC)

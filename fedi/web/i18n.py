"""Languages of the interface: catalogues, which one a reader gets, dates and numbers as they write them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import Translations

from fedi.places import folder

SOURCE = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ckb", "ps", "sd", "ug", "yi", "dv"})


@cache
def languages() -> tuple[str, ...]:
    """Return the languages there are catalogues for; English needs none."""
    found = {path.parent.parent.name for path in folder("locales").glob("*/LC_MESSAGES/fedi.po")}
    found |= {path.parent.parent.name for path in folder("locales").glob("*/LC_MESSAGES/fedi.mo")}
    return tuple(sorted(found | {SOURCE}))


@cache
def catalogue(language: str) -> NullTranslations:
    """Load a catalogue, compiling it in memory where only the source is there."""
    place = folder("locales") / language / "LC_MESSAGES"
    compiled = place / "fedi.mo"
    if compiled.is_file():
        with compiled.open("rb") as file:
            return Translations(file, domain="fedi")
    source = place / "fedi.po"
    if not source.is_file():
        return NullTranslations()
    with source.open("rb") as file:
        messages = read_po(file, locale=language)
    buffer = io.BytesIO()
    write_mo(buffer, messages)
    buffer.seek(0)
    return Translations(buffer, domain="fedi")


@lru_cache(maxsize=1_024)
def choose(accept_language: str) -> str:
    """Return the best of our languages for an Accept-Language header."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:200].split(","):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            wanted.append((weight, tag.replace("-", "_")))
    wanted.sort(key=lambda pair: -pair[0])
    return negotiate_locale([tag for _, tag in wanted], languages()) or SOURCE


def direction(language: str) -> str:
    """Return `rtl` or `ltr` for a language tag."""
    return "rtl" if language.split("-")[0].split("_")[0].lower() in RIGHT_TO_LEFT else "ltr"


def autonym(language: str) -> str:
    """Return a language's name for itself, or the tag when nobody knows it."""
    try:
        name = Locale.parse(language.replace("-", "_")).get_display_name()
    except (UnknownLocaleError, ValueError, TypeError):
        return language
    return (name or language)[:1].upper() + (name or language)[1:]


@dataclass(frozen=True, slots=True)
class Speech:
    """How one reader is spoken to: language, and the formats that go with it."""

    language: str

    @property
    def direction(self) -> str:
        """Return the direction of this language."""
        return direction(self.language)

    def _local(self, ms: int, zone: str | None) -> datetime:
        return datetime.fromtimestamp(ms / 1000, ZoneInfo(zone) if zone else UTC)

    def day(self, ms: int, zone: str | None = None, *, style: str = "long") -> str:
        """Write a day, like 3 June 2027."""
        return format_date(self._local(ms, zone).date(), style, locale=self.language)

    def weekday(self, ms: int, zone: str | None = None) -> str:
        """Write a day with its weekday, like Thursday, 3 June 2027."""
        return format_date(self._local(ms, zone).date(), "full", locale=self.language)

    def short_day(self, ms: int, zone: str | None, today: int) -> str:
        """Write a day without its year unless it is another year than today's."""
        moment = self._local(ms, zone)
        if moment.year != self._local(today, zone).year:
            return self.day(ms, zone)
        return format_datetime(moment, "d MMMM", locale=self.language)

    def day_number(self, ms: int, zone: str | None = None) -> str:
        """Write the number of a day in its month."""
        return format_datetime(self._local(ms, zone), "d", locale=self.language)

    def date(self, iso_date: str) -> str:
        """Write a date given as 2027-06-25; what is no date stays as it is."""
        try:
            return format_date(date.fromisoformat(iso_date), "long", locale=self.language)
        except ValueError:
            return iso_date

    def month(self, ms: int, zone: str | None = None) -> str:
        """Write the month of a day."""
        return format_datetime(self._local(ms, zone), "LLLL", locale=self.language)

    def time(self, ms: int, zone: str | None = None) -> str:
        """Write a time of day."""
        return format_time(self._local(ms, zone), "short", locale=self.language)

    def until(self, ms: int, today: int, zone: str | None = None) -> str:
        """Write how many days lie between, like in 12 days."""
        days = (self._local(ms, zone).date() - self._local(today, zone).date()).days
        return format_timedelta(
            timedelta(days=days),
            granularity="day",
            threshold=60,
            add_direction=True,
            locale=self.language,
        )

    def number(self, value: Decimal | float | int) -> str:
        """Write a number with this language's separators."""
        return format_decimal(value, locale=self.language)

    def money(self, value: Decimal | float | int, currency: str) -> str:
        """Write a sum of money."""
        text = format_currency(value, currency, locale=self.language)
        return text.removesuffix(".00").removesuffix(",00")

    def amount(self, value: str, unit: str) -> str:
        """Write how much of something: money where the unit is a currency, else a number and the unit."""
        number = Decimal(value)
        if len(unit) == 3 and unit.isalpha() and unit.isupper():
            return self.money(number, unit)
        return f"{self.number(number)} {unit}".strip()

    def names(self, tags: Sequence[str]) -> list[tuple[str, str]]:
        """Return each language tag with its name for itself."""
        return [(tag, autonym(tag)) for tag in tags]

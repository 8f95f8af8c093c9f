"""Local times and their zones: what a person writes, the moment it means, and how it is told to people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton


def zone(name: str) -> ZoneInfo | None:
    """Return the IANA zone of that name, or None; never a file outside the database of zones."""
    if name != "UTC" and "/" not in name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zones_like(name: str) -> list[str]:
    """Return names of zones that somebody who wrote this may have meant."""
    known = available_timezones()
    word = name.replace(" ", "_").rsplit("/", 1)[-1].lower()
    same_city = sorted(
        known_name for known_name in known if known_name.lower().endswith("/" + word)
    )
    return same_city[:2] or get_close_matches(name, known, n=2)


def exists(local: datetime) -> bool:
    """Tell whether the clocks of its zone ever show this time (they skip an hour in spring)."""
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None) == local.replace(tzinfo=None)


def to_ms(moment: datetime) -> int:
    """Return milliseconds since the epoch of a moment that knows its zone."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def read_moment(text: str, zone_name: str) -> datetime | None:
    """Read xsd:dateTime with an offset, told on the clocks of the zone (or of its own offset)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    where = zone(zone_name)
    return moment.astimezone(where) if where else moment


def zone_word(moment: datetime) -> str:
    """Return the short name people use for the zone at that moment, like CET or UTC+3."""
    name = moment.tzname() or ""
    if name[:1] in "+-":
        hours, minutes = name[1:3].lstrip("0") or "0", name[3:5]
        return f"UTC{name[0]}{hours}" + (f":{minutes}" if minutes not in ("", "00") else "")
    return name


def day_in_words(day: date, language: str, *, short: bool = False) -> str:
    """Write a day with weekday and year in the words of the language."""
    if short:
        midnight = datetime(day.year, day.month, day.day)
        return format_skeleton("yMMMEd", midnight, locale=_locale(language)).replace(",", "", 1)
    return format_date(day, "full", locale=_locale(language))


def moment_in_words(moment: datetime, language: str, *, short: bool = False) -> str:
    """Write a moment with weekday, year, hour and zone: each of them was missed somewhere once."""
    day = day_in_words(moment.date(), language, short=short)
    return f"{day}{_comma(language)}{moment:%H:%M} {zone_word(moment)}"


def span_in_words(
    start: datetime, end: datetime | None, language: str, *, short: bool = False
) -> str:
    """Write from when to when, naming the day once if it is one day."""
    if end is None:
        return moment_in_words(start, language, short=short)
    day = day_in_words(start.date(), language, short=short)
    if end.date() == start.date():
        return f"{day}{_comma(language)}{start:%H:%M}–{end:%H:%M} {zone_word(start)}"
    return f"{day}{_comma(language)}{start:%H:%M} – {moment_in_words(end, language, short=short)}"


def _comma(language: str) -> str:
    """Return what stands between a day and its hour: not every script has our comma."""
    return "، " if "،" in str(_locale(language).datetime_formats["full"]) else ", "


def _locale(language: str) -> Locale:
    # Plain "en" would put the month before the day; the world's English does not.
    name = "en_001" if language in ("", "en") else language.replace("-", "_")
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_001")

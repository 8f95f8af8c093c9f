"""The types a front matter schema is made of: each reads one piece, or says what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from fedi.errors import Named
from fedi.publishing.front_matter import (
    HIDDEN,
    Found,
    Problems,
    Reader,
    Schema,
    Values,
    read_fields,
)
from fedi.publishing.times import zone, zones_like
from fedi.publishing.words import _

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?")
_BIDI = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def text(most: int = 500, least: int = 0) -> Reader:
    """One line of plain text, of at most and at least so many characters; accents alone make none long enough."""

    def read(found: Found, problems: Problems) -> str | None:
        value = _scalar(found, problems)
        if value is None:
            return None
        # Marks that turn the direction of what follows can make a title say something else.
        kept = "".join(c for c in value if c not in _BIDI and (c >= " " or c in "\n\t"))
        line = " ".join(unicodedata.normalize("NFC", kept).split())
        if len(line) > most:
            _refuse(
                found,
                problems,
                _("This is longer than %(most)s characters."),
                _("Put the rest in the text."),
                most=most,
            )
        elif sum(unicodedata.category(c)[0] not in "CM" for c in line) < least:
            _refuse(
                found,
                problems,
                _("This is shorter than %(least)s characters."),
                _("Say a little more."),
                least=least,
            )
        else:
            return line
        return None

    return read


def choice(*words: str) -> Reader:
    """One of a few words."""

    def read(found: Found, problems: Problems) -> str | None:
        value = _scalar(found, problems)
        if value is None or value.lower() in words:
            return value and value.lower()
        return _refuse(
            found,
            problems,
            _("`%(value)s` is not known here."),
            _("Write one of %(words)s."),
            words=", ".join(words),
        )

    return read


def language(found: Found, problems: Problems) -> str | None:
    """A language tag of BCP 47, such as en, so or pt-BR."""
    value = _scalar(found, problems)
    if value is None or (_LANGUAGE.fullmatch(value) and len(value) <= 35):
        return value
    return _refuse(
        found,
        problems,
        _("`%(value)s` is not a language."),
        _("Write its code, like en, so or pt-BR."),
    )


def whole(most: int = 1_000_000) -> Reader:
    """A whole number from nought."""

    def read(found: Found, problems: Problems) -> int | None:
        value = _scalar(found, problems)
        if value is None:
            return None
        if re.fullmatch(r"[0-9]{1,9}", value) and int(value) <= most:
            return int(value)
        return _refuse(
            found,
            problems,
            _("`%(value)s` is not a number of this kind."),
            _("Write digits, like 27."),
        )

    return read


def amount(found: Found, problems: Problems) -> Decimal | None:
    """An amount above nought, with at most three digits after the point."""
    value = _scalar(found, problems)
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,3})?", value) and Decimal(value) > 0:
        return Decimal(value)
    return _refuse(
        found,
        problems,
        _("`%(value)s` is not an amount."),
        _("Write digits and a point, like 6000 or 12.50."),
    )


def day(found: Found, problems: Problems) -> date | None:
    """A day, like 2027-06-25."""
    value = _scalar(found, problems)
    if value is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    return _refuse(
        found, problems, _("`%(value)s` is not a day."), _("Write year-month-day, like 2027-06-25.")
    )


def local_time(found: Found, problems: Problems) -> datetime | None:
    """A day and an hour on the clock of the place, without offset: the zone is a key of its own."""
    value = _scalar(found, problems)
    if value is None:
        return None
    match = _MOMENT.fullmatch(value)
    try:
        if match and 1970 <= int(value[:4]) <= 2200:
            return datetime.fromisoformat(f"{match[1]}T{match[2]}")
    except ValueError:
        pass
    return _refuse(
        found,
        problems,
        _("`%(value)s` is not a day and an hour."),
        _("Write them like 2027-06-19T17:00, and the zone under `timezone`."),
    )


def yes_no(found: Found, problems: Problems) -> bool | None:
    """Yes or no, in the spellings YAML has had for them."""
    word = choice("yes", "no", "true", "false")(found, problems)
    return None if word is None else word in ("yes", "true")


def timezone(found: Found, problems: Problems) -> str | None:
    """A name of the IANA database, such as Europe/London."""
    value = _scalar(found, problems)
    if value is None or zone(value) is not None:
        return value
    near = zones_like(value)
    return _refuse(
        found,
        problems,
        _("`%(value)s` is not a time zone."),
        _("Did you mean one of %(near)s?") if near else _("Write a name like Europe/London."),
        near=", ".join(near),
    )


def web_address(*more_schemes: str) -> Reader:
    """An https or http address, or one of the schemes named."""
    schemes = ("https", "http", *more_schemes)

    def read(found: Found, problems: Problems) -> str | None:
        value = _scalar(found, problems)
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            good = parts.scheme in schemes and bool(
                parts.hostname or (parts.scheme in more_schemes and (parts.netloc or parts.path))
            )
        except ValueError:
            good = False
        if good and not re.search(r"[\s<>\"\\^`{|}\x00-\x20]", value) and len(value) <= 2000:
            return value
        return _refuse(
            found,
            problems,
            _("`%(value)s` is not an address."),
            _("Begin it with one of %(schemes)s."),
            schemes=", ".join(f"{scheme}://" for scheme in schemes),
        )

    return read


def list_of(reader: Reader, most: int = 100) -> Reader:
    """A list; a lone piece counts as a list of one."""

    def read(found: Found, problems: Problems) -> tuple[Any, ...] | None:
        pieces = found.value if isinstance(found.value, list) else [found]
        if len(pieces) > most:
            _refuse(
                found,
                problems,
                _("There are more than %(most)s of these."),
                _("Make it shorter."),
                most=most,
            )
            return None
        read_all = (reader(piece, problems) for piece in pieces)
        values = [value for value in read_all if value is not HIDDEN]
        return None if any(value is None for value in values) else tuple(values)

    return read


def record(schema: Schema, build: Callable[[Values], Any], what: Named) -> Reader:
    """A mapping with its own schema, turned into a value once all of it is right."""

    def read(found: Found, problems: Problems) -> Any:
        pieces = found.value if isinstance(found.value, dict) else {}
        if any(schema[key].required and pieces[key].is_hidden for key in pieces if key in schema):
            return HIDDEN
        before = len(problems.found)
        values = read_fields(found, schema, problems, what)
        return build(values) if len(problems.found) == before else None

    return read


def number_between(least: float, most: float) -> Reader:
    """A decimal number within bounds."""

    def read(found: Found, problems: Problems) -> float | None:
        value = _scalar(found, problems)
        if value is None:
            return None
        if (
            re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", value)
            and least <= float(value) <= most
        ):
            return float(value)
        return _refuse(
            found,
            problems,
            _("`%(value)s` is not a number from %(least)s to %(most)s."),
            _("Write it with a point, like 51.4545."),
            least=f"{least:g}",
            most=f"{most:g}",
        )

    return read


def _refuse(found: Found, problems: Problems, sentence: str, cure: str, **values: object) -> None:
    """Note what is wrong with a piece; its text is there to be filled in as `value`."""
    problems.add(found.line, sentence, cure, value=found.value, **values)


def _scalar(found: Found, problems: Problems) -> str | None:
    if isinstance(found.value, str):
        return found.value
    return _refuse(
        found, problems, _("Here should be plain text."), _("Write the value after the colon.")
    )

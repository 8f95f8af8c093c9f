"""What people type into fields: checked with words of their own, and turned into front matter and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.fields.choices import (
    SelectChoice,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType] - newer than its stubs
)
from wtforms.validators import Optional, Regexp, ValidationError

from fedi.publishing.hashtags import is_hashtag
from fedi.publishing.marks import has_marks
from fedi.publishing.times import zone, zones_like
from fedi.publishing.words import _

OFTEN = (
    "ar bn ca cs cy da de el en eo es eu fa fi fr ga gl he hi hr hu id it ja ko ku nl no pl pt ro ru so "
    "sq sr sv sw ta ti tr uk ur vi zh"
)
"""Languages to choose from, after the group's own."""
ZONES = (
    "Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Nairobi "
    "America/Argentina/Buenos_Aires America/Bogota America/Chicago America/Denver America/Lima "
    "America/Los_Angeles America/Mexico_City America/New_York America/Santiago America/Sao_Paulo "
    "America/Toronto America/Vancouver Asia/Dhaka Asia/Dubai Asia/Jakarta Asia/Jerusalem Asia/Karachi "
    "Asia/Kolkata Asia/Manila Asia/Seoul Asia/Shanghai Asia/Tehran Asia/Tokyo Australia/Sydney "
    "Europe/Athens Europe/Berlin Europe/Istanbul Europe/Kyiv Europe/Lisbon Europe/London Europe/Madrid "
    "Europe/Paris Europe/Rome Europe/Warsaw Pacific/Auckland UTC"
)
"""Time zones that a field suggests; it takes any other."""

unless_empty = Optional()
a_number = Regexp(r"[0-9]{1,9}$", message=_("Write digits, like 27."))
an_address = Regexp(r"https?://\S+$", message=_("Begin the address with https://."))
an_amount = Regexp(
    r"[0-9]{1,12}(\.[0-9]{1,3})?$", message=_("Write digits and a point, like 6000 or 12.50.")
)
a_coordinate = Regexp(
    r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?$", message=_("Write it with a point, like 51.4545.")
)
somewhere_to_give = Regexp(
    r"(https?://|payto:)\S+$", message=_("Begin the address with https:// or payto:.")
)


def a_day(form: Any, field: Field) -> None:
    """Refuse what is no day of any calendar."""
    text = str(field.data or "")
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            date.fromisoformat(text)
            return
    except ValueError:
        pass
    raise ValidationError(field.gettext(_("Write the day like 2027-06-19.")))


def an_hour(form: Any, field: Field) -> None:
    """Refuse what no clock shows."""
    text = str(field.data or "")
    try:
        if re.fullmatch(r"\d{2}:\d{2}", text):
            time.fromisoformat(text)
            return
    except ValueError:
        pass
    raise ValidationError(field.gettext(_("Write the time like 19:00.")))


def tags(form: Any, field: Field) -> None:
    """Refuse words that cannot be hashtags, and name the first of them."""
    for word in re.split(r"[\s,]+", str(field.data or "").strip()):
        if word and not is_hashtag(word.removeprefix("#")):
            said = field.gettext(_("%(word)s cannot be a hashtag: write letters and digits only."))
            raise ValidationError(said % {"word": word})


def open_to_all(form: Any, field: Field) -> None:
    """Refuse marks where they would hide nothing."""
    if has_marks(str(field.data or "")):
        sentence = field.gettext(_("This looks like a mark, but everybody would see it."))
        cure = field.gettext(
            _("Leave it out: marks hide something in what the group publishes only.")
        )
        raise ValidationError(f"{sentence} {cure}")


def a_zone(form: Any, field: Field) -> None:
    """Refuse what is not the name of a time zone, and say which one was probably meant."""
    name = str(field.data or "").strip()
    if not name or zone(name):
        return
    near = zones_like(name)
    sentence = field.gettext(_("There is no time zone called %(name)s.")) % {"name": name}
    cure = field.gettext(_("Did you mean %(zone)s?")) % {"zone": near[0]} if near else ""
    raise ValidationError(f"{sentence} {cure}".strip())


def choices(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """Return values and their names as fields take them."""
    return [SelectChoice(value, name) for value, name in pairs]


def moment(day: str | None, hour: str | None, name: str | None) -> datetime | None:
    """Return the moment that day, hour and zone mean, or None while they mean none."""
    where = zone((name or "").strip())
    try:
        return datetime.fromisoformat(local(day, hour)).replace(tzinfo=where) if where else None
    except ValueError:
        return None


def number(text: str) -> int | None:
    """Read the digits of a small number as a page of ours writes them; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def local(day: str | None, hour: str | None) -> str:
    """Join a day and an hour as front matter has them."""
    return f"{day or ''}T{hour or '00:00'}" if day else ""


def day_and_hour(moment: str) -> tuple[str, str]:
    """Take a local time of front matter apart."""
    day, _sign, hour = moment.replace(" ", "T").partition("T")
    return day, hour[:5]


def without_empty(value: Any) -> Any:
    """Leave out what was left empty: texts, rows and groups of fields with nothing in them."""
    if isinstance(value, Mapping):
        whole = {key: without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in whole.items() if not is_empty(inner)}
    if isinstance(value, list | tuple):
        return [inner for inner in map(without_empty, value) if not is_empty(inner)]
    return value.strip() if isinstance(value, str) else value


def is_empty(value: object) -> bool:
    """Tell whether nothing was typed."""
    return value is None or value is False or value in ("", [], {})


def flat(values: Mapping[str, Any], before: str = "") -> MultiDict[str, str]:
    """Write values as a form would send them: rows as needs-0-kind, a ticked box as y."""
    return MultiDict(list(_pairs(values, before)))


def _pairs(values: Mapping[str, Any] | Sequence[Any], before: str) -> Iterator[tuple[str, str]]:
    named = values.items() if isinstance(values, Mapping) else enumerate(values)
    for key, value in named:
        name = f"{before}{key}"
        if isinstance(value, Mapping | list | tuple):
            yield from _pairs(value, f"{name}-")
        elif isinstance(value, bool):
            yield from [(name, "y")] if value else []
        elif value is not None:
            yield name, str(value)

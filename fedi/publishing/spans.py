"""From when to when: two local times and a zone of the front matter, made moments."""

from __future__ import annotations

from datetime import datetime, timedelta

from fedi.publishing.front_matter import Problems, Values
from fedi.publishing.times import exists, zone
from fedi.publishing.words import _

LONGEST = timedelta(days=31)


def span(
    values: Values, start_key: str, end_key: str, problems: Problems
) -> tuple[datetime | None, datetime | None]:
    """Return start and end on the clocks of `timezone`, noting times that do not exist or do not follow."""
    start, end = moment(values, start_key, problems), moment(values, end_key, problems)
    if start and end and end <= start:
        problems.add(
            values.line(end_key),
            _("`%(end)s` is not after `%(start)s`."),
            _("If it ends after midnight, write the next day."),
            end=end_key,
            start=start_key,
        )
    if start and end and end - start > LONGEST:
        problems.add(
            values.line(end_key),
            _("This lasts more than %(most)s days."),
            _("Publish one for each part of it."),
            most=LONGEST.days,
        )
    return start, end


def moment(values: Values, key: str, problems: Problems) -> datetime | None:
    """Return the moment under one key on the clock of `timezone`, noting a time that no clock shows."""
    local, name = values[key], values["timezone"]
    where = zone(name) if name else None
    if local is None or where is None:
        return None
    when: datetime = local.replace(tzinfo=where)
    if not exists(when):
        problems.add(
            values.line(key),
            _("The clocks of %(zone)s never show %(hour)s on that day: they go forward."),
            _("Write an hour later or earlier."),
            zone=name,
            hour=f"{local:%H:%M}",
        )
    return when

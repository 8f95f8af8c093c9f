"""How a group asks a question with answers to choose from."""

from __future__ import annotations

import re
from datetime import timedelta

from fedi.conversation.votes import plain
from fedi.practices.polls.counting import align, settle
from fedi.practices.polls.document import from_document, to_document
from fedi.practices.polls.model import (
    FEWEST_OPTIONS,
    LONGEST_OPTION,
    MOST_OPTIONS,
    STATUSES,
    Option,
    Poll,
)
from fedi.publishing import fields
from fedi.publishing.front_matter import Field, Found, Problems, Values
from fedi.publishing.kinds import Kind, register
from fedi.publishing.spans import moment
from fedi.publishing.words import _

LONGEST = timedelta(days=365)
_OPEN_FOR = re.compile(r"([0-9]{1,4}) (minute|hour|day|week)s?")


def read(values: Values, problems: Problems) -> Poll | None:
    """Make a poll of front matter."""
    before = len(problems.found)
    names: tuple[str, ...] = values["options"] or ()
    _check_options(names, values.line("options"), problems)
    ends, open_for = values["ends"], values["open_for"]
    if (ends is None) == (open_for is None) and len(problems.found) == before:
        problems.add(
            values.line("open_for"),
            _("A poll ends at a moment or is open for a while; this does not say which."),
            _("Write one line like open_for: 3 days"),
        )
    if ends and not values["timezone"]:
        problems.add(
            values.line("ends"),
            _("This does not say on whose clock."),
            _("Write a line like timezone: Europe/London"),
        )
    return Poll(
        options=tuple(Option(name) for name in names),
        multiple=bool(values["multiple"]),
        timezone=values["timezone"] or "UTC",
        ends=moment(values, "ends", problems),
        open_for=open_for,
        status=values["status"] or "",
    )


def _check_options(names: tuple[str, ...], line: int, problems: Problems) -> None:
    if names and len(names) < FEWEST_OPTIONS:
        problems.add(line, _("There is nothing to choose from."), _("Write at least two options."))
    if not all(names):
        problems.add(
            line, _("An option is empty."), _("Write what it stands for, or leave it out.")
        )
    if len({plain(name) for name in names}) < len(names):
        problems.add(
            line, _("Two options are the same."), _("A vote is told by the words of its option.")
        )


def _open_for(found: Found, problems: Problems) -> timedelta | None:
    """For how long, like 3 days: minutes, hours, days or weeks."""
    written = found.value if isinstance(found.value, str) else ""
    match = _OPEN_FOR.fullmatch(written.lower())
    length = timedelta(**{f"{match[2]}s": int(match[1])}) if match else timedelta()
    if timedelta() < length <= LONGEST:
        return length
    problems.add(
        found.line,
        _("`%(value)s` is not for how long a poll can be open."),
        _("Write minutes, hours, days or weeks, at most a year, like 3 days."),
        value=written,
    )
    return None


KIND = register(
    Kind(
        name="poll",
        path="polls",
        stamp="poll",
        type="Question",
        meaning="Poll",
        label=_("Poll"),
        plural=_("Polls"),
        schema={
            "options": Field(
                fields.list_of(fields.text(LONGEST_OPTION), most=MOST_OPTIONS),
                required=_("Write a line like options: [Thursday, Friday]"),
            ),
            "multiple": Field(fields.yes_no),
            "ends": Field(fields.local_time),
            "timezone": Field(fields.timezone),
            "open_for": Field(_open_for),
            "status": Field(fields.choice(*STATUSES)),
        },
        read=read,
        to_document=to_document,
        from_document=from_document,
        settle=settle,
        align=align,
        is_titled=False,
    )
)

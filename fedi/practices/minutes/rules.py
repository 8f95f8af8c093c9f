"""How a group publishes minutes."""

from __future__ import annotations

from fedi.practices.minutes.document import from_document, to_document
from fedi.practices.minutes.model import METHODS, RESULTS, Decision, Minutes
from fedi.publishing import fields
from fedi.publishing.front_matter import Field, Problems, Values
from fedi.publishing.kinds import Kind, register
from fedi.publishing.spans import span
from fedi.publishing.words import _


def read(values: Values, problems: Problems) -> Minutes | None:
    """Make minutes of front matter."""
    start, end = span(values, "date", "end", problems)
    if start is None:
        return None
    return Minutes(
        date=start,
        timezone=values["timezone"],
        end=end,
        place=values["place"],
        is_online=bool(values["online"]),
        attendance=values["attendance"],
        decisions=values["decisions"] or (),
    )


def _decision(values: Values) -> Decision:
    return Decision(
        text=values["text"],
        how=values["how"] or "consent",
        result=values["result"] or "adopted",
        consent=values["consent"],
        stand_aside=values["stand_aside"],
        block=values["block"],
        review=values["review"],
    )


_DECISION = {
    "text": Field(fields.text(1000), required="Write what was decided in a sentence."),
    "how": Field(fields.choice(*METHODS)),
    "result": Field(fields.choice(*RESULTS)),
    "consent": Field(fields.whole()),
    "stand_aside": Field(fields.whole()),
    "block": Field(fields.whole()),
    "review": Field(fields.day),
}

KIND = register(
    Kind(
        name="minutes",
        path="minutes",
        stamp="minutes",
        type="Article",
        meaning="Minutes",
        label=_("Minutes"),
        plural=_("Minutes"),
        schema={
            "date": Field(fields.local_time, required="Write a line like date: 2026-12-03T19:00"),
            "end": Field(fields.local_time),
            "timezone": Field(
                fields.timezone, required="Write a line like timezone: Europe/London"
            ),
            "place": Field(fields.place),
            "online": Field(fields.yes_no),
            "attendance": Field(fields.whole()),
            "decisions": Field(
                fields.list_of(fields.record(_DECISION, _decision, "A decision"), most=60)
            ),
        },
        read=read,
        to_document=to_document,
        from_document=from_document,
    )
)

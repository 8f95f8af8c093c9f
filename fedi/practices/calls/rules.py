"""How a group calls people together, and how it tells them of changes."""

from __future__ import annotations

from dataclasses import replace

from fedi.practices.calls.document import from_document, titled, to_document
from fedi.practices.calls.model import LONGEST_TITLE, SHORTEST_TITLE, STATUSES, Call
from fedi.publishing import fields, words
from fedi.publishing.front_matter import Field, Problems, Values
from fedi.publishing.kinds import Kind, Subject, register
from fedi.publishing.markdown import plain_to_markdown
from fedi.publishing.places import place
from fedi.publishing.spans import span
from fedi.publishing.times import moment_in_words, span_in_words
from fedi.publishing.words import _, say


def read(values: Values, problems: Problems) -> Call | None:
    """Make a call of front matter."""
    start, end = span(values, "start", "end", problems)
    if start is None:
        return None
    return Call(
        start=start,
        timezone=values["timezone"],
        end=end,
        place=values["place"],
        online=values["online"] or "",
        status=values["status"] or "confirmed",
    )


def revise(before: Call, after: Call) -> Call:
    """Remember when it was to be, through every edit since its date changed."""
    moved = before.start != after.start
    return replace(after, previous_start=before.start if moved else before.previous_start)


def notice(before: Call, after: Call, subject: Subject) -> str | None:
    """Write what followers should hear beyond the Update: Misskey never shows it, Mastodon tells nobody."""
    has_new_status = after.status != before.status
    has_new_date, has_new_place = after.start != before.start, _where(after) != _where(before)
    if not has_new_status and (after.status == "cancelled" or not (has_new_date or has_new_place)):
        return None
    language = subject.language
    goes_ahead = has_new_status and after.status == "confirmed"
    lines: list[str] = []
    if has_new_date or (has_new_status and after.status in ("cancelled", "postponed")):
        lines.append(say(words.WAS, language, when=moment_in_words(before.start, language)))
    if after.status != "cancelled":
        if has_new_date or goes_ahead:
            when = span_in_words(after.start, after.end, language)
            lines.append(say(words.IS_NOW, language, when=when))
        elif has_new_status and after.status == "postponed":
            lines.append(say(words.NO_NEW_DATE, language))
        if has_new_place and _where(after):
            lines.append(say(words.TAKES_PLACE_AT, language, where=_where(after)))
    if goes_ahead:
        headline = say(words.GOES_AHEAD, language, title=subject.title)
    elif has_new_status:
        headline = titled(after, subject)
    else:
        changed = words.MOVED if has_new_date else words.NEW_PLACE
        headline = say(changed, language, title=subject.title)
    text = " ".join(plain_to_markdown(line) for line in lines)
    return f"**{plain_to_markdown(headline)}**\n\n{text}\n\n<{subject.id}>"


def _where(call: Call) -> str:
    return call.place.label if call.place else call.online


KIND = register(
    Kind(
        name="call",
        path="calls",
        stamp="call",
        type="Event",
        meaning="ActionCall",
        label=_("Call"),
        plural=_("Calls"),
        schema={
            "title": Field(
                fields.text(LONGEST_TITLE, least=SHORTEST_TITLE),
                required=_("Write a line like title: Open the windows"),
            ),
            "start": Field(
                fields.local_time, required=_("Write a line like start: 2027-06-19T17:00")
            ),
            "end": Field(fields.local_time),
            "timezone": Field(
                fields.timezone, required=_("Write a line like timezone: Europe/London")
            ),
            "place": Field(place),
            "online": Field(fields.web_address()),
            "status": Field(fields.choice(*STATUSES)),
        },
        read=read,
        to_document=to_document,
        from_document=from_document,
        revise=revise,
        notice=notice,
    )
)

"""How a group publishes minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fedi.practices.minutes.agenda import joined, number_of
from fedi.practices.minutes.document import from_document, to_document
from fedi.practices.minutes.front import front
from fedi.practices.minutes.model import Action, Decision, Meeting, Minutes
from fedi.practices.minutes.parts import align, settle
from fedi.practices.minutes.schema import SCHEMA
from fedi.practices.minutes.translating import translate
from fedi.publishing.front_matter import Problems, Values
from fedi.publishing.kinds import Kind, register
from fedi.publishing.spans import span
from fedi.publishing.times import exists, zone
from fedi.publishing.words import _


def read(values: Values, problems: Problems) -> Minutes | None:
    """Make minutes of front matter."""
    start, end = span(values, "date", "end", problems)
    decisions, actions = values["decisions"] or (), values["actions"] or ()
    _refuse_twins(decisions, _("Another decision has the key `%(key)s`."), problems)
    _refuse_twins(actions, _("Another action item has the key `%(key)s`."), problems)
    mirror = values["mirror"]
    if mirror and not (mirror.post or mirror.group or mirror.note):
        problems.add(
            values.line("mirror"),
            _("This mirror shows nothing."),
            _("Write the address of a post under `post`, or what it is about under `note`."),
        )
    following = _with_hour(values, problems)
    if start is None:
        return None
    return Minutes(
        date=start,
        timezone=values["timezone"],
        end=end,
        place=values["place"],
        is_online=bool(values["online"]),
        attendance=values["attendance"],
        attendance_remote=values["attendance_remote"],
        roles=values["roles"] or (),
        decisions=decisions,
        actions=actions,
        next=following,
        witness=values["witness"],
        mirror=mirror,
    )


def join(details: Minutes, text: str, values: Values, problems: Problems) -> tuple[Minutes, str]:
    """Bring agenda, notes and text together, and find the agenda item of each decision."""
    agenda, text = joined(values["agenda"] or (), text)
    decisions = [
        replace(decision, item=number_of(agenda, decision.about)) for decision in details.decisions
    ]
    for decision in decisions:
        # An item that this audience does not see is no mistake.
        if decision.about and not decision.item and values.is_whole:
            problems.add(
                decision.line,
                _("No item of the agenda is called `%(title)s`."),
                _("Write its number, or its title as it stands in the agenda."),
                title=decision.about,
            )
    return replace(details, agenda=agenda, decisions=tuple(decisions)), text


def names(details: Minutes) -> tuple[str, ...]:
    """Return whom minutes mention beside their text: the witness, and whose struggle is mirrored."""
    mirror, witness = details.mirror, details.witness
    mirrored = (mirror.group or mirror.post) if mirror else ""
    return tuple(name for name in (witness.group if witness else "", mirrored) if name)


def _with_hour(values: Values, problems: Problems) -> Meeting | None:
    """Put the hour of the next meeting on the clocks of the zone."""
    meeting: Meeting | None = values["next"]
    where = zone(values["timezone"] or "")
    if meeting is None or meeting.start is None or where is None:
        return meeting
    start = meeting.start.replace(tzinfo=where)
    if not exists(start):
        problems.add(
            values.line("next"),
            _("The clocks of %(zone)s never show %(hour)s on that day: they go forward."),
            _("Write an hour later or earlier."),
            zone=values["timezone"],
            hour=f"{start:%H:%M}",
        )
    return replace(meeting, start=start)


def _refuse_twins(items: Sequence[Decision | Action], sentence: str, problems: Problems) -> None:
    seen: set[str] = set()
    for item in items:
        if item.key and item.key in seen:
            problems.add(item.line, sentence, _("Give it one of its own."), key=item.key)
        seen.add(item.key)


KIND = register(
    Kind(
        name="minutes",
        path="minutes",
        stamp="minutes",
        type="Article",
        meaning="Minutes",
        label=_("Meeting minutes"),
        plural=_("Minutes"),
        schema=SCHEMA,
        read=read,
        to_document=to_document,
        from_document=from_document,
        join=join,
        names=names,
        settle=settle,
        align=align,
        translate=translate,
        front=front,
    )
)

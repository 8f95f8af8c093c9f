"""Minutes in words, in their own language: for the text of documents, and for servers that show a few lines."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from fedi.activitypub.html import excerpt
from fedi.practices.minutes.model import Action, Decision, Meeting, Minutes, Mirror, Role, Witness
from fedi.publishing import words
from fedi.publishing.kinds import Subject
from fedi.publishing.times import day_in_words, moment_in_words, span_in_words
from fedi.publishing.words import _, ngettext, say

ROOM = 600
"""Characters of a summary; some show it whole before the text, as a warning."""
SENTENCE = 160
"""Characters of a decision in a summary."""

BY_PHONE = ngettext("%(count)s by phone or online", "%(count)s by phone or online")
ABSTAIN = ngettext("%(count)s abstains", "%(count)s abstain")
FOR = ngettext("%(count)s for", "%(count)s for")
AGAINST = ngettext("%(count)s against", "%(count)s against")
MORE_DECISIONS = ngettext("And %(count)s more decision.", "And %(count)s more decisions.")
NUMBERED = _("Decision %(number)s")
FROM = _("From the minutes “%(title)s”, %(day)s")
ACTIONS = _("Who does what")
AGENDA = _("Agenda")
ROLES = _("Roles")
BY_DAY = _("by %(day)s")
DONE = _("done")
NEXT = _("Next meeting")
WITNESSED = _("Witnessed by %(group)s")
MIRROR = _("Global mirror")
PREPARED = _("Prepared by %(role)s")
PREPARES = _("Next time: %(role)s")
STANCES = {
    "": _("In their words"),
    "consent": _("Consent, in their words"),
    "stand_aside": _("Stand-aside, in their words"),
    "block": _("Block, in their words"),
    "abstain": _("Abstention, in their words"),
}


def summary(details: Minutes, subject: Subject) -> str:
    """Say when, where, how many, and what was decided in a sentence each: all that Mastodon shows of an Article.

    Behind a warning stands only when and where, since the warning shares the line.
    """
    language = subject.language
    line = facts_line(details, language, short=True)
    if subject.warning:
        return line
    said, room, left = [f"{line}."], ROOM - len(line), len(details.decisions)
    for decision in details.decisions:
        text = excerpt(decision.text, SENTENCE).rstrip(".")
        sentence = f"{_outcome(decision, language)}: {text}."
        room -= len(sentence) + 1
        if room < 0:
            break
        said.append(sentence)
        left -= 1
    if left and details.decisions:
        said.append(say(MORE_DECISIONS, language, count=left))
    return " ".join(said) if details.decisions else line


def facts_line(details: Minutes, language: str, *, short: bool = False) -> str:
    """Say when, where and how many in one line."""
    when = span_in_words(details.date, details.end, language, short=short)
    where = details.place.label if details.place else ""
    online = say(words.ONLINE, language) if details.is_online else ""
    there = ""
    if details.attendance is not None:
        there = say(words.PRESENT, language, count=details.attendance)
    far = ""
    if details.attendance_remote is not None:
        far = say(BY_PHONE, language, count=details.attendance_remote)
    return " – ".join(part for part in (when, where or online, there, far) if part)


def head(details: Minutes, subject: Subject) -> str:
    """Write title, date, place and numbers as HTML."""
    title = say(words.MINUTES, subject.language, title=subject.title)
    line = facts_line(details, subject.language)
    return f"<p><strong>{escape(title)}</strong><br>{escape(line)}</p>"


def decisions(items: tuple[Decision, ...], language: str, *, is_short: bool = False) -> str:
    """Write a list of decisions as HTML, each linked to its own address; the short one is without notes and reasons."""
    listed = (
        _decision_item(item, language) + ("" if is_short else _said_of(item, language))
        for item in items
    )
    return _section(words.DECISIONS, listed, language)


def roles(items: tuple[Role, ...], language: str) -> str:
    """Write who held which role as HTML."""
    lines = (
        escape(" – ".join(part for part in (item.role, item.held_by, item.note) if part))
        for item in items
    )
    return _section(ROLES, lines, language)


def actions(items: tuple[Action, ...], language: str) -> str:
    """Write who does what by when as HTML."""
    return _section(ACTIONS, (_action_item(item, language) for item in items), language)


def next_meeting(meeting: Meeting | None, language: str) -> str:
    """Write when and where the next meeting is as HTML, with its agenda."""
    if meeting is None:
        return ""
    agenda = "".join(f"<li>{escape(title)}</li>" for title in meeting.agenda)
    listed = f"<ul>{agenda}</ul>" if agenda else ""
    title = escape(say(NEXT, language))
    return f"<p><strong>{title}</strong><br>{escape(meeting_line(meeting, language))}</p>{listed}"


def meeting_line(meeting: Meeting, language: str) -> str:
    """Say when and where the next meeting is in one line."""
    when = (
        moment_in_words(meeting.start, language)
        if meeting.start
        else day_in_words(meeting.day, language)
    )
    online = say(words.ONLINE, language) if meeting.is_online else ""
    where = meeting.place.label if meeting.place else online
    return f"{when} – {where}" if where else when


def witness(seen: Witness | None, subject: Subject) -> str:
    """Write who was there as a witness as HTML, and what they say about it."""
    if seen is None:
        return ""
    said = say(WITNESSED, subject.language, group="%(group)s")
    named = escape(said).replace("%(group)s", _linked(seen.group, subject))
    quote = f"<blockquote><p>{escape(seen.note)}</p></blockquote>" if seen.note else ""
    return f"<p>{named}</p>{quote}"


def mirror(seen: Mirror | None, subject: Subject) -> str:
    """Write the struggle elsewhere that was taken into the meeting as HTML."""
    if seen is None:
        return ""
    language = subject.language
    title = escape(say(MIRROR, language)) + (f": {escape(seen.title)}" if seen.title else "")
    post = f'<a href="{escape(seen.post)}">{escape(seen.post)}</a>' if seen.post else ""
    who = _linked(seen.group, subject) if seen.group else ""
    roles_ = [
        escape(say(message, language, role=role))
        for message, role in ((PREPARED, seen.prepared_by), (PREPARES, seen.next))
        if role
    ]
    lines = [
        " – ".join(part for part in (who, post) if part),
        escape(seen.note),
        " · ".join(roles_),
    ]
    return "".join(f"<p>{line}</p>" for line in (f"<strong>{title}</strong>", *lines) if line)


def decision_content(decision: Decision, details: Minutes, subject: Subject) -> str:
    """Write a decision as HTML that can stand alone, with the meeting it is of."""
    language = subject.language
    number = escape(say(NUMBERED, language, number=decision.key))
    return (
        f"<p><strong>{number}</strong>: {escape(decision.text)}<br>"
        f"{escape(tally(decision, language))}{_said_of(decision, language)}</p>"
        + _from(details, subject)
    )


def action_content(action: Action, details: Minutes, subject: Subject) -> str:
    """Write an action item as HTML that can stand alone, with the meeting it is of."""
    line = _action_line(action, subject.language)
    told = f"<br>{escape(line)}" if line else ""
    return f"<p><strong>{escape(action.text)}</strong>{told}</p>" + _from(details, subject)


def tally(decision: Decision, language: str) -> str:
    """Say how a decision came about, with its numbers and when it comes back."""
    is_vote = decision.how == "vote"
    said = [_outcome(decision, language)]
    for number, message in (
        (decision.consent, FOR if is_vote else words.CONSENT),
        (decision.stand_aside, words.STAND_ASIDE),
        (decision.block, AGAINST if is_vote else words.BLOCK),
        (decision.abstain, ABSTAIN),
    ):
        if number is not None:
            said.append(say(message, language, count=number))
    if decision.review:
        on = day_in_words(decision.review, language, short=True)
        said.append(say(words.REVIEW, language, day=on))
    return " · ".join(said)


def _outcome(decision: Decision, language: str) -> str:
    outcome = say(words.OUTCOMES[decision.result], language)
    if decision.result in ("adopted", "amended"):
        return f"{outcome} {say(words.METHODS[decision.how], language)}"
    return outcome


def _decision_item(decision: Decision, language: str) -> str:
    text = escape(decision.text)
    named = f'<a href="{escape(decision.id)}">{text}</a>' if decision.id else text
    return f"{named}<br>{escape(tally(decision, language))}"


def _said_of(decision: Decision, language: str) -> str:
    """Write the note of a decision and the reasons given, a line each."""
    lines = [decision.note] if decision.note else []
    lines += [f"{say(STANCES[one.stance], language)}: {one.text}" for one in decision.reasons]
    return "".join(f"<br>{escape(line)}" for line in lines)


def _action_item(action: Action, language: str) -> str:
    line = _action_line(action, language)
    return escape(f"{action.text} – {line}" if line else action.text)


def _action_line(action: Action, language: str) -> str:
    due = day_in_words(action.due, language, short=True) if action.due else ""
    parts = (
        action.role,
        say(BY_DAY, language, day=due) if due else "",
        say(DONE, language) if action.done else "",
    )
    return ", ".join(part for part in parts if part)


def _from(details: Minutes, subject: Subject) -> str:
    day = day_in_words(details.date.date(), subject.language)
    said = escape(say(FROM, subject.language, title=subject.title, day=day))
    return f'<p><a href="{escape(subject.id)}">{said}</a></p>'


def _linked(handle: str, subject: Subject) -> str:
    person = subject.people.get(handle)
    if person is None:
        return f"@{escape(handle)}"
    name = handle.partition("@")[0]
    return (
        f'<span class="h-card"><a href="{escape(person.url)}" class="u-url mention">'
        f"@<span>{escape(name)}</span></a></span>"
    )


def _section(title: str, items: Iterable[str], language: str) -> str:
    listed = "".join(f"<li>{item}</li>" for item in items)
    return (
        f"<p><strong>{escape(say(title, language))}</strong></p><ul>{listed}</ul>" if listed else ""
    )

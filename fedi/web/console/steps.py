"""The steps of a text that several members answer for: written, checked, agreed to by a second one, published."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.governing import log
from fedi.publishing.words import _
from fedi.storage import drafts, objects, persons
from fedi.storage.drafts import Draft
from fedi.storage.pending import Pending
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.console.writing import form_of, is_written_here
from fedi.web.i18n import catalogue


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whether it is behind us or the next, and who did it when."""

    name: str
    told: str
    is_done: bool
    is_next: bool


def steps_of(
    tx: Tx, member: Member, draft: Draft, pending: Pending | None, takes: int
) -> list[Step]:
    """Return the steps of a draft in their order."""
    say = catalogue(member.speech.language).gettext
    is_checked = draft.state != "draft" or pending is not None
    told = [
        (say(_("Draft")), _by(tx, member, draft.made_by, draft.created_at), True),
        (
            say(_("Checked")),
            _by(tx, member, draft.changed_by, draft.updated_at)
            if draft.state == "checked"
            else ""
            if is_checked
            else say(_("by any member, who says so")),
            is_checked,
        ),
    ]
    if takes > 1 or pending:
        waits = _by(tx, member, pending.asked_by, pending.asked_at) if pending else ""
        name = _("Waits for a second member") if pending else _("A second member agrees")
        told.append((say(name), waits, False))
    told += _published(tx, member, draft)
    following = next(place for place, (*_rest, is_done) in enumerate(told) if not is_done)
    return [
        Step(name, who, is_done, place == following)
        for place, (name, who, is_done) in enumerate(told)
    ]


def steps_of_pending(tx: Tx, member: Member, found: Pending) -> list[Step]:
    """Return the steps of the draft that waits, where somebody has to check drafts of its kind."""
    draft = drafts.find(tx, str(found.arguments.get("draft", "")))
    if draft is None or not is_written_here(draft.kind) or not form_of(draft.kind).is_checked:
        return []
    return steps_of(tx, member, draft, found, 2)


def _published(tx: Tx, member: Member, draft: Draft) -> list[tuple[str, str, bool]]:
    say = catalogue(member.speech.language).gettext
    stored = objects.find(tx, draft.object) if draft.object else None
    if stored is None:
        return [(say(_("Published")), "", False)]
    day, number = member.speech.day(stored.published_at), member.speech.number(stored.version)
    there = say(_("Version %(n)s stands there now")) % {"n": number}
    return [(say(_("Published")), day, True), (say(_("Revised")), there, False)]


def _by(tx: Tx, member: Member, person: str, at: int) -> str:
    """Say who did something by their role, or by their name where they hold none, and when."""
    say = catalogue(member.speech.language).gettext
    held = log.roles_of(tx, member.group.actor, person).splitlines()
    found = persons.find(tx, person)
    who = ", ".join(map(say, held)) or (found.name if found else "")
    day = f"{member.speech.day(at)}, {member.speech.time(at)} UTC"
    return say(_("%(day)s, by %(who)s")) % {"day": day, "who": who} if who else day

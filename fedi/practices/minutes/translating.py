"""Minutes in another language: the words are the translation's, everything else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from fedi.practices.minutes.agenda import Item, joined, sections
from fedi.practices.minutes.model import Action, Decision, Meeting, Minutes, Mirror, Reason, Role
from fedi.publishing.front_matter import Problems, Values
from fedi.publishing.words import _

Piece = TypeVar("Piece", Decision, Action)


def translate(
    details: Minutes, text: str, values: Values, problems: Problems
) -> tuple[Minutes, str]:
    """Put minutes into the words of a translation; what it leaves out stays in the words of the original."""
    agenda, text = joined(_agenda(details.agenda, values["agenda"] or (), text), text)
    decided: Sequence[Decision] = values["decisions"] or ()
    taken_on: Sequence[Action] = values["actions"] or ()
    decisions = _paired(details.decisions, decided, "decisions", values, problems)
    actions = _paired(details.actions, taken_on, "actions", values, problems)
    # Where the agenda has other items than the original's, nobody knows which decision belongs to which.
    is_same = len(agenda) == len(details.agenda)
    witness, mirror, said = details.witness, details.mirror, values["witness"]
    return (
        replace(
            details,
            roles=_roles(details.roles, values["roles"] or ()),
            agenda=agenda,
            decisions=tuple(
                _decision(one, words, one.item if is_same else 0) for one, words in decisions
            ),
            actions=tuple(
                replace(one, text=words.text, role=words.role or one.role) if words else one
                for one, words in actions
            ),
            next=_meeting(details.next, values["next"]),
            witness=replace(witness, note=said.note or witness.note)
            if witness and said
            else witness,
            mirror=_mirror(mirror, values["mirror"]) if mirror else None,
        ),
        text,
    )


def _agenda(originals: Sequence[str], items: Sequence[Item], text: str) -> Sequence[Item]:
    """Return the items by the headings of the translation, where their titles were left in the original's words."""
    headings = [section.title for section in sections(text).items]
    if not len(originals) == len(items) == len(headings):
        return items
    return [
        replace(item, title=heading)
        if item.title == original and heading not in originals
        else item
        for original, item, heading in zip(originals, items, headings, strict=True)
    ]


def _paired(
    originals: tuple[Piece, ...],
    words: Sequence[Piece],
    key: str,
    values: Values,
    problems: Problems,
) -> list[tuple[Piece, Piece | None]]:
    """Return each original with its words: those of the same key, or without keys those at the same place."""
    keyed = {item.key: item for item in words if item.key}
    if not keyed and len(words) == len(originals):
        return list(zip(originals, words, strict=True))
    strangers = [item for item in words if item.key not in {one.key for one in originals}]
    if strangers and values.is_whole:
        known = ", ".join(one.key for one in originals)
        problems.add(
            strangers[0].line or values.line(key),
            _("It is not clear which of the %(what)s this translates."),
            _("Give it the key of the original: %(known)s.") if known else _("Leave it out."),
            what=key,
            known=known,
        )
    return [(one, keyed.get(one.key)) for one in originals]


def _decision(original: Decision, words: Decision | None, item: int) -> Decision:
    if words is None:
        return replace(original, item=item)
    return replace(
        original,
        text=words.text,
        note=words.note or original.note,
        reasons=_reasons(original.reasons, words.reasons),
        item=item,
    )


def _reasons(originals: tuple[Reason, ...], words: tuple[Reason, ...]) -> tuple[Reason, ...]:
    if len(originals) != len(words):
        return originals
    return tuple(replace(one, text=said.text) for one, said in zip(originals, words, strict=True))


def _roles(originals: tuple[Role, ...], words: Sequence[Role]) -> tuple[Role, ...]:
    if len(originals) != len(words):
        return originals
    return tuple(
        replace(one, role=said.role, note=said.note or one.note)
        for one, said in zip(originals, words, strict=True)
    )


def _meeting(original: Meeting | None, words: Meeting | None) -> Meeting | None:
    if original is None or words is None or len(original.agenda) != len(words.agenda):
        return original
    return replace(original, agenda=words.agenda)


def _mirror(original: Mirror, words: Mirror | None) -> Mirror:
    if words is None:
        return original
    return replace(
        original,
        title=words.title or original.title,
        note=words.note or original.note,
        prepared_by=words.prepared_by or original.prepared_by,
        next=words.next or original.next,
    )

"""Whom an answer is for: it reaches no further than what it answers, and what was said to us alone one person only."""

from __future__ import annotations

from dataclasses import replace

from fedi.errors import Refused
from fedi.publishing.answered import DIRECT, OPEN, Answered
from fedi.publishing.draft import Draft
from fedi.publishing.ready import Ready
from fedi.publishing.words import _


def audience_of(draft: Draft, answered: Answered | None) -> str:
    """Return whom something is for, or raise Refused where it would tell more than whom it answers."""
    if answered is None or answered.audience in OPEN:
        return draft.audience or "public"
    if answered.audience == DIRECT:
        if draft.audience:
            raise Refused(
                _("What this answers was not said in public, so its author alone gets the answer."),
                cure=_("Leave out for whom it is."),
            )
        return DIRECT
    if draft.audience not in (answered.audience, "members"):
        raise Refused(
            _("What this answers was not said to everybody, so the answer is for no more people."),
            cure=_("Set `visibility: %(audience)s`."),
            audience=answered.audience,
        )
    return draft.audience


def told_to_one(ready: Ready, answered: Answered | None) -> Ready:
    """Let an answer notify nobody but its reader: other servers show it to whomever it names."""
    reader = answered.author if answered else None
    if reader is None:
        raise Refused(_("Whom this answers is gone, so nobody would get it."))
    if ready.draft.others:
        raise Refused(
            _("One person alone gets this answer, so nothing in it can be for partners or members.")
        )
    named = {name: who for name, who in ready.mentions.items() if who.actor == reader.actor}
    return replace(ready, mentions=named)

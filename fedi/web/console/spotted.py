"""What looks private in a draft, as its form shows it and takes it out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fedi.publishing import redaction
from fedi.publishing.private_things import Spot, spots
from fedi.publishing.redaction import BLACK, Finding
from fedi.storage.drafts import Draft
from fedi.web.console.writing import WritingForm
from fedi.web.i18n import Speech, catalogue


@dataclass(frozen=True, slots=True)
class Spotted:
    """Something private as the form shows it: where it stands, the words around it, and what its buttons say."""

    kind: str
    text: str
    before: str
    after: str
    line: int
    field: str
    anchor: str

    @property
    def name(self) -> str:
        """What a button says of it."""
        return f"{self.kind}:{self.text}"


def shown(form: WritingForm, draft: Draft, found: tuple[Finding, ...]) -> list[Spotted]:
    """Show what looks private at the places where its writer typed it."""
    return [_shown(form, spot) for spot in spots(draft.source, found)]


def counted(found: Sequence[Spotted] | Sequence[Finding], speech: Speech) -> str:
    """Say how many of each sort: 2 phone numbers, 1 e-mail address."""
    count = Counter(one.kind for one in found)
    say = catalogue(speech.language)
    words = {
        "phone": say.ngettext("%(count)s phone number", "%(count)s phone numbers", count["phone"]),
        "email": say.ngettext(
            "%(count)s e-mail address", "%(count)s e-mail addresses", count["email"]
        ),
        "address": say.ngettext(
            "%(count)s street address", "%(count)s street addresses", count["address"]
        ),
        "payment": say.ngettext(
            "%(count)s account or card number",
            "%(count)s account or card numbers",
            count["payment"],
        ),
        "person": say.ngettext("%(count)s full name", "%(count)s full names", count["person"]),
        "coordinates": say.ngettext(
            "%(count)s exact place", "%(count)s exact places", count["coordinates"]
        ),
    }
    return ", ".join(
        said % {"count": speech.number(count[kind])} for kind, said in words.items() if count[kind]
    )


def take_out(form: WritingForm, draft: Draft, found: tuple[Finding, ...]) -> None:
    """Put black where these stand in the form: in the text just there, in short fields wherever they do."""
    body = form.body.data or ""
    start = len(draft.source) - len(body)
    within = [one for one in found if one.start >= start] if draft.source.endswith(body) else []
    if body:
        moved = [
            Finding(one.kind, one.start - start, one.end - start, one.text, one.line)
            for one in within
        ]
        form.body.data = redaction.black_out(body, moved)
    for one in found:
        if one not in within:
            for leaf in form.leaves():
                if leaf is not form.body and isinstance(leaf.data, str):
                    leaf.data = _where(one).sub(BLACK, leaf.data)


def _where(one: Finding) -> re.Pattern[str]:
    """Return what finds it in a field, where it may go on in the next line."""
    return re.compile(r"\s+".join(map(re.escape, one.text.split())))


def _shown(form: WritingForm, spot: Spot) -> Spotted:
    one = spot.finding
    leaf = form.body
    if not spot.line:
        typed = [leaf for leaf in form.leaves() if isinstance(leaf.data, str)]
        leaf = next((leaf for leaf in typed if _where(one).search(leaf.data)), leaf)
    return Spotted(
        kind=one.kind,
        text=one.text,
        before=spot.before,
        after=spot.after,
        line=spot.line,
        field=leaf.gettext(leaf.label.text),
        anchor=leaf.id,
    )

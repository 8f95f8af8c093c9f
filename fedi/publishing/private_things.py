"""What looks private in a draft and nobody has decided about yet; until they do, it does not leave."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fedi.errors import Refused
from fedi.publishing import redaction
from fedi.publishing.draft import read
from fedi.publishing.front_matter import FrontMatterError, split
from fedi.publishing.kinds import kind
from fedi.publishing.redaction import Finding
from fedi.publishing.words import _
from fedi.storage.drafts import Draft


class LooksPrivate(Refused):
    """Something that looks private would leave, and nobody has decided that it may."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(
            _("Some of this looks private: %(what)s."),
            cure=_("Decide for each whether it may leave."),
            what=", ".join(dict.fromkeys(finding.text for finding in findings)),
        )
        self.findings = findings


def undecided(draft: Draft) -> tuple[Finding, ...]:
    """Return what looks private in what would leave of a draft, without what its writers decided to keep.

    A draft that cannot be read yet has nothing to decide: it cannot leave.
    """
    try:
        audience = read(kind(draft.kind), draft.source).audience
        found = redaction.guard(draft.source, leaves_for(audience))
    except Refused:
        return ()
    return tuple(one for one in found if (one.kind, one.text) not in draft.findings)


def leaves_for(audience: str) -> str:
    """Return which of the texts of a source leaves for an audience."""
    return audience if audience in ("partners", "members") else "public"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something private stands: its line within the text, or 0 in the front matter, and the words around it."""

    finding: Finding
    line: int
    before: str
    after: str


AROUND = 48
"""Characters of context on each side."""


def spots(source: str, findings: tuple[Finding, ...]) -> list[Spot]:
    """Return where findings of a source stand as its writer sees it."""
    lines = source.split("\n")
    try:
        head = len(lines) - split(source)[1].count("\n") - 1
    except FrontMatterError:
        head = 0
    return [_spot(source, finding, head) for finding in findings]


def _spot(source: str, finding: Finding, head: int) -> Spot:
    begins = source.rfind("\n", 0, finding.start) + 1
    ends = source.find("\n", finding.end)
    before = source[begins : finding.start][-AROUND:]
    after = source[finding.end : len(source) if ends < 0 else ends][:AROUND]
    return Spot(finding, max(0, finding.line - head), before, after)


def keep(draft: Draft, kept: tuple[tuple[str, str], ...]) -> Draft:
    """Return a draft whose writers decided that these, pairs of kind and text, may leave."""
    return replace(draft, findings=tuple(dict.fromkeys((*draft.findings, *kept))))

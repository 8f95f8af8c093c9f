"""Minutes written elsewhere, understood as far as they can be; what is not stays in the notes, and nothing is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fedi.web.console.minutes import labels as of
from fedi.web.console.minutes.days import day_in, digits
from fedi.web.console.minutes.heads import HEADS, Head
from fedi.web.console.minutes.labels import meaning_of

LISTED: Mapping[str, str] = {of.DECISIONS: "decisions", of.ACTIONS: "actions", of.AGENDA: "agenda"}
"""What a list below such a label is."""
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*")
_BOLD = re.compile(r" {0,3}(?:\*\*|__)([^*_]+)(?:\*\*|__):?[ \t]*")
_ITEM = re.compile(r" {0,3}(?:[-*+•–]|\d{1,3}[.)])[ \t]+(.+)")
_TICKED = re.compile(r"[ \t]*[-*+][ \t]+\[([ xX✓])\][ \t]+(.+)")
_BELOW = re.compile(r"(?: {2,}|\t)(?:[-*+•][ \t]+)?(\S.*)")
_LABEL = re.compile(
    r" {0,3}(?:[-*+•][ \t]+)?(?:\*\*|__)?([^:：*_#|]{1,40}?)(?:\*\*|__)?[ \t]*[:：](?:\*\*|__)?[ \t]*(.*)"
)
_NUMBERED = re.compile(r"#?(\d{4}-\d{1,4})\s*[:.)–—-]?\s+(.+)")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_UNTIL = re.compile(
    r"(?:\b(?:by|until|due|bis(?: zum)?|antes del|hasta|para el|avant le|d'ici le|pour le|até)|قبل|حتى|[(\[,–])"
    r"\s*(.{6,40})$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Understood:
    """What was understood, as front matter has it, and what is left as notes."""

    front: dict[str, Any] = field(default_factory=dict[str, Any])
    notes: list[str] = field(default_factory=list[str])
    language: str = ""

    @property
    def body(self) -> str:
        """The notes as one text."""
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.notes)).strip()


def understand(text: str) -> Understood:
    """Read minutes without front matter: a title, labels with values, and lists below headings that are known."""
    reading = _Reading(language=_language_of(text))
    for line in text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n"):
        reading.read(line)
    reading.finish()
    return reading.made


@dataclass(slots=True)
class _Reading:
    """Where the reader is: below which item, in which list, and the heading of that which is still to be kept."""

    language: str
    made: Understood = field(default_factory=Understood)
    item: str = ""
    section: str = ""
    heading: str = ""
    is_begun: bool = False
    is_fenced: bool = False

    def read(self, line: str) -> None:
        """Take one line."""
        if _FENCE.match(line):
            self.is_fenced = not self.is_fenced
        if self.is_fenced or _FENCE.match(line):
            self._note(line)
        elif found := _HEADING.fullmatch(line):
            self._head(line, found[2], len(found[1]))
        elif (found := _BOLD.fullmatch(line)) and meaning_of(found[1].strip(" :"))[0] in LISTED:
            self._head(line, found[1], 2)
        elif found := _TICKED.fullmatch(line):
            self._add("actions", found[2], done=found[1] != " ")
        elif not (self._in_list(line) or self._labelled(line)):
            self._note(line)

    def finish(self) -> None:
        """Keep the last heading where nothing below it was understood."""
        self._leave()
        if self.language:
            self.made.front.setdefault("language", self.language)

    def _head(self, line: str, words: str, level: int) -> None:
        self._leave()
        plain = re.sub(r"[*_`]", "", words).strip(" :：")
        meaning, _languages = meaning_of(plain)
        if level == 1 and "title" not in self.made.front:
            self.made.front["title"] = plain
            HEADS[of.DATE](Head(self.made.front, plain, "", self._known))
        elif meaning in LISTED:
            self.section, self.heading, self.is_begun = meaning, line, True
            self.item = self.item if level > 2 else ""
        elif meaning != of.NOTES or self.is_begun:
            self.item, self.is_begun = plain, True
            self.made.notes.append(line)

    def _in_list(self, line: str) -> bool:
        """Take a line of a list that is known."""
        if not self.section:
            return False
        name = LISTED[self.section]
        if found := _ITEM.fullmatch(line):
            self._add(name, found[1])
            return True
        entries = self.made.front.get(name)
        if entries and not self.heading and (found := _BELOW.fullmatch(line)):
            entries[-1]["text" if name != "agenda" else "title"] += f" {found[1]}"
            return True
        return not line.strip()

    def _labelled(self, line: str) -> bool:
        """Take a label with its value."""
        found = _LABEL.fullmatch(line)
        meaning = meaning_of(found[1])[0] if found else ""
        if found is None or not meaning:
            return False
        value = re.sub(r"^(?:\*\*|__)|(?:\*\*|__)$", "", found[2].strip()).strip()
        if meaning in LISTED and not value:
            self._leave()
            self.section, self.heading = meaning, line
            return True
        if value and meaning in (of.DECISION, of.ACTION, of.DECISIONS, of.ACTIONS):
            self._add("decisions" if meaning in (of.DECISION, of.DECISIONS) else "actions", value)
            return True
        # "Time: ten minutes" below an item is part of what was said about it.
        if not value or meaning not in HEADS or (self.is_begun and meaning != of.NEXT):
            return False
        told = HEADS[meaning](Head(self.made.front, value, found[1].strip(), self._known))
        if told is not None:
            self.made.notes.append(told)
        return told is not None

    def _add(self, name: str, words: str, *, done: bool = False) -> None:
        """Add a piece to a list of the front matter."""
        self.heading = ""
        words = words.strip()
        piece: dict[str, Any] = {"title" if name == "agenda" else "text": words}
        if name == "decisions":
            if numbered := _NUMBERED.fullmatch(words):
                piece = {"text": numbered[2], "key": numbered[1]}
            piece |= {"item": self.item} if self.item else {}
        if name == "actions":
            until = _UNTIL.search(digits(words))
            due = day_in(until[1], self._known) if until else ""
            piece |= ({"due": due} if due else {}) | ({"done": "yes"} if done else {})
        self.made.front.setdefault(name, []).append(piece)

    def _note(self, line: str) -> None:
        """Keep a line as it is, below the heading that it stands under."""
        if line.strip() and self.heading:
            self.made.notes.append(self.heading)
            self.heading = ""
        self.made.notes.append(line)

    def _leave(self) -> None:
        """Go out of a list; its heading is kept where nothing below it was understood."""
        if self.heading:
            self.made.notes.append(self.heading)
        self.section = self.heading = ""

    @property
    def _known(self) -> frozenset[str]:
        return frozenset({self.language}) if self.language else frozenset()


def _language_of(text: str) -> str:
    """Return the language that most labels are in, '' where two are as likely."""
    votes: Counter[str] = Counter()
    for languages in _languages_of_labels(text):
        votes.update(languages)
    first = votes.most_common(2)
    is_clear = first and (len(first) == 1 or first[0][1] > first[1][1])
    return first[0][0] if is_clear else ""


def _languages_of_labels(text: str) -> Iterator[frozenset[str]]:
    for line in text.splitlines():
        found = _HEADING.fullmatch(line) or _BOLD.fullmatch(line) or _LABEL.fullmatch(line)
        if found:
            words = found[2] if found.re is _HEADING else found[1]
            yield meaning_of(re.sub(r"[*_`]", "", words).strip(" :："))[1]

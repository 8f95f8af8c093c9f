"""Minutes written elsewhere, understood as far as they can be; what is not stays in the notes, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fedi.web.console.minutes import labels as of
from fedi.web.console.minutes.days import day_in
from fedi.web.console.minutes.endings import how_decided, of_action, of_decision, taken_on
from fedi.web.console.minutes.heads import HEADS, Head
from fedi.web.console.minutes.labels import PIECES, meaning_of
from fedi.web.console.minutes.lines import (
    BELOW,
    BOLD,
    FENCE,
    HEADING,
    ITEM,
    LABEL,
    NUMBERED,
    TICKED,
    is_names,
    label_of,
    language_of,
    lines_of,
)
from fedi.web.console.minutes.tables import pieces_of, table_at

LISTED: Mapping[str, str] = {of.DECISIONS: "decisions", of.ACTIONS: "actions", of.AGENDA: "agenda"}
"""What a list below such a label is."""


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


def understand(text: str, *, is_named: bool = False) -> Understood:
    """Read minutes without front matter: a title, labels with values, and lists below headings that are known.

    `is_named` says that they have a title already.
    """
    lines = lines_of(text)
    reading = _Reading(language=language_of(lines), is_named=is_named)
    at = 0
    while at < len(lines):
        at += reading.read(lines, at)
    reading.finish()
    return reading.made


@dataclass(slots=True)
class _Reading:
    """Where the reader is: below which item, in which list, and the heading of that which is still to be kept."""

    language: str
    is_named: bool
    made: Understood = field(default_factory=Understood)
    item: str = ""
    section: str = ""
    heading: str = ""
    is_begun: bool = False
    is_fenced: bool = False
    is_labelled: bool = False
    """Whether the list stands below a mere label: it ends where something else is written."""
    entry: dict[str, Any] = field(default_factory=dict[str, Any])
    """The piece of a list that was read last, while it may go on."""
    among: str = ""
    indent: int = 0
    there: list[str] = field(default_factory=list[str])
    """The names below a heading that says who was there."""

    def read(self, lines: list[str], at: int) -> int:
        """Take what stands at a line, and return how many lines that are."""
        line = lines[at]
        if FENCE.match(line):
            self.is_fenced = not self.is_fenced
        if self.is_fenced or FENCE.match(line):
            self._note(line)
        elif found := HEADING.fullmatch(line):
            self._head(line, found[2], len(found[1]))
        elif (found := BOLD.fullmatch(line)) and meaning_of(found[1].strip(" :"))[0] in LISTED:
            self._head(line, found[1], 2)
        elif (found := TICKED.fullmatch(line)) and self.section != of.PRESENT:
            name = LISTED.get(self.section, "actions")
            is_done = name == "actions" and (found[1] or found[2]) not in (" ", "☐")
            self._add(name, found[3], done=is_done)
        elif table := table_at(lines, at):
            return self._table(lines[at : at + 2 + len(table[1])], *table)
        elif not (self._in_list(line) or self._labelled(line)):
            self._note(line)
        return 1

    def finish(self) -> None:
        """Keep the last heading where nothing below it was understood."""
        self._leave()
        if self.made.front and not self.is_named and "title" not in self.made.front:
            self._name()
        if self.made.front and "date" not in self.made.front:
            self._find_day()
        if self.language:
            self.made.front.setdefault("language", self.language)

    def _head(self, line: str, words: str, level: int) -> None:
        self._leave()
        plain = re.sub(r"[*_`]", "", words).strip(" :：")
        meaning, _languages = meaning_of(plain)
        if level == 1 and not self.is_named and meaning not in LISTED:
            self.made.front["title"], self.is_named = plain, True
            HEADS[of.DATE](Head(self.made.front, plain, "", self._known))
        elif meaning in LISTED:
            self.section, self.heading, self.is_begun = meaning, line, True
            self.item = self.item if level > 2 else ""
            self.is_labelled = False
        elif meaning in HEADS and (meaning == of.NEXT or not self.is_begun):
            self.section, self.heading = meaning, line
        elif meaning != of.NOTES or self.is_begun:
            self.item, self.is_begun = plain, True
            self.made.notes.append(line)

    def _in_list(self, line: str) -> bool:
        """Take a line of a list that is known, or the value below a heading."""
        if not self.section or not line.strip():
            return bool(self.section)
        item, below = ITEM.fullmatch(line), BELOW.fullmatch(line)
        if self.section == of.PRESENT and (item or is_names(line)):
            self.there.append(item[1] if item else line.strip())
            return True
        if self.section not in LISTED:
            return self.section != of.PRESENT and self._value(item[1] if item else line.strip())
        indent = len(line) - len(line.lstrip())
        if below and self.entry and indent > self.indent:
            self._more(below[2], is_piece=bool(below[1]))
            return True
        if item:
            self.indent = indent
            self._add(LISTED[self.section], item[1])
        return bool(item)

    def _value(self, value: str) -> bool:
        """Take the one line below a heading such as "Next meeting"."""
        label = re.sub(r"[#*_`]", "", self.heading).strip(" :：")
        told = HEADS[self.section](Head(self.made.front, value, label, self._known))
        if told is not None:
            self.section = self.heading = ""
            self.made.notes.extend([told] if told else [])
        return told is not None

    def _labelled(self, line: str) -> bool:
        """Take a label with its value."""
        found = LABEL.fullmatch(line)
        if found is None:
            return False
        label, meaning, aside, key = label_of(found[1])
        value = re.sub(r"^(?:\*\*|__)|(?:\*\*|__)$", "", found[2].strip()).strip()
        if found[0][found.end(1) :].lstrip("*_ ")[:1] not in ":：" and meaning not in PIECES:
            return False
        if not meaning and value and "result" in how_decided(label, self._known):
            self._add("decisions", f"{value} ({label})")
            return True
        if (meaning in LISTED or (meaning == of.PRESENT and not self.is_begun)) and not value:
            self._leave()
            self.section, self.heading, self.is_labelled = meaning, line, True
            return True
        if value and meaning in PIECES:
            said = f"{value} ({aside})" if aside else value
            is_numbered = NUMBERED.fullmatch(f"{key} {said}")
            self._add(PIECES[meaning], f"{key} {said}" if is_numbered else said)
            return True
        # "Time: ten minutes" below an item is part of what was said about it.
        if not value or meaning not in HEADS or (self.is_begun and meaning != of.NEXT):
            return False
        self._leave()
        said = f"{aside}: {value}" if aside else value
        told = HEADS[meaning](Head(self.made.front, said, label, self._known))
        if told is not None:
            self.made.notes.append(told)
        self.is_named = self.is_named or "title" in self.made.front
        return told is not None

    def _table(self, lines: list[str], head: list[str], rows: list[list[str]]) -> int:
        """Take a table, or keep it as it is."""
        name, pieces = pieces_of(head, rows, LISTED.get(self.section, ""), self._known)
        if pieces:
            self._begin()
            about = {"item": self.item} if self.item and name == "decisions" else {}
            self.made.front.setdefault(name, []).extend(piece | about for piece in pieces)
        else:
            for line in lines:
                self._note(line)
        return len(lines)

    def _add(self, name: str, words: str, *, done: bool = False) -> None:
        """Add a piece to a list of the front matter."""
        self._begin()
        words = words.strip()
        piece: dict[str, Any] = {"title" if name == "agenda" else "text": words}
        if name == "decisions":
            if numbered := NUMBERED.fullmatch(words):
                piece = {"text": numbered[2], "key": numbered[1]}
            piece |= {"item": self.item} if self.item else {}
        self.entry = piece | ({"done": "yes"} if done else {})
        self.among = name
        self.made.front.setdefault(name, []).append(self.entry)

    def _more(self, words: str, *, is_piece: bool) -> None:
        """Take a line below a piece of a list: the rest of its sentence, or a list of its own."""
        entry, name, said = self.entry, self.among, {}
        if name == "decisions":
            said = how_decided(words, self._known)
        elif name == "actions":
            said = taken_on(words, self._known)
        if said and not said.keys() & entry.keys():
            entry |= said
        elif not is_piece:
            entry["title" if name == "agenda" else "text"] += f" {words}"
        elif name == "actions":
            entry["text"] += f" – {words}"
        else:
            key = "notes" if name == "agenda" else "note"
            words = f"- {words}" if name == "agenda" else words
            entry[key] = f"{entry[key]}\n{words}" if key in entry else words

    def _begin(self) -> None:
        """Close the last piece before a new one; another heading than that of a list is no longer asked about."""
        if self.section not in LISTED:
            self._leave()
        self._close()
        self.heading = ""

    def _close(self) -> None:
        """Take apart what the last piece of a list says at its end."""
        entry, self.entry = self.entry, {}
        ends = {"decisions": of_decision, "actions": of_action}.get(self.among)
        found = ends(entry["text"], self._known) if entry and ends else {}
        if found.keys() & entry.keys() <= {"text"}:
            entry |= found

    def _note(self, line: str) -> None:
        """Keep a line as it is, below the heading that it stands under."""
        if line.strip():
            if self.section not in LISTED or (self.is_labelled and self.entry):
                self._leave()
            self._close()
            if self.heading:
                self.made.notes.append(self.heading)
                self.heading = ""
        self.made.notes.append(line)

    def _leave(self) -> None:
        """Go out of a list; its heading is kept where nothing below it was understood."""
        self._close()
        if self.there:
            label = re.sub(r"[#*_`]", "", self.heading).strip(" :：")
            value = ", ".join(self.there)
            told = HEADS[of.PRESENT](Head(self.made.front, value, label, self._known))
            self.made.notes.extend([told] if told else [])
            self.heading = ""
        if self.heading:
            self.made.notes.append(self.heading)
        self.section = self.heading = ""
        self.there = []
        self.is_labelled = False

    def _name(self) -> None:
        """Take a first line that stands by itself for the title."""
        first, *others = self.made.notes or [""]
        words = re.sub(r"^ {0,3}#+|[*_`]", "", first).strip(" #")
        is_alone = not others or not others[0].strip() or bool(day_in(others[0]))
        if (
            words
            and is_alone
            and "[[" not in words
            and len(words) <= 120
            and not words.endswith((".", ":", "?", "!"))
        ):
            self.made.front["title"] = words
            HEADS[of.DATE](Head(self.made.front, words, "", self._known))
            self.made.notes = others

    def _find_day(self) -> None:
        """Take the day of one of the first lines, which stays where it is: nothing says that it is all of it."""
        for line in [line for line in self.made.notes if line.strip()][:3]:
            HEADS[of.DATE](Head(self.made.front, line, "", self._known))

    @property
    def _known(self) -> frozenset[str]:
        return frozenset({self.language}) if self.language else frozenset()

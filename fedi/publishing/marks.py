"""The marks `[[members: …]]` and `[[partners: …]]`: where they begin and end, and what only looks like one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fedi.errors import Refused
from fedi.publishing.front_matter import Problem, Problems
from fedi.publishing.words import _

AUDIENCES = ("public", "partners", "members")
"""Who sees different texts, each more than the one before; unlisted and followers see what the public does."""

_SIGN = re.compile(r"[\\\[\]]")
_OPENING = re.compile(r"\[\[\s{0,80}([^\W\d_][\w '’-]{0,40}?)\s{0,80}[:：](?!//)[ \t]*")
# What somebody probably meant as a mark and misspelt: it is refused, because as it stands all could read it.
_NEARLY = re.compile(
    r"(?<!\\)(?<!\\\[)\[\s{0,80}"
    r"(?:\[(?:[^\w\[\]]|_){0,80}(?:members?|partners?)(?![^\W_])|(?:members?|partners?)\s{0,80}:)",
    re.IGNORECASE,
)
SEAM = "\ufdd1"
"""Stands for an end of a mark: a noncharacter, which no text has."""
_VEILS = {"members": "\ufdd2", "partners": "\ufdd3", "": "\ufdd4"}
_CLOSE = _("Write ]] where it ends; a lone bracket within it is written \\[ or \\].")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with the place in AUDIENCES from which on it is seen, or the seam of a mark."""

    text: str
    level: int
    line: int
    start: int


def veiled(front: str) -> str:
    """Return front matter with a sign that means nothing to YAML in place of each end of a mark, for `unveiled`."""
    told: list[str] = []
    for piece in pieces(front, 1):
        if piece.text != SEAM:
            told.append(re.sub("[\ufdd2-\ufdd4]", "", piece.text))
            continue
        opening = _OPENING.match(front, piece.start)
        told.append(_VEILS[opening[1].casefold() if opening else ""])
    return "".join(told)


def unveiled(value: Any) -> Any:
    """Return what was read of veiled front matter, as plain data, with its marks as people write them."""
    if isinstance(value, Mapping):
        return {key: unveiled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [unveiled(inner) for inner in value]
    for name, sign in _VEILS.items():
        value = value.replace(sign, f"[[{name}: " if name else "]]")
    return value


def sealed(text: str) -> tuple[str, list[str]]:
    """Return a text with each whole mark as one word that means nothing, and the marks, for `unsealed`.

    Raises FrontMatterError for a mark that cannot be read.
    """
    told: list[str] = []
    kept: list[str] = []
    depth = start = 0
    for piece in pieces(text, 1):
        if piece.text != SEAM:
            told.append("" if depth else re.sub("[\ufdd5\ufdd6]", "", piece.text))
        elif _OPENING.match(text, piece.start):
            start = start if depth else piece.start
            depth += 1
        else:
            depth -= 1
            if not depth:
                told.append(f"\ufdd5{len(kept)}\ufdd6")
                kept.append(text[start : piece.start + 2])
    return "".join(told), kept


def unsealed(value: Any, kept: Sequence[str]) -> Any:
    """Return plain data with the marks in it that were sealed."""
    if isinstance(value, Mapping):
        return {key: unsealed(inner, kept) for key, inner in value.items()}
    if isinstance(value, list):
        return [unsealed(inner, kept) for inner in value]
    if not isinstance(value, str):
        return value
    return re.sub("\ufdd5([0-9]+)\ufdd6", lambda found: kept[int(found[1])], value)


def open_to(text: str, audience: str) -> str:
    """Return a text with its marks, but without those that hide something from an audience and what is in them.

    Raises FrontMatterError for a mark that cannot be read.
    """
    most = AUDIENCES.index(audience)
    found = pieces(text, 1)
    told: list[str] = []
    levels: list[int] = []
    for place, piece in enumerate(found):
        if piece.text != SEAM:
            told.append(piece.text if piece.level <= most else "")
        elif opening := _OPENING.match(text, piece.start):
            levels.append(found[place + 1].level)
            told.append(opening[0] if levels[-1] <= most else "")
        else:
            told.append("]]" if levels.pop() <= most else "")
    return "".join(told)


def has_marks(text: str) -> bool:
    """Tell whether anything in a text is a mark or looks like one, which hides nothing where all is for everybody."""
    return nearly(text, 1) is not None


@dataclass(slots=True)
class _Mark:
    """An open mark: from which place in AUDIENCES on it is seen, where it began, how many brackets are open in it."""

    level: int
    line: int
    open_brackets: int = 0


def pieces(text: str, line: int) -> list[Piece]:
    """Take a text apart at its marks, reading each character once."""
    problems = Problems([])
    found: list[Piece] = []
    marks: list[_Mark] = []
    # Brackets open on this line outside of marks, and the line of a ]] that closes nothing.
    outside = stray = 0
    start = at = 0
    start_line = line

    def cut(end: int, after: int) -> None:
        nonlocal start, start_line
        level = marks[-1].level if marks else 0
        found.append(Piece(text[start:end], level, start_line, start))
        found.append(Piece(SEAM, level, line, end))
        start = after

    while at < len(text):
        character = text[at]
        if character == "\\":
            escaped = text[at + 1 : at + 2]
            line += escaped == "\n"
            # People write \[[ with a plain ]] after it.
            outside += not marks and escaped == "["
            at += 2
        elif character == "[":
            opening = _OPENING.match(text, at)
            if opening:
                level = _level(opening[1], line, problems)
                cut(at, opening.end())
                marks.append(_Mark(max(level, marks[-1].level if marks else 0), line))
                line += opening[0].count("\n")
                start_line, at = line, opening.end()
                continue
            if marks:
                marks[-1].open_brackets += 1
            outside += not marks
            at += 1
        elif character == "]":
            is_pair = text.startswith("]]", at)
            if marks and not marks[-1].open_brackets and is_pair:
                cut(at, at + 2)
                marks.pop()
                start_line, at = line, at + 2
                continue
            if marks:
                marks[-1].open_brackets -= marks[-1].open_brackets > 0
            elif outside:
                outside -= 1
            else:
                stray = stray or line
            at += 1
        else:
            sign = _SIGN.search(text, at)
            end = sign.start() if sign else len(text)
            line += text.count("\n", at, end)
            at = end
    cut(len(text), len(text))
    for mark in marks:
        problems.add(mark.line, _("A mark that begins here is never closed."), _CLOSE)
    if stray and len(found) > 2:
        problems.add(stray, _("A ] closes nothing here: a mark may end too early."), _CLOSE)
    problems.raise_if_any()
    return found[:-1]


def _level(label: str, line: int, problems: Problems) -> int:
    name = " ".join(label.split()).casefold()
    if name in AUDIENCES[1:]:
        return AUDIENCES.index(name)
    problems.add(
        line,
        _("Nobody here is called `%(label)s`."),
        _("Marks are members and partners. If it is no mark, write \\[[ in place of [[."),
        label=label,
    )
    return len(AUDIENCES)


def nearly(line: str, number: int) -> Problem | None:
    """Find what looks like a mark to people, whatever characters it is made of, and is none."""
    legible = line
    if not line.isascii():
        kept = (c for c in line if unicodedata.category(c) != "Cf")
        legible = unicodedata.normalize("NFKC", "".join(kept))
    if "[" in legible and _NEARLY.search(legible):
        why = Refused(
            _("This looks like a mark, but everybody would see it."),
            cure=_("Write [[members: …]]. If it is no mark, write \\[[ in place of [[."),
        )
        return Problem(number, why)
    return None

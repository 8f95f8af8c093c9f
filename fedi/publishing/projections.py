"""What each audience sees of a text: `[[members: …]]` and `[[partners: …]]` are cut out for everybody else.

Cutting goes by the characters of the source alone, before Markdown or YAML is understood. So whatever stands between
the brackets of a mark is in no projection but the right ones, also in code, in a title, or across lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from fedi.errors import Refused
from fedi.publishing.front_matter import Found, FrontMatterError, Problem, Problems, split
from fedi.publishing.words import _

AUDIENCES = ("public", "partners", "members")
"""Who sees different texts, each more than the one before; unlisted and followers see what the public does."""

_OPENING = re.compile(r"\[\[\s{0,80}([^\W\d_][\w '’-]{0,40}?)\s{0,80}[:：](?!//)[ \t]*")
# What somebody probably meant as a mark and misspelt: it is refused, because as it stands all could read it.
_NEARLY = re.compile(
    r"(?<!\\)(?<!\\\[)\[\s{0,80}"
    r"(?:\[(?:[^\w\[\]]|_){0,80}(?:members?|partners?)(?![^\W_])|(?:members?|partners?)\s{0,80}:)",
    re.IGNORECASE,
)
_LONELY = re.compile(r"(?:[-*+]|\d{1,9}[.)]|#{1,6})?(?:[ \t]{1,9}\[[ xX]\])?")
_CUT, _SEAM = "\ufdd0", "\ufdd1"  # noncharacters: no text has them
_CLOSE = _("Write ]] where it ends; a lone bracket within it is written \\[ or \\].")


@dataclass(frozen=True, slots=True)
class Projection:
    """The two parts of a source as one audience sees them, and the lines of the source their lines come from.

    `front` is for `settle` and still tells where something was cut.
    """

    front: str
    body: str
    front_lines: tuple[int, ...]
    has_front: bool

    def line(self, number: int) -> int:
        """Return where a line of `front` stands in the source."""
        if number < 1:
            return 1
        last = self.front_lines[-1] if self.front_lines else 1
        return self.front_lines[number - 1] if number <= len(self.front_lines) else last


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text with the place in AUDIENCES from which on it is seen, or the seam of a mark."""

    text: str
    level: int
    line: int
    start: int


def level_of(audience: str) -> int:
    """Return how much an audience sees, as a place in AUDIENCES."""
    return AUDIENCES.index(audience) if audience in AUDIENCES else 0


def project(source: str, audience: str) -> str:
    """Return the text as an audience sees it, or raise FrontMatterError for a mark that cannot be read."""
    made = projection(source, audience)
    body = made.body
    if not made.has_front:
        return body
    lines = [line for line in made.front.split("\n") if _CUT not in line or not _is_lonely(line)]
    front = "\n".join(lines).replace(_CUT, "")
    return f"---\n{front}\n---\n{body}" if front else f"---\n---\n{body}"


def masked(source: str, audience: str) -> str:
    """Return a source with blanks in place of what an audience does not see, each character at its place."""
    level = level_of(audience)
    shown = ["\n" if sign == "\n" else " " for sign in source]
    for piece in _pieces(source, 1):
        if piece.text != _SEAM and piece.level <= level:
            shown[piece.start : piece.start + len(piece.text)] = piece.text
    return "".join(shown)


def audiences_in(source: str) -> tuple[str, ...]:
    """Return the audiences that something in a text is kept for: some of 'partners' and 'members'."""
    pieces = [piece for part, line in _parts(source)[0] for piece in _pieces(part, line)]
    levels = {piece.level for piece in pieces if piece.text != _SEAM and piece.text.strip()}
    return tuple(name for level, name in enumerate(AUDIENCES) if level and level in levels)


def projection(source: str, audience: str) -> Projection:
    """Return both parts of a source as an audience sees them, or raise FrontMatterError."""
    level = level_of(audience)
    parts, has_front = _parts(source)
    (front, front_line), (body, body_line) = parts
    front_lines = _lines(_pieces(front, front_line), level)
    body_lines = _lines(_pieces(body, body_line), level)
    shown = [line for line, _ in body_lines if not (_CUT in line and _is_lonely(line))]
    problems = [
        problem
        for line, number in (*front_lines, *body_lines)
        if (problem := _nearly(line, number)) is not None
    ]
    if problems:
        raise FrontMatterError(problems)
    return Projection(
        front="\n".join(line for line, _ in front_lines),
        body="\n".join(shown).replace(_CUT, ""),
        front_lines=tuple(number for _, number in front_lines),
        has_front=has_front,
    )


def settle(found: Found, shown: Projection, problems: Problems) -> Found:
    """Return front matter that was parsed from a projection as values: lines as in the source, cuts made known.

    What was spelt in a way that only YAML reads, and turns out to be a mark, is a problem.
    """
    line = shown.line(found.line)
    if isinstance(found.value, str):
        text = found.value.replace(_CUT, "").strip()
        if _nearly(text, line):
            problems.add(line, _("A mark here is not written plainly."), _("Write [[members: …]]."))
        return Found(line, text.replace("\\[[", "[["), is_hidden=_CUT in found.value and not text)
    if isinstance(found.value, list):
        pieces = [settle(piece, shown, problems) for piece in found.value]
        return Found(line, [piece for piece in pieces if not piece.is_hidden])
    keys = {key: shown.line(number) for key, number in (found.keys or {}).items()}
    values = {key: settle(piece, shown, problems) for key, piece in found.value.items()}
    return Found(line, values, keys)


def has_marks(text: str) -> bool:
    """Tell whether anything in a text is a mark or looks like one, which hides nothing where all is for everybody."""
    return _nearly(text, 1) is not None


def without_cuts(text: str) -> str:
    """Return a text without the characters that stand for cuts, which nobody may write."""
    return text.replace(_CUT, "").replace(_SEAM, "")


def _parts(source: str) -> tuple[tuple[tuple[str, int], tuple[str, int]], bool]:
    """Return front matter and body, each with the number of its first line, and whether there is front matter."""
    source = without_cuts(source.replace("\x00", ""))
    front, body, lines_before = split(source)
    whole = source.replace("\r\n", "\n").replace("\r", "\n")
    body_line = whole.count("\n") - body.count("\n") + 1
    return ((front, lines_before + 1), (body, body_line)), lines_before > 0


@dataclass(slots=True)
class _Mark:
    """An open mark: from which place in AUDIENCES on it is seen, where it began, how many brackets are open in it."""

    level: int
    line: int
    open_brackets: int = 0


def _pieces(text: str, line: int) -> list[_Piece]:
    """Take a text apart at its marks, reading each character once."""
    problems = Problems([])
    pieces: list[_Piece] = []
    marks: list[_Mark] = []
    outside, stray = (
        0,
        0,
    )  # brackets open on this line outside of marks, and the line of a ]] that closes nothing
    start = at = 0
    start_line = line

    def cut(end: int, after: int) -> None:
        nonlocal start, start_line
        level = marks[-1].level if marks else 0
        pieces.append(_Piece(text[start:end], level, start_line, start))
        pieces.append(_Piece(_SEAM, level, line, end))
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
            line += character == "\n"
            at += 1
    cut(len(text), len(text))
    for mark in marks:
        problems.add(mark.line, _("A mark that begins here is never closed."), _CLOSE)
    if stray and len(pieces) > 2:
        problems.add(stray, _("A ] closes nothing here: a mark may end too early."), _CLOSE)
    problems.raise_if_any()
    return pieces[:-1]


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


def _lines(pieces: Iterable[_Piece], level: int) -> list[tuple[str, int]]:
    """Put together what is seen, as lines with the numbers they have in the source."""
    lines: list[tuple[list[str], int]] = [([], 0)]
    for piece in pieces:
        text = piece.text if piece.level <= level or piece.text == _SEAM else _CUT
        if not text:
            continue
        for count, run in enumerate(text.split("\n")):
            if count:
                lines.append(([], piece.line + count))
            runs, number = lines[-1]
            runs.append(run)
            lines[-1] = runs, number or piece.line + count
    whole = [("".join(runs), number or 1) for runs, number in lines]
    return [(_tidy(line), n) for line, n in whole if not _is_emptied(line)]


def _is_emptied(line: str) -> bool:
    return (_CUT in line or _SEAM in line) and not line.replace(_CUT, "").replace(_SEAM, "").strip()


def _is_lonely(line: str) -> bool:
    """Tell whether nothing is left on a line but the mark of a list item, a quotation or a heading."""
    return _LONELY.fullmatch(line.replace(_CUT, "").strip(" \t>")) is not None


def _tidy(line: str) -> str:
    """Close the gap that a cut leaves between words, and leave one sign that there was a cut."""
    line = line.replace(_SEAM, "")
    if _CUT not in line:
        return line
    before, *rest = line.split(_CUT)
    for part in rest:
        at_start = not before.strip()
        if at_start:
            part = part.lstrip(" \t")
        elif before[-1] in " \t" and (not part.strip() or part[0] in " \t.,;:!?)"):
            before = before.rstrip(" \t") + (
                " " if part[:1] in (" ", "\t") and part.strip() else ""
            )
            part = part.lstrip(" \t")
        before += _CUT * (before[-1:] != _CUT) + part
    return before


def _nearly(line: str, number: int) -> Problem | None:
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

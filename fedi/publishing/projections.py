"""What each audience sees of a text: `[[members: …]]` and `[[partners: …]]` are cut out for everybody else.

Cutting goes by the characters of the source alone, before Markdown or YAML is understood. So whatever stands between
the brackets of a mark is in no projection but the right ones, also in code, in a title, or across lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fedi.publishing.front_matter import Found, FrontMatterError, Problems, split
from fedi.publishing.marks import AUDIENCES, SEAM, Piece, nearly, pieces
from fedi.publishing.words import _

_CUT = "\ufdd0"  # a noncharacter: no text has it
_LONELY = re.compile(r"(?:[-*+]|\d{1,9}[.)]|#{1,6})?(?:[ \t]{1,9}\[[ xX]\])?")


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
    for piece in pieces(source, 1):
        if piece.text != SEAM and piece.level <= level:
            shown[piece.start : piece.start + len(piece.text)] = piece.text
    return "".join(shown)


def audiences_in(source: str) -> tuple[str, ...]:
    """Return the audiences that something in a text is kept for: some of 'partners' and 'members'."""
    found = [piece for part, line in _parts(source)[0] for piece in pieces(part, line)]
    levels = {piece.level for piece in found if piece.text != SEAM and piece.text.strip()}
    return tuple(name for level, name in enumerate(AUDIENCES) if level and level in levels)


def projection(source: str, audience: str) -> Projection:
    """Return both parts of a source as an audience sees them, or raise FrontMatterError."""
    level = level_of(audience)
    parts, has_front = _parts(source)
    (front, front_line), (body, body_line) = parts
    front_lines = _lines(pieces(front, front_line), level)
    body_lines = _lines(pieces(body, body_line), level)
    shown = _closed(body_lines, body_line)
    problems = [
        problem
        for line, number in (*front_lines, *body_lines)
        if (problem := nearly(line, number)) is not None
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
        if nearly(text, line):
            problems.add(line, _("A mark here is not written plainly."), _("Write [[members: …]]."))
        return Found(line, text.replace("\\[[", "[["), is_hidden=_CUT in found.value and not text)
    if isinstance(found.value, list):
        settled = [settle(piece, shown, problems) for piece in found.value]
        return Found(line, [piece for piece in settled if not piece.is_hidden])
    keys = {key: shown.line(number) for key, number in (found.keys or {}).items()}
    values = {key: settle(piece, shown, problems) for key, piece in found.value.items()}
    return Found(line, values, keys)


def without_cuts(text: str) -> str:
    """Return a text without the characters that stand for cuts, which nobody may write."""
    return text.replace(_CUT, "").replace(SEAM, "")


def _parts(source: str) -> tuple[tuple[tuple[str, int], tuple[str, int]], bool]:
    """Return front matter and body, each with the number of its first line, and whether there is front matter."""
    source = without_cuts(source.replace("\x00", ""))
    front, body, lines_before = split(source)
    whole = source.replace("\r\n", "\n").replace("\r", "\n")
    body_line = whole.count("\n") - body.count("\n") + 1
    return ((front, lines_before + 1), (body, body_line)), lines_before > 0


def _lines(found: Iterable[Piece], level: int) -> list[tuple[str, int]]:
    """Put together what is seen, as lines with the numbers they have in the source."""
    lines: list[tuple[list[str], int]] = [([], 0)]
    for piece in found:
        text = piece.text if piece.level <= level or piece.text == SEAM else _CUT
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


def _closed(lines: Iterable[tuple[str, int]], first: int) -> list[str]:
    """Leave out lonely lines, and one of the blank lines around what is left out, which would tell of it."""
    kept: list[str] = []
    last = first - 1
    for line, number in lines:
        if _CUT in line and _is_lonely(line):
            continue
        is_gap, last = number > last + 1, number
        if not (is_gap and not line.strip() and not "".join(kept[-1:]).strip()):
            kept.append(line)
    return kept


def _is_emptied(line: str) -> bool:
    return (_CUT in line or SEAM in line) and not line.replace(_CUT, "").replace(SEAM, "").strip()


def _is_lonely(line: str) -> bool:
    """Tell whether nothing is left on a line but the mark of a list item, a quotation or a heading."""
    return _LONELY.fullmatch(line.replace(_CUT, "").strip(" \t>")) is not None


def _tidy(line: str) -> str:
    """Close the gap that a cut leaves between words, and leave one sign that there was a cut."""
    line = line.replace(SEAM, "")
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

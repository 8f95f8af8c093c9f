"""Tables of decisions and tasks, as minutes have them: a row each, where every column is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fedi.web.console.minutes.days import only_day
from fedi.web.console.minutes.endings import DONE, MOST_NAME, how_decided
from fedi.web.console.minutes.labels import PIECES, meaning_of

Languages = frozenset[str]
_ROW = re.compile(r" {0,3}\|(.+?)\|?[ \t]*")
_RULE = re.compile(r" {0,3}\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*")
_COLUMNS = {
    word: name
    for name, words in {
        "text": "what, was, qué, quoi, o quê, ماذا",
        "role": "who, owner, responsible, wer, verantwortlich, quién, responsable, qui, quem, responsável, من, "
        "المسؤول",
        "due": "when, by when, until when, due, due date, deadline, wann, bis, bis wann, frist, cuándo, para cuándo, "
        "plazo, quand, échéance, quando, prazo, متى, الموعد",
        "done": "status, done, state, erledigt, estado, hecho, fait, statut, feito, الحالة",
        "how": "how, result, outcome, vote, wie, ergebnis, cómo, resultado, comment, résultat, como, كيف, النتيجة",
    }.items()
    for word in words.split(", ")
}


def table_at(lines: Sequence[str], start: int) -> tuple[list[str], list[list[str]]] | None:
    """Return the cells of the head and of the rows of the table that begins at a line, or None where none does."""
    if len(lines) <= start + 1 or not _ROW.fullmatch(lines[start]):
        return None
    if "-" not in lines[start + 1] or not _RULE.fullmatch(lines[start + 1]):
        return None
    rows: list[list[str]] = []
    for line in lines[start + 2 :]:
        found = _ROW.fullmatch(line)
        if found is None:
            break
        rows.append(_cells(found[1]))
    head = _ROW.fullmatch(lines[start])
    return (_cells(head[1]), rows) if head else None


def pieces_of(
    head: Sequence[str], rows: Sequence[Sequence[str]], below: str, languages: Languages
) -> tuple[str, list[dict[str, Any]]]:
    """Return which list a table is and its pieces; no pieces where there is a column that nobody knows.

    `below` is the list whose heading it stands under, '' for none.
    """
    told = next((PIECES[meaning] for meaning in map(_meaning, head) if meaning in PIECES), below)
    columns = [
        "text" if _meaning(cell) in PIECES else _COLUMNS.get(_plain(cell), "") for cell in head
    ]
    known = {"actions": {"text", "role", "due", "done"}, "decisions": {"text", "how"}}
    is_known = len(set(columns)) == len(columns) and set(columns) <= known.get(told, set())
    if not is_known or "text" not in columns or any(len(row) > len(head) for row in rows):
        return told, []
    pieces = [_piece(dict(zip(columns, row, strict=False)), languages) for row in rows]
    return told, pieces if all(piece["text"] for piece in pieces) else []


def _piece(cells: dict[str, str], languages: Languages) -> dict[str, Any]:
    """Return one row; a cell that is not understood stands behind its text."""
    piece: dict[str, Any] = {"text": cells.pop("text", "")}
    rest: list[str] = []
    for name, cell in cells.items():
        said: dict[str, Any] = {}
        if name == "role" and len(cell) <= MOST_NAME:
            said = {"role": cell}
        elif name == "due":
            said = {"due": only_day(cell, languages)}
        elif name == "done":
            said = {"done": "yes"} if cell.casefold() in DONE else {}
        elif name == "how":
            said = how_decided(cell, languages)
        if said and all(said.values()):
            piece |= said
        elif cell:
            rest.append(cell)
    return piece | ({"text": f"{piece['text']} ({', '.join(rest)})"} if rest else {})


def _cells(row: str) -> list[str]:
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", row)]


def _plain(cell: str) -> str:
    return " ".join(re.sub(r"[*_`?]", "", cell).casefold().split())


def _meaning(cell: str) -> str:
    return meaning_of(_plain(cell))[0]

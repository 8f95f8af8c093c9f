"""The table: what was measured, against which bar, and beside what the bare work costs on the same machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

Verdict = Literal["met", "MISSED", ""]


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `ratio` compares with a bare baseline measured in the same run, `met` is None where no bar is set."""

    row: str
    bar: str
    measured: str
    met: bool | None = None
    ratio: str = ""
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """Say whether the bar was reached."""
        if self.met is None:
            return ""
        return "met" if self.met else "MISSED"


HEADINGS = ("what", "bar", "measured", "", "against bare", "note")
WIDTHS = (34, 28, 34, 6, 26, 46)


def heading() -> str:
    """Name the columns."""
    return "\n".join([_drawn(HEADINGS), "  ".join("-" * width for width in WIDTHS)])


def drawn(line: Line) -> str:
    """Lay one row out for a terminal of 180 columns."""
    return _drawn((line.row, line.bar, line.measured, line.verdict, line.ratio, line.note))


def render(lines: Iterable[Line]) -> str:
    """Lay a whole table out."""
    return "\n".join([heading(), *map(drawn, lines)])


def _drawn(row: Sequence[str]) -> str:
    cells = [wrap(cell, width) or [""] for cell, width in zip(row, WIDTHS, strict=True)]
    deepest = max(map(len, cells))
    return "\n".join(
        "  ".join(
            (cell[at] if at < len(cell) else "").ljust(width)
            for cell, width in zip(cells, WIDTHS, strict=True)
        ).rstrip()
        for at in range(deepest)
    )


def percentile(values: Iterable[float], part: float) -> float:
    """Return the value that so large a part of all stays below; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0

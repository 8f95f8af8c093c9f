"""Two texts compared: what was taken out, what is new, and which words of a line differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup

CONTEXT = 1
"""Lines around a change."""
MOST = 500_000
"""How many pairs of words or lines are held against each other, at most: about half a second.

The work grows with the square of what differs, and anybody can ask for it; beyond this, lines differ as a whole.
"""
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison: kept, left out or new, with the words that differ marked; or a gap."""

    kind: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Step:
    """A run that is the same, was taken out, is new, or stands in place of another."""

    tag: str
    old: Sequence[str]
    new: Sequence[str]


class _Matching:
    """Finds what two sequences share, until so much was compared that the rest is told as different."""

    def __init__(self) -> None:
        self._left = MOST

    def steps(self, old: Sequence[str], new: Sequence[str]) -> Iterator[Step]:
        """Walk through both from beginning to end; their equal ends cost next to nothing."""
        most = min(len(old), len(new))
        head = next((n for n in range(most) if old[n] != new[n]), most)
        ends = (n for n in range(most - head) if old[-1 - n] != new[-1 - n])
        tail = next(ends, most - head)
        was, now = old[head : len(old) - tail], new[head : len(new) - tail]
        yield from _step("equal", new[:head], new[:head])
        yield from self._between(was, now)
        yield from _step("equal", new[len(new) - tail :], new[len(new) - tail :])

    def _between(self, was: Sequence[str], now: Sequence[str]) -> Iterator[Step]:
        cost = len(was) * len(now)
        if not was or not now or cost > self._left:
            tag = "replace" if was and now else "delete" if was else "insert"
            yield from _step(tag, was, now)
            return
        self._left -= cost
        matcher = SequenceMatcher(None, was, now, autojunk=False)
        for tag, start, end, begin, until in matcher.get_opcodes():
            yield Step(tag, was[start:end], now[begin:until])


def compared(before: str, after: str) -> list[Line]:
    """Compare two texts line by line, and changed lines word by word; what stayed is left out but for its edges."""
    matching = _Matching()
    steps = list(matching.steps(_lines(before), _lines(after)))
    made: list[Line] = []
    for place, step in enumerate(steps):
        if step.tag == "equal":
            made += _kept(step.new, is_first=place == 0, is_last=place == len(steps) - 1)
            continue
        for old, new in zip(step.old, step.new, strict=False):
            made += _pair(matching, old, new)
        shared = min(len(step.old), len(step.new))
        made += [Line("out", _marked(line, "del")) for line in step.old[shared:]]
        made += [Line("new", _marked(line, "ins")) for line in step.new[shared:]]
    return made


def _step(tag: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Step]:
    if old or new:
        yield Step(tag, old, new)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _kept(lines: Sequence[str], *, is_first: bool, is_last: bool) -> list[Line]:
    """Return what stayed the same, with a gap where it is long."""
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    if len(lines) <= head + tail:
        return [Line("same", Markup.escape(line)) for line in lines]
    edges = [*lines[:head], *lines[len(lines) - tail :]]
    shown = [Line("same", Markup.escape(line)) for line in edges]
    return [*shown[:head], Line("gap", Markup()), *shown[head:]]


def _pair(matching: _Matching, old: str, new: str) -> list[Line]:
    """Compare two lines word by word; those that share little are told as a whole."""
    was, now = _WORDS.findall(old), _WORDS.findall(new)
    steps = list(matching.steps(was, now))
    shared = sum(len(step.new) for step in steps if step.tag == "equal")
    if 2 * shared < 0.3 * (len(was) + len(now)):
        return [Line("out", _marked(old, "del")), Line("new", _marked(new, "ins"))]
    out, come = Markup(), Markup()
    for step in steps:
        before, after = "".join(step.old), "".join(step.new)
        out += Markup.escape(before) if step.tag == "equal" else _marked(before, "del")
        come += Markup.escape(after) if step.tag == "equal" else _marked(after, "ins")
    return [Line("out", out), Line("new", come)]


def _marked(text: str, tag: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), text) if text else Markup()  # noqa: S704

"""A comparison marks what differs, and no two texts keep it busy for long."""

from __future__ import annotations

import random
import time

from fedi.web.pages.comparing import compared


def told(before: str, after: str) -> list[tuple[str, str]]:
    """The kinds and words of the lines of a comparison."""
    return [(line.kind, str(line.html)) for line in compared(before, after)]


def noise(words: int, seed: int) -> str:
    """So many words of a few, in any order."""
    return " ".join(random.Random(seed).choices(["sheet", "key", "hall"], k=words))


def test_a_word_in_a_very_long_line_is_marked_alone() -> None:
    words = noise(20_000, 1)
    assert told(f"{words} old {words}", f"{words} new {words}") == [
        ("out", f"{words} <del>old</del> {words}"),
        ("new", f"{words} <ins>new</ins> {words}"),
    ]


def test_what_has_nothing_in_common_is_told_as_a_whole() -> None:
    assert told("alpha", "omega") == [("out", "<del>alpha</del>"), ("new", "<ins>omega</ins>")]
    assert told("", "new") == [("new", "<ins>new</ins>")]
    assert told("same\nlines", "same\nlines") == [("gap", "")]


def test_long_texts_that_differ_everywhere_are_compared_soon() -> None:
    """Ten times as much to compare takes about ten times as long, where it would be a hundred."""

    def seconds(lines: int, words: int) -> float:
        texts = ["\n".join(noise(words, n + k) for n in range(lines)) for k in (0, 7_000)]
        begun = time.perf_counter()
        assert compared(*texts)
        return time.perf_counter() - begun

    for small, large in (
        ((1, 3_000), (1, 30_000)),
        ((60, 100), (600, 100)),
        ((3_000, 1), (30_000, 1)),
    ):
        bound = 30 * max(seconds(*small), 0.05)
        assert seconds(*large) < bound, (small, large)

"""However a text is made, the guard takes time in proportion to its length: no pattern goes back and forth in it."""

from __future__ import annotations

import time

import pytest

from fedi.publishing.redaction import guard

SHORT, TIMES = 5_000, 8
SLOWER = 3
"""Squared time would be eight times as slow as this much text deserves; other programs take a part of that."""


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1-",
        "12 ",
        "a",
        "A",
        "Aaa ",
        "a.",
        "a.b@",
        "[",
        " ",
        "\n",
        "12 rue de la Aaa ",
        "calle de la Aa ",
    ],
)
def test_a_longer_text_takes_no_more_time_than_its_length_deserves(piece: str) -> None:
    short = piece * (SHORT // len(piece))
    guard(short)
    least = min(_seconds(short) for _ in range(5))
    assert min(_seconds(short * TIMES) for _ in range(2)) < least * TIMES * SLOWER


def _seconds(text: str) -> float:
    begun = time.process_time()
    guard(text)
    return time.process_time() - begun

"""A reason stands in quotation marks on the page: it brings none of its own."""

from __future__ import annotations

import pytest

from fedi.web.quoted import unquoted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“I shall be away.”", "I shall be away."),
        ('"I shall be away".', "I shall be away."),
        ("„Ich bin weg.“", "Ich bin weg."),
        ("»Ich bin weg«", "Ich bin weg"),
        ("« Je serai loin »", "Je serai loin"),
        ("«سأكون بعيدا»", "سأكون بعيدا"),
        ("'It's not for me'", "It's not for me"),
        ("“I shall say ‘no’.”", "I shall say ‘no’."),
    ],
)
def test_marks_around_the_whole_of_a_reason_are_left_out(text: str, words: str) -> None:
    assert unquoted(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "I shall be away.",
        "“Yes” is not what I said, “no” is",
        "“Yes” and “no”",
        "the “new” van",
        "„Ja»",
        "’tis too late",
        "''",
        "",
    ],
)
def test_marks_that_belong_to_a_part_of_it_stay(text: str) -> None:
    assert unquoted(text) == text

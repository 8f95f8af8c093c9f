"""The redaction guard finds what is private, names what it is, and leaves the rest alone."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi import practices
from fedi.publishing import redaction
from fedi.publishing.draft import read
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.kinds import kind
from fedi.publishing.redaction import BLACK, black_out, find, guard
from fedi.publishing.redaction.finding import Span, Window
from fedi.publishing.written import write

practices.load()

CORPUS = Path(__file__).with_name("redaction_corpus.txt")
EXPECTED = re.compile("⟦(\\w+):(.*?)⟧")
RECALL, RECALL_OF_KIND, FALSE = 0.95, 0.9, 0.03


def corpus() -> list[tuple[str, str, list[tuple[str, int, int]]]]:
    """Each line: its language, the text, and kind and place of what is private in it."""
    lines: list[tuple[str, str, list[tuple[str, int, int]]]] = []
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, _, marked = line.partition(" | ")
        text, expected, at = "", list[tuple[str, int, int]](), 0
        for mark in EXPECTED.finditer(marked):
            text += marked[at : mark.start()]
            expected.append((mark[1], len(text), len(text) + len(mark[2])))
            text, at = text + mark[2], mark.end()
        lines.append((language, text + marked[at:], expected))
    return lines


def test_recall_and_false_alarms_on_the_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    lines = corpus()
    assert len(lines) >= 200 and {language for language, _, _ in lines} == set(redaction.REGIONS)
    wanted, found, false = Counter[str](), Counter[str](), Counter[str]()
    alarmed = 0
    for language, text, expected in lines:
        findings = find(text, language=language)
        for kind_, start, end in expected:
            wanted[kind_] += 1
            # Four fifths of it are covered by a finding that says what it is.
            found[kind_] += any(
                one.kind == kind_
                and 5 * (min(end, one.end) - max(start, one.start)) >= 4 * (end - start)
                for one in findings
            )
        idle = [
            one
            for one in findings
            if all(one.end <= start or end <= one.start for _, start, end in expected)
        ]
        false.update(one.kind for one in idle)
        alarmed += bool(idle)
    with capsys.disabled():
        print(f"\nredaction guard, {len(lines)} lines: kind, recall, false alarms")
        for kind_ in wanted:
            print(f"  {kind_:12} {found[kind_]:3} of {wanted[kind_]:3}   {false[kind_]}")
        share = 100 * alarmed / len(lines)
        whole = 100 * found.total() / wanted.total()
        print(f"  all          {whole:.1f} %        {share:.1f} % of the lines")
    assert found.total() >= RECALL * wanted.total()
    assert all(found[kind_] >= RECALL_OF_KIND * wanted[kind_] for kind_ in wanted)
    assert alarmed <= FALSE * len(lines)


def test_a_finding_says_what_it_is_and_where() -> None:
    text = "One.\n\nRing 020 7946 0018 or write\nto a@b.example."
    first, second = find(text)
    assert (first.kind, first.text, first.line) == ("phone", "020 7946 0018", 3)
    assert (second.kind, second.text, second.line) == ("email", "a@b.example", 4)
    assert text[first.start : first.end] == first.text


def test_a_number_goes_on_in_the_next_line() -> None:
    [finding] = find("Ring +44 20\n7946 0018 today.")
    assert finding.text == "+44 20\n7946 0018"
    assert find("Ring 44\n\n20 7946") == ()


@pytest.mark.parametrize(
    ("language", "text", "is_found"),
    [
        ("en", "202-555-0143", True),
        ("ar", "202-555-0143", False),
        ("ar", "+1 202-555-0143", True),
        ("es", "612 34 56 78", True),
    ],
)
def test_numbers_without_a_code_are_those_of_the_countries_of_the_language(
    language: str, text: str, is_found: bool
) -> None:
    assert bool(find(text, language=language)) == is_found
    assert bool(find(text, language=language, regions=("US", "ES"))) is True


def test_what_was_found_gives_way_to_a_block_of_one_length() -> None:
    text = "Ring 020 7946 0018 or write to a@b.example."
    assert black_out(text, find(text)) == f"Ring {BLACK} or write to {BLACK}."
    assert black_out(text, find(text)[1:]) == f"Ring 020 7946 0018 or write to {BLACK}."
    assert find(black_out(text, find(text))) == ()


SOURCE = """---
title: "Ring 020 7946 0018"
language: en
pictures:
  - {file: anna@mail.example.jpg, description: 'By bob@mail.example, 12 Rose Hill'}
---
See [us](mailto:cy@mail.example), **51.45432, -2.58791**, `dee@mail.example`.

| who | where |
|---|---|
| a | GB33 BUKB 2020 1555 5555 55 |
"""


def test_a_text_that_was_blacked_out_can_be_published() -> None:
    findings = guard(SOURCE)
    assert Counter(finding.kind for finding in findings) == {
        "phone": 1,
        "email": 3,
        "address": 1,
        "coordinates": 1,
        "payment": 1,
    }
    made = black_out(SOURCE, findings)
    assert guard(made) == ()
    draft = read(kind("update"), made)
    assert draft.title == f"Ring {BLACK}"
    assert draft.pictures[0].file == "anna@mail.example.jpg"
    assert draft.body.count(BLACK) == 4 and "| a | ▇▇▇▇ |" in draft.body


def test_only_what_leaves_is_looked_at() -> None:
    source = "[[members: 020 7946 0018]] [[partners: a@b.example]]\n\nand c@d.example"
    assert [finding.text for finding in guard(source)] == ["c@d.example"]
    assert [finding.text for finding in guard(source, "partners")] == ["a@b.example", "c@d.example"]
    assert guard(source, "members") == ()
    [finding] = guard(source)
    assert source[finding.start : finding.end] == "c@d.example" and finding.line == 3
    assert "020 7946 0018" in black_out(source, [finding])
    with pytest.raises(FrontMatterError):
        guard("[[members: 020 7946 0018")


def test_how_exactly_a_place_is_told_was_chosen_beside_it() -> None:
    place = "{name: Square, street: Old Market Street 59, lat: 51.45432, lon: -2.58791, precision: exact}"
    head = f"---\nlanguage: en\nstart: 2027-06-19T17:00\nplace: {place}\n---\n"
    assert guard(head + "Come.") == ()
    assert [one.kind for one in guard(head + "At 51.45432, -2.58791.")] == ["coordinates"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Her number:\n020 7946 0018", ("phone", "020 7946 0018")),
        ("Write to:\nanna@mail.example", ("email", "anna@mail.example")),
        ("Arrested:\nMaria Lopez", ("person", "Maria Lopez")),
        ("At\n51.45432, -2.58791", ("coordinates", "51.45432, -2.58791")),
        ('She said "020 7946 0018"', ("phone", "020 7946 0018")),
        ("We begin; due: 020 7946 0018", ("phone", "020 7946 0018")),
        ("Done, by: Maria Lopez was arrested", ("person", "Maria Lopez")),
        ("key: anna@mail.example", ("email", "anna@mail.example")),
    ],
)
def test_what_is_said_in_the_front_matter_is_looked_at_as_it_is_read(
    said: str, found: tuple[str, str]
) -> None:
    for front in ({"decisions": [{"text": said}]}, {"voices": [{"file": "a", "transcript": said}]}):
        source = write({"language": "en", "date": "2026-12-03T19:00", **front}, "Text.")
        assert [(one.kind, one.text) for one in guard(source)] == [found]


@pytest.mark.parametrize("sign", ["", "-", "−", "+", "n", "N", "x", "²", "A", "…"])
def test_whatever_stands_before_a_number_breaks_nothing(sign: str) -> None:
    found = [one.kind for one in find(f"At {sign}51.45432, {sign}2.58791")]
    assert found == (["coordinates"] if sign in ("", "-", "−", "+") else [])
    assert [one.kind for one in find("n51.45432, w2.58791")] == ["coordinates"]


@pytest.mark.parametrize("gap", [" ", "\u00a0", "\u202f", "\t", "\u200b", "\u2060", "** ", "\n"])
@pytest.mark.parametrize(
    ("kind_found", "text"),
    [("phone", "+44 20 7946 0018"), ("payment", "gb33 bukb 2020 1555 5555 55")],
)
def test_no_gap_hides_a_number_and_no_mark_around_it(gap: str, kind_found: str, text: str) -> None:
    written = text.replace(" ", gap, 2)
    [found] = find(f"\u202aIt is \u2068{written}\u2069 here")
    assert (found.kind, found.text) == (kind_found, written)


def test_the_language_of_the_text_counts() -> None:
    assert guard("---\nlanguage: es\n---\n612 34 56 78") != ()
    assert guard("---\nlanguage: ar\n---\n612 34 56 78") == ()


WORDS = ("Anna", "Mbeki", "present", "12", "Rose", "Hill", "51.4543,", "a@b.example", "020", "7946")


@given(
    st.lists(
        st.sampled_from((*WORDS, "\n", "\n\n", "x" * 90, "[", "|", "calle", "وحضر")), max_size=120
    )
)
def test_findings_never_overlap_and_stand_where_they_say(words: list[str]) -> None:
    text = " ".join(words)
    findings = find(text)
    ends = [0, *(finding.end for finding in findings)]
    for finding, end in zip(findings, ends, strict=False):
        assert finding.start >= end
        assert text[finding.start : finding.end] == finding.text != ""
        assert finding.line == text.count("\n", 0, finding.start) + 1


@pytest.mark.parametrize("before", range(780, 830, 7))
def test_nothing_is_lost_between_two_windows(before: int) -> None:
    text = "x " * (before // 2) + "Ring 020 7946 0018. Present: Anna Mbeki. " + "y " * 900
    assert [one.kind for one in find(text)] == ["phone", "person"]


@given(st.integers(0, 40_000))
def test_finders_see_windows_of_bounded_length_only(length: int) -> None:
    seen: list[int] = []

    def watching(window: Window) -> Iterator[Span]:
        seen.append(len(window.text))
        return iter(())

    finders = redaction._FINDERS  # pyright: ignore[reportPrivateUsage]
    redaction._FINDERS = (("phone", watching),)  # pyright: ignore[reportPrivateUsage]
    try:
        find("a" * length)
    finally:
        redaction._FINDERS = finders  # pyright: ignore[reportPrivateUsage]
    assert max(seen) <= redaction.STRIDE + 2 * redaction.MARGIN
    assert len(seen) <= length // redaction.STRIDE + 1


@pytest.mark.parametrize(
    "unit",
    ["Aa-", "Aa ", "1 ", "12 345 ", "(1) ", "calle de la ", "a@b.", "A1 ", "https://a/", "1°1'", "شارع محمد "],
)  # fmt: skip
def test_the_steps_grow_with_the_length(unit: str) -> None:
    find((unit * 8_000)[:8_000])  # loads what it needs

    def steps(length: int) -> int:
        return _steps((unit * length)[:length])

    assert steps(16_000) < 3 * steps(8_000) + 1_000


def _steps(text: str) -> int:
    """How many lines of the program run until a text is looked through."""
    count = 0

    def watch(*_: object) -> object:
        nonlocal count
        count += 1
        return watch

    sys.settrace(watch)  # pyright: ignore[reportArgumentType]
    try:
        find(text)
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("text", ["Text ٢٠٢٦-١٢-٠١", "Text 2026-12-01", "Text ۲۰۲۶-۱۲-۰۱"])
def test_a_day_is_no_number_to_ring_in_the_digits_of_any_script(text: str) -> None:
    assert find(text, language="ar") == ()
    assert [one.kind for one in find("اتصل ٠١٠٠١٢٣٤٥٦٧", language="ar")] == ["phone"]

"""What is written as front matter reads back as it was, whatever traps it holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.publishing.front_matter import Found, Problems, parse, split
from fedi.publishing.written import places, write

TRAPS = (
    "no",
    "Yes",
    "null",
    "~",
    "",
    "2026-12-03",
    "19:00",
    "1e3",
    ".inf",
    "0x1F",
    "a: b",
    "a #b",
    "- a",
    "#heat",
    "[[members: the key is under the mat]]",
    "\\[[members is no mark, it's shown]]",
    "{a}",
    "*all*",
    "&a",
    "!yes",
    "---",
    "...",
    "two\nlines",
    "tab\there",
    'say "hello"',
    "back\\slash",
    "it's",
    "caf\u00e9",
    "\u0633\u0643\u0646",
    "bell\x07",
    "next\x85line",
    "line\u2028separator",
    "\U0001f525",
    "%a",
    "@a",
    "`a`",
    "a, b",
    "? a",
    "word-",
    "null ",
)


def plain(found: Found | str) -> Any:
    value = found.value if isinstance(found, Found) else found
    if isinstance(value, dict):
        return {key: plain(piece) for key, piece in value.items()}
    if isinstance(value, list):
        return [plain(piece) for piece in value]
    return value


def read_back(source: str) -> tuple[Any, str]:
    front, body, before = split(source)
    problems = Problems([])
    found = parse(front, problems, before)
    problems.raise_if_any()
    return plain(found), body


@pytest.mark.parametrize("text", TRAPS)
def test_a_trap_is_text_wherever_it_stands(text: str) -> None:
    front = {"title": text, "list": [text, text], "records": [{"of": text, "and": [text]}]}
    read, body = read_back(write(front, "The text."))
    kept = text.strip()
    assert read == {
        "title": kept,
        "list": [kept, kept],
        "records": [{"of": kept, "and": [kept]}],
    }
    assert body == "The text."


def test_common_words_stay_as_they_are_typed_for_people_to_read() -> None:
    source = write({"title": "Open the windows", "place": {"name": "Kingsley Hall"}}, "Come.")
    assert source == "---\ntitle: Open the windows\nplace:\n  name: Kingsley Hall\n---\nCome."


def test_numbers_and_truth_are_written_as_such() -> None:
    assert read_back(write({"attendance": 27, "online": True, "focal": [0.5, -1]}, "")) == (
        {"attendance": "27", "online": "true", "focal": ["0.5", "-1"]},
        "",
    )


def test_a_text_that_looks_like_front_matter_stays_text() -> None:
    body = "---\ntitle: not this\n---\n"
    assert read_back(write({"title": "This"}, body)) == ({"title": "This"}, body)
    assert read_back(write({}, body)) == ({}, body)


TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
KEYS = st.from_regex(r"[a-z][a-z_]{0,10}", fullmatch=True)
VALUES = st.recursive(
    TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def kept(value: Any) -> Any:
    """What is to come back: the same, with one kind of line end and nothing around it."""
    if isinstance(value, dict):
        return {key: kept(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [kept(inner) for inner in value]
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


@given(st.dictionaries(KEYS, VALUES, max_size=4), TEXT)
def test_whatever_is_written_reads_back_the_same(front: dict[str, Any], body: str) -> None:
    read, body_read = read_back(write(front, body))
    assert read == kept(front)
    assert body_read == body.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def test_every_line_says_which_value_stands_there() -> None:
    front = {"title": "Tea", "needs": [{"kind": "money", "of": "rent"}, {"kind": "hours"}]}
    lines = write(front, "").split("\n")
    found = {lines[number - 1].strip(" -"): place for number, place in places(front).items()}
    assert found == {
        "title: Tea": ("title",),
        "needs:": ("needs",),
        "kind: money": ("needs", 0, "kind"),
        "of: rent": ("needs", 0, "of"),
        "kind: hours": ("needs", 1, "kind"),
    }

"""Structured fields are read strictly and written canonically."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fedi.activitypub.signatures.structured import (
    InnerList,
    Item,
    Token,
    decode_base64,
    parse_dictionary,
    write_member,
)
from fedi.errors import Malformed


def test_every_type_is_read() -> None:
    read = parse_dictionary(
        'a=1, b=-2.5, c="x \\"y\\" \\\\",\td=tok/en, e=:aGk=:, f=?0, g, *h=(1 "a";p);q=?1'
    )
    assert read == {
        "a": Item(1, {}),
        "b": Item(Decimal("-2.5"), {}),
        "c": Item('x "y" \\', {}),
        "d": Item(Token("tok/en"), {}),
        "e": Item(b"hi", {}),
        "f": Item(False, {}),
        "g": Item(True, {}),
        "*h": InnerList((Item(1, {}), Item("a", {"p": True})), {"q": True}),
    }


@pytest.mark.parametrize(
    "text",
    [
        '("@method" "date";key="a");created=1;keyid="x\\"y"',
        "()",
        "-12",
        "1.5",
        "2.0",
        "token",
        ":aGk=:",
        "?1;a;b=?0",
    ],
)
def test_what_is_canonical_is_written_as_it_was_read(text: str) -> None:
    assert write_member(parse_dictionary(f"x={text}")["x"]) == text


def test_blanks_are_dropped_when_written() -> None:
    assert write_member(parse_dictionary('x=(  "a"   "b" );  c=1')["x"]) == '("a" "b");c=1'
    assert write_member(parse_dictionary("x=1.50")["x"]) == "1.5"


def test_an_empty_header_is_an_empty_dictionary() -> None:
    assert parse_dictionary("  ") == {}


@pytest.mark.parametrize(
    "text",
    [
        "a=1,",
        "a=1 b=2",
        "a=1,,b=2",
        "A=1",
        "=1",
        "a=",
        'a="x',
        'a="x\\y"',
        'a="ä"',
        "a=:aGk=",
        "a=:a Gk=:",
        "a=:aGk:",
        "a=:aGl=:",
        "a=?2",
        "a=(1",
        "a=(1,2)",
        'a=("x""y")',
        "a=1;=2",
        "a=1;B",
        "a=-",
        "a=1.",
        "a=1.2345",
        "a=1.2.3",
        "a=.5",
        "a=1234567890123456",
        "a=1234567890123.5",
        "a=@1",
        "a=1, a=2",
        "a=1;b=1;b=2",
    ],
)
def test_what_is_not_well_formed_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_dictionary(text)


@pytest.mark.parametrize("text", ["aGk", "aGk=\n", "aGl=", "a-_=", "\xff"])
def test_base64_has_one_spelling(text: str) -> None:
    assert decode_base64("aGk=") == b"hi"
    with pytest.raises(Malformed):
        decode_base64(text)

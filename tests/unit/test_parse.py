"""Foreign JSON is read or refused, nothing between (interop §6.10)."""

from __future__ import annotations

import orjson
import pytest

from fedi.activitypub.parse import has_duplicate_keys, parse
from fedi.errors import Malformed


def nested(levels: int) -> bytes:
    return b'{"a":' * (levels - 1) + b"{}" + b"}" * (levels - 1)


def test_an_object_is_read_as_it_stands() -> None:
    document = {"id": "https://a.example/1", "to": ["x", None], "n": 1.5, "ok": True, "é": "ß🎈"}
    assert parse(orjson.dumps(document)) == document


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'"text"',
        b"null",
        b"1",
        b"{",
        b'{"a":}',
        b"{'a':1}",
        b'{"a":1}{"b":2}',
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
    ],
)
def test_what_is_not_a_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse(data)


@pytest.mark.parametrize("escape", [b"\\ud800", b"\\udc00", b"\\udc00\\ud800", b"\\ud83dx"])
def test_a_lone_surrogate_is_refused_in_values_and_keys(escape: bytes) -> None:
    with pytest.raises(Malformed):
        parse(b'{"a":"' + escape + b'"}')
    with pytest.raises(Malformed):
        parse(b'{"' + escape + b'":1}')


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert parse(b'{"a":"\\ud83c\\udf88"}') == {"a": "🎈"}


def test_thirty_levels_are_read() -> None:
    assert parse(nested(30))


@pytest.mark.parametrize("levels", [31, 900, 5000, 200_000])
def test_deeper_nesting_is_refused(levels: int) -> None:
    with pytest.raises(Malformed):
        parse(nested(levels))


def test_deep_arrays_are_refused_too() -> None:
    assert parse(b'{"a":' + b"[" * 29 + b"]" * 29 + b"}")
    with pytest.raises(Malformed):
        parse(b'{"a":' + b"[" * 30 + b"]" * 30 + b"}")


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert len(parse(b'{"a":[' + b"[]," * 500 + b"{}]}")["a"]) == 501


@pytest.mark.parametrize("number", [b"9007199254740991", b"-9007199254740991", b"1e3", b"0.5"])
def test_numbers_that_every_reader_understands_alike_are_read(number: bytes) -> None:
    assert parse(b'{"a":' + number + b"}")


@pytest.mark.parametrize(
    "number",
    [
        b"9007199254740992",
        b"-9007199254740992",
        b"9007199254740992.0",
        b"9007199254740993",
        b"123456789012345678901234567890",
        b"1e30",
        b"1E999",
        b"NaN",
        b"Infinity",
        b"-Infinity",
    ],
)
@pytest.mark.parametrize("shape", [b'{"a":%s}', b'{"a": [1,\n%s]}', b'{"b":{"a":%s}}'])
def test_numbers_from_2_to_the_53_on_are_refused(number: bytes, shape: bytes) -> None:
    with pytest.raises(Malformed):
        parse(shape % number)


def test_a_long_number_inside_a_text_is_text() -> None:
    document = {"a": "see: 12345678901234567890, 1e999"}
    assert parse(orjson.dumps(document)) == document


def test_nul_characters_are_dropped_from_values_and_keys() -> None:
    assert parse(b'{"a\\u0000b":["x\\u0000",{"c":"\\u0000"}]}') == {"ab": ["x", {"c": ""}]}


def test_an_escaped_backslash_before_u0000_is_left_alone() -> None:
    assert parse(b'{"a":"\\\\u0000"}') == {"a": "\\u0000"}


@pytest.mark.parametrize(
    "data", [b'{"a":1,"a":2}', b'{"b":[{"a":1,"\\u0061":1}]}', b'{"a":1,"b":2,"a":1}']
)
def test_duplicate_keys_are_refused_only_where_a_proof_is_checked(data: bytes) -> None:
    assert parse(data)
    assert has_duplicate_keys(data)
    with pytest.raises(Malformed):
        parse(data, strict=True)


def test_the_same_key_in_two_objects_is_no_duplicate() -> None:
    data = b'{"a":{"a":1},"b":[{"a":1},{"a":1}]}'
    assert not has_duplicate_keys(data)
    assert parse(data, strict=True)


def test_asking_for_duplicates_in_what_is_not_json_is_refused() -> None:
    for data in (b"{", b'{"a":' * 100_000, b"\xff"):
        with pytest.raises(Malformed):
            has_duplicate_keys(data)

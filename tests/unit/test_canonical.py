"""The canonical form is that of RFC 8785, whichever way it is written."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from fedi.activitypub.canonical import LARGEST_NUMBER, canonical_form

WHOLE = st.integers(-LARGEST_NUMBER, LARGEST_NUMBER)
FRACTIONS = st.floats(allow_nan=False, allow_infinity=False)
LEAVES = st.none() | st.booleans() | st.text() | WHOLE | FRACTIONS
ASCII = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text() | ASCII, inner), max_leaves=30
)


@given(st.dictionaries(ASCII | st.text(), VALUES))
def test_every_document_is_written_as_the_reference_writes_it(document: dict[str, Any]) -> None:
    assert canonical_form(document) == rfc8785.dumps(document)


def test_names_beyond_the_first_plane_are_sorted_by_utf_16() -> None:
    document = {"\ufb33": 1, "\U0001f600": 2, "a": 3}

    assert canonical_form(document) == '{"a":3,"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [1.0, -0.0, 1e21, 1e-7, 333333333.33333329, 5e-324])
def test_fractions_are_written_as_ecmascript_does(value: float) -> None:
    assert canonical_form({"n": value}) == rfc8785.dumps({"n": value})


@pytest.mark.parametrize("value", [2**53, -(2**53), 2**80, "\ud800", float("nan"), object()])
def test_what_has_no_canonical_form_gives_none(value: Any) -> None:
    assert canonical_form({"v": value}) is None
    assert canonical_form({"v": [{"w": value}]}) is None


def test_what_is_nested_too_deep_gives_none() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]

    assert canonical_form({"v": deep}) is None

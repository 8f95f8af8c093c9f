"""One or many, a string or an object, spelt in many ways: the small values are read alike."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fedi.activitypub.vocabulary import (
    PUBLIC,
    as_list,
    first,
    id_of,
    ids_of,
    is_public,
    millis_of,
    text_of,
    type_of,
    types_of,
    visibility,
    with_plain_keys,
)

FOLLOWERS = "https://a.example/u/followers"


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (None, []),
        ("x", ["x"]),
        ([], []),
        (["x", None], ["x", None]),
        ({"id": "x"}, [{"id": "x"}]),
        ({"@list": ["x", "y"]}, ["x", "y"]),
        ({"@set": "x"}, ["x"]),
        (0, [0]),
    ],
)
def test_one_or_many_become_a_list(value: Any, items: list[Any]) -> None:
    assert as_list(value) == items


@pytest.mark.parametrize(
    ("value", "uri"),
    [
        ("https://a.example/1", "https://a.example/1"),
        ({"id": "https://a.example/1"}, "https://a.example/1"),
        ({"@id": "https://a.example/1"}, "https://a.example/1"),
        ({"type": "Link", "href": "https://a.example/1"}, "https://a.example/1"),
        ([None, {"x": 1}, "https://a.example/1", "https://a.example/2"], "https://a.example/1"),
        (None, None),
        ("", None),
        (5, None),
        (True, None),
        ({"id": 5}, None),
        ({"id": {"id": "https://a.example/1"}}, None),
        ([], None),
    ],
)
def test_an_id_is_found_in_strings_objects_and_links(value: Any, uri: str | None) -> None:
    assert id_of(value) == uri


def test_ids_are_given_once_and_at_most_256() -> None:
    assert ids_of(["a", {"id": "b"}, "a", 3, None]) == ("a", "b")
    assert len(ids_of([f"https://a.example/{n}" for n in range(2_000)])) == 256


def test_the_first_value_is_the_first_that_is_not_null() -> None:
    assert first([None, "x", "y"]) == "x"
    assert first([]) is None


def test_types_are_given_by_their_plain_names() -> None:
    assert types_of(
        {"type": ["as:Note", "https://www.w3.org/ns/activitystreams#Page", "ex:Thing", 3]}
    ) == (
        "Note",
        "Page",
        "ex:Thing",
    )
    assert type_of({"@type": "Create"}) == "Create"
    assert type_of({"type": {"id": "Note"}}) == ""
    assert type_of("Note") == ""


@pytest.mark.parametrize("uri", [PUBLIC, "as:Public", "Public"])
def test_everybody_is_spelt_in_three_ways(uri: str) -> None:
    assert is_public(uri)
    assert visibility([uri], [], None) == "public"
    assert visibility([FOLLOWERS], [uri], FOLLOWERS) == "unlisted"


@pytest.mark.parametrize(
    "uri",
    ["public", "https://www.w3.org/ns/activitystreams", "as:public", "http://a.example/#Public"],
)
def test_nothing_else_means_everybody(uri: str) -> None:
    assert not is_public(uri)
    assert visibility([uri], [], FOLLOWERS) == "direct"


def test_followers_count_only_where_they_are_the_authors_own_and_in_to() -> None:
    assert visibility([FOLLOWERS, "https://b.example/u"], [], FOLLOWERS) == "followers"
    assert visibility([], [FOLLOWERS], FOLLOWERS) == "direct"
    assert visibility(["https://b.example/u/followers"], [], FOLLOWERS) == "direct"
    assert visibility([FOLLOWERS], [], None) == "direct"
    assert visibility([], [], FOLLOWERS) == "direct"


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1970-01-01T00:00:01Z", 1_000),
        ("2022-03-01T21:00:16+00:00", 1_646_168_416_000),
        ("2026-07-12T19:30:38.560996451Z", 1_783_884_638_560),
        ("2021-07-14T17:30:57+02:00", 1_626_276_657_000),
        ("2021-07-14", 1_626_220_800_000),
        ("2021-07-14T00:00:00", 1_626_220_800_000),
        (["2021-07-14"], 1_626_220_800_000),
        ({"@value": "2021-07-14"}, 1_626_220_800_000),
        ("1969-12-31T23:59:59Z", -1_000),
    ],
)
def test_moments_are_read_as_other_servers_write_them(text: Any, ms: int) -> None:
    assert millis_of(text) == ms


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        1_626_220_800,
        True,
        {},
        [],
        "2021-13-01T00:00:00Z",
        "99999-01-01",
        "0001-01-01T00:00:00+23:59",
        "3000-01-01",
        "2021-07-14T" + "0" * 60,
    ],
)
def test_what_is_no_moment_is_none(text: Any) -> None:
    assert millis_of(text) is None


def test_a_moment_without_an_offset_is_in_the_zone_of_the_event() -> None:
    assert millis_of("2026-07-01T12:00:00", ZoneInfo("Europe/Berlin")) == millis_of(
        "2026-07-01T10:00:00Z"
    )


def test_a_text_is_found_in_lists_and_value_objects() -> None:
    assert text_of([None, 3, {"@value": "x", "@language": "de"}, "y"]) == "x"
    assert text_of({"type": "Note"}) == ""


def test_prefixed_and_full_names_become_plain_ones() -> None:
    document = {
        "@context": {"toot:featured": "x"},
        "@id": "https://a.example/1",
        "@type": "as:Create",
        "as:actor": "https://a.example/u",
        "https://www.w3.org/ns/activitystreams#object": [{"@id": "x", "toot:blurhash": "y"}],
    }
    assert with_plain_keys(document) == {
        **document,
        "id": "https://a.example/1",
        "type": "as:Create",
        "actor": "https://a.example/u",
        "object": [{"@id": "x", "id": "x", "toot:blurhash": "y", "blurhash": "y"}],
    }


def test_a_plain_key_wins_over_its_other_spellings() -> None:
    document = {"actor": "https://a.example/u", "as:actor": "https://b.example/u"}
    assert with_plain_keys(document)["actor"] == "https://a.example/u"


def test_keys_of_unknown_namespaces_stay() -> None:
    document = {
        "evil:actor": "x",
        "https://evil.example/ns#actor": "y",
        "ical:status": "z",
        "as:": 1,
        "#x": 2,
    }
    assert with_plain_keys(document) is document

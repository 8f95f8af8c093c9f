"""What is wrong with a post is said at the field it comes from, and all that was typed is kept."""

from __future__ import annotations

import pytest
from consoling import Browser


def test_what_only_the_reader_of_the_text_finds_is_said_at_its_field(
    wren: Browser, group: str
) -> None:
    sent = {"body": "Open. [[members: never closed", "title": "Lift"}
    page = wren.post(f"/console/{group}/write/update", status=422, do="publish", **sent)
    assert "A mark that begins here is never closed." in page and 'id="body-e"' in page
    sent = {"body": "Open.", "title": "[[members: never closed"}
    page = wren.post(f"/console/{group}/write/update", status=422, do="publish", **sent)
    assert 'id="title-e"' in page


TEA = {"title": "Tea time", "start_day": "2027-06-19", "start_hour": "17:00", "timezone": "UTC"}
BEDS = {"title": "Beds", "needs-0-kind": "goods"}


@pytest.mark.parametrize(
    ("kind", "field", "sentence", "typed"),
    [
        ("update", "body", "There is nothing to publish yet.", {"title": "Only a title"}),
        ("update", "hashtags", "a-b cannot be a hashtag", {"body": "x", "hashtags": "#ok a-b"}),
        ("update", "reply_to", "Begin the address with https://.", {"body": "x", "reply_to": "x"}),
        ("call", "end_hour", "It ends before it begins.", {**TEA, "end_hour": "16:00"}),
        ("call", "start_hour", "Write the time like 19:00.", {**TEA, "start_hour": "25:00"}),
        ("call", "title", "at least three letters", {**TEA, "title": "ab"}),
        ("call", "place_name", "Say what people call the place.", {**TEA, "place_area": "Bristol"}),
        (
            "call",
            "place_precision",
            "Choose how exactly others may know this place.",
            {**TEA, "place_name": "Hall", "place_street": "Old Market 59"},
        ),
        (
            "call",
            "place_lon",
            "A place needs both of them.",
            {**TEA, "place_name": "Hall", "place_lat": "51.4", "place_precision": "city"},
        ),
        ("request", "needs-0-kind", "Say at least one thing", {"title": "Beds"}),
        (
            "request",
            "needs-0-amount",
            "Write digits and a point",
            {**BEDS, "needs-0-amount": "lots"},
        ),
        ("request", "needs-0-kind", "Choose what kind", {"title": "Beds", "needs-0-of": "beds"}),
        (
            "request",
            "needs-0-unit",
            "Write the currency in three letters",
            {"title": "Rent", "needs-0-kind": "money", "needs-0-amount": "5", "needs-0-unit": "£"},
        ),
        ("request", "needs-0-amount", "Say how much.", {**BEDS, "needs-0-unit": "beds"}),
        ("request", "links-0-url", "Say where the link leads.", {**BEDS, "links-0-name": "Fund"}),
        (
            "request",
            "links-0-url",
            "Begin the address with https:// or payto:.",
            {**BEDS, "links-0-name": "Fund", "links-0-url": "javascript:alert(1)"},
        ),
        ("poll", "options-0", "Write at least two answers.", {"body": "When?", "options-0": "Now"}),
        (
            "poll",
            "options-0",
            "Two answers are the same.",
            {"body": "When?", "options-0": "Now", "options-1": "now "},
        ),
        (
            "poll",
            "ends_day",
            "Say until when, and on whose clock.",
            {"body": "When?", "options-0": "Now", "options-1": "Later", "open_for": ""},
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_is_kept(
    wren: Browser, group: str, kind: str, field: str, sentence: str, typed: dict[str, str]
) -> None:
    page = wren.post(f"/console/{group}/write/{kind}", status=422, do="publish", **typed)
    assert sentence in page and f'id="{field}-e"' in page and f'href="#{field}"' in page
    for name, value in typed.items():
        if value and name not in ("needs-0-kind", "body"):
            assert f'name="{name}"' in page and f'value="{value}"' in page, name


def test_a_field_that_is_empty_is_told_one_thing(wren: Browser, group: str) -> None:
    page = wren.post(f"/console/{group}/write/call", status=422, do="publish", title=" ")
    assert "Fill this in." in page and "at least three letters" not in page

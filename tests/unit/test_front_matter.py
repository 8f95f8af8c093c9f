"""Front matter: what is right is typed, and what is wrong is refused with its line and a cure."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fedi import practices
from fedi.errors import Refused
from fedi.practices.calls.model import Call
from fedi.practices.minutes.model import Decision, Minutes
from fedi.practices.requests.model import Need, Request, Way
from fedi.publishing.draft import MAX_SOURCE, Draft, read
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.kinds import kind
from fedi.publishing.place import Place

practices.load()
LONDON = ZoneInfo("Europe/London")


def drafted(kind_name: str, front: str, body: str = "Text.") -> Draft:
    return read(kind(kind_name), f"---\n{front}\n---\n{body}\n")


def problems(kind_name: str, front: str, body: str = "Text.") -> list[tuple[int, str, str]]:
    with pytest.raises(FrontMatterError) as caught:
        drafted(kind_name, front, body)
    return [(problem.line, problem.sentence, problem.cure) for problem in caught.value.problems]


def test_what_is_wrong_is_told_each_time_it_is_read() -> None:
    first = problems("call", "title: [")
    assert first
    assert problems("call", "title: [") == first


def a_call(**changes: Any) -> str:
    keys = {
        "title": "Open the windows",
        "start": "2027-06-19T17:00",
        "timezone": "Europe/London",
        **changes,
    }
    return "\n".join(f"{key}: {value}" for key, value in keys.items() if value is not None)


def test_all_that_every_kind_has_is_read() -> None:
    draft = drafted(
        "update",
        "title: Lift\nlanguage: no\nhashtags: [Rent, '#heat', 日本]\nwarning: eviction\nvisibility: unlisted\n"
        "reply_to: https://home.example/1\npictures:\n  - file: a.jpg\n    description: A lift\n    focal: [0, -0.5]\n"
        '  - {file: b.png, description: ""}',
    )
    assert (draft.title, draft.language, draft.hashtags) == ("Lift", "no", ("Rent", "heat", "日本"))
    assert (draft.warning, draft.audience, draft.body) == ("eviction", "unlisted", "Text.")
    assert draft.reply_to == "https://home.example/1"
    first, second = draft.pictures
    assert (first.file, first.description, first.focal) == ("a.jpg", "A lift", (0.0, -0.5))
    assert (second.file, second.description, second.focal) == ("b.png", "", None)


def test_an_update_needs_no_front_matter() -> None:
    draft = read(kind("update"), "\ufeffHello\r\n\r\nworld\r\n")
    assert (draft.title, draft.body, draft.audience) == ("", "Hello\n\nworld", "")


def test_minutes_are_read() -> None:
    draft = drafted(
        "minutes",
        "title: Thursday assembly\ndate: 2026-12-03T19:00\nend: 2026-12-03 21:10\ntimezone: Europe/London\n"
        "place: Bristol\nattendance: 27\ndecisions:\n  - text: We host the kitchen.\n    consent: 29\n"
        "    stand_aside: 1\n    block: 0\n  - {text: No key, result: rejected, how: vote, review: 2027-01-07}",
    )
    assert draft.details == Minutes(
        date=datetime(2026, 12, 3, 19, tzinfo=LONDON),
        end=datetime(2026, 12, 3, 21, 10, tzinfo=LONDON),
        timezone="Europe/London",
        place=Place("Bristol"),
        attendance=27,
        decisions=(
            Decision("We host the kitchen.", consent=29, stand_aside=1, block=0),
            Decision("No key", how="vote", result="rejected", review=date(2027, 1, 7)),
        ),
    )


def test_a_call_is_read() -> None:
    draft = drafted("call", a_call(status="Tentative", online="https://meet.example/x"))
    assert draft.details == Call(
        start=datetime(2027, 6, 19, 17, tzinfo=LONDON),
        timezone="Europe/London",
        online="https://meet.example/x",
        status="tentative",
    )


def test_a_request_is_read() -> None:
    draft = drafted(
        "request",
        "title: Kitchen\nby: 2027-06-25\nneeds:\n  - {kind: money, amount: 6000, unit: GBP}\n"
        "  - {kind: hours, amount: 12.5, of: childcare}\n  - kind: legal\nlinks:\n"
        '  - {name: Fund, url: "https://fund.example/marsh"}\nstate: covered',
    )
    assert draft.details == Request(
        needs=(
            Need("money", Decimal(6000), "GBP"),
            Need("hours", Decimal("12.5"), "hours", "childcare"),
            Need("legal"),
        ),
        by=date(2027, 6, 25),
        links=(Way("Fund", "https://fund.example/marsh"),),
        state="covered",
    )


def test_every_problem_is_told_with_its_line_and_its_cure() -> None:
    assert problems("minutes", "titel: Thursday\ndate: tomorrow\nattendance: many") == [
        (2, "The front matter has no key `titel`.", "Did you mean `title`?"),
        (2, "The front matter needs `title`.", "Write a line like title: Thursday assembly"),
        (2, "The front matter needs `timezone`.", "Write a line like timezone: Europe/London"),
        (
            3,
            "`tomorrow` is not a day and an hour.",
            "Write them like 2027-06-19T17:00, and the zone under `timezone`.",
        ),
        (4, "`many` is not a number of this kind.", "Write digits, like 27."),
    ]  # fmt: skip


def test_the_sentence_of_the_error_names_every_line() -> None:
    with pytest.raises(FrontMatterError) as caught:
        drafted("call", a_call(start=None, end="2027-06-19T25:00"))
    assert caught.value.sentence.splitlines()[0].startswith("Line 2: The front matter needs")
    assert "Line 4: `2027-06-19T25:00` is not a day and an hour." in caught.value.sentence
    assert "Nothing was published." in caught.value.cure


@pytest.mark.parametrize(
    ("front", "line", "sentence"),
    [
        ("title: a\ntitle: b", 3, "`title` is there twice."),
        ("title: a: b", 2, "This is not YAML: mapping values are not allowed here."),
        ("title: [a", 2, "This is not YAML: expected ',' or ']', but got '<stream end>'."),
        ("title: &x a\nwarning: *x", 2, "Anchors (&) and aliases (*) are not read here."),
        ("title: {a: b}", 2, "Here should be plain text."),
        ("language: english please", 2, "`english please` is not a language."),
        ("visibility: friends", 2, "`friends` is not known here."),
        ("hashtags: [open the windows]", 2, "`open the windows` cannot be a hashtag."),
        ("hashtags: ['2027']", 2, "`2027` cannot be a hashtag."),
        ("reply_to: javascript:alert(1)", 2, "`javascript:alert(1)` is not an address."),
        ("pictures:\n  - file: a.jpg", 3, "A picture needs `description`."),
        ("pictures:\n  - file: a.jpg\n    description:", 4, "A picture needs `description`."),
        ("pictures: [{file: a, description: b, focal: [0, 2]}]", 2, "`2` is not a number from -1 to 1."),
        ("- a\n- b", 2, "The front matter is not a list of keys."),
        ("? [a]\n: b", 2, "A key here is not plain text."),
        (f"title: {'x' * 201}", 2, "This is longer than 200 characters."),
        ("x: " + "[" * 3000, 1, "The front matter is not YAML."),
        ("x: " + "a" * 40_000, 1, "The front matter is too long."),
    ],
)  # fmt: skip
def test_what_is_wrong_anywhere_is_refused(front: str, line: int, sentence: str) -> None:
    assert (line, sentence) in [(found[0], found[1]) for found in problems("update", front)]


@pytest.mark.parametrize(
    ("changes", "line", "sentence"),
    [
        ({"timezone": "Berlin"}, 4, "`Berlin` is not a time zone."),
        ({"timezone": "../../etc/passwd"}, 4, "`../../etc/passwd` is not a time zone."),
        ({"start": "2027-06-19T17:00+02:00"}, 3, "`2027-06-19T17:00+02:00` is not a day and an hour."),
        ({"start": "2027-06-31T17:00"}, 3, "`2027-06-31T17:00` is not a day and an hour."),
        ({"end": "2027-06-19T16:00"}, 5, "`end` is not after `start`."),
        ({"end": "2027-09-19T16:00"}, 5, "This lasts more than 31 days."),
        (
            {"start": "2027-03-28T01:30"},
            3,
            "The clocks of Europe/London never show 01:30 on that day: they go forward.",
        ),
        ({"status": "maybe"}, 5, "`maybe` is not known here."),
        ({"title": None}, 2, "The front matter needs `title`."),
        ({"place": "{name: Hall, lat: 51.4}"}, 5, "A place needs both `lat` and `lon`."),
        ({"place": "{name: Hall, street: Ducie Road 1}"}, 5, "This place does not say how exactly it may be told."),
        ({"place": "{name: Hall, lat: 91, lon: 0, precision: city}"}, 5, "`91` is not a number from -90 to 90."),
        ({"place": "{area: Bristol}"}, 5, "A place needs `name`."),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_is_refused(
    changes: dict[str, str | None], line: int, sentence: str
) -> None:
    assert (line, sentence) in [
        (found[0], found[1]) for found in problems("call", a_call(**changes))
    ]


@pytest.mark.parametrize(
    ("front", "sentence"),
    [
        ("needs: []", "Nothing is needed."),
        ("by: soon\nneeds: [{kind: goods}]", "`soon` is not a day."),
        ("needs: [{kind: money, amount: 5, unit: pounds}]", "Money needs a currency."),
        ("needs: [{kind: money, amount: -5, unit: GBP}]", "`-5` is not an amount."),
        ("needs: [{kind: money, amount: '6,000', unit: GBP}]", "`6,000` is not an amount."),
        ("needs: [{kind: beds, amount: 5}]", "`beds` is not known here."),
        ("needs: [{kind: goods, unit: beds}]", "A unit needs an amount."),
        ("links: []", "The front matter needs `needs`."),
        ("needs: [{kind: goods}]\nlinks: [{name: x, url: 'ftp://x.example'}]", "`ftp://x.example` is not an address."),
    ],
)  # fmt: skip
def test_a_request_that_asks_for_nothing_sensible_is_refused(front: str, sentence: str) -> None:
    assert sentence in [problem[1] for problem in problems("request", f"title: x\n{front}")]


def test_front_matter_that_is_never_closed_is_refused() -> None:
    with pytest.raises(FrontMatterError, match="never closed"):
        read(kind("update"), "---\ntitle: a\n\nText")


def test_an_update_that_says_nothing_is_refused() -> None:
    assert problems("update", "title: a", body="")[0][1] == "There is nothing to publish."


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(Refused, match="characters"):
        read(kind("update"), "x" * (MAX_SOURCE + 1))


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused) as caught:
        kind("ledger")
    assert caught.value.cure == "The kinds are: call, minutes, poll, request, update."


@pytest.mark.parametrize(
    ("precision", "name", "area", "street", "point"),
    [
        ("exact", "Hall", "Bristol", "Ducie Road 1", (51.45678, -2.58766)),
        ("street", "Hall", "Bristol", "Ducie Road 1", (51.457, -2.588)),
        ("area", "Bristol", "", "", (51.46, -2.59)),
        ("city", "Bristol", "", "", (51.5, -2.6)),
        ("region", "Bristol", "", "", (51.0, -3.0)),
        ("country", "Bristol", "", "", (None, None)),
    ],
)
def test_a_place_is_never_kept_more_exactly_than_it_may_be_told(
    precision: str, name: str, area: str, street: str, point: tuple[float | None, float | None]
) -> None:
    written = "name: Hall, area: Bristol, street: Ducie Road 1, lat: 51.4567801, lon: -2.5876599"
    front = a_call(place=f"{{{written}, precision: {precision}}}")
    place = drafted("call", front).details.place
    assert place == Place(name, area, street, *point, precision)
    assert "Ducie" not in place.label


def test_a_place_with_nothing_exact_about_it_is_told_as_it_is_called() -> None:
    place = drafted("call", a_call(place="{name: Kingsley Hall, area: Bristol}")).details.place
    assert place.label == "Kingsley Hall, Bristol"


def test_marks_that_turn_what_follows_are_taken_out_of_a_title() -> None:
    assert drafted("update", "title: 'rent\u202egpj.\u2066x'").title == "rentgpj.x"


def test_every_example_of_the_how_to_is_read() -> None:
    text = (Path(__file__).parents[2] / "docs" / "how-to" / "publish.md").read_text("utf-8")
    examples = re.findall(r"## (?:An? )?(\w+)\n\n```markdown\n(.*?)```", text, re.DOTALL)
    assert " ".join(name.lower() for name, _ in examples) == "update minutes call request poll"
    for name, source in examples:
        assert read(kind(name.lower()), source).body

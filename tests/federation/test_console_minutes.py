"""Minutes written in the console: nothing typed is lost, somebody checks them, a second member agrees."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from doorstep import Browser
from minuting import NEW, TYPED, begin, draft_at, person
from world import Instance

from fedi.clock import now_ms
from fedi.governing import asking
from fedi.publishing.acts import Act


async def test_a_new_form_begins_with_today_and_the_usual_roles(ann: Browser) -> None:
    await ann.open(NEW)
    form = ann.form(NEW)
    assert form.values["day"] == [datetime.now(UTC).date().isoformat()]
    assert form.values["roles-0-role"] == ["Facilitation"]
    assert form.values["roles-0-held_by"] == [""]
    assert "Facilitation is open; ann has waited longest." in ann.page
    assert "A number, never a list of names." in ann.page
    assert f">{datetime.now(UTC).year}-1</bdi>" in ann.page
    assert "A second member confirms" not in ann.page, "there is nobody who could"


async def test_whose_turn_it_is_stands_first_among_those_who_may_have_held_a_role(
    one: Instance, ann: Browser, ben: Browser
) -> None:
    act = Act("roles", "harbour", "", {"do": "take", "role": "facilitation"})
    member = await one.read(lambda tx: person(tx, "ben"))
    await one.write(lambda tx: asking.ask(tx, one.house.site, act, member, now_ms()))
    await ann.open(NEW)
    assert "Facilitation: it is the turn of ben." in ann.page
    held = re.search(r'<select id="roles-0-held_by".*?</select>', ann.page, re.DOTALL)
    assert held
    options = [
        (text if value is None else value, chosen)
        for value, chosen, text in (
            found.groups()
            for found in re.finditer(r'<option(?: value="([^"]*)")?( selected)?>([^<]*)', held[0])
        )
    ]
    assert [value for value, _chosen in options] == ["", "-", "B.", "ben", "A.", "ann"]
    assert [value for value, chosen in options if chosen] == ["-"], "only the role is told at first"
    assert "ben (suggested)" in held[0]


async def test_everything_typed_stands_in_the_form_again(one: Instance, ann: Browser) -> None:
    path = await begin(ann)
    assert "Saved. Only members see it." in ann.page
    shown = ann.form(path).values
    for name, value in TYPED.items():
        assert shown[name] == [value], name
    source = (await draft_at(one, path)).source
    assert 'date: "2027-06-03T19:00"' in source and 'end: "2027-06-03T21:30"' in source
    assert "held_by: M." in source and "stance: stand_aside" in source
    assert source.count("stance: stand_aside") == 2


async def test_a_meeting_that_ends_after_midnight_ends_on_the_next_day(
    one: Instance, ann: Browser
) -> None:
    path = await begin(ann, end="00:40")
    assert 'end: "2027-06-04T00:40"' in (await draft_at(one, path)).source
    assert ann.form(path).values["end_day"] == [""]


async def test_the_zone_of_the_last_minutes_is_proposed(ann: Browser) -> None:
    await begin(ann, timezone="Africa/Nairobi")
    await ann.open(NEW)
    assert ann.form(NEW).values["timezone"] == ["Africa/Nairobi"]


async def test_decisions_are_numbered_through_the_year(one: Instance, ann: Browser) -> None:
    path = await begin(ann, **{"decisions-1-text": "Nobody is photographed"})
    shown = ann.form(path).values
    assert shown["decisions-0-key"] == ["2027-1"] and shown["decisions-1-key"] == ["2027-2"]
    other = await begin(ann)
    assert ann.form(other).values["decisions-0-key"] == ["2027-3"], "another draft has two"
    earlier = await begin(ann, day="2026-12-03")
    assert ann.form(earlier).values["decisions-0-key"] == ["2026-1"]


async def test_decisions_are_added_and_removed_without_script(one: Instance, ann: Browser) -> None:
    path = await begin(ann)
    await ann.send(path, do="add:decisions")
    assert "decisions-1-text" in ann.form(path).values
    await ann.send(path, do="save", **{"decisions-1-text": "Sheets only"})
    assert ann.form(path).values["decisions-1-key"] == ["2027-2"]
    await ann.send(path, do="drop:decisions:0")
    shown = ann.form(path).values
    assert shown["decisions-0-text"] == ["Sheets only"]
    assert shown["decisions-0-key"] == ["2027-2"], "its number goes with it"
    assert "decisions-1-text" not in shown
    assert "kitchen" not in (await draft_at(one, path)).source


async def test_a_heading_for_each_item_goes_into_the_notes_once(ann: Browser) -> None:
    path = await begin(ann, body="## Bread\n\nEnough.", **{"agenda-0": "bread", "agenda-1": "Roof"})
    await ann.send(path, do="headings")
    assert ann.form(path).values["body"] == ["## Bread\n\nEnough.\n\n## Roof\n"]
    await ann.send(path, do="headings")
    assert ann.form(path).values["body"][0].count("## Roof") == 1


async def test_notes_are_shown_as_they_will_look(ann: Browser) -> None:
    path = await begin(ann)
    await ann.send(
        path, do="view:preview", body="## Keys\n\nHeld *together*. <script>alert(1)</script>"
    )
    assert "<h2>Keys</h2>" in ann.page and "Held <em>together</em>." in ann.page
    assert "<script>alert" not in ann.page
    assert ann.form(path).values["body"][0].startswith("## Keys"), "and can be written on"
    await ann.send(path, do="view:preview", body="Call 0117 496 0142, <b>now</b>.")
    assert "Call <mark>0117 496 0142</mark>, &lt;b&gt;now" in ann.page
    await ann.send(path, do="view:write")
    assert "<em>together</em>" not in ann.page


WRONG = {
    "title": "",
    "day": "3 June",
    "start": "seven",
    "timezone": "Bristol",
    "attendance": "Ann and Ben",
    "decisions-0-text": "",
    "decisions-0-consent": "most",
    "actions-0-due": "soon",
    "next_day": "",
    "body": "Everything that was said",
}


@pytest.mark.parametrize("do", ["publish", "check", "schedule"])
async def test_a_form_that_fails_keeps_what_was_typed(ann: Browser, do: str) -> None:
    path = await begin(ann)
    await ann.send(path, do=do, **WRONG)
    assert ann.status == 422
    shown = ann.form(path).values
    for name, value in WRONG.items():
        assert shown[name] == [value], name
    for name in set(WRONG) - {"body"}:
        assert f'id="{name}-e"' in ann.page, f"nothing is said about {name}"
    assert "Nothing you typed is lost." in ann.page
    await ann.open(path)
    assert ann.form(path).values["body"] == ["Everything that was said"], "it is saved as well"


async def test_what_only_the_text_reader_finds_is_said_at_its_field(ann: Browser) -> None:
    path = await begin(ann, **{"decisions-0-item": "Bread", "roles-0-held_by": "x" * 61})
    await ann.send(path, do="check", **{"roles-1-role": "Notes", "roles-1-note": "y" * 201})
    assert ann.status == 422 and 'id="roles-1-note-e"' in ann.page
    await ann.send(path, do="check", **{"roles-1-note": ""})
    assert ann.status == 422
    assert 'id="decisions-0-text-e"' in ann.page and "No item of the agenda" in unescape(ann.page)
    assert 'id="roles-0-held_by-e"' in ann.page or 'id="roles-0-role-e"' in ann.page


async def test_two_who_write_the_same_minutes_both_keep_their_text(
    one: Instance, ann: Browser, ben: Browser
) -> None:
    path = await begin(ann)
    await ben.open(path)
    await ann.send(path, do="save", body="Ann wrote this", attendance="34")
    await ben.send(path, do="save", body="Ben wrote this", **{"decisions-0-text": "Another"})
    assert ben.status == 409
    assert "Somebody else saved this while you were writing." in ben.page
    assert "Ann wrote this" in ben.page and "What somebody else saved" in ben.page
    shown = ben.form(path).values
    assert shown["body"] == ["Ben wrote this"] and shown["attendance"] == ["33"]
    kept = await draft_at(one, path)
    assert kept.source.endswith("Ann wrote this") and "Another" not in kept.source
    await ben.send(path, do="save", body="Both wrote this")
    assert ben.status == 200
    assert (await draft_at(one, path)).source.endswith("Both wrote this")

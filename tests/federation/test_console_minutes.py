"""Minutes written in the console: nothing typed is lost, somebody checks them, a second member agrees."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import orjson
import pytest
from doorstep import Browser, a_browser
from minuting import TYPED, begin, draft_at, published
from world import World, world

from fedi.clock import now_ms
from fedi.governing import asking
from fedi.publishing.acts import Act
from fedi.storage import actors, notes, partners, persons, reading
from fedi.storage.actors import Actor
from fedi.storage.notes import Note
from fedi.storage.tx import Tx

NEW = "/console/harbour/write/minutes"
ELSEWHERE = "https://kiez.example/groups/mietrat"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    """One instance with the group harbour."""
    async with world(tmp_path, "alpha") as several:
        await several["alpha"].add_group()
        yield several


@pytest.fixture
async def ann(here: World) -> Browser:
    """A member of harbour."""
    return await a_browser(here["alpha"], "ann")


@pytest.fixture
async def ben(here: World) -> Browser:
    """Another one."""
    return await a_browser(here["alpha"], "ben")


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
    here: World, ann: Browser, ben: Browser
) -> None:
    one = here["alpha"]
    act = Act("roles", "harbour", "", {"do": "take", "role": "facilitation"})
    person = await one.read(lambda tx: _person(tx, "ben"))
    await one.write(lambda tx: asking.ask(tx, one.house.site, act, person, now_ms()))
    await ann.open(NEW)
    assert "Facilitation: it is the turn of ben." in ann.page
    held = re.search(r'<select id="roles-0-held_by".*?</select>', ann.page, re.DOTALL)
    assert held
    options = re.findall(r'<option value="([^"]*)"( selected)?>', held[0])
    assert [value for value, _chosen in options] == ["", "-", "B.", "ben", "A.", "ann"]
    assert [value for value, chosen in options if chosen] == ["-"], "only the role is told at first"
    assert "ben (suggested)" in held[0]


def _person(tx: Tx, name: str) -> str:
    found = persons.find_login(tx, name)
    assert found
    return found.id


async def test_everything_typed_stands_in_the_form_again(here: World, ann: Browser) -> None:
    path = await begin(ann)
    assert "Saved. Only members see it." in ann.page
    shown = ann.form(path).values
    for name, value in TYPED.items():
        assert shown[name] == [value], name
    source = (await draft_at(here["alpha"], path)).source
    assert 'date: "2027-06-03T19:00"' in source and 'end: "2027-06-03T21:30"' in source
    assert "held_by: M." in source and "stance: stand_aside" in source
    assert source.count("stance: stand_aside") == 2


async def test_a_meeting_that_ends_after_midnight_ends_on_the_next_day(
    here: World, ann: Browser
) -> None:
    path = await begin(ann, end="00:40")
    assert 'end: "2027-06-04T00:40"' in (await draft_at(here["alpha"], path)).source
    assert ann.form(path).values["end_day"] == [""]


async def test_the_zone_of_the_last_minutes_is_proposed(ann: Browser) -> None:
    await begin(ann, timezone="Africa/Nairobi")
    await ann.open(NEW)
    assert ann.form(NEW).values["timezone"] == ["Africa/Nairobi"]


async def test_decisions_are_numbered_through_the_year(here: World, ann: Browser) -> None:
    path = await begin(ann, **{"decisions-1-text": "Nobody is photographed"})
    shown = ann.form(path).values
    assert shown["decisions-0-key"] == ["2027-1"] and shown["decisions-1-key"] == ["2027-2"]
    other = await begin(ann)
    assert ann.form(other).values["decisions-0-key"] == ["2027-3"], "another draft has two"
    earlier = await begin(ann, day="2026-12-03")
    assert ann.form(earlier).values["decisions-0-key"] == ["2026-1"]


async def test_decisions_are_added_and_removed_without_script(here: World, ann: Browser) -> None:
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
    assert "kitchen" not in (await draft_at(here["alpha"], path)).source


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


async def test_nobody_publishes_what_nobody_checked(
    here: World, ann: Browser, ben: Browser
) -> None:
    path = await begin(ann)
    assert "A second member confirms before it leaves the server." in ann.page
    for do in ("publish", "schedule"):
        sent = {"publish_day": "2190-06-04", "publish_hour": "08:00", "publish_zone": "UTC"}
        await ann.send(path, do=do, **sent)
        assert ann.status == 422 and "Nobody has checked this text yet" in ann.page
    await ben.open(path)
    await ben.send(path, do="check")
    assert "Checked. It can be published now." in ben.page
    assert (await draft_at(here["alpha"], path)).state == "checked"
    steps = re.search(r'<ol class="steps.*?</ol>', ben.page, re.DOTALL)
    assert steps and re.search(r"<b>Checked</b>.*by ben", steps[0])
    assert re.search(r'aria-current="step"><b>A second member agrees', steps[0])
    assert 'value="check"' not in ben.page

    await ann.open(path)
    await ann.send(path, do="save", body="## Keys\n\nSomething else.")
    assert (await draft_at(here["alpha"], path)).state == "draft", "it is another text"
    await ann.send(path, do="publish")
    assert ann.status == 422


async def test_who_checked_is_told_by_their_role(here: World, ann: Browser, ben: Browser) -> None:
    one = here["alpha"]
    act = Act("roles", "harbour", "", {"do": "take", "role": "notes"})
    person = await one.read(lambda tx: _person(tx, "ben"))
    await one.write(lambda tx: asking.ask(tx, one.house.site, act, person, now_ms()))
    path = await begin(ann)
    await ben.open(path)
    await ben.send(path, do="check")
    await ann.open(path)
    steps = re.search(r'<ol class="steps.*?</ol>', ann.page, re.DOTALL)
    assert steps and re.search(r"<b>Checked</b>.*by Note taker", steps[0])
    await ann.open("/console/harbour/log")
    assert "Read and found right: Heat, and who holds the keys" in ann.page


async def test_a_second_member_sees_what_will_be_public_and_agrees(
    here: World, ann: Browser, ben: Browser
) -> None:
    one = here["alpha"]
    path = await begin(ann)
    await ann.send(path, do="check")
    await ann.send(path, do="publish")
    assert "It waits here until a second member agrees." in ann.page
    waiting = ann.at.partition("?")[0]
    assert f"{waiting}/agree" not in ann.page, "not by who asked"
    await ann.open(path)
    assert ann.at == waiting, "the draft stays as it is meanwhile"

    await ben.open(waiting)
    steps = re.search(r'<ol class="steps.*?</ol>', ben.page, re.DOTALL)
    assert steps and re.search(r"<b>Checked</b>.*by ann", steps[0])
    assert re.search(r'aria-current="step"><b>Waits for a second member', steps[0])
    public, _sign, more = ben.page.partition("What members see")
    assert "We carry the kitchen until 25 June" in public
    assert "K. has the spare one." not in public.partition("What everybody sees")[2]
    assert "K. has the spare one." in more
    await ben.send(f"{waiting}/agree")
    await ann.open("/console/harbour/posts/minutes")
    assert "Not published yet" not in ann.page
    found = re.search(r'href="(/minutes/[0-9a-z]{26})"', ann.page)
    assert found
    page = await one.page(found[1])
    assert ">2027-1</bdi>" in page and "Neither will I be there." in page
    assert "K. has the spare one." not in page and "ben" not in page and "Kingsley Hall" in page
    decision = re.search(r'href="[^"]*(/decisions/[0-9a-z]{26})"', page)
    assert decision and "We carry the kitchen" in await one.page(decision[1])


async def test_a_change_of_published_minutes_keeps_the_keys_of_decisions(
    here: World, ann: Browser
) -> None:
    one = here["alpha"]
    path = await published(one, **{"decisions-1-text": "Nobody is photographed"})
    before = re.findall(r"/decisions/[0-9a-z]{26}", await one.page(path))
    at = f"/console/harbour/posts/minutes/{path.rsplit('/', 1)[1]}"
    await ann.open("/console/harbour/posts/minutes")
    await ann.send(f"{at}/edit")
    draft = ann.at
    shown = ann.form(draft).values
    assert shown["decisions-1-key"] == ["2027-2"] and shown["title"] == [TYPED["title"]]
    assert "Version 1 stands there now" in ann.page and "Revised" in ann.page
    await ann.send(draft, do="drop:decisions:0")
    await ann.send(draft, do="check", **{"decisions-0-text": "Nobody is shown, in any picture"})
    await ann.send(draft, do="publish")
    waiting = ann.at.partition("?")[0]
    ben = await a_browser(one, "ben")
    await ben.open(waiting)
    await ben.send(f"{waiting}/agree")
    page = await one.page(path)
    assert "Nobody is shown, in any picture" in page and ">2027-2</bdi>" in page
    after = set(re.findall(r"/decisions/[0-9a-z]{26}", page))
    assert after == {before[-1]} or after < set(before)
    gone = (set(before) - after).pop()
    assert (await one.get(gone, "text/html")).status_code == 410


async def test_keys_that_published_minutes_do_not_say_are_recalled(
    here: World, ann: Browser
) -> None:
    one = here["alpha"]
    made = await one.publish("minutes")
    at = f"/console/harbour/posts/minutes/{made.rsplit('/', 1)[1]}"
    await ann.open("/console/harbour/posts/minutes")
    await ann.send(f"{at}/edit")
    shown = ann.form(ann.at).values
    assert shown["decisions-0-key"] == ["2026-1"] and shown["decisions-1-key"] == ["2026-2"]
    assert shown["decisions-1-result"] == ["postponed"] and shown["place_area"] == ["Bristol"]


async def test_two_who_write_the_same_minutes_both_keep_their_text(
    here: World, ann: Browser, ben: Browser
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
    kept = await draft_at(here["alpha"], path)
    assert kept.source.endswith("Ann wrote this") and "Another" not in kept.source
    await ben.send(path, do="save", body="Both wrote this")
    assert ben.status == 200
    assert (await draft_at(here["alpha"], path)).source.endswith("Both wrote this")


async def test_minutes_of_another_group_are_not_there(here: World, ann: Browser) -> None:
    one = here["alpha"]
    await one.add_group("quay")
    heron = await a_browser(one, "heron", "quay")
    path = await begin(ann)
    for at in (
        path,
        path.replace("harbour", "quay"),
        NEW,
        f"{NEW}/import",
        "/console/harbour/actions",
    ):
        await heron.open(at)
        assert heron.status == 404, at
    await heron.open("/console/quay/write/minutes")
    csrf = heron.form("/console/quay/write/minutes").values["csrf"][0]
    await heron.post(path.replace("harbour", "quay"), csrf=csrf, do="discard")
    assert heron.status == 404
    assert (await draft_at(one, path)).title == TYPED["title"]


def _known(tx: Tx, now: int) -> None:
    """Let harbour know a group elsewhere, which published two things."""
    actors.put_remote(
        tx,
        Actor(
            id=ELSEWHERE,
            is_local=False,
            type="Group",
            host="kiez.example",
            username="mietrat",
            name="Mietrat",
            inbox=f"{ELSEWHERE}/inbox",
        ),
        now,
    )
    for number, (title, said) in enumerate(
        [("", "<p>Die Bäckerei bleibt.</p>"), ("Fünf Höfe", "<p>x</p>")]
    ):
        note = Note(
            id=f"{ELSEWHERE}/{number}",
            author=ELSEWHERE,
            type="Note",
            visibility="public",
            html=said,
            document=orjson.dumps({"name": title} if title else {}).decode(),
            published_at=now - number,
            received_at=now,
        )
        notes.add(tx, note)
        reading.add(tx, "https://alpha.test/groups/harbour", note.id, note.published_at)


async def test_a_mirror_is_chosen_from_what_groups_elsewhere_published(
    here: World, ann: Browser
) -> None:
    one = here["alpha"]
    await one.write(lambda tx: _known(tx, now_ms()))
    await ann.open(NEW)
    assert "Mietrat" in ann.page and "Die Bäckerei bleibt." in ann.page and "Fünf Höfe" in ann.page
    path = await begin(ann, mirror_pick=f"{ELSEWHERE}/0", mirror_note="So could ours.")
    source = (await draft_at(one, path)).source
    assert f'post: "{ELSEWHERE}/0"' in source and "note: So could ours." in source
    assert "title: Mietrat" in source
    await ann.send(path, do="save", mirror_pick="", mirror_post="https://other.example/1")
    source = (await draft_at(one, path)).source
    assert 'post: "https://other.example/1"' in source and "title: Mietrat" not in source
    await ann.send(path, do="check", mirror_post="kiez.example")
    assert ann.status == 422 and 'id="mirror_post-e"' in ann.page


async def test_a_partner_group_is_asked_to_witness(here: World, ann: Browser) -> None:
    one = here["alpha"]
    await ann.open(NEW)
    assert "Choose partner groups first" in ann.page

    def befriend(tx: Tx) -> None:
        _known(tx, now_ms())
        partners.add(tx, one.config.site.group("harbour"), ELSEWHERE, now_ms())

    await one.write(befriend)
    path = await begin(ann, witness="@mietrat@kiez.example", witness_note="We saw every hand.")
    assert "Mietrat (@mietrat@kiez.example)" in ann.page
    source = (await draft_at(one, path)).source
    assert 'group: "@mietrat@kiez.example"' in source and "note: We saw every hand." in source

"""Pages of minutes, decisions and tasks, the register, earlier versions and the Markdown file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from assembly import ASSEMBLY
from build import a_follow, a_remote_actor
from markup import Page
from markupsafe import Markup
from world import HTML, Instance, world
from written import ready

from fedi.actors.may_read import Reader
from fedi.errors import NotFound
from fedi.storage import partners, parts
from fedi.storage.tx import Tx
from fedi.web.pages.comparing import compared
from fedi.web.pages.parts import readable
from fedi.web.pages.sections import sections

MEMBERS = ASSEMBLY.replace(
    "  - text: Sheets from windows, no faces\n",
    '  - text: "[[members: We hire the lawyer of the Kontor]]"\n',
).replace("We began late.", "We began late. [[members: The door code is 4711.]]")


@pytest.fixture
async def alpha(tmp_path: Path) -> AsyncIterator[Instance]:
    async with world(tmp_path, "alpha") as one:
        await one["alpha"].add_group("harbour", "Harbour Tenants")
        yield one["alpha"]


async def test_the_page_shows_everything_that_minutes_tell(alpha: Instance) -> None:
    html = await alpha.page(await alpha.publish("minutes", ASSEMBLY))
    page = Page(html)
    facts = {dt.text: dd.text for dt, dd in zip(page.all("dt"), page.all("dd"), strict=True)}
    assert facts["In the room"].split() == ["27", "and", "6", "by", "phone", "or", "online"]
    assert facts["Facilitation"].split() == ["M.", "first", "time"]
    assert facts["Spokesperson"].split() == ["Held", "not", "named"]
    for text in (
        "We began late.",
        "2. Marsh Street kitchen",
        "The families cook for twenty on weekdays.",
        "Two cooks and one person for children, every evening.",
        "I support it and cannot cook in June.",
        "Changed, then consent",
        "Comes back on 10 June 2027",
        "kitchen circle",
        "7 June 2027",
        "Barrio Sur, Montevideo: nine degrees indoors",
        "Prepared by kitchen circle",
        "https://barrio.example/posts/62",
        "heard for eleven minutes",
        "10 June 2027, 19:00 BST",
        "Summer rota",
    ):
        assert text in html, text
    assert page.all("a", href="#n3")
    assert html.count("<h1") == 1


async def test_a_decision_stands_below_its_item_and_the_others_below_all(alpha: Instance) -> None:
    html = await alpha.page(await alpha.publish("minutes", ASSEMBLY))
    order = [
        html.index(text)
        for text in (
            "The families cook for twenty",
            "We carry the Marsh Street kitchen",
            "3. Keys to the hall",
            "A third key for the food co-op</h3>",
            "What was decided",
            "Sheets from windows, no faces</h3>",
            "Who does what",
        )
    ]
    assert order == sorted(order)


async def test_minutes_without_headings_or_decisions_are_whole_too(alpha: Instance) -> None:
    source = "---\ntitle: Short\ndate: 2027-06-03T19:00\ntimezone: UTC\n---\nWe only sang.\n"
    html = await alpha.page(await alpha.publish("minutes", source))
    assert "We only sang." in html and "none this time" in html
    assert "Who does what" not in html and "Agenda" not in html


async def test_reasons_stand_in_the_marks_of_the_page_alone(alpha: Instance) -> None:
    quoted = ASSEMBLY.replace("I support it and cannot cook in June.", "“I cannot cook in June.”")
    minutes = await alpha.publish("minutes", quoted.replace("Insurance is", "«The» insurance is"))
    html = await alpha.page(minutes)
    assert '<q lang="en" dir="auto">I cannot cook in June.</q>' in html
    assert '<q lang="en" dir="auto">«The» insurance is not clear.</q>' in html
    document = (await alpha.get(minutes)).json()
    assert "in their words: “I cannot cook in June.”<" in document["content"]


async def test_behind_a_warning_nothing_shows_before_it_is_opened(alpha: Instance) -> None:
    source = ASSEMBLY.replace("language: en", "language: en\nwarning: arrests")
    minutes = await alpha.publish("minutes", source)
    html = await alpha.page(minutes)
    before, _, inside = html.partition('<details class="warned">')
    assert "Marsh Street kitchen until" not in before
    assert "We carry the Marsh Street kitchen until" in inside
    register = await alpha.page("/groups/harbour/decisions")
    assert "arrests" in register and "We carry the Marsh Street kitchen" not in register
    feed = (await alpha.get("/groups/harbour/decisions/feed.atom")).text
    assert "<title>arrests</title>" in feed
    assert "Marsh Street" not in (await alpha.get("/groups/harbour/decisions/calendar.ics")).text


async def test_a_decision_and_a_task_have_pages_that_lead_back(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    document = (await alpha.get(minutes)).json()
    decision, task = document["decisions"][0]["id"], document["actionItems"][0]["id"]
    html = await alpha.page(decision)
    assert "We carry the Marsh Street kitchen until the hearing on 25 June</h1>" in html
    assert "2027-18" in html and "I support it and cannot cook in June." in html
    assert f'href="{minutes.removeprefix(alpha.config.origin)}#d-{decision[-26:]}"' in html
    assert f'id="d-{decision[-26:]}"' in await alpha.page(minutes)
    html = await alpha.page(task)
    assert "Evening childcare rota</h1>" in html and "kitchen circle" in html and "Done" in html
    linked = (await alpha.get(decision, HTML)).headers["link"]
    assert linked == f'<{decision}>; rel="alternate"; type="application/activity+json"'


@pytest.mark.parametrize("path", ["/decisions/x", f"/decisions/{'0' * 26}", f"/actions/{'0' * 26}"])
async def test_what_never_was_a_decision_is_not_there(alpha: Instance, path: str) -> None:
    assert (await alpha.get(path)).status_code == 404
    assert (await alpha.get(path, HTML)).status_code == 404


async def test_decisions_of_minutes_for_followers_are_nobody_elses(alpha: Instance) -> None:
    source = ASSEMBLY.replace("language: en", "language: en\nvisibility: followers")
    minutes = await alpha.publish("minutes", source)
    found = await alpha.read(lambda tx: parts.of_object(tx, minutes))
    assert len(found) == 6
    for one in found:
        assert (await alpha.get(one.id)).status_code == 404
        assert (await alpha.get(one.id, HTML)).status_code == 404
    assert "Marsh Street" not in await alpha.page("/groups/harbour/decisions")
    await alpha.withdraw(minutes)
    assert (await alpha.get(found[0].id)).status_code == 404


async def test_what_is_for_members_is_in_nothing_that_anybody_sees(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", MEMBERS)
    await alpha.edit(minutes, MEMBERS.replace("We began late.", "We began at seven."))
    document = (await alpha.get(minutes)).json()
    assert [one["identifier"] for one in document["decisions"]] == ["2027-18", "2027-20"]
    ids = [one.id for one in await alpha.read(lambda tx: parts.of_object(tx, minutes))]
    assert len(ids) == 6
    hidden = [one for one in ids if (await alpha.get(one)).status_code == 404]
    assert len(hidden) == 1
    register = "/groups/harbour/decisions"
    for url in (
        minutes, f"{minutes}.md", f"{minutes}/versions/1", f"{minutes}/versions/2", register,
        f"{register}/feed.atom", f"{register}/feed.json", f"{register}/calendar.ics",
        *(one for one in ids if one not in hidden),
    ):  # fmt: skip
        for accept in (HTML, "application/activity+json"):
            text = (await alpha.get(url, accept)).text
            assert "lawyer" not in text and "4711" not in text and hidden[0] not in text, url


async def test_each_reader_is_served_the_decision_as_they_may_read_it(alpha: Instance) -> None:
    harbour, anna, kiez = (
        alpha.house.site.group("harbour"),
        "https://home.example/anna",
        "https://kiez.example/m",
    )
    source = ASSEMBLY.replace("  - text: Sheets from windows, no faces\n",
                              '  - text: "Sheets[[partners: from the bridge]][[members: at dawn]]"\n')  # fmt: skip
    minutes = await alpha.publish("minutes", source)
    await alpha.write(lambda tx: partners.add(tx, harbour, kiez, 1))
    second = (await alpha.get(minutes)).json()["decisions"][1]["id"]

    def titles(tx: Tx) -> list[str]:
        readers = (Reader(), Reader(anna), Reader(kiez), Reader(member_of=harbour))
        return [readable(tx, second, reader)[0].title for reader in readers]

    public, unknown, partner, member = await alpha.read(titles)
    assert public == unknown == "Sheets"
    assert "bridge" in partner and "dawn" not in partner
    assert "bridge" in member and "dawn" in member


async def test_a_decision_for_followers_is_served_to_followers(alpha: Instance) -> None:
    harbour, anna = alpha.house.site.group("harbour"), "https://home.example/anna"
    source = ASSEMBLY.replace("language: en", "language: en\nvisibility: followers")
    minutes = await alpha.publish("minutes", source)

    def unit(tx: Tx) -> str:
        part = parts.of_object(tx, minutes)[0].id
        with pytest.raises(NotFound):
            readable(tx, part, Reader(anna))
        a_remote_actor(tx, anna)
        a_follow(tx, by=anna, of=harbour)
        return readable(tx, part, Reader(anna))[0].title

    assert "Marsh Street" in await alpha.write(unit)


async def test_a_decision_that_becomes_a_members_matter_is_gone_for_others(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    second = (await alpha.get(minutes)).json()["decisions"][1]["id"]
    await alpha.edit(minutes, MEMBERS.replace('"[[members: We hire the lawyer of the Kontor]]"',
                                              '"[[members: Sheets from windows, no faces]]"'))  # fmt: skip
    assert (await alpha.get(second)).status_code == 410
    assert (await alpha.get(second)).json()["type"] == "Tombstone"
    assert second not in await alpha.page("/groups/harbour/decisions")


async def test_the_markdown_file_can_be_published_again(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    answer = await alpha.get(f"{minutes}.md", "*/*")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="minutes-')
    again = ready("minutes", answer.text).draft
    original = ready("minutes", ASSEMBLY).draft
    assert (again.details, again.title, again.body) == (
        original.details,
        original.title,
        original.body,
    )
    assert (await alpha.get(f"{await alpha.publish('update')}.md")).status_code == 404


async def test_the_markdown_file_tells_no_place_finer_than_the_page(alpha: Instance) -> None:
    fine = "{name: Kingsley Hall, street: Old Market 59, lat: 51.45432, lon: -2.5, area: Bristol, precision: city}"
    source = ASSEMBLY.replace("{name: Kingsley Hall, area: Bristol}", fine)
    text = (await alpha.get(f"{await alpha.publish('minutes', source)}.md")).text
    place = text.partition("place:")[2].partition("online:")[0]
    assert "Old Market" not in text and "51.45" not in text and "Kingsley" not in place
    assert ready("minutes", text).draft.details.place.name == "Bristol"


async def test_what_is_said_to_followers_cannot_be_taken_along(alpha: Instance) -> None:
    source = ASSEMBLY.replace("language: en", "language: en\nvisibility: followers")
    minutes = await alpha.publish("minutes", source)
    assert (await alpha.get(f"{minutes}.md")).status_code == 404
    assert (await alpha.get(f"{minutes}/versions/1", HTML)).status_code == 404


async def test_every_version_says_what_changed(alpha: Instance) -> None:
    minutes = await alpha.publish("minutes", ASSEMBLY)
    changed = ASSEMBLY.replace("consent: 29", "consent: 30").replace("Two sets", "Three sets")
    await alpha.edit(minutes, changed)
    await alpha.edit(minutes, changed.replace('"Heat, Marsh', '"Heat in Marsh'))
    page = await alpha.page(minutes)
    assert "title changed" in page and "text changed, decisions changed" in page
    assert "first published" in page
    second = await alpha.page(f"{minutes}/versions/2")
    assert "<del>29</del>" in second and "<ins>30</ins>" in second
    assert "<del>Two</del>" in second and "<ins>Three</ins>" in second
    assert "This is an earlier version." in second
    assert "This is an earlier version." not in await alpha.page(f"{minutes}/versions/3")
    for number in ("0", "4", "x", "-1", "99999999999999999999"):
        assert (await alpha.get(f"{minutes}/versions/{number}", HTML)).status_code == 404


async def test_other_kinds_have_a_history_too(alpha: Instance) -> None:
    update = await alpha.publish("update", "---\nlanguage: en\n---\nWe bring soup.\n")
    await alpha.edit(update, "---\nlanguage: en\n---\nWe bring bread.\n")
    assert "<ins>bread.</ins>" in await alpha.page(f"{update}/versions/2")


def test_a_comparison_marks_words_and_leaves_out_what_is_far_from_a_change() -> None:
    before = "\n".join(["first", *(f"same {n}" for n in range(9)), "the old <b> line", "last"])
    after = before.replace("old", "new").replace("last", "last\nmore")
    lines = [(line.kind, str(line.html)) for line in compared(before, after)]
    assert lines == [
        ("gap", ""),
        ("same", "same 8"),
        ("out", "the <del>old</del> &lt;b&gt; line"),
        ("new", "the <ins>new</ins> &lt;b&gt; line"),
        ("same", "last"),
        ("new", "<ins>more</ins>"),
    ]


@pytest.mark.parametrize("kept", [str, Markup])
def test_a_text_is_cut_only_at_headings_of_its_own(kept: type[str]) -> None:
    made = sections(
        kept(
            "<p>a</p><h2>One</h2><p>b</p><blockquote><h2>No</h2></blockquote><h2>T <em>wo</em></h2><h3>c</h3>"
        )
    )
    assert made.opening == "<p>a</p>"
    assert [title for title, _ in made.notes] == ["One", "T wo"]
    assert made.under("ONE") == "<p>b</p><blockquote><h2>No</h2></blockquote>"
    assert made.under("T wo") == "<h4>c</h4>"
    assert made.under("three") == ""

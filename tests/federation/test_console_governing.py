"""The pages on which members govern their group: what waits, people, roles, rules, the log, and the export."""

from __future__ import annotations

import re

import pytest
from consoling import Browser, browsers, stranger
from open_house import OpenHouse
from written import MINUTES

from fedi.clock import now_ms
from fedi.governing import asking, log
from fedi.publishing import acts
from fedi.publishing.acts import Act
from fedi.storage import exports
from fedi.storage.tx import Tx


def minutes(house: OpenHouse, group: str, who: Browser, source: str = MINUTES) -> str:
    """Let somebody ask for minutes to be published; return the path of the page it waits on."""
    arguments = acts.written("minutes", source, {}, ())
    act = Act("publish", group, who.person, arguments, "Publish “Thursday assembly”")
    site = house.config.site
    outcome = house.write(lambda tx: asking.ask(tx, site, act, who.person, now_ms()))
    return f"/console/{group}/waiting/{outcome.pending}"


def test_the_second_member_sees_what_becomes_public_and_publishes_it(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    path = minutes(house, group, ann)
    assert "Publish “Thursday assembly”" in ben.get(f"/console/{group}/waiting")
    page = ben.get(path)
    assert "What everybody sees" in page and "We host the kitchen." in page
    assert "Top floors read <em>34</em> degrees." in page
    assert "/decisions/" not in page
    assert "Agree and publish" in page
    assert house.page(f"/groups/{group}").count("Thursday assembly") == 0
    page = ben.get(ben.post(f"{path}/agree"))
    assert "Done: two members agreed." in page
    published = re.search(r'href="https?://[^/]+(/minutes/[0-9a-z]{26})"', page)
    assert published and "Thursday assembly" in house.page(published[1])
    assert "Agree and publish" not in ann.get(path)


def test_whoever_asked_can_take_it_back_and_not_agree(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    path = minutes(house, group, ann)
    page = ann.get(path)
    assert "Take it back" in page and "Agree and publish" not in page
    ann.post(f"{path}/agree", status=403)
    ben.post(f"{path}/take-back", status=403)
    assert "Taken back." in ann.get(ann.post(f"{path}/take-back"))
    ben.post(f"{path}/agree", status=409)


def test_a_refusal_says_why_and_one_without_reason_keeps_the_page(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    path = minutes(house, group, ann)
    page = ben.post(f"{path}/refuse", reason=" ", status=422)
    assert "Fill this in." in page and "We host the kitchen." in page
    typed = "The attendance is wrong. " * 30
    assert typed.strip() in ben.post(f"{path}/refuse", reason=typed, status=422)
    ben.post(f"{path}/refuse", reason="The attendance is wrong.")
    assert "The attendance is wrong." in ann.get(path)


def test_what_cannot_be_done_any_more_says_why(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    act = Act("profile", group, ann.person, {"title": "x" * 300}, "Change the name")
    site = house.config.site
    outcome = house.write(lambda tx: asking.ask(tx, site, act, ann.person, now_ms()))
    path = f"/console/{group}/waiting/{outcome.pending}"
    assert "cannot be done as things are now" in ben.get(path)
    page = ben.get(ben.post(f"{path}/agree"))
    assert "could not be done" in page and "1 to 200 characters" in page


def test_a_profile_is_compared_with_what_stands_there(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    act = Act(
        "profile",
        group,
        ann.person,
        {"title": "Quay", "locked": True, "place": "", "quotes": "nobody"},
        "Change",
    )
    site = house.config.site
    outcome = house.write(lambda tx: asking.ask(tx, site, act, ann.person, now_ms()))
    page = ben.get(f"/console/{group}/waiting/{outcome.pending}")
    for words in (
        "Harbour Tenants",
        "Quay",
        "Followers have to ask",
        "yes",
        "Everybody",
        "Nobody",
        ">Then<",
    ):
        assert words in page
    assert "Place" not in page


def test_a_post_without_a_title_is_named_by_its_words_and_not_by_its_address(
    group: str, two: list[Browser]
) -> None:
    ann, ben = two
    ann.post(f"/console/{group}/rules", withdraw="2")
    listed = ann.get(
        ann.post(f"/console/{group}/write/update", do="publish", body="Good day", lang="en")
    )
    post = re.search(r"/posts/update/[0-9a-z]{26}/withdraw", listed)
    assert post
    path = ann.post(f"/console/{group}{post[0]}").partition("?")[0]
    page = ben.get(path)
    assert "Withdraw: Good day" in page and "Agree and withdraw it" in page
    assert "/updates/" not in page


@pytest.mark.parametrize("page", ["", "/nothing"])
def test_nobody_else_sees_what_waits(
    house: OpenHouse, group: str, two: list[Browser], page: str
) -> None:
    path = minutes(house, group, two[0])
    with browsers(house, "riverbank", f"eve {group}") as [eve]:
        eve.get(path + page, status=404)
        eve.post(f"{path}/agree", status=404)
        # Nor under the name of a group of one's own.
        eve.get(path.replace(group, "riverbank") + page, status=404)
        eve.post(path.replace(group, "riverbank") + "/agree", status=404)
    answer = stranger(house, path)
    assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]


def test_a_form_of_another_page_is_not_taken(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    path = minutes(house, group, ann)
    answer = ben.client.post(f"{path}/agree", data={"csrf": "0" * 40})
    assert answer.status_code == 403
    assert "waits for a second member" in ben.get(path)


def test_empty_pages_say_what_will_stand_there(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, _ben = two
    for page, words in {
        "waiting": "Nothing waits",
        "log": "Nothing was done yet",
        "export": "There is none. A file is kept for a day",
        "people": "There is none. Nobody can come in",
    }.items():
        assert words in ann.get(f"/console/{group}/{page}")


def test_turns_are_taken_passed_on_and_swapped(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    path = f"/console/{group}/roles"
    assert "Facilitation" in ann.get(path) and "I take it" in ann.get(path)
    assert "It is your turn now." in ann.get(ann.post(path, do="take", role="notes"))
    assert "Somebody holds this role." in ben.post(path, do="take", role="notes", status=422)
    ben.post(path, do="take", role="books")
    assert "You swapped." in ann.get(ann.post(path, do="swap", role="notes", other="books"))
    ann.post(path, do="name_next", role="books", person=ben.person)
    assert f"Pass it on to ben {group}" in ann.get(path)
    ann.post(path, do="pass_on", role="books")
    page = ann.get(f"/console/{group}/log")
    assert "Pass on the role Books" in page and f"(<bdi>ben {group}</bdi>)" in page
    assert f"done by ann {group} (Books)" in page
    for wrong in (
        {"do": "juggle"},
        {"do": "add", "label": " "},
        {"do": "add", "label": "note taker"},
    ):
        ann.post(path, status=422, **wrong)
    assert "Keys" in ann.get(ann.post(path, do="add", label="Keys"))


def test_rules_are_set_on_their_page_and_lowering_waits(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    path = f"/console/{group}/rules"
    page = ann.get(path)
    assert re.search(r'<select id="rules"[^>]*disabled', page)
    assert "The rules are changed." in ann.get(ann.post(path, edit="2", profile="2"))
    leads = ann.post(path, edit="1", profile="2")
    assert "/waiting/" in leads
    page = ben.get(leads.partition("?")[0])
    assert "two members" in page and "one member" in page and "Change what was published" in page
    ben.post(leads.partition("?")[0] + "/agree")
    assert "/waiting/" not in ann.post(path, edit="1")


def test_how_long_names_are_kept_is_set_there_too(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, _ben = two
    path = f"/console/{group}/rules/kept"
    assert ann.post(path, log_days="60", pending_days="7").endswith("?said=kept")
    assert "Names stay for 60 days" in ann.get(f"/console/{group}/log")
    assert "/waiting/" in ann.post(path, log_days="59", pending_days="7")
    page = ann.post(path, log_days="0", pending_days="x", status=422)
    assert 'value="0"' in page and 'value="x"' in page and "from 1 to 365" in page


def test_one_alone_is_told_that_everything_takes_one(house: OpenHouse, group: str) -> None:
    with browsers(house, group, f"ann {group}") as [ann]:
        assert "You are alone." in ann.get(f"/console/{group}/rules")
        assert "/waiting/" not in ann.post(f"/console/{group}/rules", publish_minutes="1")


def test_the_log_has_pages(house: OpenHouse, group: str, two: list[Browser]) -> None:
    ann, _ben = two
    actor = house.config.site.group(group)

    def fill(tx: Tx) -> None:
        for n in range(60):
            log.note(tx, actor, "pin", ann.person, "", f"Line {n:02}", now_ms() + n)

    house.write(fill)
    page = ann.get(f"/console/{group}/log")
    assert "Line 59" in page and "Line 09" not in page
    older = re.search(r'href="(/console/[^"]+before=[^"]+)"', page)
    assert older
    assert "Line 09" in ann.get(older[1]) and "The latest" in ann.get(older[1])
    assert "Line 59" in ann.get(f"/console/{group}/log?before=nonsense")


def test_an_export_is_asked_for_and_only_members_get_it(
    house: OpenHouse, group: str, two: list[Browser]
) -> None:
    ann, ben = two
    path = ann.post(f"/console/{group}/export").partition("?")[0]
    page = ben.get(ben.post(f"{path}/agree"))
    assert f'<a class="btn line" href="/console/{group}/export"' in page
    assert "being made" in ann.get(f"/console/{group}/export")
    actor = house.config.site.group(group)
    [export] = house.write(lambda tx: exports.of_group(tx, actor))
    folder = house.config.data / "exports"
    folder.mkdir(exist_ok=True)
    download = f"/console/{group}/export/{export.name}.zip"
    ann.get(download, status=404)
    (folder / f"{export.name}.zip").write_bytes(b"everything")
    house.write(lambda tx: exports.finish(tx, export.name, 10, now_ms(), now_ms() + 1))
    assert download in ann.get(f"/console/{group}/export")
    answer = ann.client.get(download)
    assert answer.content == b"everything"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    with browsers(house, "riverbank", f"eve {group}") as [eve]:
        eve.get(download, status=404)
        eve.get(download.replace(group, "riverbank"), status=404)


def test_the_pages_speak_the_readers_language(house: OpenHouse, group: str) -> None:
    with browsers(house, group, f"ann {group}", language="ar") as [ann]:
        for page in ("waiting", "people", "roles", "rules", "log", "export", "people/leave"):
            assert 'dir="rtl"' in ann.get(f"/console/{group}/{page}")

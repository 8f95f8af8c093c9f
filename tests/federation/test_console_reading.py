"""Reading and following from the console, and those who follow: what each button does, and for whom nothing is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from doorstep import Browser, a_browser
from hearing import Hearing, hearing
from village import Person

from fedi.clock import now_ms
from fedi.storage import follows, partners

HOME = "/console/harbour"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        await one.here.add_group("sister", "Sister Street")
        await one.here.add_group("quay", "The Quay", locked=True)
        yield one


@pytest.fixture
async def wren(here: Hearing) -> Browser:
    return await a_browser(here.here)


def told(here: Hearing) -> list[str]:
    return [said["type"] for said in here.village.told]


async def follow(here: Hearing, wren: Browser, who: Person) -> str:
    """Let the group follow somebody by handle, who accepts; return the page afterwards."""
    await wren.open(f"{HOME}/reading")
    page = await wren.send(f"{HOME}/reading/follow", who=f" @{who.name}@{here.village.host} ")
    await here.world.deliver()
    await here.says(who, "Accept", here.village.told[-1])
    return page


async def publishes(here: Hearing, who: Person, text: str, name: str = "1", **more: Any) -> str:
    note = who.a_note(text, name, **more)
    await here.says(who, "Create", note, f"create-{name}", to=note["to"], cc=note["cc"])
    return note["id"]


async def test_at_first_the_group_follows_nobody_and_the_page_says_how_to_begin(
    here: Hearing, wren: Browser
) -> None:
    page = await wren.open(f"{HOME}/reading")
    assert "The group follows nobody yet" in page
    assert "Follow the first one" in page


async def test_what_hangs_on_a_post_is_a_link_and_stands_behind_its_warning(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    await follow(here, wren, anna)
    plan = {"type": "Document", "mediaType": "image/png", "url": "https://files.example/plan.png"}
    await publishes(here, anna, "Plain", "1", attachment=[plan | {"name": "The plan of the lift"}])
    await publishes(here, anna, "Fire", "2", summary="A fire", sensitive=True, attachment=plan)
    page = await wren.open(f"{HOME}/reading")
    link = 'href="https://files.example/plan.png" rel="nofollow noopener noreferrer"'
    assert f"<a {link}><bdi>The plan of the lift</bdi></a>" in page
    warned = page.partition('<details class="warned">')[2].partition("</details>")[0]
    assert f"<a {link}>Attached, without a description</a>" in warned
    assert page.count(link) == 2 and "<img" not in warned


@pytest.mark.parametrize(
    ("said", "is_warned"),
    [
        ({"type": "Article", "sensitive": False}, False),
        ({"type": "Article", "sensitive": True}, True),
        ({"type": "Note", "sensitive": False}, True),
    ],
)
async def test_a_teaser_of_minutes_elsewhere_is_no_warning(
    here: Hearing, wren: Browser, said: dict[str, Any], is_warned: bool
) -> None:
    anna = here.village.person("anna")
    await follow(here, wren, anna)
    await publishes(here, anna, "We met", name="1", summary="Decided: heat", **said)
    page = await wren.open(f"{HOME}/reading")
    assert "We met" in page and ('<details class="warned">' in page) is is_warned


async def test_somebody_is_followed_by_handle_and_read_once_they_accept(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    page = await follow(here, wren, anna)
    assert "asked, no answer yet" in page
    assert "followed" in await wren.open(f"{HOME}/reading/following")
    assert "Nothing yet" in await wren.open(f"{HOME}/reading")
    note = await publishes(here, anna, "The river is <i>high</i>")
    page = await wren.open(f"{HOME}/reading")
    assert "The river is <i>high</i>" in page
    assert ">Hide</button>" not in page
    page = await wren.send(f"{HOME}/conversation/do", do="like")
    assert wren.at.startswith(f"{HOME}/reading")
    assert "Liked." in page
    await here.world.deliver()
    assert here.village.told[-1]["object"] == note
    answer = page.partition("#answer")[0].rpartition('href="')[2]
    await wren.open(answer.replace("&amp;", "&"))
    assert "Answered." in await wren.send(f"{HOME}/conversation/answer#answer", text="How high?")


async def test_the_address_of_a_profile_will_do(here: Hearing, wren: Browser) -> None:
    anna = here.village.person("anna")
    await wren.open(f"{HOME}/reading")
    page = await wren.send(f"{HOME}/reading/follow", who=anna.id)
    assert "Asked to follow them." in page
    assert "anna@home.example" in page


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("nobody@home.example", "Nobody of that name is there."),
        ("https://home.example/users/nobody", "Nobody of that name is there."),
        ("https://home.example/users/ben/notes/1", "no account of the fediverse"),
        ("just words", "neither a handle nor an address"),
        ("@x@127.0.0.1", "no public address"),
        ("nobody@alpha.test", "Nobody of that name is there."),
        ("harbour@alpha.test", "cannot follow itself"),
        ("", "Fill this in."),
    ],
)
async def test_whoever_is_not_found_is_told_in_words_and_what_was_typed_stays(
    here: Hearing, wren: Browser, typed: str, says: str
) -> None:
    ben = here.village.person("ben")
    here.village.documents["/users/ben/notes/1"] = ben.a_note("No account")
    await wren.open(f"{HOME}/reading")
    page = await wren.send(f"{HOME}/reading/follow", who=typed)
    assert wren.status >= 400
    assert says in page
    assert not typed or f'value="{typed}"' in page
    assert told(here) == []


async def test_a_refusal_is_shown_and_taken_off_the_list(here: Hearing, wren: Browser) -> None:
    anna = here.village.person("anna")
    await wren.open(f"{HOME}/reading")
    await wren.send(f"{HOME}/reading/follow", who="anna@home.example")
    await here.world.deliver()
    await here.says(anna, "Reject", here.village.told[-1])
    page = await wren.open(f"{HOME}/reading/following")
    assert "They do not want to be followed by this group." in page
    page = await wren.send(f"{HOME}/reading/do", do="unfollow")
    assert "anna@home.example" not in page
    await here.world.deliver()
    assert told(here) == ["Follow"]


async def test_unfollowed_is_read_no_more(here: Hearing, wren: Browser) -> None:
    anna = here.village.person("anna")
    await follow(here, wren, anna)
    await publishes(here, anna, "Soon gone")
    await wren.open(f"{HOME}/reading/following")
    assert "The group follows them no more." in await wren.send(f"{HOME}/reading/do", do="unfollow")
    assert "Soon gone" not in await wren.open(f"{HOME}/reading")
    await here.world.deliver()
    assert told(here)[-1] == "Undo"


async def test_a_partner_is_made_and_unmade_and_read_as_one(here: Hearing, wren: Browser) -> None:
    anna = here.village.person("anna")
    await follow(here, wren, anna)
    note = await publishes(here, anna, "For everybody")
    more = anna.a_note("For everybody, and for partners the key is under the mat")
    here.village.documents["/users/anna/notes/1"] = more
    assert "Read it as a partner" not in await wren.open(f"{HOME}/reading")
    await wren.open(f"{HOME}/reading/following")
    assert "A partner now" in await wren.send(f"{HOME}/reading/do", do="add_partner")
    assert "Read it as a partner" in await wren.open(f"{HOME}/reading")
    page = await wren.open(f"{HOME}/reading/for-partners?note={note}")
    assert "the key is under the mat" in page
    assert "the key is under the mat" not in await wren.open(f"{HOME}/reading")
    here.village.documents["/users/anna/notes/1"] = 404
    page = await wren.open(f"{HOME}/reading/for-partners?note={note}")
    assert "not there any more" in page
    await wren.open(f"{HOME}/reading/following")
    assert "A partner no more." in await wren.send(f"{HOME}/reading/do", do="remove_partner")
    assert await here.here.read(lambda tx: partners.of_group(tx, here.harbour)) == []


async def test_a_partner_who_is_not_followed_is_listed_as_well(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    await here.says(anna, "Follow", here.harbour)
    await here.here.write(lambda tx: partners.add(tx, here.harbour, anna.id, now_ms()))
    page = await wren.open(f"{HOME}/reading/following")
    assert "No longer a partner" in page
    assert ">Unfollow</button>" not in page


async def test_what_is_for_followers_is_in_this_console_and_in_no_other(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    await follow(here, wren, anna)
    note = await publishes(here, anna, "Among us", to=[f"{anna.id}/followers"], cc=[])
    assert "Among us" in await wren.open(f"{HOME}/reading")
    assert ">Share</button>" not in wren.page
    other = await a_browser(here.here, "heron", "sister")
    for path in (
        "reading",
        f"conversation/thread?note={note}",
        f"reading/for-partners?note={note}",
    ):
        page = await other.open(f"/console/sister/{path}")
        assert "Among us" not in page
        assert (other.status == 404) == ("note=" in path)
    await other.open(f"{HOME}/reading")
    assert other.status == 404


async def test_followers_are_counted_removed_and_blocked(here: Hearing, wren: Browser) -> None:
    page = await wren.open(f"{HOME}/followers")
    assert "Nobody follows yet" in page
    assert "@harbour@alpha.test" in page
    anna, ben = here.village.person("anna"), here.village.person("ben")
    for who in (anna, ben):
        await here.says(who, "Follow", here.harbour)
    page = await wren.open(f"{HOME}/followers")
    assert "2 followers" in page
    assert "seen by members only" in page
    assert "They can ask again." in await wren.send(f"{HOME}/followers", who=anna.id, do="remove")
    assert "Blocked." in await wren.send(f"{HOME}/followers", who=ben.id, do="block")
    assert await here.followers() == []
    await here.world.deliver()
    assert told(here)[-3:] == ["Reject", "Reject", "Block"]


async def test_who_asks_to_follow_is_accepted_or_refused_one_by_one_and_all_at_once(
    here: Hearing,
) -> None:
    quay, home = here.here.house.site.group("quay"), "/console/quay/followers"
    wren = await a_browser(here.here, "wren", "quay")
    people = [here.village.person(name) for name in ("anna", "ben", "cem", "dora")]
    for who in people:
        await here.says(who, "Follow", quay)
    page = await wren.open(home)
    assert "4 ask to follow" in page
    assert "Whoever wants to follow has to ask." in page
    assert "Accepted." in await wren.send(home, who=people[0].id, do="accept")
    assert "Refused." in await wren.send(home, who=people[1].id, do="refuse")
    page = await wren.send(home, do="accept_all")
    assert "3 followers" in page
    assert "ask to follow" not in page
    found = await here.here.read(lambda tx: follows.list_followers(tx, quay))
    assert {one.follower for one in found} == {people[0].id, people[2].id, people[3].id}
    await here.world.deliver()
    assert sorted(told(here)) == ["Accept", "Accept", "Accept", "Reject"]
    page = await wren.send(home, who=people[1].id, do="accept")
    assert wren.status == 422
    assert "does not wait to follow" in page


async def test_strangers_and_forged_forms_change_nothing(here: Hearing, wren: Browser) -> None:
    anna = here.village.person("anna")
    await here.says(anna, "Follow", here.harbour)
    other = await a_browser(here.here, "heron", "sister")
    await other.open("/console/sister/followers")
    csrf = (await _csrf(other))[0]
    for path in ("followers", "reading/do", "reading/follow"):
        await other.post(f"{HOME}/{path}", csrf=csrf, who=anna.id, do="remove")
        assert other.status == 404, path
        await wren.post(f"{HOME}/{path}", who=anna.id, do="remove")
        assert wren.status == 403, path
    # Of another group's followers a group can remove nobody.
    await other.post("/console/sister/followers", csrf=csrf, who=anna.id, do="remove")
    assert other.status == 422
    assert await here.followers() == [anna.id]


async def _csrf(browser: Browser) -> list[str]:
    await browser.open("/console/sister/reading")
    return browser.form("/console/sister/reading/follow").values["csrf"]

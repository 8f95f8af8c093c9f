"""Talking from the console: what waits, conversations, answers, and what the group does about what it hears."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from doorstep import Browser, a_browser
from hearing import Hearing, hearing
from village import PUBLIC, Person

from fedi.storage import blocks, deeds, notes

HOME = "/console/harbour"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        await one.here.add_group("sister", "Sister Street")
        yield one


@pytest.fixture
async def wren(here: Hearing) -> Browser:
    return await a_browser(here.here)


async def answers(here: Hearing, who: Person, text: str, name: str = "1", **more: Any) -> str:
    """Let somebody answer a post of harbour's."""
    post = await here.post(source=f"---\n---\nPost for {name}.\n")
    await here.says(who, "Create", who.a_note(text, name, inReplyTo=post, **more), name)
    return f"{who.id}/notes/{name}"


def thread(note: str) -> str:
    return f"{HOME}/conversation/thread?note={quote(note, safe='')}"


def told(here: Hearing) -> list[str]:
    return [said["type"] for said in here.village.told]


async def test_at_first_nothing_waits_and_the_page_says_what_will_stand_there(
    here: Hearing, wren: Browser
) -> None:
    page = await wren.open(f"{HOME}/conversation")
    assert wren.status == 200
    assert "Nothing waits" in page
    assert "Earlier" not in page


async def test_what_is_said_waits_says_where_and_is_counted_in_the_navigation(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    here.village.documents["/users/anna"]["name"] = "Anna <i>Lund"  # pyright: ignore
    await answers(here, anna, "We have <i>two</i> vans")
    page = await wren.open(f"{HOME}/conversation")
    assert "Anna &lt;i&gt;Lund" in page
    assert "@anna@home.example" in page
    assert "We have <i>two</i> vans" in page
    assert "Post for 1." in page
    assert "waiting: </span>1</span>" in page
    for button in ("Like", "Share", "Hide", "Nothing to do"):
        assert f">{button}</button>" in page


@pytest.mark.parametrize(
    ("do", "says", "heard"),
    [
        ("like", "Liked.", "Like"),
        ("share", "Shared with everybody", "Announce"),
        ("hide", "Hidden from the pages here.", ""),
        ("looked", "It waits no more.", ""),
    ],
)
async def test_each_button_does_what_it_says_and_then_it_waits_no_more(
    here: Hearing, wren: Browser, do: str, says: str, heard: str
) -> None:
    anna = here.village.person("anna")
    note = await answers(here, anna, "Here")
    await wren.open(f"{HOME}/conversation")
    page = await wren.send(f"{HOME}/conversation/do", do=do)
    assert says in page
    assert "Nothing waits" in page
    assert "Here" in page
    await here.world.deliver()
    assert told(here)[-1:] == ([heard] if heard else [])
    kept = await here.note(note)
    assert kept is not None
    assert kept.looked_at is not None


async def test_a_like_and_a_share_are_taken_back_and_what_was_hidden_is_shown_again(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = await answers(here, anna, "Here")
    about = {"note": note, "back": "thread"}
    await wren.open(thread(note))
    for do, undo, says in (
        ("like", "unlike", "Taken back."),
        ("share", "unshare", "Taken back."),
        ("hide", "show", "Shown again."),
    ):
        await wren.send(f"{HOME}/conversation/do", do=do, **about)
        assert f'value="{undo}"' in wren.page
        assert says in await wren.send(f"{HOME}/conversation/do", do=undo, **about)
    left = await here.here.read(lambda tx: deeds.find(tx, here.harbour, "like", note))
    assert left is None
    await here.world.deliver()
    assert told(here) == ["Like", "Undo", "Announce", "Undo"]
    kept = await here.note(note)
    assert kept is not None
    assert kept.hidden_at is None


async def test_an_answer_is_published_told_and_stands_in_the_conversation(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = await answers(here, anna, "Which day?")
    page = await wren.open(thread(note))
    assert "Everybody can read the answer" in page
    assert page.index("Post for 1.") < page.index("Which day?")
    page = await wren.send(
        f"{HOME}/conversation/answer#answer", text="On **Monday**.", language="de", warning="Plans"
    )
    assert "Answered. It is on its way." in page
    assert page.index("Which day?") < page.index("<strong>Monday</strong>")
    await here.world.deliver()
    create = here.village.told[-1]
    assert create["object"]["inReplyTo"] == note
    assert (create["object"]["inLanguage"], create["object"]["summary"]) == ("de", "Plans")
    assert "Nothing waits" in await wren.open(f"{HOME}/conversation")


async def test_nobody_answers_who_has_blocked_the_group_for_nothing(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = await answers(here, anna, "And goodbye")
    await here.says(anna, "Block", here.harbour, "2")
    await wren.open(thread(note))
    page = await wren.send(f"{HOME}/conversation/answer#answer", text="Why?")
    assert wren.status == 422
    assert "An answer would not reach them." in page
    assert "Why?</textarea>" in page


async def test_what_was_said_to_the_group_alone_is_answered_alone(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = anna.a_note("Quietly", to=[here.harbour], cc=[])
    await here.says(anna, "Create", note)
    page = await wren.open(f"{HOME}/conversation")
    assert "to the group alone" in page
    assert ">Share</button>" not in page
    page = await wren.open(thread(note["id"]))
    assert "they alone get the answer" in page
    page = await wren.send(f"{HOME}/conversation/answer#answer", text="Yes.")
    assert "Answered." in page
    assert "to one alone" in page
    await here.world.deliver()
    assert here.village.told[-1]["to"] == [anna.id]


async def test_nothing_typed_is_lost_when_an_answer_cannot_be_sent(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = await answers(here, anna, "Hello")
    await wren.open(thread(note))
    page = await wren.send(f"{HOME}/conversation/answer#answer", text="  ", warning="Kept")
    assert wren.status == 422
    assert 'value="Kept"' in page
    assert 'aria-invalid="true"' in page
    page = await wren.send(f"{HOME}/conversation/answer#answer", text="x" * 5_001)
    assert wren.status == 422
    assert "5000 characters at most" in page
    assert "x" * 5_001 in page
    assert told(here) == []


async def test_what_looks_private_in_an_answer_leaves_only_when_somebody_says_so(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = await answers(here, anna, "How do I reach you?")
    action = f"{HOME}/conversation/answer#answer"
    typed = "Ring +44 7700 900123, or write to kit@harbour.example."
    await wren.open(thread(note))
    page = await wren.send(action, text=typed)
    assert wren.status == 422
    assert "<mark" in page
    assert typed in page
    assert told(here) == []
    page = await wren.send(action, do="black-out")
    assert wren.status == 200
    assert "900123" not in page
    assert "kit@harbour.example" not in page
    await wren.send(action, text="Ring +44 7700 900123.")
    page = await wren.send(action, do="keep")
    assert "Answered." in page
    await here.world.deliver()
    assert "900123" in here.village.told[-1]["object"]["content"]


async def test_to_one_person_alone_a_number_may_be_given(here: Hearing, wren: Browser) -> None:
    anna = here.village.person("anna")
    note = anna.a_note("Your number?", to=[here.harbour], cc=[])
    await here.says(anna, "Create", note)
    await wren.open(thread(note["id"]))
    page = await wren.send(f"{HOME}/conversation/answer#answer", text="+44 7700 900123")
    assert "Answered." in page


async def test_a_report_goes_to_their_server_in_the_name_of_ours(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = await answers(here, anna, "An address of somebody")
    await wren.open(thread(note))
    page = await wren.send(f"{HOME}/conversation/report", words="Names a person.")
    assert "Reported to their server." in page
    await here.world.deliver()
    flag = here.village.told[-1]
    assert (flag["type"], flag["actor"]) == ("Flag", "https://alpha.test/actor")
    assert (flag["object"], flag["content"]) == ([anna.id, note], "Names a person.")


async def test_somebody_and_a_whole_server_are_kept_away_and_let_be(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = await answers(here, anna, "Rude")
    await wren.open(thread(note))
    action = f"{HOME}/conversation/distance"
    assert "Blocked." in await wren.send(action, whom="author", do="block")
    assert "@anna@home.example is blocked" in wren.page
    await wren.send(action, whom="server", do="limit")
    page = await wren.open(f"{HOME}/blocked")
    assert "the whole server" in page
    assert page.index("home.example") < page.index("anna@home.example")
    standing = await here.here.read(lambda tx: blocks.list_(tx, here.harbour))
    assert standing == [("home.example", "limit"), (anna.id, "block")]
    for whom in ("home.example", anna.id):
        assert "They are heard again" in await wren.send(f"{HOME}/blocked", whom=whom, do="lift")
    assert "The group keeps nobody away" in wren.page
    await here.world.deliver()
    assert told(here) == ["Block", "Undo"]


async def test_a_server_is_named_and_what_is_none_is_said_below_the_field(
    here: Hearing, wren: Browser
) -> None:
    await wren.open(f"{HOME}/blocked")
    for typed in ("no host", "alpha.test", ""):
        page = await wren.send(f"{HOME}/blocked", host=typed, do="block")
        assert wren.status == 422, typed
        assert f'value="{typed}"' in page
        assert 'id="host-e"' in page
    assert "Blocked." in await wren.send(f"{HOME}/blocked", host="Spam.Example", do="block")
    assert "spam.example" in wren.page


async def test_earlier_words_go_on_over_pages(here: Hearing, wren: Browser) -> None:
    anna, post = here.village.person("anna"), await here.post()
    for number in range(33):
        create = anna.replies(post, f"Word {number:02}", str(number), to=[PUBLIC])
        assert await here.tell(anna, create) == 202
    clear = "UPDATE notes SET looked_at = received_at"
    await here.here.write(lambda tx: tx.execute(clear))
    first = await wren.open(f"{HOME}/conversation")
    assert first.count("Word ") == 30
    older = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = await wren.open(older.replace("&amp;", "&"))
    assert second.count("Word ") == 3
    assert "Nothing waits" not in second
    assert "Newest" in second


async def test_one_thing_that_cannot_be_done_is_said_on_the_page(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = anna.a_note("Quietly", to=[here.harbour], cc=[])
    await here.says(anna, "Create", note)
    await wren.open(thread(note["id"]))
    page = await wren.send(f"{HOME}/conversation/do", do="share")
    assert wren.status == 422
    assert "Only public posts can be shared." in page
    page = await wren.send(f"{HOME}/conversation/do", do="unlike")
    assert wren.status == 422
    await wren.send(f"{HOME}/conversation/do", do="explode")
    assert wren.status == 404


async def test_a_member_of_another_group_sees_nothing_and_does_nothing(here: Hearing) -> None:
    anna = here.village.person("anna")
    note = anna.a_note("Quietly", to=[here.harbour], cc=[])
    await here.says(anna, "Create", note)
    other = await a_browser(here.here, "heron", "sister")
    for path in (f"{HOME}/conversation", thread(note["id"]), f"{HOME}/blocked"):
        await other.open(path)
        assert other.status == 404
    # In their own console, too, what was said to another group is not there.
    mine = "/console/sister"
    await other.open(f"{mine}/conversation/thread?note={quote(note['id'], safe='')}")
    assert other.status == 404
    await other.open(f"{mine}/blocked")
    csrf = other.form(f"{mine}/blocked").values["csrf"][0]
    for home in (HOME, mine):
        for action in ("do", "answer", "report", "distance"):
            await other.post(
                f"{home}/conversation/{action}", csrf=csrf, note=note["id"], do="like", text="x"
            )
            assert other.status == 404, action
    assert told(here) == []


async def test_nothing_is_done_without_our_own_form_or_without_signing_in(
    here: Hearing, wren: Browser
) -> None:
    anna = here.village.person("anna")
    note = await answers(here, anna, "Hello")
    for action in ("do", "answer", "report", "distance"):
        await wren.post(f"{HOME}/conversation/{action}", note=note, do="like", text="x")
        assert wren.status == 403, action
    stranger = Browser(here.here)
    await stranger.open(f"{HOME}/conversation")
    assert stranger.at.startswith("/sign-in")
    kept = await here.note(note)
    assert kept is not None
    assert kept.looked_at is None
    assert await here.here.read(lambda tx: notes.count_waiting(tx, here.harbour)) == 1


async def test_where_talking_takes_two_it_waits_for_the_second(here: Hearing) -> None:
    wren, heron = [await a_browser(here.here, name) for name in ("wren", "heron")]
    await wren.open(f"{HOME}/rules")
    await wren.send(f"{HOME}/rules", conversation="2")
    anna = here.village.person("anna")
    note = await answers(here, anna, "Which day?")
    await wren.open(thread(note))
    page = await wren.send(f"{HOME}/conversation/answer#answer", text="On Monday.")
    assert "/waiting/" in wren.at
    assert "On Monday." in page
    await here.world.deliver()
    assert told(here) == []
    await heron.open(wren.at.partition("?")[0])
    await heron.send(f"{wren.at.partition('?')[0]}/agree")
    await here.world.deliver()
    assert told(here) == ["Create"]

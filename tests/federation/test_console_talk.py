"""Talking from the console: what waits, conversations, answers, and what the group does about what it hears."""

from __future__ import annotations

import pytest
from doorstep import Browser
from hearing import Hearing
from talking import HOME, answers, thread, told
from village import PUBLIC

from fedi.storage import deeds


async def test_at_first_nothing_waits_and_the_page_says_what_will_stand_there(
    town: Hearing, robin: Browser
) -> None:
    page = await robin.open(f"{HOME}/conversation")
    assert robin.status == 200
    assert "Nothing waits" in page
    assert "Earlier" not in page


async def test_what_is_said_waits_says_where_and_is_counted_in_the_navigation(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    town.village.documents["/users/anna"]["name"] = "Anna <i>Lund"  # pyright: ignore
    await answers(town, anna, "We have <i>two</i> vans")
    page = await robin.open(f"{HOME}/conversation")
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
    town: Hearing, robin: Browser, do: str, says: str, heard: str
) -> None:
    anna = town.village.person("anna")
    note = await answers(town, anna, "Here")
    await robin.open(f"{HOME}/conversation")
    page = await robin.send(f"{HOME}/conversation/do", do=do)
    assert says in page
    assert "Nothing waits" in page
    assert "Here" in page
    await town.world.deliver()
    assert told(town)[-1:] == ([heard] if heard else [])
    kept = await town.note(note)
    assert kept is not None
    assert kept.looked_at is not None


async def test_a_like_and_a_share_are_taken_back_and_what_was_hidden_is_shown_again(
    town: Hearing, robin: Browser
) -> None:
    anna = town.village.person("anna")
    note = await answers(town, anna, "Here")
    about = {"note": note, "back": "thread"}
    await robin.open(thread(note))
    for do, undo, says in (
        ("like", "unlike", "Taken back."),
        ("share", "unshare", "Taken back."),
        ("hide", "show", "Shown again."),
    ):
        await robin.send(f"{HOME}/conversation/do", do=do, **about)
        assert f'value="{undo}"' in robin.page
        assert says in await robin.send(f"{HOME}/conversation/do", do=undo, **about)
    left = await town.here.read(lambda tx: deeds.find(tx, town.harbour, "like", note))
    assert left is None
    await town.world.deliver()
    assert told(town) == ["Like", "Undo", "Announce", "Undo"]
    kept = await town.note(note)
    assert kept is not None
    assert kept.hidden_at is None


async def test_earlier_words_go_on_over_pages(town: Hearing, robin: Browser) -> None:
    anna, post = town.village.person("anna"), await town.post()
    for number in range(33):
        create = anna.replies(post, f"Word {number:02}", str(number), to=[PUBLIC])
        assert await town.tell(anna, create) == 202
    clear = "UPDATE notes SET looked_at = received_at"
    await town.here.write(lambda tx: tx.execute(clear))
    first = await robin.open(f"{HOME}/conversation")
    assert first.count("Word ") == 30
    older = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = await robin.open(older.replace("&amp;", "&"))
    assert second.count("Word ") == 3
    assert "Nothing waits" not in second
    assert "Newest" in second

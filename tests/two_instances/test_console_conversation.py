"""Two instances whose members talk from their consoles: what one says arrives at the other, and back."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from doorstep import Browser, a_browser
from speaking import followers, note, said
from world import World

HARBOUR, SISTER = "/console/harbour", "/console/sister"


@pytest.fixture
async def both(two: World) -> tuple[Browser, Browser]:
    """A member of harbour on alpha and one of sister on beta."""
    return await a_browser(two["alpha"]), await a_browser(two["beta"], "heron", "sister")


async def follow(two: World, heron: Browser) -> None:
    await heron.open(f"{SISTER}/reading")
    await heron.send(f"{SISTER}/reading/follow", who=f"@harbour@{two['alpha'].domain}")
    await two.deliver()


async def test_from_following_over_reading_and_answering_to_the_answer_to_that(
    two: World, both: tuple[Browser, Browser]
) -> None:
    wren, heron = both
    await follow(two, heron)
    assert "1 follower" in await wren.open(f"{HARBOUR}/followers")
    post = await two["alpha"].publish(source="---\n---\nWho brings the soup?\n")
    await two.deliver()
    page = await heron.open(f"{SISTER}/reading")
    assert "Who brings the soup?" in page
    await heron.send(f"{SISTER}/conversation/do", do="like")
    await heron.open(f"{SISTER}/conversation/thread?note={quote(post, safe='')}")
    await heron.send(f"{SISTER}/conversation/answer#answer", text="We do.", language="en")
    await two.deliver()
    page = await wren.open(f"{HARBOUR}/conversation")
    assert "We do." in page
    assert "Who brings the soup?" in page
    answer = page.partition("#answer")[0].rpartition('href="')[2].replace("&amp;", "&")
    await wren.open(answer)
    await wren.send(f"{HARBOUR}/conversation/answer#answer", text="Thank you, sisters.")
    await two.deliver()
    page = await heron.open(f"{SISTER}/conversation")
    assert "Thank you, sisters." in page
    thread = await heron.open(
        page.partition("#answer")[0].rpartition('href="')[2].replace("&amp;", "&")
    )
    for words in ("We do.", "Thank you, sisters."):
        assert words in thread
    public = await two["alpha"].page(post)
    assert public.index("We do.") < public.index("Thank you, sisters.")


async def test_a_hidden_reply_leaves_the_public_page_and_comes_back(
    two: World, both: tuple[Browser, Browser]
) -> None:
    wren, heron = both
    await follow(two, heron)
    post = await two["alpha"].publish()
    reply = await two["beta"].publish(group="sister", source="---\n---\nHmm.\n", to=post)
    await two.deliver()
    await wren.open(f"{HARBOUR}/conversation")
    await wren.send(f"{HARBOUR}/conversation/do", do="hide")
    assert "Hmm." not in await two["alpha"].page(post)
    await wren.open(f"{HARBOUR}/conversation/thread?note={quote(reply, safe='')}")
    await wren.send(f"{HARBOUR}/conversation/do", do="show")
    assert "Hmm." in await two["alpha"].page(post)


async def test_a_blocked_group_hears_nothing_says_nothing_and_is_let_back(
    two: World, both: tuple[Browser, Browser]
) -> None:
    wren, heron = both
    await follow(two, heron)
    sister = two["beta"].house.site.group("sister")
    await wren.open(f"{HARBOUR}/followers")
    assert "Blocked." in await wren.send(f"{HARBOUR}/followers", do="block")
    await two.deliver()
    assert await followers(two["alpha"]) == []
    page = await heron.open(f"{SISTER}/reading/following")
    assert f"harbour@{two['alpha'].domain}" not in page
    assert [one["object"] for one in await said(two["alpha"], "Block")] == [sister]
    post = await two["alpha"].publish()
    await two.deliver()
    assert await note(two["beta"], post) is None
    await follow(two, heron)
    assert await followers(two["alpha"]) == []
    assert "blocked" in heron.page
    await wren.open(f"{HARBOUR}/blocked")
    await wren.send(f"{HARBOUR}/blocked", do="lift")
    await two.deliver()
    await follow(two, heron)
    assert await followers(two["alpha"]) == [sister]


async def test_a_word_for_partners_is_read_by_the_partner_alone(
    two: World, both: tuple[Browser, Browser]
) -> None:
    wren, heron = both
    await follow(two, heron)
    await wren.open(f"{HARBOUR}/reading")
    await wren.send(f"{HARBOUR}/reading/follow", who=f"@sister@{two['beta'].domain}")
    await two.deliver()
    await wren.open(f"{HARBOUR}/reading/following")
    assert "A partner now" in await wren.send(f"{HARBOUR}/reading/do", do="add_partner")
    post = await two["alpha"].publish(
        source="---\n---\nWe meet at six. [[partners: The key is with Ada.]]\n"
    )
    await two.deliver()
    page = await heron.open(f"{SISTER}/reading")
    assert "We meet at six." in page
    assert "The key is with Ada." not in page
    path = f"{SISTER}/reading/for-partners?note={quote(post, safe='')}"
    assert "The key is with Ada." in await heron.open(path)
    await wren.open(f"{HARBOUR}/reading/following")
    await wren.send(f"{HARBOUR}/reading/do", do="remove_partner")
    assert "The key is with Ada." not in await heron.open(path)

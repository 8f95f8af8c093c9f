"""What other people say in our threads: kept once, in its place, changed and deleted by its author alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hearing import Hearing, hearing
from village import PUBLIC, Person, claiming

from fedi.clock import iso, now_ms
from fedi.conversation.fetching import MOST_PARENTS


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


def update(
    by: Person, note: dict[str, Any], text: str, name: str, later: int = 1
) -> dict[str, Any]:
    """An Update of a note, so many seconds after now."""
    said = claiming(note, content=f"<p>{text}</p>", updated=iso(now_ms() + later * 1000))
    return by.says("Update", said, name, to=note["to"], cc=note["cc"])


async def test_a_reply_is_shown_cleaned_and_counted_once(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    text = "Me too <script>alert(1)</script><a href='javascript:x'>x</a>"
    create = anna.replies(post, text)
    for name in ("1", "2", "3"):
        assert await here.tell(anna, claiming(create, id=f"{anna.id}/creates/{name}")) == 202
    page = await here.here.page(post)
    assert "Me too" in page
    assert "alert(1)" not in page
    assert "javascript:" not in page
    assert (await here.find(post)).replies == 1


async def test_a_reply_to_a_reply_is_kept_in_the_thread(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    assert await here.tell(anna, anna.replies(post, "First", "1")) == 202
    assert await here.tell(anna, anna.replies(f"{anna.id}/notes/1", "Second", "2")) == 202
    second = await here.note(f"{anna.id}/notes/2")
    assert second is not None
    assert second.thread == post
    assert (await here.find(post)).replies == 2


async def test_parents_that_nobody_here_knew_are_fetched_up_to_our_post(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    parent = post
    for number in range(4):
        note = anna.a_note(f"Step {number}", f"p{number}", inReplyTo=parent)
        here.village.documents[f"/users/anna/notes/p{number}"] = note
        parent = note["id"]
    last = anna.replies(parent, "The last", cc=[here.harbour])
    assert await here.tell(anna, last) == 202
    await here.world.deliver()
    page = await here.here.page(post)
    assert [page.index(f"Step {number}") for number in range(4)] == sorted(
        page.index(f"Step {number}") for number in range(4)
    )
    assert "The last" in page
    assert (await here.find(post)).replies == 5


async def test_a_thread_without_end_is_followed_only_so_far(here: Hearing) -> None:
    anna = here.village.person("anna")
    for number in range(3 * MOST_PARENTS):
        above = f"{anna.id}/notes/e{number + 1}"
        here.village.documents[f"/users/anna/notes/e{number}"] = anna.a_note(
            "On and on", f"e{number}", inReplyTo=above
        )
    reply = anna.replies(f"{anna.id}/notes/e0", cc=[here.harbour])
    assert await here.tell(anna, reply) == 202
    await here.world.deliver()
    assert len([path for path in here.village.asked if "/notes/e" in path]) == MOST_PARENTS


async def test_replies_in_a_circle_end(here: Hearing) -> None:
    anna = here.village.person("anna")
    for name, above in (("a", "b"), ("b", "c"), ("c", "a")):
        here.village.documents[f"/users/anna/notes/{name}"] = anna.a_note(
            "Round", name, inReplyTo=f"{anna.id}/notes/{above}"
        )
    assert await here.tell(anna, anna.replies(f"{anna.id}/notes/a", cc=[here.harbour])) == 202
    await here.world.deliver()
    assert len([path for path in here.village.asked if "/notes/" in path]) == 3


async def test_what_is_said_to_nobody_here_is_not_kept(here: Hearing) -> None:
    anna = here.village.person("anna")
    before = await here.all_there_is()
    create = anna.says("Create", anna.a_note("To the world"))
    for inbox in (here.here.inbox, f"{here.harbour}/inbox"):
        assert await here.tell(anna, create, inbox=inbox) == 202
    assert (await here.all_there_is())["notes"] == before["notes"]


async def test_a_mention_is_kept_for_the_group(here: Hearing) -> None:
    anna = here.village.person("anna")
    tag = [{"type": "Mention", "href": here.harbour, "name": "@harbour@alpha.test"}]
    create = anna.says("Create", anna.a_note("Hello", to=[here.harbour], cc=[], tag=tag))
    assert await here.tell(anna, create) == 202
    kept = await here.note(f"{anna.id}/notes/1")
    assert kept is not None
    assert (kept.to_group, kept.visibility) == (here.harbour, "direct")


async def test_an_answer_to_a_poll_is_no_reply(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    vote = {
        "id": f"{anna.id}/votes/1",
        "type": "Note",
        "name": "Thursday",
        "attributedTo": anna.id,
        "inReplyTo": post,
        "to": [here.harbour],
    }
    both = [vote, claiming(vote, id=f"{anna.id}/votes/2", name="Friday")]
    assert await here.tell(anna, anna.says("Create", vote, "1")) == 202
    assert await here.tell(anna, anna.says("Create", both, "2")) == 202
    assert await here.note(vote["id"]) is None
    assert (await here.find(post)).replies == 0


async def test_a_reply_that_is_only_named_is_fetched_from_its_origin(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    note = anna.a_note("By name", inReplyTo=post)
    here.village.documents["/users/anna/notes/1"] = note
    await here.says(anna, "Create", note["id"])
    assert "By name" in await here.here.page(post)


@pytest.mark.parametrize("order", list(permutations(["Create", "Update", "Delete"])))
async def test_whatever_the_order_a_deleted_reply_stays_deleted(
    here: Hearing, order: tuple[str, ...]
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    create = anna.replies(post)
    said = {
        "Create": create,
        "Update": update(anna, create["object"], "Changed", "1"),
        "Delete": anna.says("Delete", {"id": f"{anna.id}/notes/1", "type": "Tombstone"}),
    }
    for kind in (*order, *order):
        name = f"{said[kind]['id']}-{order.index(kind)}"
        assert await here.tell(anna, claiming(said[kind], id=name)) == 202
    assert await here.note(f"{anna.id}/notes/1") is None
    assert (await here.find(post)).replies == 0


async def test_the_latest_edit_stays_whatever_the_order(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    create = anna.replies(post)
    note = create["object"]
    assert await here.tell(anna, create) == 202
    for text, name, later in (("Latest", "1", 30), ("Earlier", "2", 20), ("Same", "3", 30)):
        assert await here.tell(anna, update(anna, note, text, name, later)) == 202
    without = anna.says("Update", claiming(note, content="No date"), "4")
    assert await here.tell(anna, without) == 202
    kept = await here.note(note["id"])
    assert kept is not None
    assert kept.html == "<p>Latest</p>"


async def test_an_edit_can_make_a_reply_visible_or_not_and_the_count_follows(
    here: Hearing,
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    create = anna.replies(post)
    assert await here.tell(anna, create) == 202
    private = claiming(create["object"], to=[here.harbour], cc=[])
    assert await here.tell(anna, update(anna, private, "Psst", "1", 10)) == 202
    assert (await here.find(post)).replies == 0
    assert "Psst" not in await here.here.page(post)
    assert await here.tell(anna, update(anna, create["object"], "Aloud", "2", 20)) == 202
    assert (await here.find(post)).replies == 1


@pytest.mark.parametrize("to", [[], ["followers"], ["group"]])
async def test_only_what_is_public_is_shown(here: Hearing, to: list[str]) -> None:
    anna, post = here.village.person("anna"), await here.post()
    named = {"followers": f"{anna.id}/followers", "group": here.harbour}
    create = anna.replies(post, "Secret", to=[named[word] for word in to], cc=[])
    assert await here.tell(anna, create) == 202
    assert await here.note(f"{anna.id}/notes/1") is not None
    assert "Secret" not in await here.here.page(post)
    assert (await here.find(post)).replies == 0
    aloud = anna.replies(post, "Aloud", "2", to=[PUBLIC])
    assert await here.tell(anna, aloud) == 202
    assert "Aloud" in await here.here.page(post)


async def test_a_reply_from_the_future_stands_where_it_came(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    create = anna.replies(post, published=iso(now_ms() + 10**10))
    assert await here.tell(anna, create) == 202
    kept = await here.note(f"{anna.id}/notes/1")
    assert kept is not None
    assert kept.published_at <= now_ms()


async def test_with_an_actor_goes_all_it_said_and_did(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    for activity in (
        anna.says("Follow", here.harbour),
        anna.replies(post, "One", "1"),
        anna.replies(post, "Two", "2"),
        anna.says("Like", post),
        anna.says("Announce", post),
    ):
        assert await here.tell(anna, activity) == 202
    before = await here.find(post)
    assert (before.replies, before.likes, before.shares) == (2, 1, 1)
    assert await here.tell(anna, anna.says("Delete", anna.id)) == 202
    after = await here.find(post)
    assert (after.replies, after.likes, after.shares) == (0, 0, 0)
    assert await here.followers() == []


async def test_several_replies_in_one_create_are_each_kept(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    several = [anna.a_note(f"No. {n}", str(n), inReplyTo=post) for n in range(3)]
    assert await here.tell(anna, anna.says("Create", several)) == 202
    assert (await here.find(post)).replies == 3

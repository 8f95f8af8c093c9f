"""Two instances follow, publish, answer, edit and delete, and each sees what the other did."""

from __future__ import annotations

import pytest
from speaking import follow, followers, following, heard, note
from world import World
from written import CALL, MINUTES, SOURCES

from fedi.storage import objects

REPLY = "---\nlanguage: en\n---\nWe bring the soup.\n"


async def test_a_group_is_found_by_its_handle_and_followed(two: World) -> None:
    harbour = await follow(two)
    assert harbour == two["alpha"].house.site.group("harbour")
    assert await following(two["beta"]) == [harbour]


@pytest.mark.parametrize("kind", sorted(SOURCES))
async def test_what_is_published_reaches_a_follower_and_both_show_it(two: World, kind: str) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    post = await alpha.publish(kind)
    await two.deliver()
    said = [
        name for signer, name in await heard(beta) if signer == alpha.house.site.group("harbour")
    ]
    document = (await alpha.get(post)).json()
    assert len(said) == 2  # the Accept and the Create
    assert (await alpha.get(said[-1])).json()["object"]["id"] == post
    assert document["attributedTo"] == alpha.house.site.group("harbour")
    assert await alpha.page(post)


async def test_a_reply_is_shown_on_the_page_of_what_it_answers(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    post = await alpha.publish()
    await two.deliver()
    reply = await beta.publish(group="sister", source=REPLY, to=post)
    await two.deliver()
    page = await alpha.page(post)
    assert "We bring the soup." in page
    assert f"@sister@{beta.domain}" in page
    assert (await alpha.get(f"{post}/replies")).json()["first"]["items"] == [reply]
    assert (await alpha.get(f"{post}/replies")).json()["totalItems"] == 1


async def test_an_answer_to_a_reply_stands_in_the_same_thread_on_both_sides(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    post = await alpha.publish()
    await two.deliver()
    reply = await beta.publish(group="sister", source=REPLY, to=post)
    await two.deliver()
    answer = await alpha.publish(source="---\n---\nThank you, all.\n", to=reply)
    await two.deliver()
    kept = await note(beta, answer)
    assert kept is not None
    assert kept.in_reply_to == reply
    assert "Thank you, all." in await beta.page(reply)
    page = await alpha.page(post)
    assert page.index("We bring the soup.") < page.index("Thank you, all.")


async def test_an_edit_replaces_what_the_other_side_shows(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    post = await alpha.publish()
    await two.deliver()
    reply = await beta.publish(group="sister", source=REPLY, to=post)
    await two.deliver()
    before = (await beta.get(reply)).json()
    await beta.edit(reply, REPLY.replace("soup", "bread"))
    await two.deliver()
    after = (await beta.get(reply)).json()
    page = await alpha.page(post)
    assert "We bring the bread." in page
    assert "soup" not in page
    assert after["updated"] > before["published"]
    assert (before["version"], after["version"]) == (1, 2)


@pytest.mark.parametrize(("kind", "source"), [("minutes", MINUTES), ("call", CALL)])
async def test_an_edit_travels_as_an_update_with_a_later_version(
    two: World, kind: str, source: str
) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    post = await alpha.publish(kind)
    await two.deliver()
    await alpha.edit(post, source.replace("language: en", "language: en\nhashtags: [changed]"))
    await two.deliver()
    last = (await heard(beta))[-1][1]
    update = (await alpha.get(last)).json()
    assert (update["type"], update["object"]["id"], update["object"]["version"]) == (
        "Update",
        post,
        2,
    )
    assert "#changed" in str(update["object"]["tag"])


async def test_a_deleted_reply_disappears_from_the_page_of_the_other(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    post = await alpha.publish()
    await two.deliver()
    reply = await beta.publish(group="sister", source=REPLY, to=post)
    await two.deliver()
    await beta.withdraw(reply)
    await two.deliver()
    gone = await beta.get(reply)
    assert gone.status_code == 410
    assert (gone.json()["type"], gone.json()["formerType"]) == ("Tombstone", "Note")
    assert (await beta.get(reply, "text/html")).status_code == 410
    assert "We bring the soup." not in await alpha.page(post)
    assert (await alpha.get(f"{post}/replies")).json()["totalItems"] == 0
    assert await note(alpha, reply) is None


async def test_whoever_unfollows_hears_nothing_more(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    harbour = await follow(two)
    await beta.unfollow("sister", harbour)
    await two.deliver()
    assert await followers(alpha) == []
    before = await heard(beta)
    await alpha.publish()
    await two.deliver()
    assert await heard(beta) == before


async def test_likes_and_shares_are_counted_and_taken_back(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    await follow(two)
    post = await alpha.publish()
    await two.deliver()
    like = await beta.like("sister", post)
    share = await beta.boost("sister", post)
    await two.deliver()
    assert await _tally(two, post) == (1, 1)
    assert (await alpha.get(f"{post}/likes")).json()["totalItems"] == 1
    assert (await alpha.get(f"{post}/shares")).json()["totalItems"] == 1
    await beta.undo("sister", like)
    await two.deliver()
    assert await _tally(two, post) == (0, 1)
    await beta.undo("sister", share)
    await two.deliver()
    assert await _tally(two, post) == (0, 0)


async def _tally(two: World, post: str) -> tuple[int, int]:
    stored = await two["alpha"].read(lambda tx: objects.find(tx, post))
    assert stored is not None
    return stored.likes, stored.shares

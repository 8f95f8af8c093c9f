"""Likes, emoji, shares and quotes: each counted once for everybody, and taken back by whoever did it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hearing import Hearing, hearing

from fedi.actors.groups import set_profile
from fedi.clock import now_ms
from fedi.conversation import quotes
from fedi.conversation.reactions import MOST_OF_ONE
from fedi.storage import quotes as quote_rows


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


async def counts(here: Hearing, post: str) -> tuple[int, int]:
    stored = await here.find(post)
    return stored.likes, stored.shares


async def test_somebody_who_likes_and_reacts_with_emoji_is_counted_once(here: Hearing) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    post = await here.post()
    await here.says(anna, "Like", post, "1")
    await here.says(anna, "EmojiReact", post, "2", content="🔥")
    await here.says(anna, "Like", post, "3", content="👍", _misskey_reaction="👍")
    await here.says(ben, "EmojiReact", post, "1", content="🔥")
    assert await counts(here, post) == (2, 0)
    for name, kind in (("1", "Like"), ("2", "EmojiReact")):
        await here.says(anna, "Undo", anna.says(kind, post, name), f"u{name}")
        assert await counts(here, post) == (2, 0)
    await here.says(anna, "Undo", anna.says("Like", post, "3"), "u3")
    assert await counts(here, post) == (1, 0)


async def test_a_flood_of_emoji_by_one_actor_is_kept_only_so_far(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    for number in range(MOST_OF_ONE + 5):
        said = anna.says("EmojiReact", post, str(number), content=f":blob{number}:")
        assert await here.tell(anna, said) == 202
    assert await counts(here, post) == (1, 0)
    assert len((await here.all_there_is())["reactions"]) == MOST_OF_ONE


@pytest.mark.parametrize("embedded", [True, False])
async def test_an_undo_names_what_it_undoes_by_id_or_whole(here: Hearing, embedded: bool) -> None:
    anna, post = here.village.person("anna"), await here.post()
    announce = anna.says("Announce", post)
    await here.says(anna, "Announce", post)
    assert await counts(here, post) == (0, 1)
    await here.says(anna, "Undo", announce if embedded else announce["id"])
    assert await counts(here, post) == (0, 0)


async def test_an_undo_without_an_id_goes_by_what_it_was_about(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    await here.says(anna, "Like", post)
    await here.says(anna, "Undo", {"type": "Like", "actor": anna.id, "object": post})
    assert await counts(here, post) == (0, 0)


@pytest.mark.parametrize("kind", ["Like", "Announce", "EmojiReact"])
@pytest.mark.parametrize("undone", ["by its id", "whole", "without its id"])
async def test_an_undo_that_comes_first_takes_back_what_comes_after_it_once(
    here: Hearing, kind: str, undone: str
) -> None:
    anna, ben, post = here.village.person("anna"), here.village.person("ben"), await here.post()
    said = anna.says(kind, post, "1", content="🔥")
    bare = {key: value for key, value in said.items() if key != "id"}
    named = {"by its id": said["id"], "whole": said, "without its id": bare}[undone]
    await here.says(anna, "Undo", named)
    assert await here.tell(anna, said) == 202
    assert await counts(here, post) == (0, 0)
    await here.says(ben, kind, post, content="🔥")
    await here.says(anna, kind, post, "2", content="🔥")
    assert sum(await counts(here, post)) == 2, "it was undone once, and by anna alone"


async def test_an_undo_without_an_id_that_found_what_it_undoes_waits_for_nothing(
    here: Hearing,
) -> None:
    anna, post = here.village.person("anna"), await here.post()
    bare = {"type": "Like", "actor": anna.id, "object": post}
    await here.says(anna, "Like", post)
    await here.says(anna, "Undo", bare)
    await here.says(anna, "Like", post, "2")
    assert await counts(here, post) == (1, 0)


async def test_a_like_of_an_embedded_answer_of_ours_counts_for_the_answer(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    answer = await here.here.publish(source="---\n---\nAnd more.\n", to=post)
    document = (await here.here.get(answer)).json()
    await here.says(anna, "Like", document)
    assert await counts(here, answer) == (1, 0)
    assert await counts(here, post) == (0, 0)


async def test_a_group_that_shares_the_create_around_our_post_is_counted(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    wrapped = {"type": "Create", "id": f"{post}/create", "actor": here.harbour, "object": post}
    await here.says(anna, "Announce", wrapped)
    assert await counts(here, post) == (0, 1)


async def test_what_was_taken_down_counts_nothing_any_more(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    await here.here.withdraw(post)
    await here.says(anna, "Like", post)
    assert await counts(here, post) == (0, 0)


def quote_request(here: Hearing, name: str, post: str, note: str = "1") -> dict[str, Any]:
    person = here.village.person(name)
    return person.says("QuoteRequest", post, instrument=f"{person.id}/notes/{note}")


async def answer_to(here: Hearing, name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Ask, and return what harbour answers."""
    assert await here.tell(here.village.person(name), request) == 202
    await here.world.deliver()
    return here.village.told[-1]


async def test_a_quote_is_permitted_with_a_stamp_that_can_be_fetched_until_it_is_revoked(
    here: Hearing,
) -> None:
    post = await here.post()
    accept = await answer_to(here, "anna", quote_request(here, "anna", post))
    assert (accept["type"], accept["object"]["type"]) == ("Accept", "QuoteRequest")
    stamp = await here.here.get(accept["result"])
    assert stamp.json()["type"] == "QuoteAuthorization"
    assert stamp.json()["interactingObject"] == "https://home.example/users/anna/notes/1"
    assert stamp.json()["interactionTarget"] == post
    assert stamp.json()["attributedTo"] == here.harbour
    site = here.here.house.site
    await here.here.write(lambda tx: quotes.revoke(tx, site, accept["result"], now_ms()))
    await here.world.deliver()
    delete = here.village.told[-1]
    assert (delete["type"], delete["object"]["id"]) == ("Delete", accept["result"])
    gone = await here.here.get(accept["result"])
    assert (gone.status_code, gone.json()["type"]) == (410, "Tombstone")
    again = quote_request(here, "anna", post) | {"id": "https://home.example/users/anna/again"}
    assert (await answer_to(here, "anna", again))["type"] == "Reject"


@pytest.mark.parametrize("policy", ["nobody", "followers"])
async def test_a_quote_that_the_group_does_not_want_is_refused(here: Hearing, policy: str) -> None:
    post, site = await here.post(), here.here.house.site
    await here.here.write(lambda tx: set_profile(tx, site, "harbour", {"quotes": policy}, now_ms()))
    reject = await answer_to(here, "anna", quote_request(here, "anna", post))
    assert reject["type"] == "Reject"
    anna = here.village.person("anna")
    await here.says(anna, "Follow", here.harbour)
    request = quote_request(here, "anna", post, "2") | {"id": f"{anna.id}/quoterequests/2"}
    later = await answer_to(here, "anna", request)
    assert later["type"] == ("Accept" if policy == "followers" else "Reject")


async def test_a_deleted_quote_takes_its_permission_along(here: Hearing) -> None:
    post = await here.post()
    accept = await answer_to(here, "anna", quote_request(here, "anna", post))
    ben, anna = here.village.person("ben"), here.village.person("anna")
    await here.says(ben, "Delete", f"{anna.id}/notes/1")
    assert (await here.here.get(accept["result"])).status_code == 200, "it was not ben's to delete"
    await here.says(anna, "Delete", f"{anna.id}/notes/1")
    assert (await here.here.get(accept["result"])).status_code == 410


async def test_a_quote_is_answered_whatever_else_stands_in_what_asks_for_it(here: Hearing) -> None:
    post = await here.post()
    junk = {"id": {"@graph": None}, "x": ["\U000a5fff", -10.0], "published": {"@graph": 1}}
    for odd in (
        {"id": {"@graph": None}},
        {"type": ["QuoteRequest", {"id": {"@graph": None}}]},
        junk,
    ):
        accept = await answer_to(here, "anna", quote_request(here, "anna", post) | odd)
        assert (accept["type"], accept["object"]["type"]) == ("Accept", "QuoteRequest")
        assert accept["object"]["instrument"] == "https://home.example/users/anna/notes/1"
        assert accept["object"].keys() <= {"id", "type", "actor", "object", "instrument"}


async def test_nobody_asks_for_a_quote_in_the_name_of_another(here: Hearing) -> None:
    post, far = await here.post(), "https://far.example/users/x/notes/1"
    anna = here.village.person("anna")
    await here.says(anna, "QuoteRequest", post, instrument=far)
    assert here.village.told == []
    assert await here.here.read(lambda tx: quote_rows.of_object(tx, post)) == []

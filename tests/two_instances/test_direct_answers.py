"""What was said to a group alone is answered to its author alone, and nobody else sees any sign of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hearing import Hearing, hearing
from speaking import followers, note, said
from village import Person
from world import World

from fedi.clock import now_ms
from fedi.errors import Refused
from fedi.publishing import prepare
from fedi.storage import objects

QUESTION = "Can you help me quietly?"


async def asks(here: Hearing, who: Person, name: str = "1", **more: Any) -> str:
    """Let somebody write to the group alone."""
    tag = [{"type": "Mention", "href": here.harbour, "name": "@harbour@alpha.test"}]
    said = who.a_note(QUESTION, name, **{"to": [here.harbour], "cc": [], "tag": tag, **more})
    await here.says(who, "Create", said, name, to=said["to"], cc=said["cc"])
    return said["id"]


async def test_the_answer_goes_to_one_person_and_is_shown_to_that_person_alone(
    tmp_path: Path,
) -> None:
    async with hearing(tmp_path) as here:
        anna, ben = here.village.person("anna"), here.village.person("ben")
        await here.says(ben, "Follow", here.harbour)
        question = await asks(here, anna)
        before = len(here.village.heard)
        answer = await here.here.publish(
            source="---\n---\nYes. Do not tell @ben@home.example.\n", to=question
        )
        await here.world.deliver()
        posts = [one for one in here.village.heard[before:] if one.method == "POST"]
        assert [one.path for one in posts] == ["/users/anna/inbox"]
        create = here.village.told[-1]
        assert (create["to"], create["cc"]) == ([anna.id], [])
        assert (create["object"]["to"], create["object"]["cc"]) == ([anna.id], [])
        tags = create["object"]["tag"]
        assert [tag["href"] for tag in tags if tag["type"] == "Mention"] == [anna.id]
        stored = await here.find(answer)
        assert stored.audience == "direct"
        for accept in ("text/html", "application/activity+json"):
            assert (await here.here.get(answer, accept)).status_code == 404
        for path in ("/groups/harbour", "/", "/groups/harbour/outbox?page=first", "/feed.atom"):
            assert "Do not tell" not in (await here.here.get(path, "text/html")).text
        create_id = create["id"]
        assert (await here.here.get(create_id)).status_code == 404


async def test_a_direct_answer_under_a_public_post_is_neither_shown_nor_counted(
    tmp_path: Path,
) -> None:
    async with hearing(tmp_path) as here:
        anna, post = here.village.person("anna"), await here.post()
        question = await asks(here, anna, inReplyTo=post)
        await here.here.publish(source="---\n---\nBetween us.\n", to=question)
        assert (await here.find(post)).replies == 0
        page = await here.here.page(post)
        assert "Between us" not in page
        assert QUESTION not in page


async def test_their_answer_to_our_answer_stays_in_the_same_conversation(tmp_path: Path) -> None:
    async with hearing(tmp_path) as here:
        anna = here.village.person("anna")
        question = await asks(here, anna)
        answer = await here.here.publish(source="---\n---\nWith what?\n", to=question)
        thanks = await asks(here, anna, "2", inReplyTo=answer)
        kept = await here.note(thanks)
        assert kept is not None
        assert (kept.thread, kept.to_group) == (question, here.harbour)
        # And a second word of ours, after our own first one.
        second = await here.here.publish(source="---\n---\nStill there?\n", to=answer)
        await here.world.deliver()
        assert here.village.told[-1]["to"] == [anna.id]
        assert (await here.find(second)).thread == question


async def test_an_edit_and_a_withdrawal_reach_the_same_person_also_when_the_question_is_gone(
    tmp_path: Path,
) -> None:
    async with hearing(tmp_path) as here:
        anna = here.village.person("anna")
        question = await asks(here, anna)
        answer = await here.here.publish(source="---\n---\nYes.\n", to=question)
        await here.says(anna, "Delete", question, "gone")
        await here.here.edit(answer, "---\n---\nYes, on Monday.\n")
        await here.world.deliver()
        update = here.village.told[-1]
        assert (update["type"], update["object"]["to"]) == ("Update", [anna.id])
        await here.here.withdraw(answer)
        await here.world.deliver()
        assert (here.village.told[-1]["type"], here.village.told[-1]["to"]) == ("Delete", [anna.id])
        assert (await here.here.get(answer)).status_code == 404


@pytest.mark.parametrize(
    "source",
    ["---\nvisibility: public\n---\nYes.\n", "---\n---\nYes. [[members: who asked]]\n"],
    ids=["for everybody", "with something for members"],
)
async def test_nothing_makes_such_an_answer_reach_further(tmp_path: Path, source: str) -> None:
    async with hearing(tmp_path) as here:
        question = await asks(here, here.village.person("anna"))
        with pytest.raises(Refused):
            await here.here.publish(source=source, to=question)
        rows = await here.here.read(lambda tx: tx.all("SELECT id FROM objects"))
        assert rows == []


async def test_nobody_answers_what_was_said_to_another_group(tmp_path: Path) -> None:
    async with hearing(tmp_path) as here:
        await here.here.add_group("sister", "Sister Street")
        question = await asks(here, here.village.person("anna"))
        with pytest.raises(Refused):
            await here.here.publish(group="sister", source="---\n---\nHello?\n", to=question)


async def test_two_groups_speak_alone_and_only_the_reader_may_fetch_it(two: World) -> None:
    alpha, beta = two["alpha"], two["beta"]
    harbour, sister = alpha.house.site.group("harbour"), beta.house.site.group("sister")
    await beta.follow("sister", f"harbour@{alpha.domain}")
    await two.deliver()
    assert await followers(alpha) == [sister]
    quiet = "---\nvisibility: followers\n---\nFor you.\n"
    post = await alpha.publish(source=quiet)
    await two.deliver()
    kept = await note(beta, post)
    assert kept is not None
    assert kept.visibility == "followers"
    answer = await prepare.publish_file(
        beta.house,
        "sister",
        "update",
        "---\n---\nThank you.\n",
        folder=Path.cwd(),
        by="us",
        now=now_ms(),
        reply_to=post,
    )
    await two.deliver()
    heard = await note(alpha, answer.id)
    assert heard is not None
    assert (heard.visibility, heard.to_group) == ("direct", harbour)
    assert [one["to"] for one in await said(beta, "Create")] == [[harbour]]
    stored = await beta.read(lambda tx: objects.find(tx, answer.id))
    assert stored is not None
    fetched = await alpha.house.door.document(
        answer.id, by=await alpha.house.remote.signer(harbour), fresh=True
    )
    assert fetched.document["to"] == [harbour]
    assert (await beta.get(answer.id)).status_code == 404

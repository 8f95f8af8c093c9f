"""What our groups read: what those publish and share whom they follow, for whom it was meant, while it is fresh."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hearing import Hearing, hearing
from village import PUBLIC, Person, claiming

from fedi.clock import iso, now_ms
from fedi.conversation import blocking, reading
from fedi.storage import follows, house_rules, notes
from fedi.storage.house_rules import HouseRules


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        await one.here.add_group("sister", "Sister Street")
        yield one


async def follow(here: Hearing, who: Person, group: str = "harbour") -> None:
    """Let a group follow somebody who accepts."""
    await here.here.follow(group, f"{who.name}@{here.village.host}")
    await here.world.deliver()
    await here.says(who, "Accept", here.village.told[-1], f"accept-{group}")


async def read(here: Hearing, group: str = "harbour") -> list[str]:
    """The texts on a group's reading list, newest first."""
    actor = here.here.house.site.group(group)
    entries, _ = await here.here.read(lambda tx: reading.read_by(tx, actor))
    return [entry.note.html for entry in entries]


async def publishes(here: Hearing, who: Person, text: str, name: str = "1", **more: Any) -> str:
    note = who.a_note(text, name, **more)
    await here.says(who, "Create", note, f"create-{name}", to=note["to"], cc=note["cc"])
    return note["id"]


async def test_what_somebody_publishes_is_read_by_the_groups_that_follow_them(
    here: Hearing,
) -> None:
    anna = here.village.person("anna")
    await publishes(here, anna, "Before", "0")
    await follow(here, anna)
    await publishes(here, anna, "One", "1", published=iso(now_ms() - 5_000))
    await publishes(here, anna, "Two", "2", published=iso(now_ms() - 1_000))
    assert await read(here) == ["<p>Two</p>", "<p>One</p>"]
    assert await read(here, "sister") == []


async def test_who_only_asked_to_follow_reads_nothing(here: Hearing) -> None:
    anna = here.village.person("anna")
    await here.here.follow("harbour", f"anna@{here.village.host}")
    await here.world.deliver()
    await publishes(here, anna, "Not yet")
    assert await read(here) == []


async def test_answers_to_others_and_words_to_one_are_not_read_but_a_longer_story_is(
    here: Hearing,
) -> None:
    anna = here.village.person("anna")
    await follow(here, anna)
    first = await publishes(here, anna, "One of two", "1")
    await publishes(here, anna, "Two of two", "2", inReplyTo=first)
    await publishes(here, anna, "To somebody", "3", inReplyTo="https://far.example/notes/1")
    await publishes(here, anna, "To you alone", "4", to=[here.harbour], cc=[])
    assert sorted(await read(here)) == ["<p>One of two</p>", "<p>Two of two</p>"]


async def test_an_edit_and_a_deletion_reach_the_list(here: Hearing) -> None:
    anna = here.village.person("anna")
    await follow(here, anna)
    note = anna.a_note("One")
    await publishes(here, anna, "One")
    later = claiming(note, content="<p>Mended</p>", updated=iso(now_ms() + 1_000))
    await here.says(anna, "Update", later, to=note["to"])
    assert await read(here) == ["<p>Mended</p>"]
    await here.says(anna, "Delete", note["id"])
    assert await read(here) == []
    assert await here.note(note["id"]) is None


async def test_what_is_for_followers_is_read_by_those_alone(here: Hearing) -> None:
    anna = here.village.person("anna")
    await follow(here, anna)
    name = await publishes(here, anna, "Among us", to=[f"{anna.id}/followers"], cc=[])
    assert await read(here) == ["<p>Among us</p>"]
    sister = here.here.house.site.group("sister")
    kept = await here.note(name)
    assert kept is not None
    assert await here.here.read(lambda tx: reading.may_see(tx, kept, here.harbour))
    assert not await here.here.read(lambda tx: reading.may_see(tx, kept, sister))
    # Once the follow ended, from either side, nothing of it is shown any more.
    follow_of = await here.here.read(lambda tx: follows.find(tx, here.harbour, anna.id))
    assert follow_of is not None
    asked = {"id": follow_of.activity, "type": "Follow", "actor": here.harbour, "object": anna.id}
    await here.says(anna, "Reject", asked, "reject")
    assert await read(here) == []


async def test_what_is_shared_is_fetched_from_its_home_and_says_who_shared_it(
    here: Hearing,
) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    note = ben.a_note("Worth reading", "7")
    here.village.documents["/users/ben/notes/7"] = note
    await here.says(anna, "Announce", note["id"], "unheard")
    assert "/users/ben/notes/7" not in here.village.asked
    await follow(here, anna)
    await here.says(anna, "Announce", note["id"])
    entries, _ = await here.here.read(lambda tx: reading.read_by(tx, here.harbour))
    assert [(one.note.author, one.shared_by) for one in entries] == [(ben.id, anna.id)]
    undo = anna.says("Announce", note["id"])
    await here.says(anna, "Undo", undo, "undo")
    assert await read(here) == []


async def test_what_is_not_public_at_home_is_not_read_because_somebody_shares_it(
    here: Hearing,
) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    quiet = ben.a_note("Quiet", "8", to=[f"{ben.id}/followers"], cc=[])
    here.village.documents["/users/ben/notes/8"] = quiet
    await follow(here, anna)
    await here.says(anna, "Announce", quiet["id"])
    assert await read(here) == []


async def test_a_community_shares_what_its_people_begin_and_not_each_comment(
    here: Hearing,
) -> None:
    forum, ben = here.village.person("forum", type="Group"), here.village.person("ben")
    began, answer = ben.a_note("A question", "1"), ben.a_note("An answer", "2", inReplyTo="x:y")
    for number, note in enumerate((began, answer), 1):
        here.village.documents[f"/users/ben/notes/{number}"] = note
    await follow(here, forum)
    for number, note in enumerate((began, answer), 1):
        await here.says(forum, "Announce", ben.says("Create", note, str(number)), str(number))
    await here.says(forum, "Announce", ben.says("Like", began["id"], "3"), "3")
    assert await read(here) == ["<p>A question</p>"]


async def test_only_so_many_shared_posts_are_fetched_in_a_day(
    here: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_SHARED_A_DAY", 2)
    anna, ben = here.village.person("anna"), here.village.person("ben")
    await follow(here, anna)
    for number in range(4):
        here.village.documents[f"/users/ben/notes/{number}"] = ben.a_note("x", str(number))
        await here.says(anna, "Announce", f"{ben.id}/notes/{number}", str(number))
    assert len([path for path in here.village.asked if "/notes/" in path]) == 2


@pytest.mark.parametrize("how", ["block", "limit"])
async def test_whoever_is_blocked_or_limited_is_not_read_also_when_shared(
    here: Hearing, how: str
) -> None:
    anna, ben = here.village.person("anna"), here.village.person("ben")
    await follow(here, anna)
    here.village.documents["/users/ben/notes/1"] = ben.a_note("From ben")
    await here.says(anna, "Announce", f"{ben.id}/notes/1")
    await publishes(here, anna, "From anna", "2")
    assert len(await read(here)) == 2
    site, act = here.here.house.site, blocking.block if how == "block" else blocking.limit
    await here.here.write(lambda tx: act(tx, site, "harbour", ben.id, now_ms()))
    assert await read(here) == ["<p>From anna</p>"]
    await here.here.write(lambda tx: act(tx, site, "harbour", here.village.host, now_ms()))
    await publishes(here, anna, "And more", "3")
    assert await read(here) == []


async def test_nothing_of_it_stands_on_a_public_page_or_in_a_collection(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    await follow(here, anna)
    await publishes(here, anna, "Read by us only", to=[f"{anna.id}/followers"], cc=[])
    await publishes(here, anna, "Public elsewhere", "2")
    for path in (post, "/groups/harbour", "/", "/groups"):
        page = await here.here.page(path)
        assert "Read by us only" not in page
        assert "Public elsewhere" not in page
    for path in (f"{post}/replies", f"{post}/context", "/groups/harbour/outbox?page=first"):
        assert "elsewhere" not in (await here.here.get(path)).text


async def test_what_is_old_is_let_go_unless_it_is_in_a_conversation_of_ours(here: Hearing) -> None:
    anna = here.village.person("anna")
    await follow(here, anna)
    old = iso(now_ms() - reading.KEEP_MS - 1_000)
    for name in ("gone", "answered"):
        await publishes(here, anna, name, name, published=old)
    fresh = await publishes(here, anna, "fresh", "fresh")
    answered = f"{anna.id}/notes/answered"
    await here.here.publish(source="---\n---\nWell said.\n", to=answered)
    await reading.prune(here.here.house, {})
    assert await read(here) == ["<p>fresh</p>"]
    assert await here.note(f"{anna.id}/notes/gone") is None
    assert await here.note(answered) is not None
    assert await here.note(fresh) is not None


async def test_words_to_a_group_are_kept_as_long_as_it_wants(here: Hearing) -> None:
    anna, post = here.village.person("anna"), await here.post()
    assert await here.tell(anna, anna.replies(post, "Long ago")) == 202
    age = "UPDATE notes SET received_at = :at"
    at = now_ms() - 8 * reading.DAY
    await here.here.write(lambda tx: tx.execute(age, at=at))
    await reading.prune(here.here.house, {})
    assert await here.note(f"{anna.id}/notes/1") is not None
    rules = HouseRules(here.harbour, keep_replies_days=7)
    await here.here.write(lambda tx: house_rules.put(tx, rules))
    assert await here.tell(anna, anna.replies(post, "Just now", "2", to=[PUBLIC])) == 202
    await reading.prune(here.here.house, {})
    assert await here.note(f"{anna.id}/notes/1") is None
    assert (await here.find(post)).replies == 1
    left = await here.here.read(lambda tx: notes.of_group(tx, here.harbour))
    assert [note.html for note in left] == ["<p>Just now</p>"]


async def test_groups_of_one_server_read_each_other_without_doubling_anything(
    here: Hearing,
) -> None:
    await here.here.follow("sister", "harbour@alpha.test")
    await here.world.deliver()
    post = await here.post(source="---\n---\nThe lift works.\n")
    await here.world.deliver()
    assert await read(here, "sister") == ["<p>The lift works.</p>"]
    answer = await here.here.publish(group="sister", source="---\n---\nAt last.\n", to=post)
    await here.world.deliver()
    assert (await here.here.page(post)).count("At last.") == 1
    assert (await here.find(post)).replies == 1
    waits = await here.here.read(lambda tx: notes.waiting(tx, here.harbour))
    assert [note.id for note in waits] == [answer]

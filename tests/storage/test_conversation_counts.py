"""Conversations on both databases: whatever comes at the same time, in whatever order, the counts are exact."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from build import SITE, a_group, a_remote_actor, an_activity, incoming
from signed import NOW
from written import publishes, ready

from fedi.actors import handlers as actor_handlers
from fedi.actors.receive import receive
from fedi.clock import iso
from fedi.conversation import asked, handlers, keeping
from fedi.storage import actors, notes, objects
from fedi.storage.objects import StoredObject
from fedi.storage.store import Store
from fedi.storage.tx import Tx

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PEOPLE = [f"https://home.example/users/p{number}" for number in range(6)]

assert actor_handlers and handlers  # they register when they are imported


@pytest.fixture
async def post(store: Store) -> str:
    """A post of a group, and people who are known."""

    def unit(tx: Tx) -> str:
        a_group(tx)
        for person in PEOPLE:
            a_remote_actor(tx, person, publicKey=None, assertionMethod=None)
        return publishes(tx, ready())

    return await store.write(unit)


async def find(store: Store, object_id: str) -> StoredObject:
    found = await store.read(lambda tx: objects.find(tx, object_id))
    assert found is not None
    return found


def note(by: str, post: str, name: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "id": f"{by}/notes/{name}",
        "type": "Note",
        "attributedTo": by,
        "inReplyTo": post,
        "content": "<p>Me too</p>",
        "published": iso(NOW),
        "to": [PUBLIC],
        **more,
    }


async def tell(store: Store, document: dict[str, Any]) -> None:
    told = incoming(document)
    await store.write(lambda tx: receive(tx, told))


async def tell_all(store: Store, documents: list[dict[str, Any]]) -> None:
    """Let everything arrive at the same time, in any order."""
    random.shuffle(documents)
    await asyncio.gather(*(tell(store, document) for document in documents))


async def test_many_reactions_at_once_are_counted_once_for_each_actor(
    store: Store, post: str
) -> None:
    said = [
        an_activity(kind, post, by=person, name=str(again), content=emoji)
        for person in PEOPLE
        for kind, emoji in (
            ("Like", ""),
            ("EmojiReact", "🔥"),
            ("EmojiReact", "🌊"),
            ("Announce", ""),
        )
        for again in range(3)
    ]
    await tell_all(store, said)
    stored = await find(store, post)
    assert (stored.likes, stored.shares) == (len(PEOPLE), len(PEOPLE))


async def test_reactions_and_taking_them_back_at_once_end_at_what_is_there(
    store: Store, post: str
) -> None:
    likes = [an_activity("Like", post, by=person) for person in PEOPLE]
    emoji = [an_activity("EmojiReact", post, by=person, content="🔥") for person in PEOPLE]
    await tell_all(store, likes + emoji)
    undos = [
        an_activity("Undo", did, by=did["actor"], name=f"{which}{did['type']}{again}")
        for which, done in enumerate((likes, emoji))
        for did in done
        for again in range(2)
    ]
    await tell_all(store, undos)
    assert (await find(store, post)).likes == 0
    assert await store.read(lambda tx: tx.all("SELECT actor FROM reactions")) == []


async def test_a_reply_that_is_deleted_several_ways_at_once_is_uncounted_once(
    store: Store, post: str
) -> None:
    for person in PEOPLE:
        await tell(store, an_activity("Create", note(person, post), by=person))
    await tell(store, an_activity("Create", note(PEOPLE[0], post, "2"), by=PEOPLE[0], name="2"))
    assert (await find(store, post)).replies == len(PEOPLE) + 1
    deletes = [
        an_activity("Delete", f"{PEOPLE[0]}/notes/{name}", by=PEOPLE[0], name=f"{name}-{again}")
        for name in ("1", "2")
        for again in range(3)
    ]
    await tell_all(store, [*deletes, an_activity("Delete", PEOPLE[0], by=PEOPLE[0], name="self")])
    assert (await find(store, post)).replies == len(PEOPLE) - 1


async def test_a_create_and_a_delete_at_once_leave_nothing_behind(store: Store, post: str) -> None:
    both = [
        document
        for person in PEOPLE
        for document in (
            an_activity("Create", note(person, post), by=person),
            an_activity("Delete", f"{person}/notes/1", by=person),
        )
    ]
    await tell_all(store, both)
    assert (await find(store, post)).replies == 0
    assert await store.read(lambda tx: tx.all("SELECT id FROM notes")) == []


async def test_edits_and_hiding_at_once_count_what_is_shown(store: Store, post: str) -> None:
    for person in PEOPLE:
        await tell(store, an_activity("Create", note(person, post), by=person))
    edits = [
        an_activity(
            "Update",
            note(person, post, to=[PUBLIC] if step % 2 else [], updated=iso(NOW + step * 1000)),
            by=person,
            name=f"{step}",
        )
        for person in PEOPLE
        for step in range(1, 5)
    ]

    async def hide(person: str, *, hidden: bool) -> None:
        url = f"{person}/notes/1"
        await store.write(lambda tx: asked.hide(tx, "harbour", url, NOW, hidden=hidden))

    hiding = [
        hide(person, hidden=hidden) for person in PEOPLE[:3] for hidden in (True, False, True)
    ]
    await asyncio.gather(tell_all(store, edits), *hiding)
    shown = await store.read(lambda tx: notes.of_thread(tx, post))
    assert (await find(store, post)).replies == len(shown)


async def test_the_same_reply_in_many_copies_at_once_is_kept_once(store: Store, post: str) -> None:
    copies = [
        an_activity("Create", note(person, post), by=person, name=str(copy))
        for person in PEOPLE
        for copy in range(4)
    ]
    await tell_all(store, copies)
    assert (await find(store, post)).replies == len(PEOPLE)


async def test_an_answer_is_counted_at_the_beginning_and_at_what_it_answers(
    store: Store, post: str
) -> None:
    answer = await store.write(
        lambda tx: publishes(tx, ready(source=f"---\nreply_to: {post}\n---\nAnd more.\n"))
    )
    person = PEOPLE[0]
    await tell(store, an_activity("Create", note(person, answer), by=person))
    below = note(PEOPLE[1], f"{person}/notes/1")
    await tell(store, an_activity("Create", below, by=PEOPLE[1]))
    assert (await find(store, post)).replies == 3
    assert (await find(store, answer)).replies == 1
    await tell(store, an_activity("Delete", f"{person}/notes/1", by=person))
    assert (await find(store, post)).replies == 2
    assert (await find(store, answer)).replies == 0


async def test_a_reply_that_finds_its_thread_later_is_counted_then_and_once(
    store: Store, post: str
) -> None:
    person = PEOPLE[0]
    lost = note(person, "https://far.example/notes/1", cc=[SITE.group("harbour")])
    await tell(store, an_activity("Create", lost, by=person))
    assert (await find(store, post)).replies == 0
    place = keeping.Place(post, SITE.group("harbour"))
    hangs = (store.write(lambda tx: keeping.hang(tx, lost["id"], place)) for _ in range(3))
    await asyncio.gather(*hangs)
    assert (await find(store, post)).replies == 1


async def test_who_is_gone_takes_along_what_others_still_see(store: Store, post: str) -> None:
    person = PEOPLE[0]
    for activity in (
        an_activity("Create", note(person, post), by=person),
        an_activity("Like", post, by=person),
        an_activity("Announce", post, by=person),
    ):
        await tell(store, activity)
    await tell(store, an_activity("Delete", person, by=person))
    stored = await find(store, post)
    assert (stored.replies, stored.likes, stored.shares) == (0, 0, 0)
    gone = await store.read(lambda tx: actors.find(tx, person))
    assert gone is not None
    assert gone.gone_at is not None

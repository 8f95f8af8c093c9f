"""PostgreSQL: two members who decide at the same moment decide once."""

from __future__ import annotations

import asyncio
import threading

import pytest
from governed import HARBOUR, agrees, asks, harbour_with, logged, published, publishing, turning
from signed import NOW

from fedi.errors import Conflict, Forbidden
from fedi.governing import asking, members, roles
from fedi.governing.asking import Outcome
from fedi.people import membership
from fedi.storage.store import open_store

NAMES = ("ann", "ben", "cem", "dee", "eve", "fay")


@pytest.fixture
async def store(postgres_config):
    async with await open_store(postgres_config) as store:
        yield store


async def at_once(store, *units):
    """Run units in transactions that are all open before any of them begins to work."""
    meeting = threading.Barrier(len(units))

    def met(unit, first):
        def run(tx):
            if first:  # a unit that is run again does not wait for the others
                first.clear()
                tx.one("SELECT 1")
                meeting.wait(timeout=10)
            return unit(tx)

        return run

    asked = (store.write(met(unit, [True])) for unit in units)
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_two_who_agree_at_once_publish_once(store):
    people = await store.write(lambda tx: harbour_with(tx, *NAMES))
    waiting = await store.write(lambda tx: asks(tx, publishing(), people[0]).pending)
    answers = await at_once(
        store, *(lambda tx, who=who: agrees(tx, waiting, who) for who in people[1:])
    )
    assert sum(isinstance(answer, Outcome) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == len(people) - 2
    assert len(await store.read(published)) == 1
    acts = [act for act, _, _ in await store.read(logged)]
    assert acts == ["publish.asked", "publish.agreed"]


async def test_who_asked_cannot_agree_however_often_they_try(store):
    ann, _ben = await store.write(lambda tx: harbour_with(tx, "ann", "ben"))
    waiting = await store.write(lambda tx: asks(tx, publishing(), ann).pending)
    answers = await at_once(store, *(lambda tx: agrees(tx, waiting, ann) for _ in range(4)))
    assert all(isinstance(answer, Forbidden) for answer in answers)
    assert await store.read(published) == []


async def test_agreeing_and_refusing_at_once_is_one_of_them(store):
    ann, ben, cem = await store.write(lambda tx: harbour_with(tx, "ann", "ben", "cem"))
    waiting = await store.write(lambda tx: asks(tx, publishing(), ann).pending)
    answers = await at_once(
        store,
        lambda tx: agrees(tx, waiting, ben),
        lambda tx: asking.refuse(tx, waiting, cem, "No.", NOW),
        lambda tx: asking.take_back(tx, waiting, ann, NOW),
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 2
    found = await store.read(lambda tx: asking.find(tx, HARBOUR, waiting))
    assert len(await store.read(published)) == (found.state == "done")


async def test_the_same_asked_for_at_once_waits_once(store):
    ann, ben = await store.write(lambda tx: harbour_with(tx, "ann", "ben"))
    answers = await at_once(
        store, *(lambda tx, who=who: asks(tx, publishing(), who) for who in (ann, ben, ann))
    )
    assert len({answer.pending for answer in answers}) == 1
    assert len(await store.read(lambda tx: asking.waiting(tx, HARBOUR))) == 1


async def test_a_role_taken_by_many_at_once_is_held_by_one(store):
    people = await store.write(lambda tx: harbour_with(tx, *NAMES))
    answers = await at_once(
        store,
        *(lambda tx, who=who: asks(tx, turning("take", role="notes"), who) for who in people),
    )
    taken = [answer.done for answer in answers if isinstance(answer, Outcome)]
    notes = await store.read(lambda tx: roles.turns(tx, HARBOUR)[1])
    assert notes.holder and taken == [notes.holder.person]


async def test_of_the_last_two_who_leave_at_once_one_stays(store):
    people = await store.write(lambda tx: harbour_with(tx, "ann", "ben"))
    await at_once(
        store, *(lambda tx, who=who: members.leave(tx, HARBOUR, who, NOW) for who in people)
    )
    assert len(await store.read(lambda tx: membership.members_of(tx, HARBOUR))) == 1

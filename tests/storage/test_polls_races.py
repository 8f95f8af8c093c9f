"""PostgreSQL: votes that come at the same moment are each counted once, and none after the end."""

from __future__ import annotations

import asyncio
import threading

import pytest
from build import SITE, a_group, a_remote_actor
from polling import HOUR, SHORT, counted, known, vote
from written import document_of, publishes, ready

from fedi.practices.polls import counting
from fedi.storage.store import open_store
from fedi.storage.tx import Tx

AT_ONCE = 4
PEOPLE = [f"https://home.example/users/{name}" for name in ("anna", "ben", "cara", "dan")]


@pytest.fixture
async def store(postgres_config):
    async with await open_store(postgres_config) as store:
        await store.write(a_group)
        for person in PEOPLE:
            await store.write(lambda tx, who=person: a_remote_actor(tx, who))
        yield store


async def test_one_person_who_votes_twice_at_once_has_one_vote(store):
    poll = await store.write(lambda tx: publishes(tx, ready("poll", SHORT)))
    meeting = threading.Barrier(AT_ONCE)

    def cast(tx: Tx, option: str) -> bool:
        meeting.wait(timeout=10)
        return vote(tx, poll, option, PEOPLE[0])

    options = ["Thursday", "Friday", "Either", "Friday"]
    counts = await asyncio.gather(
        *(store.write(lambda tx, option=option: cast(tx, option)) for option in options)
    )
    assert sorted(counts) == [False, False, False, True]
    assert sum((await store.read(lambda tx: counted(tx, poll))).values()) == 1
    assert (await store.read(lambda tx: known(tx, poll))).voters == 1


async def test_nobodys_vote_is_lost_when_many_vote_at_once(store):
    poll = await store.write(lambda tx: publishes(tx, ready("poll", SHORT)))
    meeting = threading.Barrier(AT_ONCE)

    def cast(tx: Tx, who: str) -> bool:
        meeting.wait(timeout=10)
        return vote(tx, poll, "Friday", who)

    counts = await asyncio.gather(
        *(store.write(lambda tx, who=who: cast(tx, who)) for who in PEOPLE)
    )
    assert counts == [True] * AT_ONCE
    assert (await store.read(lambda tx: counted(tx, poll)))["Friday"] == AT_ONCE


async def test_a_vote_that_meets_the_end_is_told_or_not_counted(store):
    poll = await store.write(lambda tx: publishes(tx, ready("poll", SHORT)))
    ends = (await store.read(lambda tx: known(tx, poll))).ends_at
    meeting = threading.Barrier(2)

    def cast(tx: Tx) -> bool:
        meeting.wait(timeout=10)
        return vote(tx, poll, "Friday", now=ends - 1)

    def close(tx: Tx) -> None:
        meeting.wait(timeout=10)
        counting.close(tx, SITE, poll, ends)

    counts, _ = await asyncio.gather(store.write(cast), store.write(close))
    document = await store.read(lambda tx: document_of(tx, poll))
    assert document["votersCount"] == int(counts)
    await store.write(lambda tx: counting.close(tx, SITE, poll, ends + HOUR))
    assert (await store.read(lambda tx: known(tx, poll))).voters == int(counts)

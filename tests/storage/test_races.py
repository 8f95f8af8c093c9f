"""PostgreSQL: what one writer makes safe on SQLite must be safe among many here."""

from __future__ import annotations

import asyncio
import random
import threading
from dataclasses import replace

import psycopg
import pytest
from facts import count, facts, put, until

from fedi.errors import Conflict, NotReady, Refused
from fedi.storage import actors, follows, jobs
from fedi.storage.actors import Actor
from fedi.storage.migrate import migrate
from fedi.storage.store import open_store

AT_ONCE = 6


@pytest.fixture
async def store(postgres_config):
    async with await open_store(postgres_config) as store:
        yield store


async def test_a_lock_makes_reading_in_order_to_write_safe(store):
    def take_a_seat(tx, who):
        tx.lock("seats", "hall")
        if count(tx) >= 3:
            raise Conflict("the hall is full")
        tx.one("SELECT pg_sleep(0.01)")
        put(tx, str(who), "")

    asked = (store.write(lambda tx, who=who: take_a_seat(tx, who)) for who in range(12))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(answer, Conflict) for answer in answers) == 9
    assert await store.read(count) == 3


async def test_without_the_lock_the_same_unit_oversells(store):
    meeting = threading.Barrier(AT_ONCE)

    def take_a_seat(tx, who):
        free = count(tx) < 1
        meeting.wait(timeout=10)
        if free:
            put(tx, str(who), "")

    await asyncio.gather(
        *(store.write(lambda tx, who=who: take_a_seat(tx, who)) for who in range(AT_ONCE))
    )
    assert await store.read(count) == AT_ONCE


async def test_locks_of_other_names_do_not_wait_for_each_other(store):
    meeting = threading.Barrier(AT_ONCE)

    def unit(tx, who):
        tx.lock("seats", str(who))
        meeting.wait(timeout=10)

    await asyncio.gather(*(store.write(lambda tx, w=who: unit(tx, w)) for who in range(AT_ONCE)))


async def test_the_first_of_many_who_say_the_same_is_the_only_one(store):
    def say(tx):
        return tx.execute(
            "INSERT INTO facts (name, value) VALUES ('said', '') ON CONFLICT (name) DO NOTHING"
        )

    said = await asyncio.gather(*(store.write(say) for _ in range(20)))
    assert sorted(said) == [0] * 19 + [1]


async def test_no_job_is_claimed_twice_by_those_who_claim_at_once(store):
    for n in range(40):
        await store.write(lambda tx, n=n: jobs.add(tx, "greet", str(n), {}, 1))
    meeting = threading.Barrier(AT_ONCE)

    def claim(tx):
        meeting.wait(timeout=10)
        claimed = jobs.claim(tx, now=10, lease_ms=1000, limit=5)
        tx.one("SELECT pg_sleep(0.05)")
        return claimed

    claimed = await asyncio.gather(*(store.write(claim) for _ in range(AT_ONCE)))
    keys = [job.key for some in claimed for job in some]
    assert len(keys) == len(set(keys)) == AT_ONCE * 5


async def test_no_more_jobs_are_claimed_than_asked_for_whatever_the_database_expects_to_find(store):
    await store.write(lambda tx: jobs.add(tx, "greet", "0", {}, 1))
    await store.write(lambda tx: tx.execute("ANALYZE jobs"))
    for n in range(1, 40):
        await store.write(lambda tx, n=n: jobs.add(tx, "greet", str(n), {}, 1))
    claimed = await store.write(lambda tx: jobs.claim(tx, now=10, lease_ms=1000, limit=5))
    assert len(claimed) == 5


async def test_units_that_block_each_other_are_run_again(store):
    await store.write(lambda tx: (put(tx, "a", ""), put(tx, "b", "")))
    meeting = threading.Barrier(2)
    runs: list[str] = []

    def unit(tx, first, second):
        runs.append(first)
        tx.execute("UPDATE facts SET value = value || 'x' WHERE name = :name", name=first)
        if len(runs) <= 2:
            meeting.wait(timeout=10)
        tx.execute("UPDATE facts SET value = value || 'x' WHERE name = :name", name=second)

    await asyncio.gather(
        store.write(lambda tx: unit(tx, "a", "b")), store.write(lambda tx: unit(tx, "b", "a"))
    )
    assert await store.read(facts) == {"a": "xx", "b": "xx"}
    assert len(runs) > 2


async def test_a_unit_whose_connection_is_gone_is_run_again_on_another(store, postgres_config):
    await store.write(count)
    cut_off(postgres_config)
    await store.write(lambda tx: put(tx, "a", "1"))
    assert await store.read(facts) == {"a": "1"}


async def test_a_listener_that_was_cut_off_listens_again_and_hears_that_it_may_have_missed_something(
    store, postgres_config
):
    heard: list[str] = []
    store.listen("instance", heard.append)
    await until(lambda: asyncio.sleep(0, bool(heard)))
    heard.clear()
    cut_off(postgres_config)
    await until(lambda: asyncio.sleep(0, heard == ["*"]))


@pytest.mark.parametrize(
    ("database", "error"),
    [
        ("postgresql:///x?host=/tmp/no-such-folder", NotReady),
        ("postgresql://here?is=nonsense", Refused),
    ],
)
async def test_a_database_that_cannot_be_reached_is_said_so(postgres_config, database, error):
    nowhere = replace(postgres_config, database=database)
    with pytest.raises(error, match="database"):
        await open_store(nowhere)
    with pytest.raises(error, match="database"):
        migrate(nowhere)


def cut_off(config) -> None:
    """End every other connection to this database."""
    with psycopg.connect(config.database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_followers_are_counted_right_however_many_come_and_go_at_once(store):
    group, who = "https://groups.example/groups/harbour", "https://home.example/anna"
    ours = Actor(group, True, "Group", "groups.example", "harbour", "Harbour", f"{group}/inbox")
    await store.write(lambda tx: actors.put_local(tx, ours, 1))

    def comes(tx, n):
        follows.add(tx, who, group, follows.ACCEPTED if n % 2 else follows.PENDING, str(n), n)

    units = [lambda tx, n=n: comes(tx, n) for n in range(30)]
    units += [lambda tx: follows.remove(tx, who, group)] * 15
    units += [lambda tx: follows.decide(tx, who, group, 1)] * 15
    random.shuffle(units)
    await asyncio.gather(*(store.write(unit) for unit in units))
    follow = await store.read(lambda tx: follows.find(tx, who, group))
    counted = (await store.read(lambda tx: follows.counts(tx, group))).followers
    assert counted == int(follow is not None and follow.state == follows.ACCEPTED)

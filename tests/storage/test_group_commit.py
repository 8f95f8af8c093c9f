"""SQLite: units that wait together commit together, and none suffers for another."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from facts import count, facts, migrated, put

from fedi.errors import Conflict, NotReady
from fedi.storage import signals
from fedi.storage.store import open_store


@pytest.fixture
async def store(sqlite_config):
    migrated(sqlite_config)
    async with await open_store(sqlite_config) as store:
        yield store


async def together(store, *units):
    """Let the units wait behind one that holds the writer's thread, so that they commit together."""

    def hold(tx):
        loop.call_soon_threadsafe(held.set)
        free.wait()

    held, free = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    first = asyncio.create_task(store.write(hold))
    await held.wait()
    waiting = [asyncio.create_task(store.write(unit)) for unit in units]
    await asyncio.sleep(0)
    free.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_units_that_wait_together_are_one_commit(store, sqlite_config):
    with closing(sqlite3.connect(sqlite_config.database)) as other:
        units = [lambda tx, n=n: put(tx, str(n), "") for n in range(50)]
        before = commits(other)
        await together(store, *units)
        assert commits(other) - before == 1
    assert await store.read(count) == 50


async def test_a_unit_that_fails_in_a_group_undoes_only_itself(store):
    def failing(tx):
        put(tx, "mine", "undone")
        signals.bump(tx, "mine")
        raise Conflict("no")

    heard: list[str] = []
    store.listen("*", heard.append)
    answers = await together(
        store,
        lambda tx: put(tx, "before", "1"),
        failing,
        lambda tx: put(tx, "before", "twice"),
        lambda tx: (put(tx, "after", "2"), signals.bump(tx, "after")),
    )
    assert [type(answer) for answer in answers] == [
        type(None),
        Conflict,
        sqlite3.IntegrityError,
        tuple,
    ]
    assert await store.read(facts) == {"before": "1", "after": "2"}
    assert heard == ["after"]


async def test_a_group_that_cannot_commit_is_run_again_one_by_one(store):
    runs: list[int] = []

    def deferred(tx):
        runs.append(1)
        tx.execute("PRAGMA defer_foreign_keys = ON")
        tx.execute(
            "INSERT INTO versions (object, version, audience, document, html, source, published_at)"
            " VALUES ('missing', 1, 'public', '', '', '', 0)"
        )

    good = await together(
        store, lambda tx: put(tx, "a", "1"), deferred, lambda tx: put(tx, "b", "")
    )
    assert [type(answer) for answer in good] == [type(None), sqlite3.IntegrityError, type(None)]
    assert await store.read(facts) == {"a": "1", "b": ""}
    assert len(runs) == 2


async def test_one_unit_after_another_is_answered_only_when_it_is_on_the_disk(store, sqlite_config):
    for number in range(5):
        await store.write(lambda tx, n=number: put(tx, str(n), ""))
        with closing(sqlite3.connect(sqlite_config.database)) as other:
            assert other.execute("SELECT count(*) FROM facts").fetchone() == (number + 1,)
    assert await store.write(lambda tx: tx.one("PRAGMA synchronous")) == {"synchronous": 2}
    assert await store.write(lambda tx: tx.one("PRAGMA foreign_keys")) == {"foreign_keys": 1}


async def test_a_full_database_refuses_and_works_again_when_there_is_room(store):
    pages = await store.write(lambda tx: tx.one("PRAGMA page_count"))
    limit = pages["page_count"] + 2
    await store.write(lambda tx: tx.one(f"PRAGMA max_page_count = {limit}"))
    answers = await together(
        store,
        lambda tx: put(tx, "small", "1"),
        lambda tx: put(tx, "large", "x" * 100_000),
        lambda tx: put(tx, "small too", "2"),
    )
    assert [type(answer) for answer in answers] == [type(None), NotReady, type(None)]
    with pytest.raises(NotReady, match="disk is full"):
        await store.write(lambda tx: put(tx, "large", "x" * 100_000))
    await store.write(lambda tx: tx.one("PRAGMA max_page_count = 1000000"))
    await store.write(lambda tx: put(tx, "large", "x" * 100_000))
    assert set(await store.read(facts)) == {"small", "small too", "large"}


async def test_a_disk_that_fails_at_commit_loses_nothing_that_was_acknowledged(
    store, sqlite_config
):
    await store.write(lambda tx: put(tx, "before", "1"))
    with no_file_grows_beyond(os.stat(sqlite_config.database + "-wal").st_size):
        answers = await together(
            store, *(lambda tx, n=n: put(tx, str(n), "x" * 10_000) for n in range(3))
        )
    assert [type(answer) for answer in answers] == [NotReady] * 3
    assert await store.read(facts) == {"before": "1"}
    await store.write(lambda tx: put(tx, "after", "2"))
    assert await store.read(facts) == {"before": "1", "after": "2"}


async def test_many_groups_one_upon_another_leave_moments_for_others(store, sqlite_config):
    async def keep_busy():
        while not done.is_set():
            await asyncio.gather(*(store.write(lambda tx: count(tx)) for _ in range(150)))

    def other_writer():
        with closing(sqlite3.connect(sqlite_config.database, timeout=20)) as other:
            for number in range(5):
                with other:
                    other.execute("INSERT INTO facts VALUES (?, '')", (f"other {number}",))

    done = asyncio.Event()
    busy = asyncio.create_task(keep_busy())
    await asyncio.to_thread(other_writer)
    done.set()
    await busy
    assert await store.read(count) == 5


def commits(connection: sqlite3.Connection) -> int:
    """Count the commits in the write-ahead log: frames that carry the size of the database."""
    file = Path(connection.execute("PRAGMA database_list").fetchone()[2] + "-wal")
    log = file.read_bytes()
    size = int.from_bytes(log[8:12], "big") + 24
    salt = log[16:24]
    frames = (log[at : at + 24] for at in range(32, len(log), size))
    return sum(frame[4:8] != b"\0\0\0\0" for frame in frames if frame[8:16] == salt)


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """Make this process's writes beyond `size` fail, as those to a broken disk do."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

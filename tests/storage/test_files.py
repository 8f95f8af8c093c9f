"""The SQLite file: who may read it, how it is copied, and what is said if it is none."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from facts import count, facts, migrated, put

from fedi.config import load
from fedi.errors import Refused
from fedi.storage.backup import copy_sqlite
from fedi.storage.migrate import migrate
from fedi.storage.store import open_store


async def test_only_its_owner_may_read_the_data_folder_and_the_file(sqlite_config):
    migrated(sqlite_config)
    async with await open_store(sqlite_config) as store:
        await store.write(lambda tx: put(tx, "a", "1"))
        folder = Path(sqlite_config.database).parent
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
        assert folder.stat().st_mode & 0o777 == 0o700
    assert modes == {"fedi.sqlite": 0o600, "fedi.sqlite-wal": 0o600, "fedi.sqlite-shm": 0o600}


async def test_a_closed_database_is_one_file(sqlite_config):
    migrated(sqlite_config)
    async with await open_store(sqlite_config) as store:
        await store.write(lambda tx: put(tx, "a", "1"))
    folder = Path(sqlite_config.database).parent
    assert [path.name for path in folder.iterdir()] == ["fedi.sqlite"]


async def test_a_file_that_is_no_database_is_refused(sqlite_config):
    Path(sqlite_config.database).parent.mkdir()
    Path(sqlite_config.database).write_text("No database. " * 99)  # noqa: ASYNC240
    with pytest.raises(Refused, match="not a database"):
        await open_store(sqlite_config)
    with pytest.raises(Refused, match="not a database"):
        migrate(sqlite_config)


async def test_a_folder_that_cannot_be_made_is_refused(sqlite_config):
    Path(sqlite_config.data).write_text("a file, no folder")  # noqa: ASYNC240
    with pytest.raises(Refused, match="cannot be opened"):
        await open_store(sqlite_config)


async def test_a_copy_holds_one_moment_of_a_database_that_is_being_written(sqlite_config, tmp_path):
    async def write_pairs():
        number = 0
        while not done.is_set():
            name = f"{number}"
            await store.write(lambda tx, n=name: (put(tx, f"{n} l", ""), put(tx, f"{n} r", "")))
            number += 1

    migrated(sqlite_config)
    copy = tmp_path / "copy.sqlite"
    done = asyncio.Event()
    async with await open_store(sqlite_config) as store:
        writing = asyncio.create_task(write_pairs())
        while await store.read(count) < 20:
            pass
        before = set(await store.read(facts))
        await asyncio.to_thread(copy_sqlite, Path(sqlite_config.database), copy)
        done.set()
        await writing
    assert copy.stat().st_mode & 0o777 == 0o600
    async with await open_store(load({"FEDI_DATABASE": str(copy)})) as store:
        kept = set(await store.read(facts))
        assert (await store.read(lambda tx: tx.one("PRAGMA integrity_check"))) == {
            "integrity_check": "ok"
        }
    assert before <= kept
    assert {name[:-2] for name in kept if name.endswith("l")} == {
        name[:-2] for name in kept if name.endswith("r")
    }


def test_a_copy_never_overwrites_and_leaves_nothing_half_done(sqlite_config, tmp_path):
    migrated(sqlite_config)
    target = tmp_path / "copy.sqlite"
    target.write_text("precious")
    with pytest.raises(Refused, match="there already"):
        copy_sqlite(Path(sqlite_config.database), target)
    assert target.read_text() == "precious"
    broken = tmp_path / "broken.sqlite"
    broken.write_text("no database " * 100)
    with pytest.raises(Exception, match="not a database"):
        copy_sqlite(broken, tmp_path / "new.sqlite")
    assert {path.name for path in tmp_path.iterdir()} >= {"copy.sqlite", "broken.sqlite"}
    assert not list(tmp_path.glob("new.sqlite*"))

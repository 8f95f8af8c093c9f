"""Migrations: each once, in order, all or none, with a copy of what was there before."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from facts import count, facts, migrated, put
from postgres import make_database

from fedi.config import load
from fedi.errors import Refused
from fedi.storage.migrate import SCHEMA_VERSION, migrate, pending
from fedi.storage.migrations import MIGRATIONS, Migration
from fedi.storage.store import open_store

LATER = Migration(
    9001,
    "birds",
    "-- Birds; they fly.\nCREATE TABLE birds (id {id}, name TEXT NOT NULL DEFAULT 'a;b', song {bytes});\n"
    "INSERT INTO birds (name) VALUES ('wren');\n",
)
LATER_STILL = Migration(9002, "nests", "CREATE TABLE nests (bird BIGINT REFERENCES birds (id));")
BROKEN = Migration(9002, "broken", "CREATE TABLE nests (n BIGINT); INSERT INTO nowhere VALUES (1);")


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """Settings for a database in which nothing ever was."""
    if request.param == "sqlite":
        return load({"FEDI_DATA": str(tmp_path / "data")})
    socket = request.getfixturevalue("cluster_socket")
    return load({"FEDI_DATABASE": make_database(socket, f"empty_{token_hex(6)}")})


@pytest.fixture
def config(empty):
    """Settings for a migrated database that nobody else uses."""
    migrated(empty)
    return empty


async def test_an_empty_database_gets_every_migration_once(empty):
    async with await open_store(empty) as store:
        assert await pending(store) == MIGRATIONS
        assert await store.version() == 0
        assert migrate(empty) == MIGRATIONS
        assert await pending(store) == ()
        assert await store.version() == SCHEMA_VERSION
        assert migrate(empty) == ()
        applied = await store.read(lambda tx: tx.all("SELECT * FROM schema_versions"))
    assert [row["name"] for row in applied] == [migration.name for migration in MIGRATIONS]
    assert all(row["applied_at"] > 1_600_000_000_000 for row in applied)


async def test_a_later_version_adds_what_is_new_and_keeps_what_is_there(config):
    async with await open_store(config) as store:
        await store.write(lambda tx: put(tx, "kept", "yes"))
        assert migrate(config, [*MIGRATIONS, LATER, LATER_STILL]) == (LATER, LATER_STILL)
        assert await store.read(facts) == {"kept": "yes"}
        birds = await store.read(lambda tx: tx.all("SELECT id, name FROM birds"))
    assert birds == [{"id": 1, "name": "wren"}]


async def test_a_migration_that_fails_changes_nothing_not_even_what_went_well_before_it(config):
    with pytest.raises((sqlite3.Error, psycopg.Error), match="nowhere"):
        migrate(config, [*MIGRATIONS, LATER, BROKEN])
    async with await open_store(config) as store:
        assert await store.version() == SCHEMA_VERSION
    assert migrate(config, [*MIGRATIONS, LATER]) == (LATER,)


async def test_a_database_from_a_newer_program_is_refused_with_a_cure(config):
    migrate(config, [*MIGRATIONS, LATER])
    with pytest.raises(Refused, match="version 9001") as refused:
        migrate(config)
    assert "newer" in refused.value.cure
    async with await open_store(config) as store:
        with pytest.raises(Refused, match="version 9001"):
            await pending(store)


async def test_programs_that_migrate_at_once_do_it_once(empty):
    done = await asyncio.gather(*(asyncio.to_thread(migrate, empty) for _ in range(4)))
    assert sorted(done) == [(), (), (), MIGRATIONS]


async def test_a_unit_that_runs_during_a_migration_is_not_refused(config):
    async with await open_store(config) as store:
        migrating = asyncio.create_task(asyncio.to_thread(migrate, config, [*MIGRATIONS, LATER]))
        number = 0
        while not migrating.done():
            await store.write(lambda tx, n=number: put(tx, str(n), ""))
            number += 1
        await migrating
        assert await store.read(count) == number


async def test_a_sqlite_file_is_copied_before_it_is_changed(sqlite_config):
    folder = Path(sqlite_config.database).parent
    migrated(sqlite_config)
    async with await open_store(sqlite_config) as store:
        await store.write(lambda tx: put(tx, "before", "here"))
        assert copies(folder) == []
        migrate(sqlite_config, [*MIGRATIONS, LATER])
        await store.write(lambda tx: put(tx, "after", "there"))
    (copy,) = copies(folder)
    assert copy.name.startswith(f"before-migration-{SCHEMA_VERSION}-to-9001-")
    assert copy.stat().st_mode & 0o777 == 0o600
    async with await open_store(load({"FEDI_DATABASE": str(copy)})) as store:
        assert await store.read(facts) == {"before": "here"}
        assert await store.version() == SCHEMA_VERSION


def test_a_sqlite_migration_that_leaves_rows_without_what_they_refer_to_is_refused(sqlite_config):
    orphan = Migration(
        9003,
        "orphans",
        "CREATE TABLE o (f TEXT REFERENCES facts (name)); INSERT INTO o VALUES ('x');",
    )
    migrated(sqlite_config)
    with pytest.raises(sqlite3.IntegrityError):
        migrate(sqlite_config, [*MIGRATIONS, orphan])
    with closing(sqlite3.connect(sqlite_config.database)) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'o'").fetchall()


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("before-migration-*.sqlite"))

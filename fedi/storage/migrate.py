"""Bring a database to this version: every waiting migration or none, after a copy of the file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from fedi.clock import now_ms
from fedi.config import Config
from fedi.storage import sqlite_units
from fedi.storage.backup import copy_sqlite
from fedi.storage.migrations import MIGRATIONS, Migration, waiting
from fedi.storage.sql import schema_for_sqlite
from fedi.storage.store import Store

SCHEMA_VERSION = MIGRATIONS[-1].version


async def pending(store: Store) -> tuple[Migration, ...]:
    """Return what an open database still waits for; refuse one from a newer program."""
    return waiting(await store.version())


def migrate(config: Config, known: Sequence[Migration] = MIGRATIONS) -> tuple[Migration, ...]:
    """Apply and return every waiting migration, all or none; blocks, so an event loop sends it to a thread.

    A SQLite file that is not empty is copied to `before-migration-…` beside it first. Raises Refused for a
    database from a newer program.
    """
    if config.is_postgres:
        from fedi.storage.postgres import migrate_postgres

        return migrate_postgres(config, known)
    return _migrate_sqlite(Path(config.database), known)


def _migrate_sqlite(path: Path, known: Sequence[Migration]) -> tuple[Migration, ...]:
    with closing(sqlite_units.connect_writer(path)) as connection:
        # Tables that others refer to can be rebuilt only while nobody checks; so check at the end.
        connection.execute("PRAGMA foreign_keys = OFF")
        sqlite_units.begin(connection)
        version = sqlite_units.version_of(sqlite_units.SqliteTx(connection))
        steps = waiting(version, known)
        if steps and version:
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
            name = f"before-migration-{version}-to-{steps[-1].version}-{stamp}.sqlite"
            # Other connections still see what was there before this transaction.
            copy_sqlite(path, path.with_name(name))
        for step in steps:
            for statement in _statements(schema_for_sqlite(_WITH_VERSIONS + step.sql)):
                connection.execute(statement)
            connection.execute(_APPLIED, (step.version, step.name, now_ms()))
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise sqlite3.IntegrityError("a migration left rows that refer to nothing")
        connection.execute("COMMIT")
        return steps


_WITH_VERSIONS = """
CREATE TABLE IF NOT EXISTS schema_versions (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);
"""

_APPLIED = "INSERT INTO schema_versions (version, name, applied_at) VALUES (?, ?, ?)"


def _statements(script: str) -> Iterator[str]:
    """Cut a script where SQLite says that a statement is complete."""
    statement = ""
    for piece in re.split(r"(?<=;)", script):
        statement += piece
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""

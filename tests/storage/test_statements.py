"""Every SQL statement of the code is written down, and both databases understand it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import psycopg
import pytest
from statements import NotWrittenDown, Statement, all_statements, statements_of

from fedi.storage import actors
from fedi.storage.migrate import migrate
from fedi.storage.sql import for_postgres, for_sqlite, names

# What asks about the database itself can only be understood by that database.
SQLITE_ONLY = ("fedi/storage/sqlite_units.py",)
POSTGRES_ONLY = ("fedi/storage/postgres.py",)


def test_sqlite_understands_every_statement(sqlite_config):
    migrate(sqlite_config)
    wrong: list[str] = []
    with closing(sqlite3.connect(sqlite_config.database)) as connection:
        for statement in all_statements():
            if not statement.where.startswith(POSTGRES_ONLY):
                try:
                    sql = for_sqlite(statement.sql)
                    connection.execute("EXPLAIN " + sql, dict.fromkeys(names(sql)))
                except (sqlite3.Error, ValueError) as error:
                    wrong.append(said(statement, error))
    assert not wrong, "\n".join(wrong)


GROWING = (
    *("activities", "actors", "deeds", "follows", "hashtags", "media", "notes", "objects", "parts"),
    *("part_versions", "quotes", "reactions", "reading", "versions"),
)
RARELY = {
    "type = 'Application'": "once, where an instance was given another address",
    "SELECT name FROM media WHERE object IN": "when a group is removed",
}


def test_nothing_is_looked_for_by_reading_the_whole_of_a_table_that_grows(sqlite_config):
    migrate(sqlite_config)
    whole: list[str] = []
    with closing(sqlite3.connect(sqlite_config.database)) as connection:
        for statement in all_statements():
            sql = for_sqlite(statement.sql)
            asks = sql.lstrip().startswith(("SELECT", "WITH"))
            if not asks or statement.where.startswith(POSTGRES_ONLY):
                continue
            plan = connection.execute("EXPLAIN QUERY PLAN " + sql, dict.fromkeys(names(sql)))
            scanned = {row[3].split()[1] for row in plan if row[3].startswith("SCAN ")}
            if scanned & set(GROWING) and not any(part in sql for part in RARELY):
                whole.append(f"{statement.where}: {scanned}")
    assert not whole, "\n".join(whole)


def test_postgres_understands_every_statement(postgres_config):
    wrong: list[str] = []
    with psycopg.connect(postgres_config.database, autocommit=True) as connection:
        for statement in all_statements():
            if not statement.where.startswith(SQLITE_ONLY):
                try:
                    connection.execute(b"PREPARE it AS " + numbered(statement.sql).encode())
                    connection.execute("DEALLOCATE it")
                except (psycopg.Error, ValueError) as error:
                    wrong.append(said(statement, error))
    assert not wrong, "\n".join(wrong)


CONSTANTS = """
from fedi.storage import actors
ONE = 'SELECT 1'
name = 'facts'
BUILT = f'SELECT * FROM {name}'
"""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (['tx.one("SELECT 1")'], ["SELECT 1"]),
        (['tx.one("SELECT " "1")'], ["SELECT 1"]),
        (["tx.one(ONE)"], ["SELECT 1"]),
        (['tx.one(ONE + ", 2")'], ["SELECT 1, 2"]),
        (['tx.one(ONE + (", 2" if two else ""))'], ["SELECT 1, 2", "SELECT 1"]),
        (['sql = ONE + ", 2"', 'tx.one(sql + ", 3")'], ["SELECT 1, 2, 3"]),
        (["sql = ONE", "return [tx.one(sql) for _ in range(3)]"], ["SELECT 1"]),
        (["sql = ONE", "return lambda: tx.one(sql)"], ["SELECT 1"]),
        (["tx.one(actors.SELECT)"], [actors.SELECT]),
    ],
)
def test_a_statement_may_be_made_of_literals_and_constants(lines, expected):
    assert [statement.sql for statement in statements_of(unit(*lines), "it.py")] == expected


@pytest.mark.parametrize(
    "lines",
    [
        ['tx.one(f"SELECT {name}")'],
        ['tx.one("SELECT %s" % name)'],
        ['tx.one("SELECT {}".format(name))'],
        ['tx.one("SELECT " + name)'],
        ["tx.one(given)"],
        ["tx.one(BUILT)"],
        ["tx.one(UNKNOWN)"],
        ["tx.one(sql=ONE)"],
        ["sql = ONE", "sql += given", "tx.one(sql)"],
        ["sql = ONE", "sql = given", "tx.one(sql)"],
        ["sql = sql + ONE", "tx.one(sql)"],
        ["for sql in given: tx.one(sql)"],
        ["ONE = given", "tx.one(ONE)"],
        ["return lambda ONE: tx.one(ONE)"],
    ],
)
def test_a_statement_put_together_of_anything_else_is_refused(lines):
    with pytest.raises(NotWrittenDown, match=r"it\.py:\d+"):
        statements_of(unit(*lines), "it.py")


def unit(*lines: str) -> str:
    return f"{CONSTANTS}\ndef unit(tx, given, two):\n    " + "\n    ".join(lines)


def test_a_transaction_under_another_name_is_refused():
    with pytest.raises(NotWrittenDown, match="called tx"):
        statements_of("def unit(transaction: Tx) -> None: ...", "it.py")


def test_the_statements_of_this_program_are_found():
    assert len(all_statements()) > 20


def said(statement: Statement, error: Exception) -> str:
    return f"{statement.where}: {error}\n    {' '.join(statement.sql.split())}"


def numbered(sql: str) -> str:
    """Write a statement as PREPARE wants it."""
    order = sorted(names(sql))
    text = re.sub(r"%\((\w+)\)s", lambda found: f"${order.index(found[1]) + 1}", for_postgres(sql))
    return text.replace("%%", "%")

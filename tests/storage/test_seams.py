"""What storage leans on and must notice when it changes: aiosqlite's inside, and what is loaded when."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import aiosqlite

ROOT = Path(__file__).resolve().parents[2]


def test_aiosqlite_is_the_version_whose_inside_we_know():
    assert version("aiosqlite").startswith("0.22.")
    assert callable(aiosqlite.Connection._execute)


async def test_aiosqlite_still_runs_a_function_on_a_thread_that_ends_with_the_program():
    connection = aiosqlite.Connection(lambda: sqlite3.connect(":memory:"), 64)
    connection._thread.daemon = True
    await connection
    assert await connection._execute(lambda number: number + 1, 41) == 42
    await connection.close()


def test_only_one_module_uses_what_is_private_to_aiosqlite():
    users = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "fedi").rglob("*.py")
        if "._execute" in path.read_text("utf-8")
    ]
    assert users == ["fedi/storage/sqlite.py"]


def test_a_program_that_dies_without_closing_its_store_ends(sqlite_config):
    program = (
        "import asyncio\n"
        "from fedi.config import load\n"
        "from fedi.storage.store import open_store\n"
        "async def main():\n"
        "    store = await open_store(load())\n"
        "    raise SystemExit(3)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"FEDI_DATA": str(sqlite_config.data)},
        timeout=20,
        check=False,
    )
    assert done.returncode == 3


def test_an_instance_on_sqlite_does_not_load_psycopg():
    program = (
        "import sys\n"
        "from fedi.storage import jobs, migrate, store\n"
        "assert 'psycopg' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=20)

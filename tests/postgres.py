"""A throw-away PostgreSQL cluster: made in a temporary folder, reached by a socket, gone afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOW_TO_GET_IT = "PostgreSQL is not here: apt install postgresql"

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "log_min_messages": "fatal",
}


def binaries() -> Path | None:
    """Return the folder of the newest server's programs, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def cluster(**settings: str) -> Iterator[str]:
    """Run a cluster and yield the folder of its socket."""
    programs = binaries()
    if programs is None:
        raise FileNotFoundError(HOW_TO_GET_IT)
    folder = Path(tempfile.mkdtemp(prefix="fedi-pg-", dir="/tmp"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        _run(
            programs / "initdb",
            "-D",
            data,
            "-U",
            "fedi",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        given = {**SETTINGS, **settings, "unix_socket_directories": str(folder)}
        options = " ".join(f"-c {name}={value!r}" for name, value in given.items())
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield str(folder)
        finally:
            _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url(socket: str, database: str) -> str:
    """Return what FEDI_DATABASE says for a database of this cluster."""
    return f"postgresql://fedi@/{database}?host={socket}"


def make_database(socket: str, name: str) -> str:
    """Make an empty database and return its address."""
    import psycopg

    assert re.fullmatch(r"\w+", name)
    with psycopg.connect(url(socket, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    return url(socket, name)


def empty(address: str) -> None:
    """Take everything out of a migrated database, as if it were new, and everybody with it."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute(
            """
            DO $$
            DECLARE name text;
            BEGIN
                SET LOCAL session_replication_role = replica;
                FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                    IF name <> 'schema_versions' THEN EXECUTE format('DELETE FROM %I', name); END IF;
                END LOOP;
                PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
            END $$
            """
        )


def _run(*command: str | Path) -> None:
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    done = subprocess.run(
        [*(as_postgres if os.getuid() == 0 else []), *map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}")

"""A consistent copy of a SQLite database while others go on reading and writing it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from fedi.errors import Refused
from fedi.storage.sqlite_units import PATIENCE


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy the committed state of one moment into a new file that only its owner may read.

    Raises Refused if the target is there already.
    """
    unfinished = target.with_name(target.name + ".part")
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise Refused(f"{target} is there already.", cure="Choose another name.") from error
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        with (
            closing(sqlite3.connect(source, timeout=PATIENCE)) as from_,
            closing(sqlite3.connect(unfinished)) as to,
        ):
            from_.backup(to)  # in one step: a copy in steps starts again whenever somebody writes
            to.execute("PRAGMA journal_mode = DELETE")
        with open(unfinished, "rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        raise

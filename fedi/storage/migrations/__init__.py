"""The steps by which a database comes to its present shape, one numbered file of SQL each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from fedi.errors import Refused


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its number, its name as a sentence, and its SQL with tokens."""

    version: int
    name: str
    sql: str


def _known() -> tuple[Migration, ...]:
    found: list[Migration] = []
    for file in resources.files(__name__).iterdir():
        if match := re.fullmatch(r"(\d{4})_(\w+)\.sql", file.name):
            name = match[2].replace("_", " ")
            found.append(Migration(int(match[1]), name, file.read_text("utf-8")))
    return tuple(sorted(found, key=lambda migration: migration.version))


MIGRATIONS = _known()


def waiting(version: int, known: Sequence[Migration] = MIGRATIONS) -> tuple[Migration, ...]:
    """Return what a database of that version has not had yet; refuse one from a newer program."""
    newest = known[-1].version
    if version > newest:
        raise Refused(
            f"The database has version {version}, and this program knows only {newest}.",
            cure="Install the version of fedi that last used this database, or a newer one.",
        )
    return tuple(migration for migration in known if migration.version > version)

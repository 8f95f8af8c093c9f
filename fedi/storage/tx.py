"""The five calls with which every unit of work speaks to the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

Row = Mapping[str, Any]


class Tx(Protocol):
    """One open transaction; valid only inside the unit it was handed to.

    SQL is one text for both databases: `:name` parameters, the tokens `{bytes}`, `{id}` and `{lock}`,
    and the rules of docs/architecture.md (storage). A write may run twice, so a unit acts only through its tx.
    """

    signalled: set[str]

    def execute(self, sql: str, **values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        ...

    def executemany(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a statement once for each row."""
        ...

    def one(self, sql: str, **values: Any) -> Row | None:
        """Return the first row, or None; rows are read by column name."""
        ...

    def all(self, sql: str, **values: Any) -> list[Row]:
        """Return every row."""
        ...

    def lock(self, *key: str) -> None:
        """Hold the named lock until commit, so that reading in order to write is safe."""
        ...

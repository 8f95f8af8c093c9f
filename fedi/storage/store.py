"""The database as the rest of the house sees it: units of work, and listeners to what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self, TypeVar

from fedi.config import Config
from fedi.storage.signals import Listener
from fedi.storage.tx import Tx

T = TypeVar("T")


class Store(Protocol):
    """An open database; every unit of work is a plain function of a `Tx`."""

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Run the unit, commit it durably and return its result; a unit that raises changes nothing.

        A unit may run twice before it is committed once. It is committed even if the caller is cancelled.
        """
        ...

    async def read(self, unit: Callable[[Tx], T]) -> T:
        """Run the unit on one snapshot of the database; it cannot write."""
        ...

    def listen(self, topic: str, listener: Listener) -> None:
        """Call `listener(topic)` in the event loop after each change of the topic, by any process.

        The topic `*` hears all of them; `*` is also what everybody hears when changes may have been missed.
        """
        ...

    async def version(self) -> int:
        """Return the number of the last migration this database has had, 0 for an empty one."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...


async def open_store(config: Config) -> Store:
    """Open the database the settings name; it must have been migrated before anything is read."""
    if config.is_postgres:
        from fedi.storage.postgres import PostgresStore

        return await PostgresStore.open(config)
    from fedi.storage.sqlite import SqliteStore

    return await SqliteStore.open(config)

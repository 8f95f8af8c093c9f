"""Doing an act only to see what it makes: all of it happens, is looked at, and is undone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from fedi.house import House
from fedi.publishing import acts
from fedi.publishing.acts import Act
from fedi.storage.tx import Tx

T = TypeVar("T")


class OnlyLooked(Exception):
    """Ends a transaction that was begun only to see what it makes, so that nothing of it stays."""


async def try_out(house: House, act: Act, now: int, look: Callable[[Tx, str], T]) -> T:
    """Return what `look` reads in a transaction in which an act was done, knowing the id of what it is about.

    Whatever the act itself would refuse is refused.
    """
    seen: list[T] = []

    def unit(tx: Tx) -> None:
        seen.append(look(tx, acts.perform(tx, house.site, act, now)))
        raise OnlyLooked

    with suppress(OnlyLooked):
        await house.store.write(unit)
    return seen[-1]

"""Asking a host of which only the name is known, at its well-known places."""

from __future__ import annotations

from fedi.activitypub.client import Answer
from fedi.activitypub.fetch import Door
from fedi.activitypub.fetch_memory import Budget
from fedi.errors import BadRedirect, Missing, RefusedByPeer, TooLarge, Unreachable, WrongType

LARGEST = 100_000


async def well_known(
    door: Door,
    host: str,
    path: str,
    *,
    types: frozenset[str],
    accept: str = "",
    budget: Budget | None = None,
) -> Answer:
    """Fetch `/.well-known/<path>` by https, or plainly where the door says that a host may be."""
    first: Unreachable | None = None
    for scheme in door.schemes(host):
        url = f"{scheme}://{host}/.well-known/{path}"
        try:
            return await door.bytes(url, cap=LARGEST, types=types, accept=accept, budget=budget)
        except (Missing, RefusedByPeer, WrongType, BadRedirect, TooLarge):
            raise  # it did answer, so this is the scheme it speaks
        except Unreachable as error:
            first = first or error
    raise first or Unreachable(f"{host} cannot be asked")

"""An instance with a group and posts of all kinds, made as the command line makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bench.people import Person, keep
from fedi.activitypub.keys import generate_ed25519, generate_rsa
from fedi.actors.groups import add_group
from fedi.clock import now_ms
from fedi.config import Config
from fedi.house import House
from fedi.opening import open_house
from fedi.publishing.prepare import publish_file
from fedi.storage.tx import Tx

NAME = "harbour"
TEXT = "We meet on Friday at the harbour, and **everybody** is welcome. " * 4 + "\n\n"
SOURCES = {
    "update": f"---\nhashtags: [housing]\n---\n{TEXT * 2}",
    "minutes": f"---\ntitle: Assembly\ndate: 2026-05-06T19:00\ntimezone: Europe/Berlin\n---\n## Rents\n\n{TEXT * 6}",
    "call": (
        "---\ntitle: Day of action\nstart: 2027-05-06T18:00\nend: 2027-05-06T20:00\n"
        f"timezone: Europe/Berlin\n---\n{TEXT * 3}"
    ),
    "request": (
        "---\ntitle: Boxes for moving\nneeds:\n  - {kind: goods, amount: 40, unit: boxes, of: Boxes}\n"
        f"---\n{TEXT * 2}"
    ),
}


async def fill(config: Config, *, posts: int = 12, people: Sequence[Person] = ()) -> list[str]:
    """Make a group with so many posts, let it know these people, and return the ids of the posts."""
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    rsa, ed25519 = await asyncio.to_thread(lambda: (generate_rsa(), generate_ed25519()))
    async with open_house(config) as house:

        def unit(tx: Tx) -> None:
            add_group(
                tx,
                config.site,
                NAME,
                "Harbour Tenants",
                "Tenants of the harbour quarter.",
                now=now_ms(),
                rsa=rsa,
                ed25519=ed25519,
            )
            for person in people:
                keep(tx, person, now_ms())

        await house.store.write(unit)
        return [
            await publish(house, list(SOURCES)[number % len(SOURCES)]) for number in range(posts)
        ]


async def publish(house: House, kind: str) -> str:
    """Publish something of a kind in the group's name and return its id."""
    told = await publish_file(
        house, NAME, kind, SOURCES[kind], folder=Path(), by="bench", now=now_ms()
    )
    return told.id

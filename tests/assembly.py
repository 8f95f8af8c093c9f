"""Minutes with everything that minutes can tell, and what is done with them."""

from __future__ import annotations

from typing import Any

import orjson
from build import SITE
from signed import NOW
from written import document_of, publishes, ready

from fedi.publishing import publish
from fedi.storage import parts
from fedi.storage.store import Store
from fedi.storage.tx import Tx

ASSEMBLY = """---
title: "Heat, Marsh Street, and who holds the keys"
language: en
date: 2027-06-03T19:00
end: 2027-06-03T21:10
timezone: Europe/London
place: {name: Kingsley Hall, area: Bristol}
online: yes
attendance: 27
attendance_remote: 6
roles:
  - {role: Facilitation, held_by: M., note: first time}
  - {role: Notes, held_by: K.}
  - Spokesperson
agenda:
  - How hot is it at yours
  - {title: Marsh Street kitchen, notes: The families cook for twenty on weekdays.}
  - Keys to the hall
decisions:
  - text: We carry the Marsh Street kitchen until the hearing on 25 June
    key: 2027-18
    item: Marsh Street kitchen
    consent: 29
    stand_aside: 1
    block: 0
    note: Two cooks and one person for children, every evening.
    reasons:
      - {text: I support it and cannot cook in June., stance: stand_aside}
  - text: Sheets from windows, no faces
    result: amended
    consent: 31
  - text: A third key for the food co-op
    item: 3
    result: postponed
    block: 1
    review: 2027-06-10
    reasons: [Insurance is not clear.]
actions:
  - {text: Evening childcare rota, role: kitchen circle, due: 2027-06-07, done: yes}
  - {text: Ask the hall about insurance, role: K., due: 2027-06-10}
  - Collect old sheets
next:
  date: 2027-06-10T19:00
  place: Kingsley Hall
  agenda: [The key, Summer rota]
witness:
  group: "@mietrat@kiez.example"
  note: The block on the key was heard for eleven minutes and nobody hurried it.
mirror:
  title: "Barrio Sur, Montevideo: nine degrees indoors"
  post: https://barrio.example/posts/62
  group: "@inquilinas@barrio.example"
  note: They ask for one thing, our own numbers.
  prepared_by: kitchen circle
  next: K.
---
We began late.

## How hot is it at yours

Top floors read **31** to 34 degrees.

## Keys to the hall

Two sets, and both with the same two people.
"""


async def published(store: Store, source: str = ASSEMBLY, **more: Any) -> dict[str, Any]:
    """Publish minutes; return their document."""
    return await store.write(
        lambda tx: document_of(tx, publishes(tx, ready("minutes", source, **more)))
    )


async def pieces_of(store: Store, minutes: str, kind: str = "") -> list[dict[str, Any]]:
    """The documents of the pieces that everybody sees."""

    def unit(tx: Tx) -> list[dict[str, Any]]:
        seen = [parts.seen(tx, part.id, "public") for part in parts.of_object(tx, minutes, kind)]
        return [orjson.loads(one.document) for one in seen if one and one.gone_at is None]

    return await store.read(unit)


async def edited(store: Store, minutes: str, source: str, now: int = NOW + 5_000) -> dict[str, Any]:
    """Publish a later version; return its document."""

    def unit(tx: Tx) -> dict[str, Any]:
        publish.edit(tx, SITE, minutes, ready("minutes", source), now)
        return document_of(tx, minutes)

    return await store.write(unit)


def with_decisions(*lines: str, title: str = "Thursday") -> str:
    """Minutes of nothing but decisions, each as a line of YAML."""
    listed = "".join(f"  - {line}\n" for line in lines)
    return (
        f"---\ntitle: {title}\nlanguage: en\ndate: 2027-06-03T19:00\ntimezone: Europe/London\n"
        f"decisions:\n{listed}---\n"
    )

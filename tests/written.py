"""Texts as groups write them, one of each kind, and publishing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from build import SITE
from signed import NOW

from fedi import practices
from fedi.publishing import draft, publish
from fedi.publishing.kinds import kind
from fedi.publishing.markdown import Mentioned
from fedi.publishing.publish import Ready
from fedi.storage import groups, objects
from fedi.storage.media import Picture
from fedi.storage.tx import Tx

practices.load()

UPDATE = """---
title: The lift works
language: en
hashtags: [housing]
---
Nine weeks. Thank you, #Spinnaker House.
"""
MINUTES = """---
title: Thursday assembly
language: en
date: 2026-12-03T19:00
end: 2026-12-03T21:10
timezone: Europe/London
place: {name: Kingsley Hall, area: Bristol}
attendance: 27
decisions:
  - {text: We host the kitchen., consent: 29, stand_aside: 1, block: 0}
  - {text: A third key., result: postponed, review: 2026-12-10}
---
## How hot it is

Top floors read *34* degrees.
"""
CALL = """---
title: Open the windows
language: en
start: 2027-06-19T17:00
end: 2027-06-19T18:00
timezone: Europe/London
place: {name: Kingsley Hall, area: Bristol, street: Old Market 59, lat: 51.45432, lon: -2.5, precision: exact}
status: confirmed
---
Write the number on a sheet.
"""
REQUEST = """---
title: Marsh Street kitchen
language: en
by: 2027-06-25
needs:
  - {kind: money, amount: 6000, unit: GBP}
  - {kind: hours, amount: 40, of: childcare}
links:
  - {name: Fund, url: "https://fund.example/marsh"}
  - {name: Transfer, url: "payto://iban/DE75512108001245126199"}
---
Eleven households stay together.
"""
POLL = """---
language: en
options: [Thursday, Friday, Either]
ends: 2190-12-03T19:00
timezone: Europe/London
---
When do we meet?
"""
SOURCES = {"update": UPDATE, "minutes": MINUTES, "call": CALL, "request": REQUEST, "poll": POLL}
BOAT = Picture("ab12.jpg", "image/jpeg", 640, 480, 9000, "LEHV6nWB2yk8", "A boat", (0.0, 0.5))


def ready(
    kind_name: str = "update",
    source: str | None = None,
    *,
    mentions: Mapping[str, Mentioned] | None = None,
    pictures: tuple[Picture, ...] = (),
) -> Ready:
    """A text with all that is found out about it beforehand."""
    return Ready(
        draft.read(kind(kind_name), SOURCES[kind_name] if source is None else source),
        mentions or {},
        pictures,
    )


def publishes(tx: Tx, what: Ready, *, name: str = "harbour", now: int = NOW) -> str:
    """Let a group publish something; return its id."""
    group = groups.find(tx, name)
    assert group
    return publish.publish(tx, SITE, group, what, now)


def document_of(tx: Tx, object_id: str, audience: str = "public") -> dict[str, Any]:
    """The latest document of something we published."""
    version = objects.version(tx, object_id, audience)
    assert version
    return orjson.loads(version.document)

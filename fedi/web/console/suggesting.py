"""What forms suggest from what a group published before."""

from __future__ import annotations

from fedi.publishing.draft import AUDIENCES
from fedi.storage import streams
from fedi.storage.tx import Tx


def last_zone(tx: Tx, group: str) -> str:
    """Return the time zone of what a group published last that has one."""
    for kind in ("minutes", "call"):
        for entry in streams.stream(tx, group, AUDIENCES, limit=1, kind=kind):
            if zone := entry.facts.get("timezone"):
                return str(zone)
    return ""

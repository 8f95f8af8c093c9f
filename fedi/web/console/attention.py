"""What waits for a group: counted for the navigation of its console, and listed on its home page."""

from __future__ import annotations

from collections.abc import Mapping

from fedi.storage import follows, notes
from fedi.storage.groups import Group
from fedi.storage.tx import Tx


def counts(tx: Tx, group: Group) -> Mapping[str, int]:
    """Count what waits, by the entry of the navigation it is found under."""
    return {
        "conversation": notes.count_waiting(tx, group.actor),
        "followers": follows.count_pending(tx, group.actor),
    }

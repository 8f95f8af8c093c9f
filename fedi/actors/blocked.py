"""Whom we do not want to hear from: an actor or a whole host, blocked by the instance or by one group."""

from __future__ import annotations

from collections.abc import Iterable

from fedi.activitypub.origins import domains_of, host_of
from fedi.storage import blocks
from fedi.storage.tx import Tx

INSTANCE = ""
"""Stands for the instance where a block is not one group's own."""


def severity(tx: Tx, group: str, uris: Iterable[str]) -> str | None:
    """Return the hardest that stands against any of these ids, their hosts or parent domains.

    'block' or 'limit', or None; `group` is the actor id of a group of ours, or INSTANCE.
    """
    subjects: dict[str, None] = {}
    for uri in uris:
        subjects[uri] = None
        for name in domains_of(host_of(uri)):
            subjects[name] = None
    return blocks.severity(tx, group, list(subjects))


def is_blocked(tx: Tx, group: str, actor: str) -> bool:
    """Tell whether the instance or this group blocks an actor or its host."""
    return "block" in (severity(tx, INSTANCE, [actor]), severity(tx, group, [actor]))

"""Whom the instance or one group does not want to hear from: actors by id, and whole hosts."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.storage.tx import Tx

_HARDEST = "SELECT min(severity) AS hardest FROM blocks WHERE grp = :grp AND subject IN "


def severity(tx: Tx, group: str, subjects: Sequence[str]) -> str | None:
    """Return the hardest that stands against any of these ids and hosts: 'block', 'limit' or None.

    `group` is the actor id of a group, or '' for the whole instance.
    """
    named = {f"s{n}": subject for n, subject in enumerate(subjects)}
    if not named:
        return None
    row = tx.one(_HARDEST + f"({', '.join(f':{name}' for name in named)})", grp=group, **named)
    return row["hardest"] if row else None

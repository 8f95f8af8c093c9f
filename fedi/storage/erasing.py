"""Taking a person out of what groups keep; what was done stays done, by nobody."""

from __future__ import annotations

import orjson

from fedi.storage.tx import Tx

_ABOUT_PEOPLE = "SELECT id, arguments FROM pending WHERE act IN ('remove_member', 'roles')"
"""Acts that name a member by their id."""


def empty(tx: Tx, person: str, now: int) -> None:
    """Let a person's id stand nowhere but in the tables of people; what they asked for waits no more."""
    tx.execute("UPDATE log SET person = '' WHERE person = :person", person=person)
    tx.execute("UPDATE log SET about = '', label = '' WHERE about = :person", person=person)
    for row in tx.all(_ABOUT_PEOPLE):
        if person in orjson.loads(row["arguments"]).values():
            tx.execute("DELETE FROM pending WHERE id = :id", id=row["id"])
    tx.execute(
        "UPDATE pending SET state = 'lapsed', decided_at = :now "
        "WHERE asked_by = :person AND state = 'waiting'",
        now=now,
        person=person,
    )
    tx.execute("UPDATE pending SET asked_by = '' WHERE asked_by = :person", person=person)
    tx.execute("UPDATE pending SET decided_by = '' WHERE decided_by = :person", person=person)
    tx.execute("UPDATE drafts SET made_by = '' WHERE made_by = :person", person=person)
    tx.execute("UPDATE drafts SET changed_by = '' WHERE changed_by = :person", person=person)
    tx.execute("UPDATE invitations SET made_by = '' WHERE made_by = :person", person=person)
    tx.execute("UPDATE translations SET made_by = '' WHERE made_by = :person", person=person)

"""Taking a person out of everything a group keeps that carries their id; what was done stays done, by nobody."""

from __future__ import annotations

from fedi.storage.tx import Tx


def empty(tx: Tx, person: str) -> None:
    """Let a person's id stand nowhere but in the tables of people."""
    tx.execute("UPDATE log SET person = '' WHERE person = :person", person=person)
    tx.execute("UPDATE pending SET asked_by = '' WHERE asked_by = :person", person=person)
    tx.execute("UPDATE pending SET decided_by = '' WHERE decided_by = :person", person=person)
    tx.execute("UPDATE drafts SET made_by = '' WHERE made_by = :person", person=person)
    tx.execute("UPDATE drafts SET changed_by = '' WHERE changed_by = :person", person=person)
    tx.execute("UPDATE invitations SET made_by = '' WHERE made_by = :person", person=person)
    tx.execute("UPDATE translations SET made_by = '' WHERE made_by = :person", person=person)
    tx.execute("UPDATE roles SET holder = '' WHERE holder = :person", person=person)
    tx.execute("UPDATE roles SET following = '' WHERE following = :person", person=person)
    tx.execute("DELETE FROM role_turns WHERE person = :person", person=person)


def empty_roles(tx: Tx, group: str, person: str) -> None:
    """Take its roles from somebody who no longer belongs to a group."""
    tx.execute(
        "UPDATE roles SET holder = '' WHERE grp = :grp AND holder = :person",
        grp=group,
        person=person,
    )
    tx.execute(
        "UPDATE roles SET following = '' WHERE grp = :grp AND following = :person",
        grp=group,
        person=person,
    )
    tx.execute(
        "DELETE FROM role_turns WHERE grp = :grp AND person = :person", grp=group, person=person
    )

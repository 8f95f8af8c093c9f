"""Who belongs to which of our groups."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a group; `person` is their id, `name` their pseudonym."""

    person: str
    name: str
    joined_at: int
    disabled: bool = False


def add(tx: Tx, group: str, person: str, now: int) -> bool:
    """Make a person a member of a group; tell whether they were not."""
    return (
        tx.execute(
            "INSERT INTO members (grp, person, joined_at) VALUES (:grp, :person, :now) "
            "ON CONFLICT (grp, person) DO NOTHING",
            grp=group,
            person=person,
            now=now,
        )
        == 1
    )


def remove(tx: Tx, group: str, person: str) -> bool:
    """Make a person a member no longer; tell whether they were."""
    return (
        tx.execute(
            "DELETE FROM members WHERE grp = :grp AND person = :person", grp=group, person=person
        )
        == 1
    )


def has(tx: Tx, group: str, person: str) -> bool:
    """Tell whether a person is a member of a group."""
    sql = "SELECT joined_at FROM members WHERE grp = :grp AND person = :person"
    return tx.one(sql, grp=group, person=person) is not None


def has_account(tx: Tx, group: str, actor: str) -> bool:
    """Tell whether a member of a group signs in here with this account of another server."""
    row = tx.one(
        "SELECT members.person FROM linked_accounts JOIN members ON members.person = linked_accounts.person "
        "JOIN persons ON persons.id = members.person "
        "WHERE linked_accounts.actor = :actor AND members.grp = :grp AND persons.disabled_at IS NULL",
        actor=actor,
        grp=group,
    )
    return row is not None


def of_group(tx: Tx, group: str) -> list[Member]:
    """Return the members of a group, who joined first comes first."""
    rows = tx.all(
        "SELECT person, name, joined_at, disabled_at FROM members JOIN persons ON id = person "
        "WHERE grp = :grp ORDER BY joined_at, login",
        grp=group,
    )
    return [
        Member(row["person"], row["name"], row["joined_at"], row["disabled_at"] is not None)
        for row in rows
    ]


def groups_of(tx: Tx, person: str) -> list[str]:
    """Return the ids of the groups a person belongs to."""
    rows = tx.all("SELECT grp FROM members WHERE person = :person ORDER BY grp", person=person)
    return [row["grp"] for row in rows]

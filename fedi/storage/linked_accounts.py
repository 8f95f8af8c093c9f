"""Accounts elsewhere with which people sign in here."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """An account elsewhere; `actor` is its id, `handle` how it was written when it was added."""

    actor: str
    person: str
    handle: str
    added_at: int


SELECT = "SELECT actor, person, handle, added_at FROM linked_accounts "


def add(tx: Tx, account: LinkedAccount) -> bool:
    """Let a person sign in with an account elsewhere; tell whether nobody did with it yet."""
    return (
        tx.execute(
            "INSERT INTO linked_accounts (actor, person, handle, added_at) "
            "VALUES (:actor, :person, :handle, :added_at) ON CONFLICT (actor) DO NOTHING",
            actor=account.actor,
            person=account.person,
            handle=account.handle,
            added_at=account.added_at,
        )
        == 1
    )


def find(tx: Tx, actor: str) -> LinkedAccount | None:
    """Return who signs in with an account elsewhere."""
    row = tx.one(SELECT + "WHERE actor = :actor", actor=actor)
    return _account(row) if row else None


def of_person(tx: Tx, person: str) -> list[LinkedAccount]:
    """Return the accounts elsewhere a person signs in with, the oldest first."""
    rows = tx.all(SELECT + "WHERE person = :person ORDER BY added_at, actor", person=person)
    return [_account(row) for row in rows]


def remove(tx: Tx, person: str, actor: str) -> bool:
    """Let a person no longer sign in with an account elsewhere; tell whether they did."""
    sql = "DELETE FROM linked_accounts WHERE actor = :actor AND person = :person"
    return tx.execute(sql, actor=actor, person=person) == 1


def remove_all(tx: Tx, person: str) -> None:
    """Forget every account elsewhere of a person."""
    tx.execute("DELETE FROM linked_accounts WHERE person = :person", person=person)


def _account(row: Row) -> LinkedAccount:
    return LinkedAccount(row["actor"], row["person"], row["handle"], row["added_at"])

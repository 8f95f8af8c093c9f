"""Passkeys: public keys with which people sign in, named by what their browsers call them."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey; `id` is its credential id in base64url, `public_key` a COSE key."""

    id: str
    person: str
    public_key: bytes
    sign_count: int
    label: str
    created_at: int
    used_at: int | None = None


SELECT = "SELECT id, person, public_key, sign_count, label, created_at, used_at FROM passkeys "


def add(tx: Tx, passkey: Passkey) -> bool:
    """Keep a passkey; tell whether it is new, as one must be."""
    return (
        tx.execute(
            "INSERT INTO passkeys (id, person, public_key, sign_count, label, created_at, used_at) "
            "VALUES (:id, :person, :public_key, :sign_count, :label, :created_at, :used_at) "
            "ON CONFLICT (id) DO NOTHING",
            id=passkey.id,
            person=passkey.person,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            label=passkey.label,
            created_at=passkey.created_at,
            used_at=passkey.used_at,
        )
        == 1
    )


def find(tx: Tx, passkey_id: str) -> Passkey | None:
    """Return a passkey by its credential id."""
    row = tx.one(SELECT + "WHERE id = :id", id=passkey_id)
    return _passkey(row) if row else None


def of_person(tx: Tx, person: str) -> list[Passkey]:
    """Return a person's passkeys, the oldest first."""
    rows = tx.all(SELECT + "WHERE person = :person ORDER BY created_at, id", person=person)
    return [_passkey(row) for row in rows]


def rename(tx: Tx, person: str, passkey_id: str, label: str) -> bool:
    """Call a passkey of a person something else; tell whether they have it."""
    return (
        tx.execute(
            "UPDATE passkeys SET label = :label WHERE id = :id AND person = :person",
            label=label,
            id=passkey_id,
            person=person,
        )
        == 1
    )


def note_use(tx: Tx, passkey_id: str, sign_count: int, now: int) -> None:
    """Keep how often a passkey says it was used, and when it last was."""
    tx.execute(
        "UPDATE passkeys SET sign_count = :sign_count, used_at = :now WHERE id = :id",
        sign_count=sign_count,
        now=now,
        id=passkey_id,
    )


def remove(tx: Tx, person: str, passkey_id: str) -> bool:
    """Forget a passkey of a person; tell whether they had it."""
    sql = "DELETE FROM passkeys WHERE id = :id AND person = :person"
    return tx.execute(sql, id=passkey_id, person=person) == 1


def remove_all(tx: Tx, person: str) -> None:
    """Forget every passkey of a person."""
    tx.execute("DELETE FROM passkeys WHERE person = :person", person=person)


def _passkey(row: Row) -> Passkey:
    return Passkey(
        id=row["id"],
        person=row["person"],
        public_key=bytes(row["public_key"]),
        sign_count=row["sign_count"],
        label=row["label"],
        created_at=row["created_at"],
        used_at=row["used_at"],
    )

"""The codes with which somebody gets in who has lost their second step, by hash; each is for one use."""

from __future__ import annotations

from collections.abc import Iterable

from fedi.storage.tx import Tx


def replace(tx: Tx, person: str, hashes: Iterable[str]) -> None:
    """Keep these codes of a person, and none of the earlier ones."""
    tx.execute("DELETE FROM recovery_codes WHERE person = :person", person=person)
    tx.executemany(
        "INSERT INTO recovery_codes (person, hash) VALUES (:person, :hash)",
        [{"person": person, "hash": one} for one in hashes],
    )


def use(tx: Tx, person: str, hash_: str) -> bool:
    """Take a code away; tell whether it was there."""
    sql = "DELETE FROM recovery_codes WHERE person = :person AND hash = :hash"
    return tx.execute(sql, person=person, hash=hash_) == 1


def count(tx: Tx, person: str) -> int:
    """Return how many codes a person has left."""
    sql = "SELECT count(*) AS number FROM recovery_codes WHERE person = :person"
    row = tx.one(sql, person=person)
    return row["number"] if row else 0

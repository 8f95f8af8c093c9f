"""What was asked of a browser or another server, until the answer comes: a passkey's challenge, an OAuth state."""

from __future__ import annotations

from fedi.storage.tx import Tx


def put(tx: Tx, challenge_id: str, purpose: str, payload: str, expires_at: int) -> None:
    """Keep a question; one of the same id is replaced."""
    tx.execute(
        "INSERT INTO challenges (id, purpose, payload, expires_at) "
        "VALUES (:id, :purpose, :payload, :expires_at) ON CONFLICT (id) DO UPDATE "
        "SET purpose = excluded.purpose, payload = excluded.payload, expires_at = excluded.expires_at",
        id=challenge_id,
        purpose=purpose,
        payload=payload,
        expires_at=expires_at,
    )


def find(tx: Tx, challenge_id: str, purpose: str, now: int) -> str | None:
    """Return the payload of a question that still waits for its answer."""
    row = tx.one(
        "SELECT payload FROM challenges WHERE id = :id AND purpose = :purpose AND expires_at > :now",
        id=challenge_id,
        purpose=purpose,
        now=now,
    )
    return row["payload"] if row else None


def take(tx: Tx, challenge_id: str, purpose: str, now: int) -> str | None:
    """Return the payload of a question that still waited for its answer; it waits no longer."""
    row = tx.one(
        "DELETE FROM challenges WHERE id = :id AND purpose = :purpose RETURNING payload, expires_at",
        id=challenge_id,
        purpose=purpose,
    )
    return row["payload"] if row and row["expires_at"] > now else None


def prune(tx: Tx, now: int) -> int:
    """Forget the questions nobody answered in time; return how many there were."""
    return tx.execute("DELETE FROM challenges WHERE expires_at <= :now", now=now)

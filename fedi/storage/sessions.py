"""Where a person is signed in; a row is named by the hash of what stands in the cookie."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in; `device` is what it calls itself, `proved_at` when somebody last proved
    there who they are; `seen_at` is a day, not a moment."""

    id: str
    person: str
    device: str
    created_at: int
    seen_at: int
    proved_at: int
    expires_at: int


SELECT = (
    "SELECT sessions.id, person, device, sessions.created_at, seen_at, proved_at, expires_at "
    "FROM sessions "
)


def add(tx: Tx, session: Session) -> None:
    """Keep a new session."""
    tx.execute(
        "INSERT INTO sessions (id, person, device, created_at, seen_at, proved_at, expires_at) "
        "VALUES (:id, :person, :device, :created_at, :seen_at, :proved_at, :expires_at)",
        id=session.id,
        person=session.person,
        device=session.device,
        created_at=session.created_at,
        seen_at=session.seen_at,
        proved_at=session.proved_at,
        expires_at=session.expires_at,
    )


def find(tx: Tx, session_id: str, now: int) -> Session | None:
    """Return a session that has not expired, of somebody who may sign in."""
    row = tx.one(
        SELECT
        + "JOIN persons ON persons.id = person WHERE sessions.id = :id AND expires_at > :now "
        "AND disabled_at IS NULL",
        id=session_id,
        now=now,
    )
    return _session(row) if row else None


def of_person(tx: Tx, person: str, now: int) -> list[Session]:
    """Return where a person is signed in, the newest first."""
    rows = tx.all(
        SELECT + "WHERE person = :person AND expires_at > :now ORDER BY created_at DESC, id",
        person=person,
        now=now,
    )
    return [_session(row) for row in rows]


def note_seen(tx: Tx, session_id: str, seen_at: int, expires_at: int) -> None:
    """Note the day a session was last used on, and until when it lasts."""
    tx.execute(
        "UPDATE sessions SET seen_at = :seen_at, expires_at = :expires_at WHERE id = :id",
        seen_at=seen_at,
        expires_at=expires_at,
        id=session_id,
    )


def note_proof(tx: Tx, session_id: str, now: int) -> None:
    """Note that somebody proved again who they are."""
    tx.execute("UPDATE sessions SET proved_at = :now WHERE id = :id", now=now, id=session_id)


def remove(tx: Tx, session_id: str) -> bool:
    """End a session; tell whether it was there."""
    return tx.execute("DELETE FROM sessions WHERE id = :id", id=session_id) == 1


def remove_all(tx: Tx, person: str, keep: str | None = None) -> int:
    """End every session of a person but one; return how many there were."""
    return tx.execute(
        "DELETE FROM sessions WHERE person = :person AND id <> :keep",
        person=person,
        keep=keep or "",
    )


def prune(tx: Tx, now: int) -> int:
    """Forget the sessions that have expired; return how many there were."""
    return tx.execute("DELETE FROM sessions WHERE expires_at <= :now", now=now)


def _session(row: Row) -> Session:
    return Session(
        id=row["id"],
        person=row["person"],
        device=row["device"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        proved_at=row["proved_at"],
        expires_at=row["expires_at"],
    )

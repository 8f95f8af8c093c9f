"""Sessions: a browser that is signed in holds a token; one that is not used for a month is signed out."""

from __future__ import annotations

from fedi.people.tokens import hashed, new_token
from fedi.storage import sessions
from fedi.storage.sessions import Session
from fedi.storage.tx import Tx

DAY_MS = 86_400_000
LASTS_MS = 30 * DAY_MS
"""For how long a session lasts that is not used."""
PROVED_MS = 15 * 60_000
"""For how long a proof counts for what a stranger at an open screen must not do."""
LONGEST_DEVICE = 100


def begin(tx: Tx, person_id: str, device: str, now: int) -> str:
    """Sign a person in, and return the token the cookie holds; it is not kept here."""
    token = new_token()
    sessions.add(
        tx,
        Session(
            id=hashed(token),
            person=person_id,
            device=device[:LONGEST_DEVICE],
            created_at=now,
            seen_at=_day(now),
            proved_at=now,
            expires_at=now + LASTS_MS,
        ),
    )
    return token


def find(tx: Tx, token: str, now: int) -> Session | None:
    """Return the session a token stands for, if it lasts and its person may sign in."""
    return sessions.find(tx, hashed(token), now)


def is_due(session: Session, now: int) -> bool:
    """Tell whether this is the first use of a session on a day, which `note_seen` is to write down."""
    return session.seen_at < _day(now)


def note_seen(tx: Tx, session: Session, now: int) -> None:
    """Write down the day a session was used on, from which it lasts on."""
    sessions.note_seen(tx, session.id, _day(now), now + LASTS_MS)


def is_proved(session: Session, now: int) -> bool:
    """Tell whether somebody proved lately who they are in this session."""
    return now - session.proved_at < PROVED_MS


def prove(tx: Tx, session_id: str, now: int) -> None:
    """Note that somebody proved again in this session who they are."""
    sessions.note_proof(tx, session_id, now)


def of_person(tx: Tx, person_id: str, now: int) -> list[Session]:
    """Return where a person is signed in, the newest first."""
    return sessions.of_person(tx, person_id, now)


def end(tx: Tx, session_id: str) -> None:
    """Sign one browser out."""
    sessions.remove(tx, session_id)


def end_all(tx: Tx, person_id: str, keep: str | None = None) -> int:
    """Sign a person out everywhere but in the session `keep`; return in how many places they were signed in."""
    return sessions.remove_all(tx, person_id, keep)


def _day(now: int) -> int:
    return now - now % DAY_MS

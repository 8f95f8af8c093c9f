"""How far guessing has gone, by what is guessed at: until when it would be forgotten."""

from __future__ import annotations

from fedi.storage.tx import Tx


def until(tx: Tx, about: str) -> int:
    """Return when the tries so far are forgotten, 0 if there were none."""
    row = tx.one("SELECT until FROM tries WHERE about = :about", about=about)
    return row["until"] if row else 0


def put(tx: Tx, about: str, forgotten_at: int) -> None:
    """Keep when the tries so far are forgotten."""
    tx.execute(
        "INSERT INTO tries (about, until) VALUES (:about, :until) "
        "ON CONFLICT (about) DO UPDATE SET until = excluded.until",
        about=about,
        until=forgotten_at,
    )


def remove(tx: Tx, about: str) -> None:
    """Forget the tries at something."""
    tx.execute("DELETE FROM tries WHERE about = :about", about=about)


def prune(tx: Tx, now: int) -> int:
    """Drop what is forgotten; return how much it was."""
    return tx.execute("DELETE FROM tries WHERE until <= :now", now=now)

"""What our groups did to things elsewhere (liked, shared), so that it can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed of one of our groups; `activity` is what said so."""

    actor: str
    kind: str
    object: str
    activity: str
    at: int


_SELECT = "SELECT actor, kind, object, activity, at FROM deeds "


def add(tx: Tx, deed: Deed) -> bool:
    """Keep a deed; tell whether it was new."""
    return (
        tx.execute(
            "INSERT INTO deeds (actor, kind, object, activity, at) VALUES (:actor, :kind, :object, :activity, :at) "
            "ON CONFLICT DO NOTHING",
            actor=deed.actor,
            kind=deed.kind,
            object=deed.object,
            activity=deed.activity,
            at=deed.at,
        )
        == 1
    )


def find(tx: Tx, actor: str, kind: str, object_id: str) -> Deed | None:
    """Return a deed."""
    row = tx.one(
        _SELECT + "WHERE actor = :actor AND kind = :kind AND object = :object",
        actor=actor,
        kind=kind,
        object=object_id,
    )
    return _deed(row) if row else None


def find_by_activity(tx: Tx, activity: str) -> Deed | None:
    """Return the deed that this activity said."""
    row = tx.one(_SELECT + "WHERE activity = :activity ORDER BY actor LIMIT 1", activity=activity)
    return _deed(row) if row else None


def count(tx: Tx, actor: str, kind: str) -> int:
    """Count what an actor of ours did of a kind and did not take back."""
    row = tx.one(
        "SELECT count(*) AS n FROM deeds WHERE actor = :actor AND kind = :kind",
        actor=actor,
        kind=kind,
    )
    return int(row["n"]) if row else 0


def remove(tx: Tx, deed: Deed) -> None:
    """Forget a deed."""
    tx.execute(
        "DELETE FROM deeds WHERE actor = :actor AND kind = :kind AND object = :object",
        actor=deed.actor,
        kind=deed.kind,
        object=deed.object,
    )


def _deed(row: Row) -> Deed:
    return Deed(row["actor"], row["kind"], row["object"], row["activity"], row["at"])

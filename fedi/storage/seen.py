"""The seen-before guard of the inbox, and the count of what nobody here handles."""

from __future__ import annotations

from fedi.storage.tx import Tx

DAY_MS = 86_400_000
MOST_TYPES = 100
OTHERS = "(others)"
OVERTAKEN_MS = DAY_MS // 4
"""How long after its Undo an activity may come that was said before it; Mastodon waits as long."""


def remember(tx: Tx, signer: str, activity: str, now: int, *, is_direct: bool = True) -> bool:
    """Take note of an activity and tell whether it is new from this signer.

    One that was undone is new again when its signer says it again, as Misskey does, whose Follows keep their ids;
    not when somebody else passes it on, who may have kept it since (`is_direct` is False), and not when its Undo
    was merely quicker.
    """
    row = tx.one(
        "INSERT INTO seen (signer, activity, at) VALUES (:signer, :activity, :now) "
        "ON CONFLICT (signer, activity) DO UPDATE SET at = excluded.at, "
        "undone = CASE WHEN seen.undone = 2 AND seen.at > :late THEN 1 ELSE 0 END "
        "WHERE seen.undone > 0 AND CAST(:is_direct AS BIGINT) = 1 RETURNING undone",
        signer=signer,
        activity=activity,
        now=now,
        late=now - OVERTAKEN_MS,
        is_direct=int(is_direct),
    )
    return row is not None and row["undone"] == 0


def undo(tx: Tx, signer: str, activity: str, now: int) -> None:
    """Take note that a signer has undone an activity, which may be still to come."""
    tx.execute(
        "INSERT INTO seen (signer, activity, at, undone) VALUES (:signer, :activity, :now, 2) "
        "ON CONFLICT (signer, activity) DO UPDATE SET at = excluded.at, "
        "undone = CASE WHEN seen.undone = 2 THEN 2 ELSE 1 END",
        signer=signer,
        activity=activity,
        now=now,
    )


def was_undone(tx: Tx, signer: str, activity: str, now: int) -> bool:
    """Tell once whether a signer undid, a while ago, what is only coming now; for what has no id to be told by."""
    sql = "DELETE FROM seen WHERE signer = :signer AND activity = :activity AND undone = 2"
    late = now - OVERTAKEN_MS
    return tx.execute(sql + " AND at > :late", signer=signer, activity=activity, late=late) == 1


def prune(tx: Tx, before: int) -> int:
    """Drop what was seen before this moment and return how many rows that were."""
    return tx.execute("DELETE FROM seen WHERE at < :before", before=before)


def count_ignored(tx: Tx, activity_type: str, now: int) -> None:
    """Count one more activity of a type that nobody here handles; anybody may make up types, so only so many a day."""
    day = now // DAY_MS
    types = tx.one("SELECT count(*) AS n FROM ignored WHERE day = :day", day=day)
    is_full = types is not None and types["n"] >= MOST_TYPES
    known = tx.one(
        "SELECT 1 AS found FROM ignored WHERE type = :type AND day = :day",
        type=activity_type[:60],
        day=day,
    )
    tx.execute(
        "INSERT INTO ignored (type, day, n) VALUES (:type, :day, 1) "
        "ON CONFLICT (type, day) DO UPDATE SET n = ignored.n + 1",
        type=OTHERS if is_full and known is None else activity_type[:60],
        day=day,
    )


def ignored_since(tx: Tx, day: int) -> dict[str, int]:
    """Return how often each unhandled type arrived since a day (days since the epoch)."""
    rows = tx.all(
        "SELECT type, CAST(sum(n) AS BIGINT) AS n FROM ignored WHERE day >= :day "
        "GROUP BY type ORDER BY type",
        day=day,
    )
    return {row["type"]: row["n"] for row in rows}

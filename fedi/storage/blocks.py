"""Whom the instance (group '') or one group blocks or limits: an actor's id, or a host with all below it."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.storage.tx import Tx

BLOCK, LIMIT = "block", "limit"
INSTANCE = ""
AT_ONCE = 8
_NAMES = [f"s{number}" for number in range(AT_ONCE)]
# So many at a time: a list of any length cannot be prepared. In the alphabet, too, block comes before limit.
_SEVERITY = (
    "SELECT min(severity) AS severity FROM blocks WHERE grp = :grp "
    "AND subject IN (:s0, :s1, :s2, :s3, :s4, :s5, :s6, :s7)"
)


def add(tx: Tx, group: str, subject: str, severity: str, now: int) -> None:
    """Block or limit; what stood before is replaced."""
    tx.execute(
        "INSERT INTO blocks (grp, subject, severity, at) VALUES (:grp, :subject, :severity, :now) "
        "ON CONFLICT (grp, subject) DO UPDATE SET severity = excluded.severity",
        grp=group,
        subject=subject,
        severity=severity,
        now=now,
    )


def remove(tx: Tx, group: str, subject: str) -> bool:
    """Lift a block or limit; tell whether there was one."""
    return (
        tx.execute(
            "DELETE FROM blocks WHERE grp = :grp AND subject = :subject", grp=group, subject=subject
        )
        == 1
    )


def severity(tx: Tx, group: str, subjects: Sequence[str]) -> str | None:
    """Return the hardest that stands against any of these, or None."""
    found: list[str] = []
    for first in range(0, len(subjects), AT_ONCE):
        some = [*subjects[first : first + AT_ONCE], *[""] * AT_ONCE]
        row = tx.one(_SEVERITY, grp=group, **dict(zip(_NAMES, some, strict=False)))
        found += [row["severity"]] if row and row["severity"] else []
    return min(found, default=None)


def list_(tx: Tx, group: str = INSTANCE) -> list[tuple[str, str]]:
    """Return every subject with what stands against it, by subject."""
    rows = tx.all(
        "SELECT subject, severity FROM blocks WHERE grp = :grp ORDER BY subject", grp=group
    )
    return [(row["subject"], row["severity"]) for row in rows]

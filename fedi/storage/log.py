"""What was done in each group's name and by which role, for the group alone."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a group's log; `person` and a person in `about` are emptied after some days.

    `role` has the roles that the person held at that moment, one a line; '' is a member without one.
    """

    id: str
    group: str
    at: int
    act: str
    role: str = ""
    person: str = ""
    about: str = ""
    label: str = ""


_SELECT = "SELECT id, grp, at, role, person, act, about, label FROM log "


def add(tx: Tx, entry: Entry) -> None:
    """Write down what was done."""
    tx.execute(
        "INSERT INTO log (id, grp, at, role, person, act, about, label) "
        "VALUES (:id, :grp, :at, :role, :person, :act, :about, :label)",
        id=entry.id,
        grp=entry.group,
        at=entry.at,
        role=entry.role,
        person=entry.person,
        act=entry.act,
        about=entry.about,
        label=entry.label,
    )


def of_group(tx: Tx, group: str, before: tuple[int, str] | None, limit: int) -> list[Entry]:
    """Return what was done before an entry (its moment and id), the latest first."""
    if before is None:
        sql = _SELECT + "WHERE grp = :grp ORDER BY at DESC, id DESC LIMIT :limit"
        return [_entry(row) for row in tx.all(sql, grp=group, limit=limit)]
    rows = tx.all(
        _SELECT + "WHERE grp = :grp AND (at < :at OR (at = :at AND id < :id)) "
        "ORDER BY at DESC, id DESC LIMIT :limit",
        grp=group,
        at=before[0],
        id=before[1],
        limit=limit,
    )
    return [_entry(row) for row in rows]


def last_about(tx: Tx, group: str, about: str, acts: tuple[str, str]) -> Entry | None:
    """Return the latest entry of a group's log about something that was done in one of two ways."""
    row = tx.one(
        _SELECT + "WHERE about = :about AND grp = :grp AND act IN (:act, :other) "
        "ORDER BY at DESC, id DESC LIMIT 1",
        about=about,
        grp=group,
        act=acts[0],
        other=acts[1],
    )
    return _entry(row) if row else None


def empty_pseudonyms(tx: Tx, group: str, before: int) -> None:
    """Forget who did what before a moment; what was done, and by which role, stays."""
    tx.execute(
        "UPDATE log SET person = '' WHERE grp = :grp AND at < :before AND person <> ''",
        grp=group,
        before=before,
    )
    tx.execute(
        "UPDATE log SET about = '' WHERE grp = :grp AND at < :before AND about <> '' "
        "AND about IN (SELECT id FROM persons)",
        grp=group,
        before=before,
    )


def _entry(row: Row) -> Entry:
    return Entry(
        id=row["id"],
        group=row["grp"],
        at=row["at"],
        act=row["act"],
        role=row["role"],
        person=row["person"],
        about=row["about"],
        label=row["label"],
    )

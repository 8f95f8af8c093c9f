"""Duties that rotate: who holds each now, who is next, and when each member last held it."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Role:
    """One duty in a group; `name` never changes, `label` can; '' for `holder` and `following` is nobody."""

    group: str
    name: str
    label: str
    place: int
    changed_at: int
    holder: str = ""
    following: str = ""


_SELECT = "SELECT grp, name, label, holder, following, place, changed_at FROM roles "


def of_group(tx: Tx, group: str) -> list[Role]:
    """Return the roles of a group in their order."""
    rows = tx.all(_SELECT + "WHERE grp = :grp ORDER BY place, name", grp=group)
    return [_role(row) for row in rows]


def put(tx: Tx, role: Role) -> None:
    """Keep a role, new or changed."""
    tx.execute(
        "INSERT INTO roles (grp, name, label, holder, following, place, changed_at) "
        "VALUES (:grp, :name, :label, :holder, :following, :place, :changed_at) "
        "ON CONFLICT (grp, name) DO UPDATE SET label = excluded.label, holder = excluded.holder, "
        "following = excluded.following, place = excluded.place, changed_at = excluded.changed_at",
        grp=role.group,
        name=role.name,
        label=role.label,
        holder=role.holder,
        following=role.following,
        place=role.place,
        changed_at=role.changed_at,
    )


def remove(tx: Tx, group: str, name: str) -> None:
    """Take a role away, and who held it when."""
    tx.execute("DELETE FROM roles WHERE grp = :grp AND name = :name", grp=group, name=name)
    tx.execute("DELETE FROM role_turns WHERE grp = :grp AND role = :name", grp=group, name=name)


def vacate(tx: Tx, group: str, person: str, now: int) -> None:
    """Leave open what somebody held in a group or was to hold next, and forget what they held before."""
    tx.execute(
        "UPDATE roles SET holder = '', changed_at = :now WHERE grp = :grp AND holder = :person",
        grp=group,
        person=person,
        now=now,
    )
    tx.execute(
        "UPDATE roles SET following = '' WHERE grp = :grp AND following = :person",
        grp=group,
        person=person,
    )
    tx.execute(
        "DELETE FROM role_turns WHERE grp = :grp AND person = :person", grp=group, person=person
    )


def note_turn(tx: Tx, group: str, role: str, person: str, now: int) -> None:
    """Note that somebody holds a role at a moment; only the last time is kept."""
    tx.execute(
        "INSERT INTO role_turns (grp, role, person, held_at) VALUES (:grp, :role, :person, :now) "
        "ON CONFLICT (grp, role, person) DO UPDATE SET held_at = excluded.held_at",
        grp=group,
        role=role,
        person=person,
        now=now,
    )


def last_turns(tx: Tx, group: str) -> dict[tuple[str, str], int]:
    """Return when each member last held each role, by role and person."""
    rows = tx.all("SELECT role, person, held_at FROM role_turns WHERE grp = :grp", grp=group)
    return {(row["role"], row["person"]): row["held_at"] for row in rows}


def _role(row: Row) -> Role:
    return Role(
        group=row["grp"],
        name=row["name"],
        label=row["label"],
        place=row["place"],
        changed_at=row["changed_at"],
        holder=row["holder"],
        following=row["following"],
    )

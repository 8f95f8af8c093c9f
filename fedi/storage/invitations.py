"""Links that let somebody in, by the hash of their token; one that is over is kept for a while, to say so."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link; `purpose` is join (a `group`), begin (an instance) or reset (what `person` signs in with)."""

    id: str
    purpose: str
    group: str
    person: str
    made_by: str
    most_uses: int
    uses: int
    created_at: int
    expires_at: int
    withdrawn_at: int | None = None

    def is_open(self, now: int) -> bool:
        """Tell whether it can still be used."""
        return self.withdrawn_at is None and self.uses < self.most_uses and now < self.expires_at


SELECT = (
    "SELECT id, purpose, grp, person, made_by, most_uses, uses, created_at, expires_at, withdrawn_at "
    "FROM invitations "
)


def add(tx: Tx, invitation: Invitation) -> None:
    """Keep a new link."""
    tx.execute(
        "INSERT INTO invitations (id, purpose, grp, person, made_by, most_uses, created_at, expires_at) "
        "VALUES (:id, :purpose, :grp, :person, :made_by, :most_uses, :created_at, :expires_at)",
        id=invitation.id,
        purpose=invitation.purpose,
        grp=invitation.group,
        person=invitation.person,
        made_by=invitation.made_by,
        most_uses=invitation.most_uses,
        created_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )


def find(tx: Tx, invitation_id: str) -> Invitation | None:
    """Return a link, whether or not it can still be used."""
    row = tx.one(SELECT + "WHERE id = :id", id=invitation_id)
    return _invitation(row) if row else None


def spend(tx: Tx, invitation_id: str, now: int) -> bool:
    """Use a link once; tell whether that was still possible, however many try at once."""
    return (
        tx.execute(
            "UPDATE invitations SET uses = uses + 1 WHERE id = :id AND uses < most_uses "
            "AND expires_at > :now AND withdrawn_at IS NULL",
            id=invitation_id,
            now=now,
        )
        == 1
    )


def withdraw(tx: Tx, invitation_id: str, now: int) -> bool:
    """Let a link not be used any more; tell whether it was there."""
    return (
        tx.execute(
            "UPDATE invitations SET withdrawn_at = :now WHERE id = :id AND withdrawn_at IS NULL",
            now=now,
            id=invitation_id,
        )
        == 1
    )


def withdraw_all(tx: Tx, purpose: str, person: str, now: int) -> None:
    """Let no link of a purpose for one person (or for nobody by name) be used any more."""
    tx.execute(
        "UPDATE invitations SET withdrawn_at = :now WHERE purpose = :purpose AND person = :person "
        "AND withdrawn_at IS NULL",
        now=now,
        purpose=purpose,
        person=person,
    )


def withdraw_made_by(tx: Tx, group: str, person: str, now: int) -> None:
    """Let no link that one member made be used any more to join a group."""
    tx.execute(
        "UPDATE invitations SET withdrawn_at = :now WHERE grp = :grp AND made_by = :person "
        "AND withdrawn_at IS NULL",
        now=now,
        grp=group,
        person=person,
    )


def of_group(tx: Tx, group: str, now: int) -> list[Invitation]:
    """Return the links to join a group that can be used, the newest first."""
    rows = tx.all(SELECT + "WHERE grp = :grp ORDER BY created_at DESC, id", grp=group)
    return [one for one in map(_invitation, rows) if one.is_open(now)]


def remove_for(tx: Tx, person: str) -> None:
    """Forget the links made for a person."""
    tx.execute("DELETE FROM invitations WHERE person = :person", person=person)


def prune(tx: Tx, before: int) -> int:
    """Forget the links that expired, or were withdrawn, before a moment; return how many there were."""
    return tx.execute(
        "DELETE FROM invitations WHERE expires_at < :before OR withdrawn_at < :before",
        before=before,
    )


def _invitation(row: Row) -> Invitation:
    return Invitation(
        id=row["id"],
        purpose=row["purpose"],
        group=row["grp"],
        person=row["person"],
        made_by=row["made_by"],
        most_uses=row["most_uses"],
        uses=row["uses"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        withdrawn_at=row["withdrawn_at"],
    )

"""The local log: what was done in a group's name and by which role; names are kept for a set number of days."""

from __future__ import annotations

from typing import Any

from ulid import ULID

from fedi.actors.groups import all_groups
from fedi.delivery.clockwork import House, job
from fedi.delivery.retry import DAY
from fedi.publishing.labels import filled
from fedi.storage import house_rules, log, pending, roles
from fedi.storage.log import Entry
from fedi.storage.tx import Tx


def note(
    tx: Tx,
    group: str,
    act: str,
    person: str,
    about: str,
    label: str,
    now: int,
    *,
    role: str | None = None,
) -> None:
    """Write down what somebody did, with the roles they hold at this moment or held when it began."""
    entry = Entry(
        id=str(ULID()).lower(),
        group=group,
        at=now,
        act=act,
        role=roles_of(tx, group, person) if role is None else role,
        person=person,
        about=about,
        label=label,
    )
    log.add(tx, entry)


def roles_of(tx: Tx, group: str, person: str) -> str:
    """Return the roles that somebody holds, one a line; '' for a member without one."""
    held = roles.of_group(tx, group)
    return "\n".join(role.label for role in held if person and role.holder == person)


def of_group(tx: Tx, group: str, before: tuple[int, str] | None, limit: int) -> list[Entry]:
    """Return what was done in a group before an entry (its moment and id), the latest first."""
    return log.of_group(tx, group, before, limit)


def title_when_withdrawn(tx: Tx, group: str, object_id: str) -> str:
    """Return the title that something had when it was withdrawn; the log alone still has it, if anything does."""
    entry = log.last_about(tx, group, object_id, ("withdraw", "withdraw.agreed"))
    return filled(entry.label, "of") if entry else ""


@job("governing.forget", every=DAY)
async def forget_names(house: House, payload: dict[str, Any]) -> None:
    """Empty the names in each group's log after as many days as it keeps them, and what was decided before."""
    now = house.now()

    def forget(tx: Tx) -> None:
        for group in all_groups(tx):
            pending.empty_results(tx, "invite", now - DAY)
            before = now - house_rules.find(tx, group.actor).log_days * DAY
            log.empty_pseudonyms(tx, group.actor, before)
            pending.forget(tx, group.actor, before)

    await house.store.write(forget)

"""People of ours who are signed in, as most tests of the console need them."""

from __future__ import annotations

from fedi.clock import now_ms
from fedi.people import accounts, membership, sessions
from fedi.storage import persons
from fedi.storage.persons import Person
from fedi.storage.tx import Tx


def a_member(
    tx: Tx, group: str, name: str = "wren", *, now: int | None = None, device: str = "A browser"
) -> tuple[Person, str]:
    """Let a person be a member of a group (by its actor id), made if need be; return them and a session's token."""
    now = now_ms() if now is None else now
    person = persons.find_login(tx, name) or accounts.add_person(tx, name, now=now)
    membership.join(tx, group, person.id, now)
    return person, sessions.begin(tx, person.id, device, now)

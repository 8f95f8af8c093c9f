"""A group with members, and acts that they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from build import SITE, a_group
from signed import NOW
from written import SOURCES

from fedi.config import Config
from fedi.delivery.clockwork import Clockwork
from fedi.governing import asking, handlers
from fedi.governing.asking import Outcome
from fedi.people import membership
from fedi.publishing import acts
from fedi.publishing.acts import Act
from fedi.site import Site
from fedi.storage import persons
from fedi.storage.persons import Person
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
ROOM = handlers.__name__
"""Imported so that what it performs is registered."""


def a_person(tx: Tx, name: str, *, now: int = NOW) -> str:
    """Somebody who could sign in; their id is made of their name."""
    person = Person(f"person-{name}", name, name, None, None, 0, "", now, None)
    persons.add(tx, person)
    return person.id


def a_member(tx: Tx, name: str, group: str = HARBOUR, *, now: int = NOW) -> str:
    """A member of a group; return their id."""
    person = a_person(tx, name, now=now)
    membership.join(tx, group, person, now)
    return person


def harbour_with(tx: Tx, *names: str) -> list[str]:
    """The group harbour with these members, the first of whom joined first; return their ids."""
    a_group(tx)
    return [a_member(tx, name, now=NOW + n) for n, name in enumerate(names)]


def publishing(kind: str = "minutes", source: str | None = None) -> Act:
    """An act that publishes something."""
    arguments = acts.written(kind, SOURCES[kind] if source is None else source, {}, ())
    return Act("publish", "harbour", "", arguments, "Publish “Thursday assembly”")


def turning(do: str, **arguments: str) -> Act:
    """An act about a role."""
    return Act("roles", "harbour", "", {"do": do, **arguments}, "A turn")


def asks(tx: Tx, act: Act, person: str, *, now: int = NOW) -> Outcome:
    """Let somebody ask for something."""
    return asking.ask(tx, SITE, act, person, now)


def agrees(tx: Tx, pending: str | None, person: str, *, now: int = NOW) -> Outcome:
    """Let somebody agree to what waits."""
    assert pending
    return asking.agree(tx, SITE, pending, person, now)


def published(tx: Tx) -> list[dict[str, Any]]:
    """The objects that the group published, oldest first."""
    rows = tx.all("SELECT document FROM versions ORDER BY published_at, object")
    return [orjson.loads(row["document"]) for row in rows]


def logged(tx: Tx, group: str = HARBOUR) -> list[tuple[str, str, str]]:
    """What stands in the log: act, role and person, oldest first."""
    rows = tx.all("SELECT act, role, person FROM log WHERE grp = :grp ORDER BY at, id", grp=group)
    return [(row["act"], row["role"], row["person"]) for row in rows]


@dataclass
class Hall:
    """As much of a running instance as governing uses, at a moment that stands still."""

    config: Config
    store: Store
    moment: int = NOW
    site: Site = SITE
    client: Any = None
    door: Any = None
    remote: Any = None

    def now(self) -> int:
        """Return the moment."""
        return self.moment

    async def work(self, moment: int) -> None:
        """Do everything that is due at a moment."""
        self.moment = moment
        await Clockwork(self).drain(moment)

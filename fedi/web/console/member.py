"""A signed-in person in one of their groups: whom every page of a console is for."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.groups import Group
from fedi.storage.persons import Person
from fedi.storage.sessions import Session
from fedi.web.console.visitor import Visitor
from fedi.web.i18n import Speech


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in person in one of their groups."""

    visitor: Visitor
    person: Person
    session: Session
    group: Group

    @property
    def speech(self) -> Speech:
        """How they are spoken to."""
        return self.visitor.speech

    @property
    def groups(self) -> tuple[Group, ...]:
        """Every group they belong to."""
        return self.visitor.groups

    @property
    def csrf(self) -> str:
        """What their forms carry."""
        return self.visitor.csrf

    @property
    def home(self) -> str:
        """The path of the group's console."""
        return f"/console/{self.group.name}"

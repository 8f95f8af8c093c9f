"""A solidarity request: what is needed, how much, by when, where to give, and whether it is still needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NEEDS = ("money", "goods", "hours", "housing", "translation", "legal", "transport", "other")
STATES = ("open", "covered", "closed")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is needed; kinds are never added up. `of` says what, such as childcare."""

    kind: str
    amount: Decimal | None = None
    unit: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Somewhere to give; never our own till."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request for solidarity."""

    needs: tuple[Need, ...]
    by: date | None = None
    links: tuple[Way, ...] = ()
    state: str = "open"

"""Reading documents of other fedi servers: values of the type expected, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any


def text(document: Mapping[str, Any], key: str) -> str:
    """Return a text, or the empty one."""
    value = document.get(key)
    return value if isinstance(value, str) else ""


def count(document: Mapping[str, Any], key: str) -> int | None:
    """Return a whole number from nought."""
    value = document.get(key)
    good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if good else None


def day(document: Mapping[str, Any], key: str) -> date | None:
    """Return a day."""
    try:
        return date.fromisoformat(text(document, key))
    except ValueError:
        return None


def mappings(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list, where one alone may stand for a list of one."""
    value = document.get(key)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, Mapping)]

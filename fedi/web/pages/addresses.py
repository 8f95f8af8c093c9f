"""Which of our objects an address means."""

from __future__ import annotations

import re

from fedi.errors import NotFound
from fedi.house import House
from fedi.publishing import kinds

ULID = re.compile(r"[0-9a-z]{26}", re.ASCII)


def id_of(house: House, path: str, ulid: str) -> str:
    """Return the id of a post from its address, or raise NotFound for what cannot be one."""
    if not ULID.fullmatch(ulid) or kinds.kind_at(path) is None:
        raise NotFound("There is nothing here.")
    return house.site.object(path, ulid)

"""What every page says about the instance itself."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.actors.instance import name_of
from fedi.house import House
from fedi.site import Site
from fedi.storage import counts
from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class InstanceView:
    """The instance as its pages show it; `groups` is None where nobody was asked."""

    name: str
    groups: int | None = None


def instance_view(tx: Tx, site: Site) -> InstanceView:
    """Say what the instance is called and count what is here, for the footer."""
    return InstanceView(name_of(tx, site), counts.groups_here(tx))


async def read_instance(house: House) -> InstanceView:
    """Count what is here, where nothing else is read."""
    return await house.store.read(lambda tx: instance_view(tx, house.site))

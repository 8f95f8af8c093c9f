"""What every page says about the instance itself."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.clock import now_ms
from fedi.house import House
from fedi.storage import counts


@dataclass(frozen=True, slots=True)
class InstanceView:
    """The instance as its pages show it."""

    name: str
    groups: int
    posts: int
    comments: int


async def instance_view(house: House) -> InstanceView:
    """Count what is here, for header and footer."""
    now = now_ms()
    numbers = await house.store.read(lambda tx: counts.of_instance(tx, now))
    return view_of(house, numbers)


def view_of(house: House, numbers: counts.OfInstance) -> InstanceView:
    """Show numbers that were read already."""
    return InstanceView(house.site.domain, numbers.groups, numbers.posts, numbers.comments)

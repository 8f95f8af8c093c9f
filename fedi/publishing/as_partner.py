"""Reading what partners elsewhere mark for us: fetched in a group's name each time it is looked at, kept nowhere."""

from __future__ import annotations

from typing import Any

import orjson

from fedi.activitypub.context import understand
from fedi.actors import blocked
from fedi.actors.may_read import Reader, may_read
from fedi.errors import Forbidden, NotFound
from fedi.house import House
from fedi.storage import objects
from fedi.storage.tx import Tx


async def read_as(house: House, group: str, url: str) -> dict[str, Any]:
    """Return the document at an id as it is shown to a group of ours (by its actor id).

    Raises Unreachable, NotFound for what is not there for this group, and Forbidden for who is blocked by it.
    """
    if house.site.is_local(url):
        return await house.store.read(lambda tx: _ours(tx, group, url))
    if await house.store.read(lambda tx: blocked.is_blocked(tx, group, url)):
        raise Forbidden("This group does not speak with that server.")
    signer = await house.remote.signer(group)
    fetched = await house.door.document(url, by=signer, fresh=True)
    return understand(fetched.document)


def _ours(tx: Tx, group: str, object_id: str) -> dict[str, Any]:
    audience = may_read(tx, object_id, Reader(actor=group))
    version = objects.version(tx, object_id, audience) if audience else None
    if version is None:
        raise NotFound("There is nothing here.")
    return orjson.loads(version.document)

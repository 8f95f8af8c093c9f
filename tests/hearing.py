"""One instance with the group harbour, and a village of other people who speak to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from signed import Form
from village import Person, Village, delivery, send
from world import Instance, World, world

from fedi.storage import follows, notes, objects
from fedi.storage.notes import Note
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx


@dataclass
class Hearing:
    """What a test of the inbox has at hand."""

    world: World
    here: Instance
    village: Village

    @property
    def harbour(self) -> str:
        return self.here.house.site.group("harbour")

    @property
    def client(self) -> httpx.AsyncClient:
        return self.world.visitor

    async def tell(
        self,
        by: Person,
        activity: Any,
        *,
        inbox: str = "",
        form: Form = "cavage",
        key: Any = None,
        **more: Any,
    ) -> int:
        """Let somebody deliver an activity, and return the status of the answer."""
        request = delivery(activity, inbox or self.here.inbox, key or by.key, form, **more)
        return (await send(self.client, request)).status_code

    async def says(self, by: Person, kind: str, thing: Any, name: str = "1", **more: Any) -> None:
        """Let somebody say something that is taken, and let everything come of it that will."""
        assert await self.tell(by, by.says(kind, thing, name, **more)) == 202
        await self.world.deliver()

    async def post(self, **more: Any) -> str:
        """Publish an update and return its id."""
        return await self.here.publish(**more)

    async def find(self, object_id: str) -> StoredObject:
        found = await self.here.read(lambda tx: objects.find(tx, object_id))
        assert found is not None
        return found

    async def note(self, note_id: str) -> Note | None:
        return await self.here.read(lambda tx: notes.find(tx, note_id))

    async def followers(self) -> list[str]:
        harbour = self.harbour
        found = await self.here.read(lambda tx: follows.list_followers(tx, harbour))
        return [follow.follower for follow in found]

    async def all_there_is(self) -> dict[str, Any]:
        """Every row of every table, but the counts of what was ignored and the signals."""
        return await self.here.read(_all_rows)


def _all_rows(tx: Tx) -> dict[str, Any]:
    tables = tx.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    left_out = ("ignored", "signals", "sqlite_sequence")
    return {
        table["name"]: sorted(str(dict(row)) for row in tx.all(f"SELECT * FROM {table['name']}"))
        for table in tables
        if table["name"] not in left_out
    }


@asynccontextmanager
async def hearing(folder: Path, **settings: str) -> AsyncGenerator[Hearing]:
    """Run https://alpha.test beside https://home.example and https://far.example."""
    village = Village()
    async with world(
        folder,
        "alpha",
        others={village.host: village, "far.example": Village("far.example")},
        **settings,
    ) as one:
        await one["alpha"].add_group("harbour", "Harbour Tenants")
        yield Hearing(one, one["alpha"], village)

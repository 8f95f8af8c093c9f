"""Several members talk at once, on both databases: each thing is said once, and only so often counted."""

from __future__ import annotations

import asyncio

import pytest
from build import SITE, a_group, a_remote_actor
from signed import ANNA, NOW

from fedi.conversation import asked, blocking, keeping
from fedi.storage import notes
from fedi.storage.notes import Note
from fedi.storage.store import Store
from fedi.storage.tx import Tx

POST = f"{ANNA}/notes/1"


@pytest.fixture(autouse=True)
async def _said(store: Store) -> None:
    """A group, and a public word of Anna's to it."""

    def unit(tx: Tx) -> None:
        a_group(tx)
        a_remote_actor(tx)
        note = Note(
            id=POST,
            author=ANNA,
            type="Note",
            visibility="public",
            html="<p>Hello</p>",
            document="{}",
            published_at=NOW,
            received_at=NOW,
            to_group=SITE.group("harbour"),
        )
        notes.add(tx, note)

    await store.write(unit)


async def said(store: Store, kind: str) -> int:
    sql = "SELECT count(*) AS n FROM activities WHERE type = :kind"
    row = await store.read(lambda tx: tx.one(sql, kind=kind))
    assert row is not None
    return int(row["n"])


@pytest.mark.parametrize(
    ("kind", "act", "about"),
    [("Like", asked.like, POST), ("Announce", asked.boost, POST), ("Block", blocking.block, ANNA)],
    ids=["like", "share", "block"],
)
async def test_what_several_ask_for_at_once_is_said_once(
    store: Store, kind: str, act: object, about: str
) -> None:
    def unit(tx: Tx) -> None:
        act(tx, SITE, "harbour", about, NOW)  # type: ignore[operator]

    await asyncio.gather(*(store.write(unit) for _ in range(6)))
    assert await said(store, kind) == 1


async def test_of_several_who_look_at_once_each_leaves_it_looked_at(store: Store) -> None:
    async def look() -> bool:
        return await store.write(lambda tx: notes.looked(tx, POST, NOW))

    assert sum(await asyncio.gather(*(look() for _ in range(6)))) == 1
    await store.write(lambda tx: keeping.hide(tx, POST, NOW, "group"))
    waiting = await store.read(lambda tx: notes.count_waiting(tx, SITE.group("harbour")))
    assert waiting == 0

"""The one door: who may read what, and that nothing tells the absent from the forbidden (interop §6.19)."""

from __future__ import annotations

from typing import Any

import pytest
from build import SITE, a_block, a_follow, a_group, a_remote_actor
from signed import ANNA, BEN, NOW

from fedi.actors.may_read import ANYBODY, Reader, may_read
from fedi.storage import objects
from fedi.storage.follows import PENDING
from fedi.storage.objects import StoredObject, Version
from fedi.storage.store import Store
from fedi.storage.tx import Tx

HARBOUR = SITE.group("harbour")
ORCHARD = SITE.group("orchard")
WAITING = "https://home.example/users/waiting"
BARRED = "https://barred.example/users/x"


def thing(audience: str) -> str:
    return f"https://groups.example/updates/{audience}"


@pytest.fixture(autouse=True)
async def _there(store: Store) -> None:
    def unit(tx: Tx) -> None:
        for name in ("harbour", "orchard"):
            a_group(tx, name)
        for who in (ANNA, BEN, WAITING, BARRED):
            a_remote_actor(tx, who)
        a_follow(tx, by=ANNA, of=HARBOUR)
        a_follow(tx, by=BEN, of=ORCHARD)
        a_follow(tx, by=WAITING, of=HARBOUR, state=PENDING)
        a_follow(tx, by=BARRED, of=HARBOUR)
        a_block(tx, "barred.example", group=HARBOUR)
        for audience in ("public", "unlisted", "followers", "partners", "members"):
            name = thing(audience)
            objects.add(
                tx,
                StoredObject(name, "update", HARBOUR, "Note", audience, 1, name, NOW, NOW),
                Version(name, 1, audience, b"{}", "", "", {}, NOW),
            )

    await store.write(unit)


@pytest.mark.parametrize(
    ("reader", "readable"),
    [
        (None, {"public", "unlisted"}),
        (ANNA, {"public", "unlisted", "followers"}),
        (BEN, {"public", "unlisted"}),
        (WAITING, {"public", "unlisted"}),
        (BARRED, set[str]()),
        ("https://strange.example/users/x", {"public", "unlisted"}),
        (ORCHARD, {"public", "unlisted"}),
        (HARBOUR, {"public", "unlisted", "followers", "partners", "members"}),
    ],
)
async def test_each_reader_is_shown_what_was_meant_for_them(
    store: Store, reader: str | None, readable: set[str]
) -> None:
    audiences = ("public", "unlisted", "followers", "partners", "members")

    def unit(tx: Tx) -> dict[str, Any]:
        return {name: may_read(tx, thing(name), Reader(reader)) for name in audiences}

    found = await store.read(unit)
    assert found == {name: name if name in readable else None for name in audiences}


async def test_what_is_not_there_looks_like_what_is_forbidden(store: Store) -> None:
    absent = await store.read(lambda tx: may_read(tx, thing("nothing"), ANYBODY))
    forbidden = await store.read(lambda tx: may_read(tx, thing("followers"), ANYBODY))
    assert absent is None and forbidden is None


async def test_an_object_already_at_hand_is_not_looked_up_again(store: Store) -> None:
    def unit(tx: Tx) -> str | None:
        stored = objects.find(tx, thing("followers"))
        assert stored
        return may_read(tx, stored, Reader(ANNA))

    assert await store.read(unit) == "followers"

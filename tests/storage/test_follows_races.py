"""PostgreSQL: two people who let the same group follow the same actor at the same moment ask once."""

from __future__ import annotations

import asyncio
import threading

import pytest
from build import ANNA, SITE, a_group, a_remote_actor, said
from signed import NOW

from fedi.actors.follows import follow
from fedi.actors.groups import get_group
from fedi.storage.store import open_store
from fedi.storage.tx import Tx

AT_ONCE = 4


@pytest.fixture
async def store(postgres_config):
    async with await open_store(postgres_config) as store:
        yield store


async def test_a_follow_asked_for_by_many_at_once_is_sent_once(store):
    await store.write(a_group)
    await store.write(a_remote_actor)
    meeting = threading.Barrier(AT_ONCE)

    def ask(tx: Tx) -> str:
        get_group(tx, "harbour")
        meeting.wait(timeout=10)
        return follow(tx, SITE, "harbour", ANNA, NOW).activity

    asked = await asyncio.gather(*(store.write(ask) for _ in range(AT_ONCE)))
    assert len(set(asked)) == 1
    assert [one["type"] for one in await store.read(lambda tx: said(tx, to=ANNA))] == ["Follow"]

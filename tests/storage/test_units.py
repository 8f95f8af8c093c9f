"""Units of work: what is written is there, what fails is not."""

from __future__ import annotations

import asyncio

from fedi.storage import signals


async def test_what_a_unit_writes_the_next_one_reads(store):
    await store.write(
        lambda tx: tx.execute("INSERT INTO facts (name, value) VALUES (:n, :v)", n="a", v="b")
    )
    row = await store.read(lambda tx: tx.one("SELECT value FROM facts WHERE name = :n", n="a"))
    assert row == {"value": "b"}


async def test_listeners_hear_of_a_change_before_the_caller_is_answered(store):
    heard: list[str] = []
    store.listen("instance", heard.append)
    await store.write(lambda tx: signals.bump(tx, "instance"))
    assert heard == ["instance"]
    await asyncio.gather(*(store.write(lambda tx: signals.bump(tx, "instance")) for _ in range(3)))

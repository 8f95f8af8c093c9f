"""A database that does not take what was answered: nothing is forgotten, and little is sent meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest
from loopback import Loopback, loopback
from outgoing import ACCEPTS, Desk, a_desk, heard

from fedi.config import Config
from fedi.delivery import ledger
from fedi.storage.store import Store
from fedi.storage.tx import Tx

T = TypeVar("T")
FULL = OSError("no space left on device")


class Stubborn:
    """A database that takes what is claimed, and what was answered only when it wants to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.failures = 0
        self.willing = asyncio.Event()
        self.willing.set()
        self.listen = store.listen
        self.read = store.read

    async def write(self, unit: Callable[[Tx], T]) -> T:
        if "_write" in unit.__qualname__:
            await self.willing.wait()
            if self.failures:
                self.failures -= 1
                raise FULL
        return await self.store.write(unit)


@asynccontextmanager
async def a_stubborn_desk(config: Config, store: Store) -> AsyncIterator[tuple[Desk, Any]]:
    stubborn: Any = Stubborn(store)
    async with a_desk(config, store, database=stubborn) as desk:
        yield desk, stubborn


async def test_what_could_not_be_written_is_written_later_and_not_sent_again(
    config: Config,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(ledger, "PAUSE", 0.01)
    async with loopback() as far, a_stubborn_desk(config, store) as (desk, database):
        far.routes["*"] = ACCEPTS
        await desk.add_follower(far)
        said = await desk.publish("hear this")
        database.failures = 2
        await desk.deliver()
        assert heard(far) == ["hear this"]
        assert await desk.progress(said) == (1, 1, 0)
        assert caplog.text.count("could not be written down") == 2


async def test_while_answers_cannot_be_written_hardly_anything_is_sent(
    config: Config, store: Store
) -> None:
    async with loopback() as far, a_stubborn_desk(config, store) as (desk, database):
        far.routes["*"] = ACCEPTS
        await desk.add_follower(far)
        for n in range(300):
            await desk.publish(f"No. {n}", str(n))
        database.willing.clear()
        delivering = asyncio.create_task(desk.worker.drain())
        await asyncio.sleep(0.4)
        stopped_at = len(far.asked)
        await asyncio.sleep(0.3)
        assert 0 < stopped_at == len(far.asked) < 300
        database.willing.set()
        await delivering
        assert len(far.asked) == 300


async def test_a_mistake_of_ours_costs_one_host_a_pause_and_nobody_else_anything(
    config: Config, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async with loopback() as far, loopback() as other, a_desk(config, store) as desk:
        far.routes["*"] = other.routes["*"] = ACCEPTS
        await desk.add_follower(far)
        await desk.add_follower(other)
        await desk.publish("hear this")
        send = desk.worker._sender.send

        async def mistaken(parcel: Any, inbox: str, *more: Any) -> Any:
            if inbox.startswith(far.origin):
                raise ZeroDivisionError
            return await send(parcel, inbox, *more)

        desk.worker._sender.send = mistaken
        await desk.deliver()
        assert heard(other) == ["hear this"]
        assert await failures(desk, far) == (1, "ZeroDivisionError on our side")
        assert f"the visit to {far.host} failed" in caplog.text
        desk.worker._sender.send = send
        await desk.deliver(after=await desk.until_due())
        assert heard(far) == ["hear this"]


async def failures(desk: Desk, server: Loopback) -> tuple[int, str | None]:
    host = await desk.host(server)
    return host.failures, host.last_error

"""Jobs: done when they are due, again when they fail, and never two of a kind registered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from dialling import Clock

from fedi.delivery import clockwork, retry
from fedi.delivery.clockwork import MOST_ATTEMPTS, Clockwork, job
from fedi.errors import Missing, Unreachable
from fedi.storage import jobs
from fedi.storage.store import Store
from fedi.storage.tx import Row


@dataclass
class SmallHouse:
    """As much of a running instance as these jobs use."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    done: list[str] = field(default_factory=list)

    def now(self) -> int:
        return self.clock()

    async def add(self, kind: str, key: str = "", after: int = 0) -> None:
        due = self.now() + after
        await self.store.write(lambda tx: jobs.add(tx, kind, key, {"key": key}, due))

    async def rows(self) -> list[Row]:
        return await self.store.read(lambda tx: tx.all("SELECT * FROM jobs ORDER BY kind, key"))


@pytest.fixture
def house(store: Store) -> SmallHouse:
    return SmallHouse(store)


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing registered before, nothing left registered afterwards."""
    monkeypatch.setattr(clockwork, "_handlers", {})
    monkeypatch.setattr(clockwork, "_intervals", {})

    @job("note")
    async def note(house: Any, payload: dict[str, Any]) -> None:
        house.done.append(payload["key"])


def registering(kind: str, *errors: Exception) -> None:
    """Register a job that raises these in turn and then succeeds."""
    left = list(errors)

    @job(kind)
    async def handler(house: Any, payload: dict[str, Any]) -> None:
        if left:
            raise left.pop(0)
        house.done.append(kind)


async def test_a_job_is_done_when_it_is_due_and_not_before(house: SmallHouse) -> None:
    await house.add("note", "now")
    await house.add("note", "later", after=1000)
    await Clockwork(house).drain()
    assert house.done == ["now"]
    house.clock.now += 1000
    await Clockwork(house).drain()
    assert house.done == ["now", "later"]
    assert await house.rows() == []


async def test_a_moment_can_be_given_instead_of_waiting_for_it(house: SmallHouse) -> None:
    await house.add("note", "later", after=1000)
    await Clockwork(house).drain(house.now() + 1000)
    assert house.done == ["later"]


async def test_a_job_that_fails_is_tried_again_later_and_keeps_its_error(
    house: SmallHouse,
) -> None:
    registering("fetch", Unreachable("far.example refuses connections"))
    await house.add("fetch")
    await Clockwork(house).drain()
    (row,) = await house.rows()
    assert row["last_error"] == "far.example refuses connections"
    assert house.now() < row["due_at"] <= house.now() + 2 * retry.FIRST
    house.clock.now = row["due_at"]
    await Clockwork(house).drain()
    assert house.done == ["fetch"]


async def test_a_job_that_need_not_be_tried_again_is_not(house: SmallHouse) -> None:
    registering("fetch", Missing("it is not there", gone=True))
    await house.add("fetch")
    await Clockwork(house).drain()
    (row,) = await house.rows()
    assert (row["last_error"], row["due_at"]) == ("it is not there", jobs.NEVER)


async def test_a_mistake_of_ours_keeps_its_name_and_the_other_jobs_are_done(
    house: SmallHouse, caplog: pytest.LogCaptureFixture
) -> None:
    registering("mistaken", ZeroDivisionError("division by zero"))
    await house.add("mistaken")
    await house.add("note", "done")
    await Clockwork(house).drain()
    assert house.done == ["done"]
    (row,) = await house.rows()
    assert row["last_error"] == "ZeroDivisionError: division by zero"
    assert "the job mistaken" in caplog.text


async def test_a_job_that_always_fails_is_given_up_after_about_three_days(
    house: SmallHouse,
) -> None:
    registering("fetch", *[Unreachable("silent")] * 100)
    begun = house.now()
    await house.add("fetch")
    for _ in range(MOST_ATTEMPTS):
        await Clockwork(house).drain()
        (row,) = await house.rows()
        house.clock.now = min(row["due_at"], house.clock.now + retry.DAY)
    assert row["due_at"] == jobs.NEVER
    assert 2 * retry.DAY < house.clock.now - begun < 5 * retry.DAY


async def test_a_job_of_a_kind_nobody_knows_waits_for_a_process_that_does(
    house: SmallHouse,
) -> None:
    await house.add("unheard of")
    await Clockwork(house).drain()
    (row,) = await house.rows()
    assert row["last_error"] == "nobody here knows this kind of job"
    assert row["due_at"] < jobs.NEVER


async def test_a_slow_job_does_not_hold_up_the_others(house: SmallHouse) -> None:
    free = asyncio.Event()

    @job("slow")
    async def slow(house: Any, payload: dict[str, Any]) -> None:
        await free.wait()
        house.done.append("slow")

    await house.add("slow")
    await house.add("note", "quick", after=1)
    house.clock.now += 1

    @job("free")
    async def set_free(house: Any, payload: dict[str, Any]) -> None:
        free.set()

    await house.add("free")
    async with asyncio.timeout(5):
        await Clockwork(house).drain()
    assert house.done == ["quick", "slow"]


async def test_a_job_that_is_interrupted_is_done_by_whoever_comes_next(house: SmallHouse) -> None:
    begun = asyncio.Event()

    @job("endless")
    async def endless(house: Any, payload: dict[str, Any]) -> None:
        if not begun.is_set():
            begun.set()
            await asyncio.Event().wait()
        house.done.append("endless")

    await house.add("endless")
    running = asyncio.create_task(Clockwork(house).run())
    await begun.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await Clockwork(house).drain()
    assert house.done == ["endless"]


async def test_a_running_clockwork_wakes_when_a_job_is_added(house: SmallHouse) -> None:
    done = asyncio.Event()

    @job("ring")
    async def ring(house: Any, payload: dict[str, Any]) -> None:
        done.set()

    running = asyncio.create_task(Clockwork(house).run())
    await asyncio.sleep(0.05)
    await house.add("ring")
    async with asyncio.timeout(1):
        await done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_regular_job_is_there_without_being_added_and_comes_back(
    house: SmallHouse,
) -> None:
    @job("sweep", every=1000)
    async def sweep(house: Any, payload: dict[str, Any]) -> None:
        house.done.append("sweep")

    running = asyncio.create_task(Clockwork(house).run())
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    for _ in range(3):
        house.clock.now += 1000
        await Clockwork(house).drain()
    assert house.done == ["sweep"] * 3


async def test_a_job_that_was_given_up_a_month_ago_is_forgotten(house: SmallHouse) -> None:
    job("jobs.forget_given_up", every=retry.DAY)(clockwork.forget_given_up)
    registering("fetch", Missing("it is not there", gone=True))
    await house.add("fetch")
    await house.add("jobs.forget_given_up", after=retry.DAY)
    begun = house.now()
    for days, left in ((0, 2), (30, 2), (31, 1)):
        house.clock.now = begun + days * retry.DAY
        await Clockwork(house).drain()
        assert len(await house.rows()) == left


def test_two_functions_for_one_kind_are_refused() -> None:
    registering("fetch")
    with pytest.raises(RuntimeError, match="fetch already has a handler"):
        registering("fetch")

"""Jobs: done once, at their time, by whoever holds the lease."""

from __future__ import annotations

from fedi.storage import jobs
from fedi.storage.store import Store

LEASE = 1_000


async def add(store: Store, key: str = "a", due_at: int = 10, **payload: object) -> None:
    await store.write(lambda tx: jobs.add(tx, "greet", key, payload, due_at))


async def claim(store: Store, now: int, limit: int = 10) -> list[jobs.Job]:
    return await store.write(lambda tx: jobs.claim(tx, now, LEASE, limit))


async def finish(store: Store, job: jobs.Job) -> None:
    await store.write(lambda tx: jobs.finish(tx, job))


async def fail(store: Store, job: jobs.Job, retry_at: int | None, now: int = 20) -> None:
    await store.write(lambda tx: jobs.fail(tx, job, "it rained", retry_at, now))


async def test_a_job_is_claimed_when_due_and_not_before(store):
    await add(store, due_at=10, who="Ana")
    assert await claim(store, now=9) == []
    (job,) = await claim(store, now=10)
    assert (job.kind, job.key, job.payload) == ("greet", "a", {"who": "Ana"})


async def test_a_claimed_job_is_nobody_elses_until_its_lease_ends(store):
    await add(store)
    await claim(store, now=10)
    assert await claim(store, now=10 + LEASE - 1) == []
    (job,) = await claim(store, now=10 + LEASE)
    assert job.attempts == 2


async def test_a_finished_job_is_gone(store):
    await add(store)
    (job,) = await claim(store, now=10)
    await finish(store, job)
    assert await claim(store, now=10**9) == []


async def test_whoever_lost_the_lease_cannot_finish_the_job_for_the_next(store):
    await add(store)
    (lost,) = await claim(store, now=10)
    (held,) = await claim(store, now=10 + LEASE)
    await finish(store, lost)
    await fail(store, lost, retry_at=5)
    assert await claim(store, now=held.lease_until - 1) == []
    assert len(await claim(store, now=held.lease_until)) == 1


async def test_the_same_job_twice_is_one_at_the_earlier_time_with_the_later_words(store):
    await add(store, due_at=20, who="Ana")
    await add(store, due_at=10, who="Bo")
    await add(store, due_at=30, who="Cy")
    (job,) = await claim(store, now=10)
    assert job.payload == {"who": "Cy"}


async def test_a_job_added_while_it_is_being_done_is_done_again_at_its_new_time(store):
    await add(store, due_at=10)
    (job,) = await claim(store, now=10)
    await add(store, due_at=500)
    await finish(store, job)
    assert await claim(store, now=499) == []
    (again,) = await claim(store, now=500)
    assert again.attempts == 1


async def test_a_job_that_fails_comes_back_when_it_is_told_to(store):
    await add(store)
    (job,) = await claim(store, now=10)
    await fail(store, job, retry_at=60)
    assert await claim(store, now=59) == []
    (again,) = await claim(store, now=60)
    assert again.attempts == 2


async def test_failing_does_not_undo_that_a_job_was_added_again(store):
    await add(store)
    (job,) = await claim(store, now=10)
    await add(store, due_at=30)
    await fail(store, job, retry_at=9_000)
    assert len(await claim(store, now=30)) == 1


async def test_a_job_given_up_stays_away_until_it_is_added_again(store):
    await add(store)
    (job,) = await claim(store, now=10)
    await fail(store, job, retry_at=None)
    assert await claim(store, now=10**15) == []
    assert await store.read(jobs.next_due) is None
    await add(store, due_at=70)
    assert len(await claim(store, now=70)) == 1


async def test_a_job_given_up_is_forgotten_later_unless_it_was_added_again(store):
    for key in ("a", "b", "c", "d"):
        await add(store, key)
    given_up, added_again, failed, late = await claim(store, now=10)
    await fail(store, given_up, retry_at=None, now=20)
    await fail(store, added_again, retry_at=None, now=20)
    await add(store, "b")
    await fail(store, failed, retry_at=15, now=20)
    await fail(store, late, retry_at=None, now=21)
    assert await store.write(lambda tx: jobs.forget_given_up(tx, 20)) == 0
    assert await store.write(lambda tx: jobs.forget_given_up(tx, 21)) == 1
    left = await store.read(lambda tx: tx.all("SELECT key FROM jobs ORDER BY key"))
    assert [row["key"] for row in left] == ["b", "c", "d"]


async def test_the_earliest_come_first_and_no_more_than_asked_for(store):
    for key, due_at in [("c", 3), ("a", 1), ("b", 2)]:
        await add(store, key, due_at)
    assert [job.key for job in await claim(store, now=10, limit=2)] == ["a", "b"]


async def test_the_next_job_is_due_when_it_says_or_when_its_lease_ends(store):
    await add(store, due_at=10)
    assert await store.read(jobs.next_due) == 10
    await claim(store, now=12)
    assert await store.read(jobs.next_due) == 12 + LEASE


async def test_a_job_taken_back_is_not_done(store):
    await add(store)
    await store.write(lambda tx: jobs.remove(tx, "greet", "a"))
    assert await claim(store, now=10) == []

"""The queue on both databases: what is claimed, what is written down, what is seen of it."""

from __future__ import annotations

from dataclasses import replace

from outgoing import SITE, add_follower, add_sender
from signed import NOW

from fedi.storage import activities, deliveries, hosts, queue
from fedi.storage.activities import Activity
from fedi.storage.deliveries import HostQueue
from fedi.storage.hosts import Host
from fedi.storage.queue import Result
from fedi.storage.store import Store
from fedi.storage.tx import Tx

GROUP = SITE.group("harbour")
FAR, OTHER = "far.example", "other.example"
LATER = NOW + 60_000


def publish(tx: Tx, name: str = "1", now: int = NOW) -> str:
    said = f"{SITE.origin}/activities/{name}"
    activities.add(tx, Activity(said, GROUP, "Create", None, "public", b"{}", now))
    deliveries.begin(tx, said, deliveries.fan_out(tx, said, GROUP, now), now)
    return said


def two_followers(tx: Tx) -> None:
    add_sender(tx, "harbour", NOW)
    for host in (FAR, OTHER):
        add_follower(tx, GROUP, f"https://{host}", "anna", shared=True, now=NOW)


def claim(tx: Tx, worker: str = "one", now: int = NOW, limit: int = 10) -> list[Host]:
    found = hosts.claim(tx, worker, now, now + 60_000, limit, failing=False)
    return found + hosts.claim(tx, worker, now, now + 60_000, limit, failing=True)


def deliver_all(tx: Tx, host: Host, outcome: queue.Outcome, now: int = NOW) -> None:
    line = queue.list_waiting(tx, host.host, 0, 100) + queue.list_deferred(tx, host.host, 100)
    queue.settle(tx, [Result(each, outcome, now, 500, "oh") for each in line])


async def test_what_one_worker_claimed_no_other_gets_before_the_lease_ends(store: Store) -> None:
    def unit(tx: Tx) -> list[list[str]]:
        two_followers(tx)
        publish(tx)
        tries = [
            claim(tx, "one", limit=1),
            claim(tx, "two"),
            claim(tx, "three"),
            claim(tx, "three", now=NOW + 59_999),
            claim(tx, "three", now=LATER),
        ]
        return [[host.host for host in claimed] for claimed in tries]

    assert await store.write(unit) == [[FAR], [OTHER], [], [], [FAR, OTHER]]


async def test_a_lease_is_renewed_and_given_up(store: Store) -> None:
    def unit(tx: Tx) -> list[int]:
        two_followers(tx)
        publish(tx)
        claim(tx, "one")
        hosts.renew(tx, "one", LATER + 60_000)
        held = len(claim(tx, "two", now=LATER))
        hosts.let_go(tx, "one")
        return [held, len(claim(tx, "two", now=LATER))]

    assert await store.write(unit) == [0, 2]


async def test_a_host_with_nothing_left_is_not_claimed_until_there_is_more(store: Store) -> None:
    def unit(tx: Tx) -> list[int]:
        two_followers(tx)
        said = publish(tx)
        for host in claim(tx):
            deliver_all(tx, host, "delivered")
            hosts.put_back(tx, replace(host, next_at=NOW), "one", NOW)
        found = activities.find(tx, said)
        assert found is not None
        idle = len(claim(tx))
        publish(tx, "2")
        return [found.planned, found.delivered, idle, len(claim(tx))]

    assert await store.write(unit) == [2, 2, 0, 2]


async def test_a_host_with_something_left_is_claimed_when_it_is_due(store: Store) -> None:
    def unit(tx: Tx) -> list[int]:
        two_followers(tx)
        publish(tx)
        for host in claim(tx):
            deliver_all(tx, host, "deferred", LATER)
            hosts.put_back(tx, replace(host, failures=1, next_at=LATER), "one", NOW)
        early, due = len(claim(tx, now=LATER - 1)), hosts.next_due(tx)
        assert due == LATER
        return [early, len(claim(tx, now=LATER))]

    assert await store.write(unit) == [0, 2]


async def test_a_new_publication_brings_a_sound_host_forward_and_not_a_failing_one(
    store: Store,
) -> None:
    def unit(tx: Tx) -> list[str]:
        two_followers(tx)
        publish(tx)
        for host in claim(tx):
            deliver_all(tx, host, "deferred", LATER)
            failures = 1 if host.host == FAR else 0
            hosts.put_back(tx, replace(host, failures=failures, next_at=LATER), "one", NOW)
        publish(tx, "2")
        return [host.host for host in claim(tx)]

    assert await store.write(unit) == [OTHER]


async def test_a_worker_that_lost_its_lease_changes_nothing_about_the_host(store: Store) -> None:
    def unit(tx: Tx) -> Host | None:
        two_followers(tx)
        publish(tx)
        claim(tx, "one")
        (stolen, _) = claim(tx, "two", now=LATER)
        hosts.put_back(tx, replace(stolen, failures=9), "one", NOW)
        return hosts.find(tx, stolen.host)

    found = await store.write(unit)
    assert found is not None
    assert found.failures == 0


async def test_an_answer_written_down_twice_counts_once(store: Store) -> None:
    def unit(tx: Tx) -> deliveries.Progress | None:
        two_followers(tx)
        said = publish(tx)
        line = queue.list_waiting(tx, FAR, 0, 10)
        for _ in range(2):
            queue.settle(tx, [Result(each, "delivered", NOW) for each in line])
            queue.settle(tx, [Result(each, "failed", NOW, 403, "no") for each in line])
        return deliveries.progress(tx, said)

    assert await store.write(unit) == (2, 1, 0)


async def test_what_comes_from_a_host_wakes_it_once_in_a_while(store: Store) -> None:
    def unit(tx: Tx) -> list[int]:
        two_followers(tx)
        publish(tx)
        for host in claim(tx):
            asleep = replace(host, failures=9, failing_days=7, asleep_since=NOW, next_at=LATER)
            hosts.put_back(tx, asleep, "one", NOW)
        hosts.woken(tx, FAR, NOW)
        woken = claim(tx)
        hosts.put_back(tx, replace(woken[0], failures=10, next_at=LATER), "one", NOW)
        hosts.woken(tx, FAR, NOW + 1_000)
        early = claim(tx)
        hosts.woken(tx, FAR, NOW + hosts.WAKE_EVERY + 1)
        return [len(woken), len(early), len(claim(tx, now=NOW + hosts.WAKE_EVERY + 1))]

    # By then the other one is due, too.
    assert await store.write(unit) == [1, 0, 2]


async def test_the_queue_is_seen_by_host_by_activity_and_by_group(store: Store) -> None:
    def unit(tx: Tx) -> tuple[list[HostQueue], deliveries.Queued]:
        two_followers(tx)
        publish(tx)
        publish(tx, "2")
        for host in claim(tx, limit=1):
            line = queue.list_waiting(tx, host.host, 0, 1)
            queue.settle(tx, [Result(each, "failed", NOW, 403, "no") for each in line])
            failing = replace(host, failures=1, next_at=LATER, last_error="silent")
            hosts.put_back(tx, failing, "one", NOW)
        return deliveries.overview(tx), deliveries.queued_by(tx, GROUP)

    overview, queued = await store.write(unit)
    assert overview == [
        HostQueue(OTHER, 2, 0, NOW, None, asleep=False),
        HostQueue(FAR, 1, 1, LATER, "silent", asleep=False),
    ]
    assert queued == (3, 1)


async def test_trying_again_everywhere_reaches_what_failed_and_what_sleeps(store: Store) -> None:
    def unit(tx: Tx) -> tuple[int, deliveries.Progress | None, list[Host]]:
        two_followers(tx)
        said = publish(tx)
        for host in claim(tx):
            deliver_all(tx, host, "failed" if host.host == FAR else "waiting")
            tired = replace(host, failures=3, asleep_since=NOW, wait_until=LATER, next_at=LATER)
            hosts.put_back(tx, tired, "one", NOW)
        n = deliveries.retry(tx, None, NOW)
        return n, deliveries.progress(tx, said), claim(tx)

    n, progress, claimed = await store.write(unit)
    assert (n, progress) == (2, (2, 0, 0))
    assert [(host.host, host.asleep_since) for host in claimed] == [(FAR, None), (OTHER, None)]


async def test_old_failures_are_forgotten_and_stay_counted(store: Store) -> None:
    def unit(tx: Tx) -> list[object]:
        two_followers(tx)
        said = publish(tx)
        for each in (FAR, OTHER):
            queue.give_up(tx, each, NOW + 1, "gave up")
        kept = deliveries.forget_failed(tx, NOW)
        return [kept, deliveries.forget_failed(tx, NOW + 1), deliveries.progress(tx, said)]

    assert await store.write(unit) == [0, 2, (2, 0, 2)]

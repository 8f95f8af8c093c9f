"""One visit to a host: what waits for it, in order, until all is said or it does not answer."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import assert_never

from fedi.delivery import retry
from fedi.delivery.ledger import GaveUp, Ledger, PerhapsGone
from fedi.delivery.loads import Load, Loader
from fedi.delivery.sender import Delivered, Final, Gone, Outcome, RetryLater, Sender
from fedi.storage.queue import Delivery, Result

ABREAST = 4
"""How many inboxes of one host hear of the same activity at once; of the next one only afterwards."""


@dataclass(frozen=True, slots=True)
class Means:
    """What every visit of a worker uses; `waiting` is entered while an answer is awaited."""

    sender: Sender
    ledger: Ledger
    loader: Loader
    clock: Callable[[], int]
    is_stopping: Callable[[], bool]


class Visit:
    """Speaks to one host; afterwards `host` is what is known of it."""

    def __init__(
        self, load: Load, means: Means, waiting: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self.host = load.host
        self._load = load
        self._means = means
        self._waiting = waiting
        self._line = deque(load.line)
        self._put_off: dict[tuple[str, str], int] = {}
        self._has_answered = False
        self._is_over = False

    async def make(self) -> None:
        """Say everything that is due, writing each answer into the ledger."""
        while not self._is_over and not self._means.is_stopping():
            batch = self._next_batch()
            if batch:
                await self._means.ledger.room()
                with self._waiting():
                    outcomes = await self._send_all(batch)
                for delivery, outcome in zip(batch, outcomes, strict=True):
                    await self._take(delivery, outcome)
            elif self._load.is_all:
                break
            else:
                self._load = await self._means.loader.more(self.host, self._load.line[-1].id)
                self._line.extend(self._load.line)
        if not self._is_over and self._put_off:
            self.host = replace(self.host, next_at=min(self._put_off.values()))

    def fail(self, error: str, wait_until: int | None = None) -> None:
        """End the visit; the host is tried again later."""
        if self._is_over:
            return
        now = self._means.clock()
        self.host = retry.after_failure(self.host, now, random.random(), error, wait_until)  # noqa: S311
        self._means.ledger.add(GaveUp(self.host.host, now - retry.LIFETIME, error))
        self._is_over = True

    def _next_batch(self) -> list[Delivery]:
        """Take what may be said now: one thing at a time to a host that failed, one activity to others."""
        batch: list[Delivery] = []
        most = 1 if self.host.failures else ABREAST
        now = self._means.clock()
        while self._line and len(batch) < most:
            delivery = self._line[0]
            if batch and delivery.activity != batch[0].activity:
                break
            self._line.popleft()
            # What is about the same thing waits behind what was put off, so that nothing overtakes it.
            not_before = max(
                (self._put_off.get(about, 0) for about in _abouts(delivery)), default=0
            )
            if max(not_before, delivery.next_at) <= now:
                batch.append(delivery)
            elif not_before > delivery.next_at:
                self._defer(delivery, not_before)
            else:
                self._remember(delivery, delivery.next_at)
        return batch

    async def _send_all(self, batch: list[Delivery]) -> list[Outcome]:
        if len(batch) == 1:
            return [await self._send(batch[0])]
        return await asyncio.gather(*map(self._send, batch))

    async def _send(self, delivery: Delivery) -> Outcome:
        means, ready = self._means, self._load.parcels.get(delivery.activity)
        if delivery.actor in self._load.refused:
            return Final("this host is blocked here")
        if ready is None:
            return Final("nobody here can sign this any more")
        more = None
        if delivery.audience == "followers":
            more = {"collection-synchronization": self._load.headers[delivery.actor]}
        form = self.host.signature_form
        return await means.sender.send(ready, delivery.inbox, form, means.clock(), more)

    async def _take(self, delivery: Delivery, outcome: Outcome) -> None:
        now = self._means.clock()
        add = self._means.ledger.add
        match outcome:
            case Delivered():
                add(Result(delivery, "delivered", now))
                if not self._has_answered or self.host.signature_form != outcome.form:
                    self.host = retry.after_answer(self.host, now, outcome.form)
                    self._has_answered = True
            case Final():
                add(Result(delivery, "failed", now, outcome.status, outcome.error))
                if outcome.status is not None:
                    self.host = retry.after_answer(self.host, now)
            case Gone():
                add(Result(delivery, "failed", now, outcome.status, outcome.error))
                await self._take_gone(delivery, outcome, now)
            case RetryLater(blames_host=True):
                add(Result(delivery, "waiting", now, outcome.status, outcome.error))
                self.fail(outcome.error, outcome.wait_until)
            case RetryLater():
                attempts = delivery.attempts + 2  # later than the host itself, which may be well
                pause = retry.delay(attempts, random.random(), retry.LONGEST_FOR_DELIVERY)  # noqa: S311
                add(Result(delivery, "deferred", now + pause, outcome.status, outcome.error))
                self.fail(outcome.error)
            case _:
                assert_never(outcome)

    async def _take_gone(self, delivery: Delivery, outcome: Gone, now: int) -> None:
        owner = await self._means.loader.whose_inbox(delivery)
        self.host = retry.after_answer(self.host, now)
        if owner:
            self._means.ledger.add(PerhapsGone(owner))
        elif outcome.status == 410:
            # The inbox of everybody there is gone for good: it is the host that says farewell.
            self.host = retry.after_farewell(self.host, now, random.random(), outcome.error)  # noqa: S311
            self._is_over = True

    def _defer(self, delivery: Delivery, not_before: int) -> None:
        self._means.ledger.add(Result(delivery, "deferred", not_before, tried=False))
        self._remember(delivery, not_before)

    def _remember(self, delivery: Delivery, not_before: int) -> None:
        for about in _abouts(delivery):
            self._put_off[about] = max(not_before, self._put_off.get(about, 0))


def _abouts(delivery: Delivery) -> list[tuple[str, str]]:
    """Name what a delivery is about, for one inbox: its object, and itself for a later Undo."""
    names = [delivery.activity, *([delivery.object] if delivery.object else [])]
    return [(delivery.inbox, name) for name in names]

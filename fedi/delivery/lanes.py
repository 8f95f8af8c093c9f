"""How many hosts are spoken to at once, so that the silent ones cannot hold up the others."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

SOUND = 64
"""How many hosts in which we trust are spoken to at once."""
FAILING = 64
"""How many hosts that failed last time are tried at once."""
SLOW_AFTER = 0.25
"""After so many seconds without an answer a host no longer counts among the sound ones."""
ALL = 800
"""How many hosts altogether; each costs an open connection."""


class Lanes:
    """Counts the hosts being spoken to; the failing ones and the slow ones have lanes of their own."""

    def __init__(self) -> None:
        self._sound = 0
        self._failing = 0
        self._slow = 0

    def free(self, *, failing: bool) -> int:
        """Return how many more hosts may be spoken to; none until it is worth asking for them."""
        room = ALL - self._sound - self._failing
        free = FAILING - self._failing if failing else SOUND - self._sound + self._slow
        return max(0, min(free, room)) if free >= SOUND // 4 else 0

    @contextmanager
    def speaking(self, *, failing: bool) -> Generator[None]:
        """Count a host from here on."""
        self._sound += not failing
        self._failing += failing
        try:
            yield
        finally:
            self._sound -= not failing
            self._failing -= failing

    @contextmanager
    def waiting(self, *, failing: bool, wake: asyncio.Event) -> Generator[None]:
        """Wait for an answer; if it does not come soon the lane is free for another host."""
        slow = 0

        def is_slow() -> None:
            nonlocal slow
            slow = 1
            self._slow += 1
            wake.set()

        timer = None if failing else asyncio.get_running_loop().call_later(SLOW_AFTER, is_slow)
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            self._slow -= slow

"""What bounds fetching over time: recent failures are remembered, and budgets are spent."""

from __future__ import annotations

from collections import OrderedDict
from copy import copy
from dataclasses import dataclass

from fedi.errors import TooLarge, Unreachable

MOST_FAILURES = 10_000
FORGET_FAILURE_AFTER = 300_000


class Failures:
    """Fetches that failed a moment ago, so that a flood of references to one is asked for once."""

    def __init__(self, most: int = MOST_FAILURES, lasting: int = FORGET_FAILURE_AFTER) -> None:
        self._most = most
        self._lasting = lasting
        self._failures: OrderedDict[str, tuple[int, Unreachable]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._failures)

    def check(self, key: str, now: int) -> None:
        """Raise the failure again while it is fresh."""
        at, error = self._failures.get(key, (0, None))
        if error is None:
            return
        if now - at >= self._lasting:
            del self._failures[key]
            return
        raise copy(error)

    def put(self, key: str, error: Unreachable, now: int) -> None:
        """Remember a failure; the oldest make room."""
        kept = copy(error)
        # Without its frames, which would keep whole documents alive.
        kept.__traceback__ = kept.__cause__ = kept.__context__ = None
        self._failures[key] = (now, kept)
        self._failures.move_to_end(key)
        if len(self._failures) > self._most:
            self._failures.popitem(last=False)

    def clear(self, key: str) -> None:
        """Forget a failure: it worked."""
        self._failures.pop(key, None)


@dataclass(slots=True)
class Budget:
    """How many more fetches one request from outside may cause."""

    fetches: int

    def spend(self) -> None:
        """Take one fetch from the budget or raise TooLarge when there is none left."""
        if self.fetches < 1:
            raise TooLarge("this leads to more fetches than one request may cause")
        self.fetches -= 1

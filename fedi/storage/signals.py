"""Change reaches everybody who listens: in this process after commit, in others soon after."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from fedi.storage.tx import Tx

EVERYTHING = "*"
"""What a listener hears when any topic may have changed, and the topic to hear all of them."""

Listener = Callable[[str], None]

_log = logging.getLogger(__name__)


def bump(tx: Tx, topic: str) -> None:
    """Tell every process, once this unit is committed, that what `topic` names (`*`: anything) has changed."""
    tx.signalled.add(topic)


class Listeners:
    """Who wants to hear of which topic."""

    def __init__(self) -> None:
        self._by_topic: dict[str, list[Listener]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_topic)

    def add(self, topic: str, listener: Listener) -> None:
        """Call `listener` with the topic whenever it was bumped."""
        self._by_topic.setdefault(topic, []).append(listener)

    def call(self, topics: Iterable[str]) -> None:
        """Call everybody whom one of these topics concerns."""
        if not self._by_topic:
            return
        for topic in topics:
            if topic == EVERYTHING:
                self.call_all()
                continue
            for listener in (*self._by_topic.get(topic, ()), *self._by_topic.get(EVERYTHING, ())):
                self._tell(listener, topic)

    def call_all(self) -> None:
        """Call everybody, because nobody knows what was missed."""
        for listeners in self._by_topic.values():
            for listener in listeners:
                self._tell(listener, EVERYTHING)

    @staticmethod
    def _tell(listener: Listener, topic: str) -> None:
        try:
            listener(topic)
        except Exception:
            _log.exception("a listener failed on %s", topic)

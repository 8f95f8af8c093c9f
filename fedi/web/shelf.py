"""Ready answers, kept until something they show has changed, within a bounded number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

Headers = list[tuple[bytes, bytes]]
Key = tuple[str, bytes, str, str]
"""Path, query, format and language."""


@dataclass(slots=True)
class Ready:
    """An answer as bytes, what makes it stale, until when it is good anyway, and the languages it is there in."""

    headers: Headers
    body: bytes
    etag: bytes
    topics: frozenset[str]
    until: float
    texts: tuple[str, ...] = ()


class Shelf:
    """The answers used last, by key; `room` is in bytes, with keys and headers counted."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._size = 0
        self._kept: OrderedDict[Key, Ready] = OrderedDict()
        self._by_topic: dict[str, set[Key]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key, now: float) -> Ready | None:
        """Return an answer that is still good."""
        ready = self._kept.get(key)
        if ready is None:
            return None
        if ready.until <= now:
            self.drop(key)
            return None
        self._kept.move_to_end(key)
        return ready

    def put(self, key: Key, ready: Ready) -> None:
        """Keep an answer; those unused for longest make room."""
        self.drop(key)
        self._kept[key] = ready
        self._size += _weight(key, ready)
        for topic in ready.topics:
            self._by_topic.setdefault(topic, set()).add(key)
        while self._size > self._room:
            self.drop(next(iter(self._kept)))

    def drop(self, key: Key) -> None:
        """Forget an answer."""
        ready = self._kept.pop(key, None)
        if ready is None:
            return
        self._size -= _weight(key, ready)
        for topic in ready.topics:
            keys = self._by_topic.get(topic)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._by_topic[topic]

    def clear(self, topics: Iterable[str] | None = None) -> None:
        """Forget what these topics make stale, or everything."""
        for topic in list(self._by_topic) if topics is None else topics:
            for key in tuple(self._by_topic.get(topic, ())):
                self.drop(key)


def _weight(key: Key, ready: Ready) -> int:
    headers = sum(len(name) + len(value) for name, value in ready.headers)
    return len(ready.body) + headers + len(key[0]) + len(key[1]) + 1_000

"""The front cache: anonymous, unchanged answers come from ready bytes, before Quart does work."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fedi.web.negotiate import wants_document

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
T = TypeVar("T")
Headers = list[tuple[bytes, bytes]]

TOPICS = b"fedi-topics"
# Pages say "in 12 days"; after this long they are drawn again even if nothing changed.
FRESH_SECONDS = 120.0
LARGEST = 256 * 1024


@dataclass(slots=True)
class Ready:
    """An answer kept as bytes, and what makes it stale."""

    headers: Headers
    body: bytes
    etag: bytes
    topics: frozenset[str]
    until: float


class Front:
    """An ASGI layer that keeps answers which name their topics, until a topic is signalled."""

    def __init__(
        self,
        app: Application,
        *,
        language: Callable[[str], str],
        signed_fetch: bool = False,
        capacity: int = 64 * 1024 * 1024,
    ) -> None:
        self._app = app
        self._language = language
        self._signed_fetch = signed_fetch
        self._capacity = capacity
        self._size = 0
        self._kept: OrderedDict[tuple[Any, ...], Ready] = OrderedDict()
        self._by_topic: dict[str, set[tuple[Any, ...]]] = {}
        self._clock = 0
        self._cleared: dict[str, int] = {}
        self._floor = 0
        self._formats: dict[bytes, bool] = {}
        self._languages: dict[bytes, str] = {}

    def clear(self, topic: str) -> None:
        """Forget every answer that this topic makes stale, and those being drawn; `*` stands for all topics."""
        self._clock += 1
        if topic == "*":
            self._floor = self._clock
            for key in list(self._kept):
                self._drop(key)
            return
        self._cleared[topic] = self._clock
        if len(self._cleared) > 10_000:
            self._cleared.clear()
            self._floor = self._clock
        for key in self._by_topic.pop(topic, set()).copy():
            self._drop(key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        accept = language = match = b""
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = value
            elif name == b"accept-language":
                language = value
            elif name == b"if-none-match":
                match = value
            elif name in (b"cookie", b"authorization") or (
                self._signed_fetch and name in (b"signature", b"signature-input")
            ):
                await self._app(scope, receive, send)
                return
        key = (scope["path"], scope["query_string"], self._format(accept), self._tongue(language))
        ready = self._kept.get(key)
        if ready is not None:
            if ready.until > time.monotonic():
                self._kept.move_to_end(key)
                await _answer(ready, match, scope["method"], send)
                return
            self._drop(key)
        await self._draw(key, match, scope, receive, send)

    async def _draw(
        self, key: tuple[Any, ...], match: bytes, scope: Scope, receive: Receive, send: Send
    ) -> None:
        started = self._clock
        held: list[Message] = []
        keeping: frozenset[str] | None = None

        async def watch(message: Message) -> None:
            nonlocal keeping
            if message["type"] == "http.response.start":
                topics = [v for n, v in message["headers"] if n.lower() == TOPICS]
                message["headers"] = [(n, v) for n, v in message["headers"] if n.lower() != TOPICS]
                if topics and message["status"] == 200 and scope["method"] == "GET":
                    keeping = frozenset(topics[0].decode().split())
                    held.append(message)
                    return
            if keeping is None:
                await send(message)
            else:
                held.append(message)

        await self._app(scope, receive, watch)
        if keeping is None:
            return
        body = b"".join(message.get("body", b"") for message in held[1:])
        headers: Headers = [
            (n.lower(), v) for n, v in held[0]["headers"] if n.lower() not in (b"etag", b"date")
        ]
        etag = b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'
        headers.append((b"etag", etag))
        ready = Ready(headers, body, etag, keeping, time.monotonic() + FRESH_SECONDS)
        if len(body) <= LARGEST and self._unchanged(keeping, started):
            self._keep(key, ready)
        await _answer(ready, match, scope["method"], send)

    def _unchanged(self, topics: Iterable[str], since: int) -> bool:
        return since >= self._floor and all(self._cleared.get(t, 0) <= since for t in topics)

    def _keep(self, key: tuple[Any, ...], ready: Ready) -> None:
        self._drop(key)
        self._kept[key] = ready
        self._size += len(ready.body)
        for topic in ready.topics:
            self._by_topic.setdefault(topic, set()).add(key)
        while self._size > self._capacity:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[Any, ...]) -> None:
        ready = self._kept.pop(key, None)
        if ready is None:
            return
        self._size -= len(ready.body)
        for topic in ready.topics:
            keys = self._by_topic.get(topic)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._by_topic[topic]

    def _format(self, accept: bytes) -> bool:
        known = self._formats.get(accept)
        if known is None:
            known = _remember(self._formats, accept, wants_document(accept.decode("latin-1")))
        return known

    def _tongue(self, language: bytes) -> str:
        known = self._languages.get(language)
        if known is None:
            known = _remember(self._languages, language, self._language(language.decode("latin-1")))
        return known


def _remember(table: dict[bytes, T], key: bytes, value: T) -> T:
    if len(table) > 4_096 or len(key) > 512:
        table.clear()
    table[key] = value
    return value


async def _answer(ready: Ready, match: bytes, method: str, send: Send) -> None:
    """Send ready bytes, or 304 when the reader has them already."""
    if match and (ready.etag in (tag.strip().removeprefix(b"W/") for tag in match.split(b","))):
        kept = [h for h in ready.headers if h[0] not in (b"content-length", b"content-type")]
        await send({"type": "http.response.start", "status": 304, "headers": kept})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": ready.headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else ready.body})

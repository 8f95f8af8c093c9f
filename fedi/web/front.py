"""The front cache: anonymous, unchanged answers come from ready bytes, before Quart does work."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeVar

from fedi.web.negotiate import format_of
from fedi.web.shelf import Headers, Key, Ready, Shelf
from fedi.web.tongues import narrowed

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
T = TypeVar("T")

TOPICS = b"fedi-topics"
LANGUAGES = b"fedi-languages"
_OURS = (TOPICS, LANGUAGES)
# Pages say "in 12 days"; after this long they are drawn again even if nothing changed.
FRESH_SECONDS = 120.0
LARGEST = 256 * 1024
LONGEST_ADDRESS = 500
LONGEST_WISH = 512
"""An Accept or Accept-Language header longer than this is read each time, and not remembered."""


class Front:
    """An ASGI layer that keeps answers which name their topics, until a topic is signalled.

    An answer depends on path, query, and what `Accept` and `Accept-Language` come to; whoever signs in is never
    answered from here. What has a query has a shelf of its own, so that made-up queries push out nothing else.
    A text that is there in several languages says so, in the answer to whoever wants only the language of the
    interface; from then on each reader gets the one they like best.
    """

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
        self._plain = Shelf(capacity - capacity // 8)
        self._asked = Shelf(capacity // 8)
        self._clock = 0
        self._cleared: dict[str, int] = {}
        self._floor = 0
        self._formats: dict[bytes, str] = {}
        self._languages: dict[bytes, str] = {}

    def clear(self, topic: str) -> None:
        """Forget every answer that this topic makes stale, and those being drawn; `*` stands for all topics."""
        self._clock += 1
        topics = None if topic == "*" else (topic,)
        for shelf in (self._plain, self._asked):
            shelf.clear(topics)
        self._cleared[topic] = self._clock
        if topics is None or len(self._cleared) > 10_000:
            self._cleared.clear()
            self._floor = self._clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        accept = language = match = b""
        is_signed = passes_by = False
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = accept + b"," + value if accept else value
            elif name == b"accept-language":
                language = language + b"," + value if language else value
            elif name == b"if-none-match":
                match = match + b"," + value if match else value
            elif name in (b"signature", b"signature-input"):
                is_signed = True
            elif name in (b"cookie", b"authorization"):
                passes_by = True
        # A signature covers the method, so that a signed HEAD cannot be drawn as a GET.
        if passes_by or (is_signed and (self._signed_fetch or scope["method"] == "HEAD")):
            await self._app(scope, receive, _without_topics(send))
            return
        key = (
            scope["path"],
            scope["query_string"],
            self._format(accept),
            self._tongue(language),
        )
        shelf = self._asked if key[1] else self._plain
        ready = shelf.get(key, time.monotonic())
        if ready is None:
            ready = await self._draw(key, shelf, scope, receive, send)
        if ready is not None and ready.texts:
            tongue = narrowed(language.decode("latin-1"), key[3], ready.texts)
            if tongue != key[3]:
                key = (*key[:3], tongue)
                ready = shelf.get(key, time.monotonic())
                if ready is None:
                    ready = await self._draw(key, shelf, scope, receive, send)
        if ready is not None:
            await _answer(ready, match, scope["method"], send)

    async def _draw(
        self, key: Key, shelf: Shelf, scope: Scope, receive: Receive, send: Send
    ) -> Ready | None:
        """Let the application answer; return what is to be kept of it, or None if it was sent on already."""
        started = self._clock
        held: list[Message] = []
        topics: frozenset[str] | None = None
        pass_on = _without_topics(send)

        async def watch(message: Message) -> None:
            nonlocal topics
            if message["type"] == "http.response.start":
                named = [value for name, value in message["headers"] if name.lower() == TOPICS]
                if named and message["status"] == 200:
                    topics = frozenset(named[0].decode().split())
            if topics is not None:
                held.append(message)
            elif scope["method"] == "HEAD" and message["type"] == "http.response.body":
                await pass_on({**message, "body": b""})
            else:
                await pass_on(message)

        # Whatever it said in detail, the application sees the language the key has, or one reader could choose what
        # others are shown. Asked for the head alone, it draws the whole: length and ETag are those of the whole.
        headers = [header for header in scope["headers"] if header[0] != b"accept-language"]
        headers.append((b"accept-language", key[3].encode()))
        await self._app({**scope, "method": "GET", "headers": headers}, receive, watch)
        if topics is None:
            return None
        ready = _ready(held, topics)
        is_small = len(ready.body) <= LARGEST and len(key[0]) + len(key[1]) <= LONGEST_ADDRESS
        if is_small and self._unchanged(topics, started):
            shelf.put(key, ready)
        return ready

    def _unchanged(self, topics: Iterable[str], since: int) -> bool:
        return since >= self._floor and all(self._cleared.get(t, 0) <= since for t in topics)

    def _format(self, accept: bytes) -> str:
        known = self._formats.get(accept)
        return known or _remember(self._formats, accept, format_of(accept.decode("latin-1")))

    def _tongue(self, language: bytes) -> str:
        known = self._languages.get(language)
        return known or _remember(
            self._languages, language, self._language(language.decode("latin-1"))
        )


def _remember(table: dict[bytes, T], wish: bytes, value: T) -> T:
    if len(wish) <= LONGEST_WISH:
        if len(table) > 4_096:
            table.clear()
        table[wish] = value
    return value


def _without_topics(send: Send) -> Send:
    """Send on without the headers that are only for us."""

    async def pass_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [header for header in message["headers"] if header[0].lower() not in _OURS]
            message = {**message, "headers": headers}
        await send(message)

    return pass_on


def _ready(held: list[Message], topics: frozenset[str]) -> Ready:
    body = b"".join(message.get("body", b"") for message in held[1:])
    etag = b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'
    headers: Headers = [
        (name.lower(), value)
        for name, value in held[0]["headers"]
        if name.lower() not in (b"etag", b"date", b"content-length", *_OURS)
    ]
    texts = [value for name, value in held[0]["headers"] if name.lower() == LANGUAGES]
    headers += [(b"etag", etag), (b"content-length", str(len(body)).encode())]
    until = time.monotonic() + FRESH_SECONDS
    return Ready(headers, body, etag, topics, until, tuple(b" ".join(texts).decode().split()))


async def _answer(ready: Ready, match: bytes, method: str, send: Send) -> None:
    """Send ready bytes, or 304 when the reader has them already."""
    if match:
        known = [tag.strip().removeprefix(b"W/") for tag in match.split(b",")]
        if ready.etag in known or known == [b"*"]:
            left_out = (b"content-length", b"content-type")
            headers = [header for header in ready.headers if header[0] not in left_out]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
    await send({"type": "http.response.start", "status": 200, "headers": list(ready.headers)})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else ready.body})

"""A host of a made-up world, which answers what it is told to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from fedi.activitypub.handles import Handle

JRD = "application/jrd+json; charset=utf-8"


class Host:
    """Answers by `path?query`, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, str, bytes]] = {}
        self.asked: list[str] = []
        self.broken: int | None = None

    async def __call__(
        self, scope: Any, receive: Any, send: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        target = scope["raw_path"].decode() + "?" + scope["query_string"].decode()
        self.asked.append(target)
        status, kind, body = self.answers.get(target, (404, "text/plain", b""))
        headers = [(b"content-type", kind.encode())]
        status = self.broken or status
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def says(self, target: str, document: Any, kind: str = JRD, status: int = 200) -> None:
        self.answers[target] = (status, kind, orjson.dumps(document))

    def knows(self, handle: Handle, document: Any, kind: str = JRD, status: int = 200) -> None:
        self.says(f"/.well-known/webfinger?resource={handle.resource}", document, kind, status)

    def has_host_meta(self, text: str, kind: str = "application/xrd+xml") -> None:
        self.answers["/.well-known/host-meta?"] = (200, kind, text.encode())

"""POSTs over the connections of the one HTTP client by the shortest way, for those who send very many."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache

import httpx
from yarl import URL

from fedi.activitypub.client import Answer, exchange, failure
from fedi.activitypub.transport import GuardedTransport
from fedi.errors import FediError


class Poster:
    """Posts what is signed already, following nothing.

    httpx costs 0.5 ms of CPU for each request and aiohttp beneath it half of that (docs/performance.md), so
    what needs nothing of httpx goes straight to the guarded session.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._always = dict(client.headers)
        self._straight: dict[str, GuardedTransport] = {}
        for scheme in ("https", "http"):
            anywhere = httpx.URL(f"{scheme}://any.example/")
            transport = client._transport_for_url(anywhere)  # pyright: ignore[reportPrivateUsage]
            if isinstance(transport, GuardedTransport) and transport.proxy is None:
                self._straight[scheme] = transport

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, cap: int, seconds: float
    ) -> Answer:
        """Post to a URL in its `wire` form; read at most `cap` bytes of the answer. All failures are Unreachable."""
        straight = self._straight.get(url.partition(":")[0])
        if straight is None:
            return await exchange(
                self._client,
                "POST",
                url,
                headers=headers,
                body=body,
                cap=cap,
                cut=True,
                seconds=seconds,
            )
        try:
            async with asyncio.timeout(seconds):
                sent = {**self._always, **headers}
                async with await straight.post(url, _parsed(url), sent, body) as response:
                    content = bytearray()
                    async for chunk in response.content.iter_any():
                        content += chunk
                        if len(content) > cap:
                            break
                    said = httpx.Headers(response.raw_headers)
                    return Answer(url, response.status, said, bytes(content[:cap]))
        except FediError:
            raise
        except Exception as error:
            raise failure(error, url) from error


@lru_cache(maxsize=20_000)
def _parsed(url: str) -> URL:
    return URL(url, encoded=True)

"""Asking with the real client towards loopback: the client for a test, one request, and made-up names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any

import httpx
from aiohttp.abc import AbstractResolver, ResolveResult

from fedi.activitypub.client import Answer, exchange, make_client
from fedi.config import Config

NEAR = (ip_network("127.0.0.0/8"),)


@asynccontextmanager
async def using(config: Config, **parts: Any) -> AsyncIterator[httpx.AsyncClient]:
    client = make_client(config, **parts)
    try:
        yield client
    finally:
        await client.aclose()


async def ask(client: httpx.AsyncClient, url: str, **wishes: Any) -> Answer:
    wishes = {"headers": {}, "cap": 1000, "seconds": 5.0, **wishes}
    return await exchange(client, "GET", url, **wishes)


class Names(AbstractResolver):
    """A resolver that answers each look-up with the next of its addresses (or lists of them)."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        if not self.addresses:
            raise OSError(None, "no such name")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses.pop(0).split(",")
        ]

    async def close(self) -> None:
        self.addresses.clear()

"""Asking with the real client towards loopback: the client for a test, one request, and made-up names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import httpx
from aiohttp.abc import AbstractResolver, ResolveResult

from fedi.activitypub.client import Answer, exchange, make_client
from fedi.activitypub.fetch import Door, Limits
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


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now


@asynccontextmanager
async def near_door(config: Config, clock: Clock | None = None) -> AsyncIterator[Door]:
    """A door that leads to loopback, takes 10 kB and waits half a second."""
    near = replace(config, allow_private=NEAR)
    limits = Limits(document=10_000, seconds=0.5)
    async with using(near) as client:
        yield Door(client, near, limits=limits, clock=clock or Clock())

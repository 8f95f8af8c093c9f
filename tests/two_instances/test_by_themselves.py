"""Two instances as they run in earnest, with their own workers and clocks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from speaking import followers
from world import world


async def soon(look: Callable[[], Awaitable[bool]]) -> None:
    """Look again until it is so."""
    async with asyncio.timeout(20):
        while not await look():  # noqa: ASYNC110  the other instance works by itself
            await asyncio.sleep(0.02)


async def test_they_find_follow_and_answer_each_other_without_help(tmp_path: Path) -> None:
    async with world(tmp_path, "alpha", "beta", sockets=True, work=True) as two:
        alpha, beta = two["alpha"], two["beta"]
        await alpha.add_group("harbour", "Harbour Tenants")
        await beta.add_group("sister", "Sister Street")
        await beta.follow("sister", f"harbour@{alpha.domain}")

        async def is_followed() -> bool:
            return await followers(alpha) == [beta.house.site.group("sister")]

        await soon(is_followed)
        post = await alpha.publish()
        await beta.publish(group="sister", source="---\n---\nWe bring soup.\n", to=post)

        async def is_answered() -> bool:
            return "We bring soup." in await alpha.page(post)

        await soon(is_answered)
        await beta.boost("sister", post)

        async def is_shared() -> bool:
            return (await alpha.get(f"{post}/shares")).json()["totalItems"] == 1

        await soon(is_shared)

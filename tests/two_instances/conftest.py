"""Two instances that know nothing of each other yet; each test runs in one process and over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from world import World, world


@pytest.fixture(params=["one client", "sockets"])
async def two(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """`alpha` with the group harbour, and `beta` with the group sister."""
    async with world(tmp_path, "alpha", "beta", sockets=request.param == "sockets") as both:
        await both["alpha"].add_group("harbour", "Harbour Tenants")
        await both["beta"].add_group("sister", "Sister Street")
        yield both

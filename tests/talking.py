"""A group that talks with a village from its console: what is said to it, and what the village hears."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from doorstep import Browser, a_browser
from hearing import Hearing, hearing
from village import Person

HOME = "/console/harbour"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Hearing]:
    """The harbour with a second group beside it, and a village elsewhere."""
    async with hearing(tmp_path) as one:
        await one.here.add_group("sister", "Sister Street")
        yield one


@pytest.fixture
async def robin(town: Hearing) -> Browser:
    """A member of harbour."""
    return await a_browser(town.here)


async def answers(town: Hearing, who: Person, text: str, name: str = "1", **more: Any) -> str:
    """Let somebody answer a post of harbour's."""
    post = await town.post(source=f"---\n---\nPost for {name}.\n")
    await town.says(who, "Create", who.a_note(text, name, inReplyTo=post, **more), name)
    return f"{who.id}/notes/{name}"


def thread(note: str) -> str:
    """The path of a conversation in the console."""
    return f"{HOME}/conversation/thread?note={quote(note, safe='')}"


def told(town: Hearing) -> list[str]:
    """The types of what the village was told, in order."""
    return [said["type"] for said in town.village.told]

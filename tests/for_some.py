"""A group whose posts are for some: published, changed, and fetched by those who may and may not see them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from hearing import Hearing, hearing
from PIL import Image
from sounds import a_wav
from village import Person, a_fetch, send

from fedi.actors.may_read import Reader, may_read
from fedi.clock import now_ms
from fedi.publishing import prepare
from fedi.storage import objects, partners
from fedi.storage.tx import Tx

ROW = {"members", "partners"}
"""The audiences whose rows may tell what is hidden from all."""


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Hearing]:
    """The harbour, which anna follows and ben is a partner of; cara has nothing to do with it."""
    for name, colour in (("door", "teal"), ("roof", "red"), ("cellar", "blue")):
        buffer = BytesIO()
        Image.new("RGB", (64, 48), colour).save(buffer, "PNG")
        (tmp_path / f"{name}.png").write_bytes(buffer.getvalue())
    for seconds, name in enumerate(("speech", "whisper"), 1):
        (tmp_path / f"{name}.wav").write_bytes(a_wav(seconds))
    async with hearing(tmp_path) as one:
        anna, ben, _ = (one.village.person(name) for name in ("anna", "ben", "cara"))
        one.village.person("hidden")
        await one.says(anna, "Follow", one.harbour)
        await one.here.house.remote.actor(ben.id)
        await one.here.write(lambda tx: partners.add(tx, one.harbour, ben.id, now_ms()))
        yield one


async def publish(at: Hearing, kind: str, source: str, folder: Path) -> str:
    """Publish something with files from a folder, and return its id once it arrived everywhere."""
    told = await prepare.publish_file(
        at.here.house, "harbour", kind, source, folder=folder, by="us", now=now_ms()
    )
    await at.world.deliver()
    return told.id


async def fetched(at: Hearing, url: str, name: str) -> dict[str, Any]:
    """The document that somebody in the village is shown."""
    answer = await send(at.client, a_fetch(url, Person(at.village, name).key))
    assert answer.status_code == 200, (url, name)
    return answer.json()


async def seen_by_members(at: Hearing, post: str) -> bytes:
    """What the console shows members of something: its document, text and facts."""

    def unit(tx: Tx) -> bytes:
        audience = may_read(tx, post, Reader(member_of=at.harbour))
        version = objects.version(tx, post, audience or "")
        assert version
        facts = orjson.dumps(version.facts)
        return version.document + version.html.encode() + version.source.encode() + facts

    return await at.here.read(unit)


async def edit(at: Hearing, post: str, source: str, folder: Path) -> None:
    await prepare.edit_file(at.here.house, post, source, folder=folder, by="us", now=now_ms())
    await at.world.deliver()

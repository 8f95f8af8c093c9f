"""Minutes as members type them into the console's form."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from doorstep import Browser, a_browser
from world import Instance, world

from fedi.storage import drafts, persons
from fedi.storage.drafts import Draft
from fedi.storage.tx import Tx

TYPED: dict[str, Any] = {
    "title": "Heat, and who holds the keys",
    "day": "2027-06-03",
    "start": "19:00",
    "end": "21:30",
    "timezone": "Europe/London",
    "place_name": "Kingsley Hall",
    "attendance": "33",
    "body": "## How hot is it\n\nTop floors read *34* degrees.\n\n## Keys\n\n[[members: K. has the spare one.]]",
    "roles-0-role": "Facilitation",
    "roles-0-held_by": "M.",
    "decisions-0-text": "We carry the kitchen until 25 June",
    "decisions-0-consent": "29",
    "decisions-0-stand_aside": "1",
    "decisions-0-block": "0",
    "decisions-0-why_stand_aside": "I shall be away.\nNeither will I be there.",
    "decisions-0-item": "Keys",
    "decisions-0-review": "2027-09-02",
    "actions-0-text": "Book the hall",
    "actions-0-role": "Notes",
    "actions-0-due": "2027-06-10",
    "next_day": "2027-06-10",
    "next_hour": "19:00",
    "next_agenda": "Bread\nRoof",
}
"""A meeting with one of everything that needs nobody elsewhere."""
NEW = "/console/harbour/write/minutes"
IMPORT = f"{NEW}/import"


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Instance]:
    """An instance with the group harbour."""
    async with world(tmp_path, "alpha") as several:
        await several["alpha"].add_group()
        yield several["alpha"]


@pytest.fixture
async def ann(one: Instance) -> Browser:
    """A member of harbour."""
    return await a_browser(one, "ann")


@pytest.fixture
async def ben(one: Instance) -> Browser:
    """Another one."""
    return await a_browser(one, "ben")


def person(tx: Tx, name: str) -> str:
    """The id of the person with this name."""
    found = persons.find_login(tx, name)
    assert found
    return found.id


async def begin(member: Browser, group: str = "harbour", **more: Any) -> str:
    """Type minutes, save them, and return the path of their draft."""
    new = f"/console/{group}/write/minutes"
    await member.open(new)
    await member.send(new, do="save", **{**TYPED, **more})
    assert member.status == 200, member.page[-2000:]
    return member.at.partition("?")[0]


async def draft_at(one: Instance, path: str) -> Draft:
    """The draft whose page has this path."""
    found = await one.read(lambda tx: drafts.find(tx, path.split("/")[4]))
    assert found
    return found


async def published(one: Instance, group: str = "harbour", **more: Any) -> str:
    """Let two members publish minutes, and return the path of their page."""
    ann, ben = [await a_browser(one, name, group) for name in ("ann", "ben")]
    path = await begin(ann, group, **more)
    await ann.send(path, do="check")
    await ann.send(path, do="publish")
    waiting = ann.at.partition("?")[0]
    await ben.open(waiting)
    await ben.send(f"{waiting}/agree")
    assert "Done: two members agreed." in ben.page, ben.page[-3000:]
    await ann.open(f"/console/{group}/posts/minutes")
    found = re.search(r'href="(/minutes/[0-9a-z]{26})"', ann.page)
    assert found
    return found[1]


async def taken(ann: Browser, text: str) -> dict[str, str]:
    """Paste minutes, and return what then stands in the fields of the form."""
    await ann.open(IMPORT)
    await ann.send(IMPORT, text=text)
    assert ann.status == 200 and "Taken over. Look through it" in ann.page, ann.page[-2000:]
    values = ann.form(ann.at.partition("?")[0]).values
    return {name: value[0] for name, value in values.items() if value}

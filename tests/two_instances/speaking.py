"""What both sides of a conversation are asked about: who follows whom, what is shown, what was taken in."""

from __future__ import annotations

from typing import Any

import orjson
from world import Instance, World

from fedi.storage import follows, notes
from fedi.storage.notes import Note
from fedi.storage.tx import Tx


async def follow(two: World) -> str:
    """Let sister follow harbour; return harbour's id."""
    alpha, beta = two["alpha"], two["beta"]
    harbour = await beta.follow("sister", f"harbour@{alpha.domain}")
    await two.deliver()
    assert await followers(alpha) == [beta.house.site.group("sister")]
    return harbour


async def followers(
    one: Instance, group: str = "harbour", state: str = follows.ACCEPTED
) -> list[str]:
    """Who follows a group, in its own eyes."""
    actor = one.house.site.group(group)
    found = await one.read(lambda tx: follows.list_followers(tx, actor, state))
    return [follow.follower for follow in found]


async def following(
    one: Instance, group: str = "sister", state: str = follows.ACCEPTED
) -> list[str]:
    """Whom a group follows, in its own eyes."""
    actor = one.house.site.group(group)
    found = await one.read(lambda tx: follows.list_following(tx, actor, state))
    return [follow.followed for follow in found]


async def said(one: Instance, kind: str) -> list[dict[str, Any]]:
    """The activities of one type that the actors of an instance said, oldest first."""

    def unit(tx: Tx) -> list[dict[str, Any]]:
        rows = tx.all(
            "SELECT body FROM activities WHERE type = :kind ORDER BY created_at, id", kind=kind
        )
        return [orjson.loads(row["body"]) for row in rows]

    return await one.read(unit)


async def ignored(one: Instance) -> dict[str, int]:
    """How often an instance heard what nobody there handles."""
    rows = await one.read(lambda tx: tx.all("SELECT type, n FROM ignored"))
    return {row["type"]: row["n"] for row in rows}


async def heard(one: Instance) -> list[tuple[str, str]]:
    """Who said what to an instance, as its seen-before guard has it, in the order it came."""
    rows = await one.read(lambda tx: tx.all("SELECT signer, activity FROM seen ORDER BY at"))
    return [(row["signer"], row["activity"]) for row in rows]


async def note(one: Instance, note_id: str) -> Note | None:
    """A post of somebody else as an instance has it."""
    return await one.read(lambda tx: notes.find(tx, note_id))

"""What follows from a block or limit of a host for what came from there before; and from lifting it."""

from __future__ import annotations

from typing import Any

from fedi.actors import blocked
from fedi.conversation import keeping
from fedi.conversation.replies import forget_author
from fedi.delivery.clockwork import job
from fedi.house import House
from fedi.storage import blocks, follows, groups, jobs, notes, signals
from fedi.storage.tx import Tx


def decide(tx: Tx, domain: str, severity: str | None, now: int) -> bool:
    """Block or limit a domain and all below it, or allow it (None); tell whether that changes anything.

    What came from there before is hidden, or shown again, in the background; blocked followers are let go.
    """
    if severity is None:
        changed = blocks.remove(tx, blocks.INSTANCE, domain)
    else:
        changed = blocks.severity(tx, blocks.INSTANCE, [domain]) != severity
        blocks.add(tx, blocks.INSTANCE, domain, severity, now)
    signals.bump(tx, "blocks")
    jobs.add(tx, "conversation.judge", domain, {"domain": domain}, now)
    return changed


@job("conversation.judge")
async def judge(house: House, payload: dict[str, Any]) -> None:
    """Go through all that came from a domain and hold it against the blocks as they are now."""
    domain = payload["domain"]
    last = ""
    while authors := await house.store.read(lambda tx, after=last: notes.authors(tx, after)):
        for author in (one for one in authors if _is_of(one, domain)):
            await _judge_author(house, author)
        last = authors[-1]
    last = ""
    while followers := await house.store.read(
        lambda tx, after=last: follows.followers_after(tx, after)
    ):
        there = [one for one in followers if _is_of(one, domain)]
        await house.store.write(lambda tx, there=there: _let_go(tx, there))
        last = followers[-1]


async def _judge_author(house: House, author: str) -> None:
    last, now = "", house.now()
    while said := await house.store.read(lambda tx, after=last: notes.by_author(tx, author, after)):
        ids = [note.id for note in said]
        await house.store.write(lambda tx, ids=ids: _hold_against(tx, author, ids, now))
        last = ids[-1]


def _hold_against(tx: Tx, author: str, ids: list[str], now: int) -> None:
    stands = blocked.severity(tx, blocked.INSTANCE, [author])
    for name in ids:
        note = notes.find(tx, name)
        if note is None:
            continue
        if stands:
            keeping.hide(tx, name, now, "policy")
        elif note.hidden_by == "policy":
            keeping.show(tx, name)


def _let_go(tx: Tx, actors: list[str]) -> None:
    for actor in actors:
        if blocked.severity(tx, blocked.INSTANCE, [actor]) != "block":
            continue
        for ended in follows.remove_all(tx, actor):
            for one in (ended.followed, ended.follower):
                group = groups.find_by_actor(tx, one)
                if group is not None:
                    signals.bump(tx, f"group:{group.name}")


def _is_of(actor: str, domain: str) -> bool:
    host = blocked.host_of(actor)
    return (
        host == domain
        or host.partition(":")[0] == domain
        or host.partition(":")[0].endswith(f".{domain}")
    )


@job("conversation.forget")
async def forget(house: House, payload: dict[str, Any]) -> None:
    """Go on deleting what somebody said and did here who is gone."""
    now = house.now()
    await house.store.write(lambda tx: forget_author(tx, payload["actor"], now))

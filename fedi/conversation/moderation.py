"""What follows from a block or limit of a host for what came from there before; and from lifting it."""

from __future__ import annotations

from typing import Any

from fedi.actors import blocked
from fedi.conversation import keeping, votes
from fedi.conversation.replies import forget_author
from fedi.delivery.clockwork import job
from fedi.house import House
from fedi.storage import blocks, follows, groups, jobs, notes, polls, signals
from fedi.storage.tx import Tx


def decide(
    tx: Tx, subject: str, severity: str | None, now: int, group: str = blocks.INSTANCE
) -> bool:
    """Block or limit a domain and all below it, or an actor, or allow it (None); tell whether that changes anything.

    `group` is the actor id of a group that decides for itself. What came from there before is hidden, or shown
    again, in the background; blocked followers are let go.
    """
    if severity is None:
        changed = blocks.remove(tx, group, subject)
    else:
        changed = blocks.severity(tx, group, [subject]) != severity
        blocks.add(tx, group, subject, severity, now)
    signals.bump(tx, "blocks")
    jobs.add(tx, "conversation.judge", f"{group} {subject}", {"subject": subject}, now)
    return changed


@job("conversation.judge")
async def judge(house: House, payload: dict[str, Any]) -> None:
    """Go through all that came from a domain or actor and hold it against the blocks as they are now."""
    subject = payload["subject"]
    last = ""
    while authors := await house.store.read(lambda tx, after=last: notes.authors(tx, after)):
        for author in (one for one in authors if _is_of(one, subject)):
            await _judge_author(house, author)
        last = authors[-1]
    last = ""
    while followers := await house.store.read(
        lambda tx, after=last: follows.followers_after(tx, after)
    ):
        there = [one for one in followers if _is_of(one, subject)]
        await house.store.write(lambda tx, there=there: _let_go(tx, there))
        last = followers[-1]
    last = ""
    while voters := await house.store.read(lambda tx, after=last: polls.voters_after(tx, after)):
        there = [one for one in voters if _is_of(one, subject)]
        await house.store.write(lambda tx, there=there: _drop_votes(tx, there, house.now()))
        last = voters[-1]


async def _judge_author(house: House, author: str) -> None:
    last, now = "", house.now()
    while said := await house.store.read(lambda tx, after=last: notes.by_author(tx, author, after)):
        ids = [note.id for note in said]
        await house.store.write(lambda tx, ids=ids: _hold_against(tx, author, ids, now))
        last = ids[-1]


def _hold_against(tx: Tx, author: str, ids: list[str], now: int) -> None:
    for name in ids:
        note = notes.find(tx, name)
        if note is None:
            continue
        stands = blocked.severity(tx, blocked.INSTANCE, [author])
        if note.to_group and not stands:
            stands = blocked.severity(tx, note.to_group, [author])
        if stands:
            keeping.hide(tx, name, now, "policy")
        elif note.hidden_by == "policy":
            keeping.show(tx, name)


def _drop_votes(tx: Tx, actors: list[str], now: int) -> None:
    for actor in actors:
        votes.drop_unwelcome(tx, actor, now)


def _let_go(tx: Tx, actors: list[str]) -> None:
    """End the follows between these and whoever blocks them, the instance or the group itself."""
    for actor in actors:
        for followed in follows.followed_by(tx, actor):
            group = groups.find_by_actor(tx, followed)
            if group is not None and blocked.is_blocked(tx, followed, actor):
                follows.remove(tx, actor, followed)
                follows.remove(tx, followed, actor)
                signals.bump(tx, f"group:{group.name}")


def _is_of(actor: str, subject: str) -> bool:
    """Tell whether a subject means this actor: itself, its host, or a domain above."""
    host = blocked.host_of(actor)
    name = host.partition(":")[0]
    return subject in (actor, host, name) or name.endswith(f".{subject}")


@job("conversation.forget")
async def forget(house: House, payload: dict[str, Any]) -> None:
    """Go on deleting what somebody said and did here who is gone."""
    now = house.now()
    await house.store.write(lambda tx: forget_author(tx, payload["actor"], now))

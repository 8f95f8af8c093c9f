"""Somebody our groups follow moves to another server: the follow goes along, once both sides say so."""

from __future__ import annotations

from fedi.activitypub.vocabulary import id_of
from fedi.actors.follows import follow, unfollow
from fedi.actors.receive import Incoming, receives
from fedi.delivery.clockwork import House, job
from fedi.site import Site
from fedi.storage import actors, follows, groups, jobs
from fedi.storage.actors import Actor
from fedi.storage.follows import PENDING
from fedi.storage.tx import Tx

COOLDOWN_MS = 7 * 86_400_000  # as Mastodon (interop §6.17)


@receives("Move", of="self")
def on_move(tx: Tx, told: Incoming) -> None:
    """Have a move looked into, if a group of ours follows who moves, at most once in a week."""
    target = id_of(told.activity.target)
    if target is None or target == told.by or not _followers(tx, told.by):
        return
    if actors.begin_move(tx, told.by, told.now, COOLDOWN_MS):
        jobs.add(tx, "actors.move", told.by, {"origin": told.by, "target": target}, told.now)


@job("actors.move")
async def look_into(house: House, payload: dict[str, str]) -> None:
    """Fetch the new actor afresh and move our follows, if it names the old one as another name of its own."""
    target = await house.remote.actor(payload["target"], max_age_ms=0)
    now = house.now()
    await house.store.write(lambda tx: go_along(tx, house.site, payload["origin"], target, now))


def go_along(tx: Tx, site: Site, origin: str, target: Actor, now: int) -> bool:
    """Let our groups follow the new actor instead of the old; tell whether the new one confirms the move."""
    if origin not in target.also_known_as or target.gone_at is not None:
        return False
    actors.set_moved(tx, origin, target.id)
    for ours in _followers(tx, origin):
        group = groups.find_by_actor(tx, ours)
        if group is None:
            continue
        unfollow(tx, site, group.name, origin, now)
        if ours != target.id and follows.find(tx, ours, target.id) is None:
            follow(tx, site, group.name, target.id, now)
    return True


def _followers(tx: Tx, actor: str) -> list[str]:
    return [*follows.ours_of(tx, actor), *follows.ours_of(tx, actor, PENDING)]

"""Somebody elsewhere blocks one of our groups: nothing goes to them any more, in neither direction."""

from __future__ import annotations

from fedi.activitypub.vocabulary import id_of
from fedi.actors.receive import Incoming, receives, recognises
from fedi.storage import blocked_by, follows, signals
from fedi.storage.tx import Tx


@receives("Block", to="group")
def on_block(tx: Tx, told: Incoming) -> None:
    """Note the block and end the follows between the two."""
    group = told.about.ours
    if group is None:
        return
    blocked_by.add(tx, group.actor, told.by, told.activity.id or "", told.now)
    follows.remove(tx, told.by, group.actor)
    follows.remove(tx, group.actor, told.by)
    signals.bump(tx, f"group:{group.name}")


@receives("Undo", of="Block")
def on_undo_block(tx: Tx, told: Incoming) -> None:
    """Forget a block when whoever made it takes it back, named by its id or embedded."""
    carried = told.activity.object
    group = blocked_by.find_begun(tx, told.by, id_of(carried) or "")
    if isinstance(carried, dict):
        if id_of(carried.get("actor")) not in (None, told.by):
            return
        group = id_of(carried.get("object")) or group
    if group:
        blocked_by.remove(tx, group, told.by)


@recognises
def begins_a_block(tx: Tx, actor: str, name: str) -> str | None:
    """Know the id of the Block with which somebody blocked one of our groups."""
    return "Block" if blocked_by.find_begun(tx, actor, name) else None

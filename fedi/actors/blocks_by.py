"""Somebody elsewhere blocks one of our groups: nothing goes to them any more, in neither direction."""

from __future__ import annotations

from fedi.activitypub.vocabulary import id_of
from fedi.actors.receive import Incoming, receives
from fedi.storage import blocked_by, follows, signals
from fedi.storage.tx import Tx


@receives("Block", to="group")
def on_block(tx: Tx, told: Incoming) -> None:
    """Note the block and end the follows between the two."""
    group = told.about.ours
    if group is None:
        return
    blocked_by.add(tx, group.actor, told.by, told.now)
    follows.remove(tx, told.by, group.actor)
    follows.remove(tx, group.actor, told.by)
    signals.bump(tx, f"group:{group.name}")


@receives("Undo", of="Block", to="group")
def on_undo_block(tx: Tx, told: Incoming) -> None:
    """Forget a block, when whoever made it takes it back."""
    carried = told.activity.object
    if isinstance(carried, dict) and id_of(carried.get("actor")) in (None, told.by):
        blocked_by.remove(tx, told.about.group or "", told.by)

"""What other actors tell us about themselves: a changed profile, what they feature, and that they are gone."""

from __future__ import annotations

from typing import Any

import orjson

from fedi.activitypub.vocabulary import id_of, read_actor
from fedi.activitypub.vocabulary.values import millis_of
from fedi.actors import known
from fedi.actors.receive import Incoming, receives
from fedi.errors import Malformed
from fedi.storage import featured, follows, jobs
from fedi.storage.actors import Actor
from fedi.storage.tx import Tx

MOST_FEATURED = 50


@receives("Update", of="self")
def on_update_self(tx: Tx, told: Incoming) -> None:
    """Take over an actor's own new profile and keys; have it fetched where it is only named, or was passed on.

    What is passed on comes in any order, and an older profile would bring back keys that were given up.
    """
    carried = told.activity.object
    if told.proof != "http" or not isinstance(carried, dict) or "inbox" not in carried:
        jobs.add(tx, "actors.refresh", told.by, {"actor": told.by}, told.now)
        return
    try:
        read = read_actor(carried)
    except Malformed:
        return
    if read.id == told.by and not _is_older(carried, told.sender):
        known.keep(tx, read, carried, told.now)


@receives("Delete", of="self")
def on_delete_self(tx: Tx, told: Incoming) -> None:
    """Let go of an actor that says it is gone."""
    known.let_go(tx, told.by, told.now)


@receives("Add")
def on_add(tx: Tx, told: Incoming) -> None:
    """Note what an actor that one of our groups follows features; every other Add is not ours."""
    name = id_of(told.activity.object)
    if (
        name
        and _is_featured(tx, told)
        and len(featured.list_(tx, told.by, MOST_FEATURED)) < MOST_FEATURED
    ):
        featured.add(tx, told.by, name, told.now)


@receives("Remove")
def on_remove(tx: Tx, told: Incoming) -> None:
    """Note what an actor no longer features."""
    name = id_of(told.activity.object)
    if name and _is_featured(tx, told):
        featured.remove(tx, told.by, name)


def _is_older(carried: dict[str, Any], kept: Actor | None) -> bool:
    """Tell whether a profile says of itself that it is older than the one we have."""
    if kept is None or kept.document is None:
        return False
    updated = millis_of(carried.get("updated"))
    before = millis_of(orjson.loads(kept.document).get("updated"))
    return updated is not None and before is not None and updated < before


def _is_featured(tx: Tx, told: Incoming) -> bool:
    """Tell whether an activity is about the sender's own featured collection, and the sender is followed."""
    target = id_of(told.activity.target)
    if target is None or told.sender is None or told.sender.document is None:
        return False
    document = orjson.loads(told.sender.document)
    return id_of(document.get("featured")) == target and bool(follows.ours_of(tx, told.by))

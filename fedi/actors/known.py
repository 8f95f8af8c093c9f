"""Keeping what other actors say about themselves, and letting go of those who are gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from fedi.activitypub import vocabulary
from fedi.activitypub.keys import PublicKey, read_keys
from fedi.activitypub.origins import host_of
from fedi.actors.follows import drop_all
from fedi.storage import actors, featured, jobs, keys
from fedi.storage.actors import Actor
from fedi.storage.keys import StoredKey
from fedi.storage.tx import Tx


def keep(tx: Tx, read: vocabulary.Actor, document: Mapping[str, Any], now: int) -> Actor:
    """Keep an actor and its keys as its own document gives them, and have its handle confirmed.

    A key that it no longer names stops counting; its row stays.
    """
    actor = Actor(
        id=read.id,
        is_local=False,
        type=read.type,
        host=host_of(read.id),
        username=read.username,
        name=read.name,
        summary=read.summary_html,
        url=read.url,
        inbox=read.inbox,
        shared_inbox=read.shared_inbox,
        followers=read.followers,
        locked=read.manually_approves,
        moved_to=read.moved_to,
        also_known_as=read.also_known_as,
        document=orjson.dumps(document).decode(),
    )
    actors.put_remote(tx, actor, now)
    named = {key.id: key for key in read_keys(document) if key.owner == read.id}
    for old in keys.of_actor(tx, read.id):
        if old.id not in named:
            keys.retire(tx, old.id, now)
    for key in named.values():
        keys.put(
            tx, StoredKey(key.id, read.id, key.algorithm, key.material, None, valid_from=now), now
        )
    kept = actors.find(tx, read.id) or actor
    if kept.handle is None and not kept.is_local:
        jobs.add(tx, "actors.confirm_handle", read.id, {"actor": read.id}, now)
    return kept


def let_go(tx: Tx, actor_id: str, now: int) -> None:
    """Note that an actor is gone: nothing is sent to it any more, and it follows nobody."""
    actors.mark_gone(tx, actor_id, now)
    drop_all(tx, actor_id)
    featured.remove_all(tx, actor_id)


def public_key(stored: StoredKey) -> PublicKey:
    """Give a stored key as those who check signatures want it."""
    algorithm = "rsa" if stored.algorithm == "rsa" else "ed25519"
    return PublicKey(stored.id, stored.actor, algorithm, stored.public)

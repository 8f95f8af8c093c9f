"""The instance's own `Application` actor: it signs public fetches, and nobody can follow it."""

from __future__ import annotations

import asyncio

from fedi.activitypub.keys import KeyPair, generate_ed25519, generate_rsa
from fedi.site import Site
from fedi.storage import actors, keys
from fedi.storage.actors import Actor
from fedi.storage.keys import StoredKey
from fedi.storage.standing import has_instance
from fedi.storage.store import Store
from fedi.storage.tx import Tx

NAME = "instance"
"""What stands in its handle; a reserved name, so no group can have it."""


async def ensure_instance(store: Store, site: Site, now: int) -> None:
    """Make the instance's actor and its keys unless it is there; raise Refused if it has another name."""
    if await store.read(lambda tx: has_instance(tx, site)):
        return
    rsa, ed25519 = await asyncio.to_thread(lambda: (generate_rsa(), generate_ed25519()))
    await store.write(lambda tx: add_instance(tx, site, rsa, ed25519, now))


def add_instance(tx: Tx, site: Site, rsa: KeyPair, ed25519: KeyPair, now: int) -> bool:
    """Make the instance's actor with these keys unless it is there; tell whether it was made."""
    tx.lock("instance")
    if actors.find(tx, site.actor):
        return False
    actors.put_local(
        tx,
        Actor(
            id=site.actor,
            is_local=True,
            type="Application",
            host=site.host,
            username=NAME,
            handle=site.handle(NAME),
            name=site.domain,
            url=f"{site.origin}/about",
            inbox=f"{site.actor}/inbox",
            shared_inbox=site.shared_inbox,
            locked=True,
        ),
        now,
    )
    add_keys(tx, site.actor, (rsa, ed25519), now, valid_from=now)
    return True


def add_keys(tx: Tx, actor: str, pairs: tuple[KeyPair, ...], now: int, *, valid_from: int) -> None:
    """Give an actor of ours new keys, under ids that never stood for another key."""
    taken = len(keys.of_actor(tx, actor))
    for number, pair in enumerate(pairs, taken + 1):
        keys.put(
            tx,
            StoredKey(
                id=f"{actor}#key-{number}",
                actor=actor,
                algorithm=pair.algorithm,
                public=pair.public,
                private=pair.private,
                valid_from=valid_from,
            ),
            now,
        )

"""The instance itself: its name, and its `Application` actor, which signs public fetches and cannot be followed."""

from __future__ import annotations

import asyncio

from fedi.activitypub.keys import KeyPair, generate_ed25519, generate_rsa
from fedi.errors import Refused, _
from fedi.site import Site
from fedi.storage import actors, keys, settings, signals
from fedi.storage.actors import Actor
from fedi.storage.keys import StoredKey
from fedi.storage.standing import has_instance
from fedi.storage.store import Store
from fedi.storage.tx import Tx

NAME = "instance"
"""What stands in its handle; a reserved name, so no group can have it."""
LONGEST_NAME = 100


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
            name=name_of(tx, site),
            url=f"{site.origin}/about",
            inbox=f"{site.actor}/inbox",
            shared_inbox=site.shared_inbox,
            locked=True,
        ),
        now,
    )
    add_keys(tx, site.actor, (rsa, ed25519), now, valid_from=now)
    return True


def name_of(tx: Tx, site: Site) -> str:
    """Return what the instance is called: its domain, unless it was given a name."""
    return settings.get(tx, "instance_name") or site.domain


def rename(tx: Tx, site: Site, name: str) -> str:
    """Give the instance a name, or its domain again where that or nothing is given; return what it is called."""
    name = check_name(name)
    if name == site.domain:
        name = ""
    if name != settings.get(tx, "instance_name"):
        settings.put(tx, "instance_name", name)
        # It stands on every page.
        signals.bump(tx, signals.EVERYTHING)
    return name or site.domain


def check_name(name: str) -> str:
    """Return a name as an instance would bear it, or raise Refused."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refused(_("The name of a server has at most %(most)s characters."), most=LONGEST_NAME)
    if any(ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0 for sign in name):
        raise Refused(_("There are signs in this name that nobody can see."))
    return name


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

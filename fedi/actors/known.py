"""Keeping what other actors say about themselves, and letting go of those who are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from fedi.activitypub import vocabulary
from fedi.activitypub.keys import PublicKey, read_keys
from fedi.activitypub.origins import host_of
from fedi.actors.follows import drop_all
from fedi.delivery.retry import DAY, LIFETIME
from fedi.storage import actors, featured, jobs, keys, signals
from fedi.storage.actors import Actor
from fedi.storage.keys import StoredKey
from fedi.storage.tx import Tx

ON_ITS_WAY_MS = LIFETIME + DAY
"""How long what our own retired keys signed may still arrive here."""

LARGEST_KEPT = 100_000
"""Of a larger document only what is read again is kept: an actor costs its server nothing to make up."""

Farewell = Callable[[Tx, str, int], None]

_farewells: list[Farewell] = []


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
        document=_verbatim(document),
    )
    actors.put_remote(tx, actor, now)
    _keep_keys(tx, read.id, read_keys(document), now)
    kept = actors.find(tx, read.id) or actor
    if kept.handle is None and not kept.is_local:
        jobs.add(tx, "actors.confirm_handle", read.id, {"actor": read.id}, now)
    return kept


def when_gone(farewell: Farewell) -> Farewell:
    """Register what another room does, in the same transaction, when an actor is gone."""
    _farewells.append(farewell)
    return farewell


def let_go(tx: Tx, actor_id: str, now: int) -> None:
    """Note that an actor is gone: nothing is sent to it any more, it follows nobody, and others say farewell."""
    actors.mark_gone(tx, actor_id, now)
    drop_all(tx, actor_id)
    featured.remove_all(tx, actor_id)
    for farewell in _farewells:
        farewell(tx, actor_id, now)


def is_usable(stored: StoredKey, now: int) -> bool:
    """Tell whether a key may still prove who speaks: another's until it expires, while its owner names it."""
    return stored.private is not None or stored.valid_until is None or stored.valid_until > now


def public_key(stored: StoredKey) -> PublicKey:
    """Give a stored key as those who check signatures want it; ours last until all they signed has arrived."""
    algorithm = "rsa" if stored.algorithm == "rsa" else "ed25519"
    until = stored.valid_until
    if until is not None and stored.private is not None:
        until += ON_ITS_WAY_MS
    return PublicKey(stored.id, stored.actor, algorithm, stored.public, until)


def _keep_keys(tx: Tx, owner: str, found: Iterable[PublicKey], now: int) -> None:
    named = {key.id: key for key in found if key.owner == owner}
    before = {key.id: key for key in keys.of_actor(tx, owner) if is_usable(key, now)}
    for key_id in before.keys() - named.keys():
        keys.retire(tx, key_id, now)
    for key in named.values():
        stored = StoredKey(
            key.id, owner, key.algorithm, key.material, None, now, valid_until=key.valid_until
        )
        keys.put(tx, stored, now)
        old = before.get(key.id)
        if old and (old.public, old.valid_until) != (stored.public, stored.valid_until):
            signals.bump(tx, keys.SIGNAL)


def _verbatim(document: Mapping[str, Any]) -> str:
    text = orjson.dumps(document).decode()
    if len(text) <= LARGEST_KEPT:
        return text
    read_again = {name: document[name] for name in ("featured", "updated") if name in document}
    return orjson.dumps({name: v for name, v in read_again.items() if isinstance(v, str)}).decode()

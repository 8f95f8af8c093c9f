"""The keys with which our actors sign what they send and what they say."""

from __future__ import annotations

from typing import cast

from fedi.activitypub.keys import Algorithm, PrivateKey
from fedi.storage import keys
from fedi.storage.tx import Tx


def signing_key(tx: Tx, actor: str, algorithm: Algorithm, at: int | None = None) -> PrivateKey:
    """Return the key with which an actor of ours signs (at a moment, or now), or raise NotFound."""
    stored = keys.signing(tx, actor, algorithm, at)
    return PrivateKey(stored.id, stored.actor, algorithm, cast(str, stored.private))

"""What tells a receiver whether we agree on which of its people follow us (FEP-8fcf)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def followers_digest(ids: Iterable[str]) -> str:
    """Return the XOR of the SHA-256 of each id, in hexadecimal; of nobody it is all zeros."""
    digest = 0
    for actor_id in ids:
        digest ^= int.from_bytes(hashlib.sha256(actor_id.encode()).digest())
    return f"{digest:064x}"


def synchronisation_header(actor: str, followers_there: Iterable[str]) -> str:
    """Write the `Collection-Synchronization` header for one host, given its followers of an actor of ours."""
    return (
        f'collectionId="{actor}/followers", url="{actor}/followers_synchronization", '
        f'digest="{followers_digest(followers_there)}"'
    )

"""What our actors say: an activity and its deliveries, written down in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from fedi.activitypub.context import ACTIVITY_CONTEXT
from fedi.activitypub.proofs import add_proof
from fedi.activitypub.vocabulary import id_of
from fedi.delivery.activities import Audience
from fedi.delivery.signing import signing_key
from fedi.site import Site
from fedi.storage import activities, deliveries
from fedi.storage.activities import Activity
from fedi.storage.tx import Tx

LARGEST_BODY = 60 * 1024
"""In bytes; Misskey takes 64 KiB (interop §5.4)."""
_PROOF_BYTES = 1024


def record(
    tx: Tx, site: Site, *, by: str, activity: Mapping[str, Any], audience: Audience, now: int
) -> str:
    """Keep what an actor of ours says, with an id, a context and a proof (FEP-8b32), and return the id.

    Every inbox gets these very bytes. An activity too large for the smallest of them names its object
    instead of carrying it; the object can be fetched.
    """
    said = {"@context": ACTIVITY_CONTEXT, "id": site.new_activity(), **activity, "actor": by}
    carried = said.get("object")
    name = id_of(carried)
    if isinstance(carried, Mapping) and name and _size(said) > LARGEST_BODY - _PROOF_BYTES:
        said["object"] = name
    proven = add_proof(said, signing_key(tx, by, "ed25519"), now)
    activities.add(
        tx,
        Activity(
            id=proven["id"],
            actor=by,
            type=proven["type"],
            object=name,
            audience=audience,
            body=orjson.dumps(proven),
            created_at=now,
        ),
    )
    return proven["id"]


def send(
    tx: Tx,
    site: Site,
    *,
    by: str,
    activity: Mapping[str, Any],
    to: Iterable[str],
    now: int,
    audience: Audience = "direct",
) -> str:
    """Say something to these actors, each at its own inbox if it is for them alone; return its id.

    Actors that are unknown, gone or blocked are passed over.
    """
    said = record(tx, site, by=by, activity=activity, audience=audience, now=now)
    planned = _add_all(tx, said, by, to, now, shared=audience != "direct")
    deliveries.begin(tx, said, planned, now)
    return said


def publish(
    tx: Tx,
    site: Site,
    *,
    by: str,
    activity: Mapping[str, Any],
    audience: Audience,
    now: int,
    also: Iterable[str] = (),
) -> str:
    """Say something to all followers, and to those it mentions or answers; return its id."""
    said = record(tx, site, by=by, activity=activity, audience=audience, now=now)
    planned = deliveries.fan_out(tx, said, by, now)
    planned += _add_all(tx, said, by, also, now, shared=True)
    deliveries.begin(tx, said, planned, now)
    return said


def _add_all(tx: Tx, said: str, by: str, to: Iterable[str], now: int, *, shared: bool) -> int:
    return sum(
        deliveries.add(tx, said, by, recipient, now, shared=shared)
        for recipient in dict.fromkeys(to)
    )


def _size(document: Mapping[str, Any]) -> int:
    return len(orjson.dumps(document))

"""Who provably sent a request: the one question before anything takes effect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, Protocol

from fedi.activitypub.keys import PublicKey
from fedi.activitypub.origins import same_origin
from fedi.activitypub.proofs import check_proof, proof_key_ids
from fedi.activitypub.signatures import (
    Request,
    SignatureInfo,
    check_claims,
    is_signed_by,
    read_signature,
)
from fedi.errors import Malformed, Unauthorised, Unreachable

By = Literal["signature", "proof", "forwarded"]

MOST_PROOF_KEYS = 2  # of one activity that are looked for


class FindKey(Protocol):
    """Finds a public key by its id; None if there is none, or no newer one may be asked for yet.

    With `refresh` it asks the key's server again, not more often than it thinks fit. What it finds
    has been named by its owner's own document.
    """

    def __call__(self, key_id: str, refresh: bool, /) -> Awaitable[PublicKey | None]: ...


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who provably said a document, and who brought it.

    - by `signature`: the actor sent it, and is `actor` and `signer`.
    - by `proof`: the actor's proof is on it; `signer` passed it on.
    - by `forwarded`: `signer` passed on what cannot be checked. There is no `actor`: nothing may take
      effect but fetching the document from its origin. Blocks concern the signer, too.
    """

    actor: str | None
    signer: str
    by: By
    key_id: str


async def authenticate(
    request: Request, document: Mapping[str, Any], find_key: FindKey, now: int
) -> Authenticated:
    """Return who provably sent an activity, or raise Unauthorised or Malformed.

    The document is the JSON as it was received, without duplicate keys. Its actor is who it names
    itself: a valid signature by somebody else proves nothing about it. What comes back in `actor` is
    what counts, also where the document is read through its JSON-LD context later.
    """
    actor = _actor_of(document)
    signed = await _signed_by(request, find_key, now)
    if signed is None:
        raise Unauthorised("The request is not signed.")
    info, key = signed
    if key.owner == actor:
        return Authenticated(actor, actor, "signature", info.key_id)
    proof = await _proven_by(document, actor, find_key, now)
    if proof is not None:
        return Authenticated(actor, key.owner, "proof", proof.id)
    return Authenticated(None, key.owner, "forwarded", info.key_id)


async def authenticate_fetch(request: Request, find_key: FindKey, now: int) -> str | None:
    """Return the id of the actor who signed a GET, or None if nobody did; raise if the signature is bad."""
    signed = await _signed_by(request, find_key, now)
    return signed[1].owner if signed else None


async def _signed_by(
    request: Request, find_key: FindKey, now: int
) -> tuple[SignatureInfo, PublicKey] | None:
    info = read_signature(request)
    if info is None:
        return None
    check_claims(info, request, now)
    key = await _fitting(find_key, info.key_id, lambda key: is_signed_by(info, key), now)
    if key is None:
        raise Unauthorised(f"No key {info.key_id} was found that made this signature.")
    return info, key


async def _proven_by(
    document: Mapping[str, Any], actor: str, find_key: FindKey, now: int
) -> PublicKey | None:
    def proves(key: PublicKey) -> bool:
        return key.owner == actor and check_proof(document, key, now)

    of_actors_server = (name for name in proof_key_ids(document) if same_origin(name, actor))
    for key_id in islice(of_actors_server, MOST_PROOF_KEYS):
        try:
            key = await _fitting(find_key, key_id, proves, now)
        except Unreachable:
            continue
        if key is not None:
            return key
    return None


async def _fitting(
    find_key: FindKey, key_id: str, fits: Callable[[PublicKey], bool], now: int
) -> PublicKey | None:
    """Find the key that fits; if the one we know does not, ask once whether it was changed."""

    def is_the(key: PublicKey) -> bool:
        # A document that answers with another key than the one asked for vouches for nobody.
        return key.id == key_id and not key.is_over(now) and fits(key)

    key = await find_key(key_id, False)
    if key is None or is_the(key):
        return key
    newer = await find_key(key_id, True)
    return newer if newer and newer != key and is_the(newer) else None


def _actor_of(document: Mapping[str, Any]) -> str:
    """Give the one actor an activity names; its own id must be on the actor's server (interop §6.1)."""
    actor = document.get("actor")
    if isinstance(actor, Mapping):
        actor = actor.get("id")
    if not isinstance(actor, str) or not actor:
        raise Malformed("The activity does not name one actor.")
    activity_id = document.get("id")
    if isinstance(activity_id, str) and not same_origin(activity_id, actor):
        raise Malformed("The activity's id is not on its actor's server.")
    return actor

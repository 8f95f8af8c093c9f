"""HTTP signatures: draft-cavage-12 and RFC 9421, made and checked.

`sign` gives the headers to add to a request. `verify` checks one in a single step; `read_signature`,
`check_claims` and `is_signed_by` are its three steps, for whoever must find the key in between.
"""

from __future__ import annotations

from fedi.activitypub.keys import PrivateKey, PublicKey
from fedi.activitypub.signatures import cavage, rfc9421
from fedi.activitypub.signatures.digest import content_digest_header, digest_header
from fedi.activitypub.signatures.message import Form, Request, SignatureInfo
from fedi.activitypub.signatures.profile import check_claims, is_signed_by
from fedi.errors import Unauthorised

__all__ = [
    "Form",
    "Request",
    "SignatureInfo",
    "check_claims",
    "content_digest_header",
    "digest_header",
    "is_signed_by",
    "read_signature",
    "sign",
    "verify",
]


def sign(
    request: Request, key: PrivateKey, form: Form, now: int, *, with_query: bool = True
) -> dict[str, str]:
    """Give the headers that sign a request, to be added to the ones it has and sent as they are.

    A digest that the request already has is not computed again. `with_query=False` is for the second
    try of a GET towards servers that sign the path alone (interop §2.1); RFC 9421 does not know it.
    """
    if form == "cavage":
        return cavage.sign(request, key, now, with_query=with_query)
    return rfc9421.sign(request, key, now)


def read_signature(request: Request) -> SignatureInfo | None:
    """Read what a request's signature says about itself; None if it has none.

    Raises Malformed if it cannot be read, Unauthorised if it covers what is not there. A request with
    `Signature-Input` is never looked at as draft-cavage.
    """
    if "signature-input" in request.headers:
        return rfc9421.read(request)
    if "signature" in request.headers:
        return cavage.read(request)
    return None


def verify(request: Request, key: PublicKey, now: int) -> SignatureInfo:
    """Return what is signed if the request is signed with this key, or raise Unauthorised or Malformed."""
    info = read_signature(request)
    if info is None:
        raise Unauthorised("The request is not signed.")
    check_claims(info, request, now)
    if info.key_id != key.id or not is_signed_by(info, key):
        raise Unauthorised("The signature was not made with this key.")
    return info

"""Who reads: nobody in particular, or the actor whose key signed the request."""

from __future__ import annotations

from quart import request

from fedi.activitypub.authenticate import authenticate_fetch
from fedi.actors.may_read import Reader
from fedi.clock import now_ms
from fedi.errors import Unauthorised
from fedi.house import House
from fedi.web.arrival import signed_request


async def reader_of_request(house: House, *, document: bool = False) -> Reader:
    """Return the reader, or raise Unauthorised for a bad signature.

    With FEDI_SIGNED_FETCH nobody reads a document unsigned; pages and pictures stay open to people.
    """
    if "signature" not in request.headers and "signature-input" not in request.headers:
        if document and house.config.signed_fetch:
            raise Unauthorised("This server serves documents to signed requests only.")
        return Reader(None)
    signer = await authenticate_fetch(signed_request(house.site, None), house.remote.key, now_ms())
    return Reader(signer)

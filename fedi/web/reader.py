"""Who reads: nobody in particular, or the actor whose key signed the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from quart import request

from fedi.activitypub.authenticate import authenticate_fetch
from fedi.actors import blocked
from fedi.actors.may_read import ANYBODY, Reader
from fedi.clock import now_ms
from fedi.errors import Forbidden, Gone, NotFound, Unauthorised
from fedi.house import House
from fedi.storage.tx import Tx
from fedi.web.arrival import signed_request
from fedi.web.front import Scope

T = TypeVar("T")


async def read_for_request(house: House, unit: Callable[[Tx, Reader], T]) -> T:
    """Read a document for whoever asks, or raise Unauthorised for a bad signature where one was needed.

    What anybody may read is read without a look at the signature: it costs no key, and is served also to those whose
    signature we cannot check. (Fedify signs key ids with their fragment in @target-uri, by RFC 9421.)
    """
    if not house.config.signed_fetch:
        try:
            return await house.store.read(lambda tx: unit(tx, ANYBODY))
        except Gone:
            raise
        except NotFound:
            if not _is_signed():
                raise
    reader = await reader_of_request(house, document=True)
    return await house.store.read(lambda tx: unit(tx, reader))


async def read_as_signed(house: House, unit: Callable[[Tx, Reader], T]) -> T | None:
    """Read once more what anybody may read, for whoever sees more of it; None where nobody signed the request.

    Who signs in a way we cannot check is nobody here, and is served what anybody is.
    """
    if not _is_signed():
        return None
    try:
        reader = await reader_of_request(house, document=True)
    except Unauthorised:
        return None
    return await house.store.read(lambda tx: unit(tx, reader))


async def read_picture(house: House, unit: Callable[[Tx, Reader], T]) -> T:
    """Read a picture's row for whoever asks; a signature is looked at only where anybody may not.

    GoToSocial signs all its fetches, also of pictures; those of public posts must not cost a key (interop §1.1).
    """
    try:
        return await house.store.read(lambda tx: unit(tx, ANYBODY))
    except NotFound:
        if not _is_signed():
            raise
    reader = await reader_of_request(house)
    return await house.store.read(lambda tx: unit(tx, reader))


async def reader_of_request(house: House, *, document: bool = False) -> Reader:
    """Return the reader, or raise Unauthorised for a bad signature.

    With FEDI_SIGNED_FETCH nobody reads a document unsigned; pages and pictures stay open to people.
    """
    if not _is_signed():
        if document and house.config.signed_fetch:
            raise Unauthorised("This server serves documents to signed requests only.")
        return Reader(None)
    signer = await authenticate_fetch(
        signed_request(house.site, cast(Scope, request.scope), None), house.remote.key, now_ms()
    )
    if (
        signer
        and house.config.signed_fetch
        and await house.store.read(
            lambda tx: blocked.severity(tx, blocked.INSTANCE, [signer]) == "block"
        )
    ):
        raise Forbidden("This server shows nothing to yours.")
    return Reader(signer)


def _is_signed() -> bool:
    return "signature" in request.headers or "signature-input" in request.headers

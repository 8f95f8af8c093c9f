"""Digests of bodies: `Digest` beside draft-cavage signatures, `Content-Digest` (RFC 9530) beside RFC 9421."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable

from fedi.activitypub.signatures.structured import Item, parse_dictionary
from fedi.errors import Unauthorised

_HASHES: dict[str, Callable[[bytes], bytes]] = {
    "sha-256": lambda body: hashlib.sha256(body).digest(),
    "sha-512": lambda body: hashlib.sha512(body).digest(),
}


def digest_header(body: bytes) -> str:
    """Write the `Digest` of a body, in the upper case that PieFed compares literally."""
    return "SHA-256=" + b64encode(hashlib.sha256(body).digest()).decode()


def content_digest_header(body: bytes) -> str:
    """Write the `Content-Digest` of a body."""
    return f"sha-256=:{b64encode(hashlib.sha256(body).digest()).decode()}:"


def check_digest(header: str, body: bytes) -> None:
    """Raise Unauthorised unless every digest we know in a `Digest` header is the body's."""
    found: dict[str, bool] = {}
    for written in header.split(","):
        name, _, value = written.strip().partition("=")
        digest = _HASHES.get(name.lower())
        if name.lower() in found:
            raise Unauthorised(f"The Digest header has {name} twice.")
        if digest:
            found[name.lower()] = b64encode(digest(body)).decode() == value
    _judge(found, "Digest")


def check_content_digest(header: str, body: bytes) -> None:
    """Raise Unauthorised unless every digest we know in a `Content-Digest` header is the body's."""
    found: dict[str, bool] = {}
    for name, member in parse_dictionary(header).items():
        digest = _HASHES.get(name)
        if digest:
            found[name] = isinstance(member, Item) and member.value == digest(body)
    _judge(found, "Content-Digest")


def _judge(found: dict[str, bool], header: str) -> None:
    if not found:
        raise Unauthorised(f"The {header} header has neither SHA-256 nor SHA-512.")
    for name, matches in found.items():
        if not matches:
            raise Unauthorised(f"The body is not the one that was signed: its {name} differs.")

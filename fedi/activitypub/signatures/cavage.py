"""HTTP signatures after draft-cavage-http-signatures-12, in the one profile that suits every server."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from email.utils import formatdate

from fedi.activitypub.keys import PrivateKey, load_private
from fedi.activitypub.signatures.algorithms import make_signature
from fedi.activitypub.signatures.digest import digest_header
from fedi.activitypub.signatures.message import BODILESS, Request, SignatureInfo, header_bytes
from fedi.activitypub.signatures.structured import decode_base64
from fedi.errors import Malformed, Unauthorised

# Signed when the request has them, in this order, after the four that every server wants.
_ALSO_SIGNED = ("content-type", "collection-synchronization")


def sign(request: Request, key: PrivateKey, now: int, *, with_query: bool = True) -> dict[str, str]:
    """Give the headers to add: host, date, digest (of a body) and signature (interop §2.1).

    A `digest` that the request has is taken as it is. `with_query=False` signs the path alone, which
    is what Pleroma, Misskey, Mobilizon, PieFed and Gancio compute.
    """
    added = {"host": request.headers.get("host", request.authority), "date": http_date(now)}
    names = ["(request-target)", "host", "date"]
    if request.body is not None:
        added["digest"] = request.headers.get("digest") or digest_header(request.body)
        names.append("digest")
    names += [name for name in _ALSO_SIGNED if name in request.headers]
    headers = {**request.headers, **added}
    target = request.target if with_query else request.target.partition("?")[0]
    base = _base(names, _request_target(request.method, target), headers, {})
    signature = b64encode(make_signature(load_private(key), base)).decode()
    algorithm = "rsa-sha256" if key.algorithm == "rsa" else "hs2019"
    added["signature"] = (
        f'keyId="{key.id}",algorithm="{algorithm}",'
        f'headers="{" ".join(names)}",signature="{signature}"'
    )
    return added


def read(request: Request) -> SignatureInfo:
    """Read the `Signature` header, or raise Malformed."""
    said = _parameters(request.headers["signature"])
    key_id, signature = said.get("keyid"), said.get("signature")
    if not key_id or not signature:
        raise Malformed("The Signature header has no keyId or no signature.")
    covered = tuple(said.get("headers", "date").lower().split())
    if len(set(covered)) != len(covered):
        raise Malformed("The Signature header names a header twice.")
    algorithm = said["algorithm"].lower() if "algorithm" in said else None
    if algorithm not in (None, "hs2019") and not {"(created)", "(expires)"}.isdisjoint(covered):
        raise Malformed(f"(created) and (expires) do not go with {algorithm}.")
    return SignatureInfo(
        form="cavage",
        key_id=key_id,
        algorithm=algorithm,
        covered=covered,
        created=_seconds(said, "created") if "(created)" in covered else None,
        expires=_seconds(said, "expires") if "(expires)" in covered else None,
        bases=tuple(
            _base(covered, target, request.headers, said) for target in _targets(request, covered)
        ),
        signature=decode_base64(signature),
    )


def http_date(now: int) -> str:
    """Write a moment as an HTTP date."""
    return formatdate(now / 1000, usegmt=True)


def _targets(request: Request, covered: tuple[str, ...]) -> list[str]:
    """Give the request targets to try: with the query, and for a GET without it.

    Several servers sign the path alone. Where a body is sent the query must be signed: our inboxes
    have none, so all agree.
    """
    target = request.target
    targets = [_request_target(request.method, target)]
    if "?" in target and request.method in BODILESS and "(request-target)" in covered:
        targets.append(_request_target(request.method, target.partition("?")[0]))
    return targets


def _request_target(method: str, target: str) -> str:
    return f"{method.lower()} {target}"


def _base(
    names: tuple[str, ...] | list[str],
    request_target: str,
    headers: Mapping[str, str],
    said: dict[str, str],
) -> bytes:
    lines: list[str] = []
    for name in names:
        if name == "(request-target)":
            value = request_target
        elif name in ("(created)", "(expires)"):
            value = said.get(name[1:-1])
        else:
            value = headers[name].strip(" \t") if name in headers else None
        if value is None:
            raise Unauthorised(f"The signature covers {name}, which the request does not have.")
        lines.append(f"{name}: {value}")
    return header_bytes(lines)


def _seconds(said: dict[str, str], name: str) -> int:
    text = said.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Malformed(f"The parameter {name} of the Signature header is not a number of seconds.")
    return int(text)


def _parameters(header: str) -> dict[str, str]:
    """Read `name="value",name=value`; names in lower case, none twice."""
    said: dict[str, str] = {}
    at, end = 0, len(header)
    while at <= end:
        equals = header.find("=", at)
        name = header[at:equals].strip().lower()
        if equals < 0 or not name.isidentifier():
            raise Malformed("The Signature header has something that is not name=value.")
        at = equals + 1
        if header.startswith('"', at):
            close = header.find('"', at + 1)
            comma = header.find(",", close)
            value, after = header[at + 1 : close], header[close + 1 : comma if comma >= 0 else end]
            if close < 0 or after.strip():
                raise Malformed("The Signature header has a value that is not well quoted.")
        else:
            comma = header.find(",", at)
            value = header[at : comma if comma >= 0 else end].strip()
        if name in said:
            raise Malformed(f"The Signature header has {name} twice.")
        said[name] = value
        at = comma + 1 if comma >= 0 else end + 1
    return said

"""HTTP message signatures after RFC 9421, both for the federation's profile and in general."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from urllib.parse import parse_qsl, quote

from fedi.activitypub.keys import PrivateKey, load_private
from fedi.activitypub.origins import origin_of
from fedi.activitypub.signatures.algorithms import make_signature
from fedi.activitypub.signatures.digest import content_digest_header
from fedi.activitypub.signatures.message import Request, SignatureInfo, header_bytes
from fedi.activitypub.signatures.structured import (
    Bare,
    InnerList,
    Item,
    parse_dictionary,
    write_member,
)
from fedi.errors import Malformed, Unauthorised

LABEL = "sig1"
MOST_COMPONENTS = 32

# Signed when the request has them.
_ALSO_SIGNED = ("content-type", "collection-synchronization")
_ALGORITHMS = {"rsa": "rsa-v1_5-sha256", "ed25519": "ed25519"}


def sign(request: Request, key: PrivateKey, now: int) -> dict[str, str]:
    """Give the headers to add: host, content-digest (of a body), signature-input and signature.

    Covers what Mastodon and Fedify ask for (interop §2.4). A `content-digest` that the request has is
    taken as it is.
    """
    added = {"host": request.headers.get("host", request.authority)}
    names = ["@method", "@target-uri"]
    if request.body is not None:
        added["content-digest"] = request.headers.get("content-digest") or content_digest_header(
            request.body
        )
        names.append("content-digest")
    names += [name for name in _ALSO_SIGNED if name in request.headers]
    parameters: dict[str, Bare] = {
        "created": now // 1000,
        "keyid": key.id,
        "alg": _ALGORITHMS[key.algorithm],
    }
    covered = InnerList(tuple(Item(name, {}) for name in names), parameters)
    sent = Request(request.method, request.url, {**request.headers, **added}, request.body)
    base = signature_base(covered, lambda item: component(sent, item))
    signature = b64encode(make_signature(load_private(key), base)).decode()
    added["signature-input"] = f"{LABEL}={write_member(covered)}"
    added["signature"] = f"{LABEL}=:{signature}:"
    return added


def read(request: Request) -> SignatureInfo:
    """Read `Signature-Input` and `Signature`, or raise Malformed; exactly one label is allowed."""
    inputs = parse_dictionary(request.headers["signature-input"])
    signatures = parse_dictionary(request.headers.get("signature", ""))
    # With several a reader may check one and believe what another covers.
    if len(inputs) != 1 or inputs.keys() != signatures.keys():
        raise Malformed("The request must have exactly one signature, under one label.")
    (covered,), (signature,) = inputs.values(), signatures.values()
    if not isinstance(covered, InnerList) or not isinstance(signature, Item):
        raise Malformed("Signature-Input must be a list, and Signature bytes.")
    if not isinstance(signature.value, bytes):
        raise Malformed("The Signature header must have bytes.")
    said = covered.parameters
    base = signature_base(covered, lambda item: component(request, item))
    return SignatureInfo(
        form="rfc9421",
        key_id=_text(said.get("keyid"), "keyid") or "",
        algorithm=_text(said.get("alg"), "alg"),
        covered=tuple(_name(item) for item in covered.items),
        created=_seconds(said.get("created"), "created"),
        expires=_seconds(said.get("expires"), "expires"),
        bases=(base,),
        signature=signature.value,
    )


def signature_base(covered: InnerList, value_of: Callable[[Item], str]) -> bytes:
    """Write what is signed (RFC 9421 §2.5), asking for the value of each component."""
    if len(covered.items) > MOST_COMPONENTS:
        raise Malformed(f"Signature-Input names more than {MOST_COMPONENTS} components.")
    lines: list[str] = []
    seen: set[str] = set()
    for item in covered.items:
        if not isinstance(item.value, str):
            raise Malformed("Signature-Input names a component that is not a string.")
        identifier = write_member(item)
        if identifier in seen or item.value == "@signature-params":
            raise Malformed(f"Signature-Input must not have {identifier} here.")
        seen.add(identifier)
        lines.append(f"{identifier}: {value_of(item)}")
    lines.append(f'"@signature-params": {write_member(covered)}')
    return header_bytes(lines)


def component(request: Request, item: Item) -> str:
    """Give the value of a component of a request (RFC 9421 §2), or raise Unauthorised."""
    name = str(item.value)
    if name == "@query-param" and set(item.parameters) == {"name"}:
        return _query_parameter(request, str(item.parameters["name"]))
    if not name.startswith("@") and set(item.parameters) == {"key"}:
        return _dictionary_member(_header(request, name), name, str(item.parameters["key"]))
    if item.parameters:
        raise Unauthorised(f"The signature covers {write_member(item)}, which is not understood.")
    path, question, query = request.target.partition("?")
    match name:
        case "@method":
            return request.method
        case "@target-uri":
            return request.url
        case "@authority":
            return (origin_of(request.url) or "").partition("://")[2]
        case "@scheme":
            return request.url.partition("://")[0].lower()
        case "@request-target":
            return path + question + query
        case "@path":
            return path
        case "@query":
            return "?" + query
        case _:
            return _header(request, name)


def _header(request: Request, name: str) -> str:
    value = request.headers.get(name)
    if value is None:
        raise Unauthorised(f"The signature covers {name}, which the request does not have.")
    return value.strip(" \t")


def _query_parameter(request: Request, name: str) -> str:
    query = request.target.partition("?")[2]
    values = [
        value
        for key, value in parse_qsl(query, keep_blank_values=True)
        if _form_encoded(key) == name
    ]
    if len(values) != 1:
        raise Unauthorised(f"The signature covers the query parameter {name}, not there once.")
    return _form_encoded(values[0])


def _form_encoded(text: str) -> str:
    return quote(text, safe="*").replace("~", "%7E")


def _dictionary_member(header: str, name: str, key: str) -> str:
    member = parse_dictionary(header).get(key)
    if member is None:
        raise Unauthorised(
            f"The signature covers {key} of {name}, which the request does not have."
        )
    return write_member(member)


def _name(item: Item) -> str:
    return write_member(item) if item.parameters else str(item.value)


def _text(value: Bare | None, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise Malformed(f"The parameter {name} of Signature-Input is not a string.")


def _seconds(value: Bare | None, name: str) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Malformed(f"The parameter {name} of Signature-Input is not a number of seconds.")

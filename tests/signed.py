"""Keys made once per session, and requests signed with them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import cache

from fedi.activitypub.keys import (
    Algorithm,
    PrivateKey,
    PublicKey,
    generate_ed25519,
    generate_rsa,
    load_private,
    public_half,
)
from fedi.activitypub.signatures import Form, Request, sign
from fedi.activitypub.signatures.algorithms import make_signature
from fedi.activitypub.signatures.rfc9421 import component, signature_base
from fedi.activitypub.signatures.structured import InnerList, parse_dictionary

NOW = 1_790_000_000_000
INBOX = "https://groups.example/groups/harbour/inbox"
ANNA = "https://home.example/users/anna"
BEN = "https://home.example/users/ben"


def key_of(owner: str, algorithm: Algorithm = "rsa", name: str = "main-key") -> PrivateKey:
    """The key of an actor; another name gives another key."""
    return _made(owner, algorithm, name)[0]


def public_key_of(owner: str, algorithm: Algorithm = "rsa", name: str = "main-key") -> PublicKey:
    """The public half of `key_of`."""
    return _made(owner, algorithm, name)[1]


@cache
def _made(owner: str, algorithm: Algorithm, name: str) -> tuple[PrivateKey, PublicKey]:
    pair = generate_rsa() if algorithm == "rsa" else generate_ed25519()
    key = PrivateKey(f"{owner}#{name}", owner, algorithm, pair.private)
    return key, public_half(key)


def a_post(
    body: bytes = b'{"type":"Follow"}',
    url: str = INBOX,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """A delivery, not signed yet."""
    given = {"content-type": "application/activity+json", **(headers or {})}
    return Request("POST", url, given, body)


def a_get(url: str = "https://groups.example/groups/harbour") -> Request:
    """A fetch, not signed yet."""
    return Request("GET", url, {"accept": "application/activity+json"})


def signed(
    request: Request | None = None,
    by: PrivateKey | None = None,
    form: Form = "cavage",
    now: int = NOW,
    *,
    with_query: bool = True,
) -> Request:
    """The request as it arrives, signed."""
    request = request or a_post()
    added = sign(request, by or key_of(ANNA), form, now, with_query=with_query)
    return with_headers(request, **added)


def with_headers(request: Request, **headers: str | None) -> Request:
    """The request with some headers changed; None takes one away. `_` stands for `-`."""
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {**request.headers, **changed}
    return replace(request, headers={name: v for name, v in kept.items() if v is not None})


def knowing(*keys: PublicKey) -> Callable[[str, bool], Awaitable[PublicKey | None]]:
    """A way to find keys that knows just these."""
    known = {key.id: key for key in keys}

    async def find_key(key_id: str, refresh: bool) -> PublicKey | None:
        return known.get(key_id)

    return find_key


def signed_as_cavage(
    request: Request, covering: str, by: PrivateKey | None = None, **parameters: str
) -> Request:
    """The request signed after draft-cavage over just these names, in this order."""
    key = by or key_of(ANNA)
    target = f"{request.method.lower()} {request.target}"
    values = {
        "(request-target)": target,
        **{f"({name})": value for name, value in parameters.items()},
        **request.headers,
    }
    base = "\n".join(f"{name}: {values[name]}" for name in covering.split())
    said = {
        "keyId": key.id,
        "algorithm": "hs2019",
        **parameters,
        "headers": covering,
        "signature": b64encode(make_signature(load_private(key), base.encode())).decode(),
    }
    header = ",".join(f'{name}="{value}"' for name, value in said.items())
    return with_headers(request, signature=header)


def signed_as_rfc9421(
    request: Request, covered: str, by: PrivateKey | None = None, label: str = "sig1"
) -> Request:
    """The request signed after RFC 9421 with just this `Signature-Input`."""
    (inner,) = parse_dictionary(f"{label}={covered}").values()
    assert isinstance(inner, InnerList)
    base = signature_base(inner, lambda item: component(request, item))
    signature = b64encode(make_signature(load_private(by or key_of(ANNA)), base)).decode()
    return with_headers(
        request, signature_input=f"{label}={covered}", signature=f"{label}=:{signature}:"
    )

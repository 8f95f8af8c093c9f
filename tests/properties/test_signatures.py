"""A mutated signed request never authenticates, and nothing that arrives breaks the check."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from signed import ANNA, BEN, INBOX, NOW, a_post, key_of, knowing, public_key_of, signed

from fedi.activitypub.authenticate import Authenticated, authenticate
from fedi.activitypub.keys import read_keys
from fedi.activitypub.origins import origin_of
from fedi.activitypub.proofs import add_proof, check_proof
from fedi.activitypub.signatures import Form, Request, SignatureInfo, read_signature
from fedi.errors import FediError

DOCUMENT = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "https://home.example/follows/1",
    "type": "Follow",
    "actor": ANNA,
    "object": "https://groups.example/groups/harbour",
}
ED25519 = key_of(ANNA, "ed25519", "ed25519-key")
ED25519_PUBLIC = public_key_of(ANNA, "ed25519", "ed25519-key")
KEYS = knowing(public_key_of(ANNA), public_key_of(BEN), ED25519_PUBLIC)
FORMS: list[Form] = ["cavage", "rfc9421"]
ARRIVED = {form: signed(a_post(orjson.dumps(DOCUMENT)), form=form, now=NOW) for form in FORMS}
PARTS = {form: ["method", "path", "query", "body", *ARRIVED[form].headers] for form in FORMS}

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def outcome(request: Request, document: dict[str, Any] | None = None) -> Authenticated | None:
    try:
        return asyncio.run(authenticate(request, document or DOCUMENT, KEYS, NOW))
    except FediError:
        return None


def mutated(text: str, at: int, how: str, letter: str) -> str:
    place = at % (len(text) + 1)
    match how:
        case "insert":
            return text[:place] + letter + text[place:]
        case "delete":
            return text[:place] + text[place + 1 :]
        case _:
            return text[:place] + letter + text[place + 1 :]


def reading(request: Request) -> SignatureInfo | None:
    """What a signature says; the name of the algorithm and blanks between words are not signed."""
    try:
        info = read_signature(request)
    except FediError:
        return None
    return info and replace(info, algorithm=None)


@settings(deadline=None)
@given(
    form=st.sampled_from(FORMS),
    part=st.integers(0, 99),
    at=st.integers(0, 999),
    how=st.sampled_from(["insert", "delete", "replace"]),
    letter=st.characters(min_codepoint=9, max_codepoint=255),
)
def test_a_request_with_one_letter_changed_never_authenticates(
    form: Form, part: int, at: int, how: str, letter: str
) -> None:
    arrived = ARRIVED[form]
    assert outcome(arrived) is not None
    name = PARTS[form][part % len(PARTS[form])]
    match name:
        case "method":
            changed = replace(arrived, method=mutated(arrived.method, at, how, letter))
            same = changed.method.lower() == arrived.method.lower()
        case "path" | "query":
            url = f"{INBOX}?" if name == "query" else INBOX
            start = len("https://groups.example/")
            changed = replace(arrived, url=url[:start] + mutated(url[start:], at, how, letter))
            same = changed.url == arrived.url
        case "body":
            body = mutated((arrived.body or b"").decode(), at, how, letter).encode()
            changed = replace(arrived, body=body)
            same = body == arrived.body
        case _:
            value = mutated(arrived.headers[name], at, how, letter)
            changed = replace(arrived, headers={**arrived.headers, name: value})
            same = value.strip(" \t").lower() == arrived.headers[name].lower()
            if name.startswith("signature"):
                same = reading(changed) == reading(arrived)
    if not same:
        assert outcome(changed) is None


@settings(deadline=None)
@given(
    document=st.dictionaries(st.sampled_from([*DOCUMENT, "proof", "x"]), json),
    signature=st.text(max_size=60),
    given_input=st.none() | st.text(max_size=60),
)
def test_whatever_arrives_is_refused_and_never_an_error(
    document: dict[str, Any], signature: str, given_input: str | None
) -> None:
    headers = {**ARRIVED["cavage"].headers, "signature": signature}
    if given_input is not None:
        headers["signature-input"] = given_input
    assert outcome(replace(ARRIVED["cavage"], headers=headers), {**DOCUMENT, **document}) is None


@settings(deadline=None)
@given(document=st.dictionaries(st.sampled_from([*DOCUMENT, "proof", "x"]), json))
def test_a_forwarder_never_speaks_for_the_actor(document: dict[str, Any]) -> None:
    forwarded = {**DOCUMENT, **document, "actor": ANNA, "id": DOCUMENT["id"]}
    request = signed(a_post(b"{}"), key_of(BEN), now=NOW)
    who = outcome(request, forwarded)
    assert who is not None and who.actor is None


@settings(deadline=None)
@given(name=st.sampled_from([*DOCUMENT, "x"]), value=json)
def test_a_document_with_one_value_changed_has_no_valid_proof(name: str, value: Any) -> None:
    secured = add_proof(DOCUMENT, ED25519, NOW)
    changed = {**secured, name: value}
    assert check_proof(changed, ED25519_PUBLIC) is (changed == secured)


@given(json, json)
def test_reading_keys_never_breaks(one: Any, other: Any) -> None:
    assert read_keys({"id": ANNA, "publicKey": one, "assertionMethod": other}) == []


@given(st.text(max_size=40))
def test_an_origin_is_its_own_origin(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}.example/x"):
        origin = origin_of(url)
        assert origin is None or origin_of(origin) == origin

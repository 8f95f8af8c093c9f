"""The signatures printed in the specifications are valid, and what they were made over is what we compute."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from fedi.activitypub.signatures import Request, cavage
from fedi.activitypub.signatures.algorithms import is_valid, make_signature
from fedi.activitypub.signatures.digest import check_content_digest, check_digest
from fedi.activitypub.signatures.rfc9421 import component, signature_base
from fedi.activitypub.signatures.structured import InnerList, Item, parse_dictionary

VECTORS = Path(__file__).parent / "vectors"
RFC9421: dict[str, Any] = json.loads((VECTORS / "rfc9421.json").read_text())
CAVAGE: dict[str, Any] = json.loads((VECTORS / "cavage12.json").read_text())


def a_request(written: dict[str, Any]) -> Request:
    return Request(written["method"], written["url"], written["headers"], written["body"].encode())


def a_key(name: str) -> Any:
    if name == "test-shared-secret":
        return b64decode(RFC9421["secret"])
    return load_pem_public_key(RFC9421["keys"][name].encode())


def value_in(message: dict[str, Any], item: Item) -> str:
    if "status" not in message:
        return component(a_request(message), item)
    return message["status"] if item.value == "@status" else message["headers"][item.value]


@pytest.mark.parametrize("case", RFC9421["cases"], ids=lambda case: case["section"])
def test_a_signature_of_rfc_9421_is_valid_over_the_base_we_compute(case: dict[str, Any]) -> None:
    (covered,) = parse_dictionary(case["signature_input"]).values()
    (signature,) = parse_dictionary(case["signature"]).values()
    assert isinstance(covered, InnerList)
    assert isinstance(signature, Item) and isinstance(signature.value, bytes)

    message = RFC9421[case["message"]]
    base = signature_base(covered, lambda item: value_in(message, item))

    assert base.decode() == case["base"]
    key = a_key(case["key"])
    assert is_valid(case["algorithm"], key, base, signature.value)
    assert not is_valid(case["algorithm"], key, base + b" ", signature.value)
    assert not is_valid(case["algorithm"], key, base, signature.value[:-1])
    others = {other["algorithm"] for other in RFC9421["cases"]} - {case["algorithm"]}
    assert not any(is_valid(other, key, base, signature.value) for other in others)


def test_ed25519_signs_exactly_as_rfc_9421_prints_it() -> None:
    case = next(case for case in RFC9421["cases"] if case["section"] == "B.2.6")
    key: Any = load_pem_private_key(RFC9421["ed25519_private"].encode(), None)

    (printed,) = parse_dictionary(case["signature"]).values()

    assert isinstance(printed, Item)
    assert make_signature(key, case["base"].encode()) == printed.value


@pytest.mark.parametrize("name", ["request", "response"])
def test_the_content_digests_of_rfc_9421_are_those_of_their_bodies(name: str) -> None:
    message = RFC9421[name]
    check_content_digest(message["headers"]["content-digest"], message["body"].encode())


@pytest.mark.parametrize("case", CAVAGE["cases"], ids=lambda case: case["section"])
def test_a_signature_of_draft_cavage_12_is_valid_over_the_base_we_compute(
    case: dict[str, Any],
) -> None:
    headers = f'headers="{case["headers"]}",' if case["headers"] else ""
    signature = f'keyId="Test",algorithm="rsa-sha256",{headers}signature="{case["signature"]}"'
    request = a_request(CAVAGE["request"])

    info = cavage.read(
        Request(
            request.method, request.url, {**request.headers, "signature": signature}, request.body
        )
    )

    key: Any = load_pem_public_key(CAVAGE["public_key"].encode())
    assert [base.decode() for base in info.bases] == [case["base"]]
    assert is_valid("rsa-v1_5-sha256", key, info.bases[0], info.signature)
    assert not is_valid("rsa-v1_5-sha256", key, info.bases[0] + b" ", info.signature)


def test_the_digest_of_draft_cavage_12_is_that_of_its_body() -> None:
    check_digest(CAVAGE["request"]["headers"]["digest"], CAVAGE["request"]["body"].encode())

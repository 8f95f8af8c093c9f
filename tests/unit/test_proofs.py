"""Proofs on documents: ours are checked by others' vectors, theirs by ours; what is unclear is unsigned."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from signed import ANNA, BEN, NOW, key_of, public_key_of

from fedi.activitypub import multikey
from fedi.activitypub.keys import PrivateKey, PublicKey, load_private, read_keys
from fedi.activitypub.proofs import add_proof, check_proof, proof_key_ids
from fedi.clock import iso
from fedi.errors import Refused

VECTORS = Path(__file__).parent / "vectors"
W3C: dict[str, Any] = json.loads((VECTORS / "eddsa_jcs_2022.json").read_text())
FEP: dict[str, Any] = json.loads((VECTORS / "fep_8b32.json").read_text())
CREATED = 1_677_281_798_000  # 2023-02-24T23:36:38Z

LEFT_OUT: Any = object()
KEY = key_of(ANNA, "ed25519", "ed25519-key")
PUBLIC = public_key_of(ANNA, "ed25519", "ed25519-key")


def a_like(**fields: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": "https://home.example/likes/1",
        "type": "Like",
        "actor": ANNA,
        "object": "https://groups.example/updates/1",
        **fields,
    }


def proof_with(document: dict[str, Any], key: PrivateKey = KEY, **options: Any) -> dict[str, Any]:
    """A proof with just these options (or without), signed after the suite whatever they are."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "verificationMethod": key.id,
        "created": iso(NOW),
        **options,
    }
    proof = {name: value for name, value in proof.items() if value is not LEFT_OUT}
    hashed = [hashlib.sha256(rfc8785.dumps(part)).digest() for part in (proof, document)]
    signature: bytes = load_private(key).sign(b"".join(hashed))  # type: ignore[call-arg]
    return {**proof, "proofValue": multikey.encode(b"", signature)}


def w3c_key() -> PrivateKey:
    method: str = W3C["signed"]["proof"]["verificationMethod"]
    return PrivateKey(method, "did:key:x", "ed25519", W3C["key_pair"]["privateKeyMultibase"])


def test_the_w3c_vector_is_made_exactly() -> None:
    assert add_proof(W3C["unsigned"], w3c_key(), CREATED) == W3C["signed"]


def test_the_w3c_vector_is_valid_with_its_public_key() -> None:
    public = PublicKey(w3c_key().id, "did:key:x", "ed25519", W3C["key_pair"]["publicKeyMultibase"])
    assert check_proof(W3C["signed"], public)
    assert not check_proof({**W3C["signed"], "name": "Alumna Credential"}, public)


def test_the_canonical_forms_and_hashes_are_those_of_the_w3c() -> None:
    canonical = rfc8785.dumps(W3C["unsigned"])
    assert canonical.decode() == W3C["canonical_document"]
    assert hashlib.sha256(canonical).hexdigest() == W3C["document_hash"]


def test_the_fep_vector_is_made_exactly_and_is_valid() -> None:
    (public,) = read_keys(FEP["actor"])
    key = PrivateKey(public.id, public.owner, "ed25519", FEP["secret_key"])
    assert add_proof(FEP["unsigned"], key, CREATED) == FEP["signed"]
    assert check_proof(FEP["signed"], public)


def test_a_proof_of_the_first_version_of_the_fep_is_valid() -> None:
    (public,) = read_keys(FEP["actor"])
    document = FEP["signed_first_version"]
    assert check_proof(document, public)
    assert not check_proof({**document, "actor": BEN}, public)


def test_fedify_leaves_the_context_it_signs_with_out_of_the_proof() -> None:
    document = a_like()
    proof = proof_with(document, **{"@context": document["@context"]})
    del proof["@context"]
    assert check_proof({**document, "proof": proof}, PUBLIC)


def test_a_proof_takes_the_place_of_the_old_one() -> None:
    once = add_proof(a_like(), KEY, NOW)
    assert add_proof(once, KEY, NOW) == once
    assert proof_key_ids(once) == [KEY.id]


def test_a_document_without_context_gets_a_proof_without_one() -> None:
    document = a_like()
    del document["@context"]
    secured = add_proof(document, KEY, NOW)
    assert "@context" not in secured["proof"]
    assert check_proof(secured, PUBLIC)


def test_a_linked_data_signature_is_not_covered() -> None:
    secured = add_proof(a_like(), KEY, NOW)
    later = {**secured, "signature": {"type": "RsaSignature2017", "signatureValue": "x"}}
    assert check_proof(later, PUBLIC)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": BEN},
        {"object": "https://groups.example/updates/2"},
        {"extra": None},
        {"@context": "https://www.w3.org/ns/activitystreams"},
        {"@context": ["https://www.w3.org/ns/activitystreams", {"actor": "as:object"}]},
    ],
)
def test_a_changed_document_is_unsigned(change: dict[str, Any]) -> None:
    secured = add_proof(a_like(), KEY, NOW)
    assert check_proof(secured, PUBLIC)
    assert not check_proof({**secured, **change}, PUBLIC)


@pytest.mark.parametrize(
    "change",
    [
        {"created": iso(NOW + 1000)},
        {"@context": ["https://www.w3.org/ns/activitystreams", "https://more.example"]},
        {"proofValue": multikey.encode(b"", bytes(64))},
        {"proofValue": "z"},
        {"proofValue": "zO0"},
        {"proofValue": 5},
        {"nonce": "x"},
    ],
)
def test_a_changed_proof_counts_for_nothing(change: dict[str, Any]) -> None:
    secured = add_proof(a_like(), KEY, NOW)
    assert not check_proof({**secured, "proof": {**secured["proof"], **change}}, PUBLIC)


@pytest.mark.parametrize(
    "options",
    [
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"cryptosuite": "mldsa44-jcs-2024"},
        {"proofPurpose": "authentication"},
        {"previousProof": "urn:uuid:1"},
        {"verificationMethod": [KEY.id]},
        {"@context": ["https://else.example"]},
    ],
)
def test_a_proof_of_another_kind_counts_as_unsigned(options: dict[str, Any]) -> None:
    document = a_like()
    assert check_proof({**document, "proof": proof_with(document)}, PUBLIC)
    other = {**document, "proof": proof_with(document, **options)}
    assert not check_proof(other, PUBLIC)


@pytest.mark.parametrize("proof", [None, "x", 5, [], [None], {}, [{"type": []}]])
def test_what_is_no_proof_counts_as_unsigned(proof: Any) -> None:
    document = a_like(proof=proof)
    assert proof_key_ids(document) == []
    assert not check_proof(document, PUBLIC)


def test_one_good_proof_among_several_is_enough() -> None:
    document = a_like()
    bens = key_of(BEN, "ed25519", "ed25519-key")
    proofs = [{"type": "Unheard"}, proof_with(document, bens), proof_with(document)]
    secured = {**document, "proof": proofs}
    assert proof_key_ids(secured) == [bens.id, KEY.id]
    assert check_proof(secured, PUBLIC)


def test_not_more_than_four_proofs_are_looked_at() -> None:
    document = a_like()
    proofs = [proof_with(document, verificationMethod=f"{ANNA}#{n}") for n in range(9)]
    assert len(proof_key_ids({**document, "proof": proofs})) == 4


def test_a_proof_by_another_key_under_the_same_id_is_refused() -> None:
    other = PrivateKey(KEY.id, ANNA, "ed25519", key_of(BEN, "ed25519").material)
    assert not check_proof(add_proof(a_like(), other, NOW), PUBLIC)


def test_an_rsa_key_makes_and_checks_no_proofs() -> None:
    with pytest.raises(Refused):
        add_proof(a_like(), key_of(ANNA), NOW)
    rsa = PublicKey(KEY.id, ANNA, "rsa", public_key_of(ANNA).material)
    assert not check_proof(add_proof(a_like(), KEY, NOW), rsa)


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800", {"\ud800": 1}])
def test_what_has_no_canonical_form_is_unsigned_and_never_an_error(value: Any) -> None:
    with pytest.raises(Refused):
        add_proof(a_like(content=value), KEY, NOW)
    secured = add_proof(a_like(), KEY, NOW)
    assert not check_proof({**secured, "content": value}, PUBLIC)
    assert not check_proof({**secured, "proof": {**secured["proof"], "nonce": value}}, PUBLIC)


def test_a_document_too_deep_to_canonicalise_is_unsigned() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    secured = add_proof(a_like(), KEY, NOW)
    assert not check_proof({**secured, "content": deep}, PUBLIC)


@pytest.mark.parametrize(("size", "counts"), [(250_000, True), (270_000, False)])
def test_a_document_too_long_to_check_counts_as_unsigned(size: int, counts: bool) -> None:
    assert check_proof(add_proof(a_like(content="x" * size), KEY, NOW), PUBLIC) is counts


@pytest.mark.parametrize("word", ["@graph", "@included", "@reverse"])
def test_a_document_that_json_ld_may_rearrange_is_unsigned(word: str) -> None:
    for document in (a_like(**{word: []}), a_like(object={"type": "Note", word: {}})):
        secured = {**document, "proof": proof_with(document)}
        assert not check_proof(secured, PUBLIC)
    harmless = a_like(content=f'what "{word}": means')
    assert check_proof({**harmless, "proof": proof_with(harmless)}, PUBLIC)


def test_numbers_are_equal_however_they_are_spelt() -> None:
    secured = add_proof(a_like(startIndex=1), KEY, NOW)
    assert check_proof({**secured, "startIndex": 1.0}, PUBLIC)
    assert not check_proof({**secured, "startIndex": True}, PUBLIC)

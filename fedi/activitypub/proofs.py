"""Object integrity proofs (FEP-8b32) in the suite eddsa-jcs-2022 of W3C vc-di-eddsa."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fedi.activitypub import multikey
from fedi.activitypub.canonical import canonical_form
from fedi.activitypub.keys import PrivateKey, PublicKey, load_private, load_public
from fedi.activitypub.signatures.algorithms import is_valid
from fedi.clock import iso, read_iso
from fedi.errors import Malformed, Refused

SUITE = "eddsa-jcs-2022"
MOST_PROOFS = 4  # of one document that are looked at
LARGEST = (
    256 * 1024
)  # bytes of a document checked: the canonical form of 1 MB takes a fifth of a second
FRESH_MS = 14 * 86_400_000
"""How old a proof may be that is all an activity has to show; what was seen is remembered for longer."""
AHEAD_MS = 3_600_000  # by which a clock may be ahead of ours

# They let a document be rearranged without changing what JSON-LD makes of it (CVE-2026-46349).
_REARRANGING = (b'"@graph":', b'"@included":', b'"@reverse":')


def add_proof(document: Mapping[str, Any], key: PrivateKey, created: int) -> dict[str, Any]:
    """Give the document with a proof by an Ed25519 key, in place of any it had.

    The proof repeats the document's `@context`, as the suite demands. Raises Refused for a document
    that has no canonical form (numbers beyond 2^53, lone surrogates).
    """
    loaded = load_private(key)
    if not isinstance(loaded, Ed25519PrivateKey):
        raise Refused("Proofs are made with Ed25519 keys.")
    unsecured = _unsecured(document)
    options: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "verificationMethod": key.id,
        "proofPurpose": "assertionMethod",
        "created": iso(created),
    }
    if "@context" in unsecured:
        options = {"@context": unsecured["@context"], **options}
    signed = _hashed(unsecured)
    canonical = canonical_form(options)
    if signed is None or canonical is None:
        raise Refused("The document has something in it that cannot be signed.")
    value = multikey.encode(b"", loaded.sign(hashlib.sha256(canonical).digest() + signed))
    return {**unsecured, "proof": {**options, "proofValue": value}}


def proof_key_ids(document: Mapping[str, Any]) -> list[str]:
    """Name the keys of the proofs that could be checked, in the document's order; none is unsigned.

    Proofs of other suites or purposes, and ones chained to others, are passed over.
    """
    return list(dict.fromkeys(proof["verificationMethod"] for proof in _usable_proofs(document)))


def check_proof(document: Mapping[str, Any], key: PublicKey, now: int | None = None) -> bool:
    """Tell whether the document carries a valid proof by this key.

    The document must be as it was received: duplicate keys refused, nothing renamed. One that has no
    canonical form, or is longer than LARGEST, counts as unsigned. What a key signed after it expired
    does not count. With `now`, as for what arrives, neither does a proof that has expired, or that was
    not made lately; without, what was once signed is signed for ever. That the key's owner may speak
    for the document is for the caller to see.
    """
    loaded = load_public(key)
    proofs = [proof for proof in _usable_proofs(document) if proof["verificationMethod"] == key.id]
    if not proofs or not isinstance(loaded, Ed25519PublicKey):
        return False
    hashed = None if _is_long(document) else _hashed(_unsecured(document))
    return hashed is not None and any(
        _is_in_time(proof, key, now) and _is_by(loaded, proof, document, hashed) for proof in proofs
    )


def _is_by(
    key: Ed25519PublicKey, proof: Mapping[str, Any], document: Mapping[str, Any], hashed: bytes
) -> bool:
    try:
        signature = multikey.from_multibase(proof["proofValue"])
    except Malformed:
        return False
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    candidates = [options]
    if "@context" in options:
        if options["@context"] != document.get("@context"):
            return False
    elif "@context" in document:
        # Fedify signs with the document's context and does not write it into the proof; the first
        # version of the FEP did without.
        candidates.insert(0, {**options, "@context": document["@context"]})
    for candidate in candidates:
        canonical = canonical_form(candidate)
        if canonical is None:
            return False
        base = hashlib.sha256(canonical).digest() + hashed
        if is_valid("ed25519", key, base, signature):
            return True
    return False


def _is_long(document: Mapping[str, Any]) -> bool:
    try:
        return len(orjson.dumps(document)) > LARGEST
    except orjson.JSONEncodeError:
        return True


def _is_in_time(proof: Mapping[str, Any], key: PublicKey, now: int | None) -> bool:
    created = read_iso(proof.get("created"))
    if key.valid_until is not None and (created is None or created > key.valid_until):
        return False
    if now is None:
        return True
    if created is None or not now - FRESH_MS <= created <= now + AHEAD_MS:
        return False
    expires = proof.get("expires")
    return expires is None or (read_iso(expires) or 0) > now


def _usable_proofs(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    written = document.get("proof")
    for proof in written[:MOST_PROOFS] if isinstance(written, list) else [written]:
        if (
            isinstance(proof, dict)
            and proof.get("type") == "DataIntegrityProof"
            and proof.get("cryptosuite") == SUITE
            and proof.get("proofPurpose") == "assertionMethod"
            and isinstance(proof.get("verificationMethod"), str)
            and isinstance(proof.get("proofValue"), str)
            and "previousProof" not in proof
        ):
            yield proof


def _unsecured(document: Mapping[str, Any]) -> dict[str, Any]:
    # A Linked Data signature is put on last, so the proof does not cover it (FEP-8b32).
    return {name: value for name, value in document.items() if name not in ("proof", "signature")}


def _hashed(unsecured: Mapping[str, Any]) -> bytes | None:
    canonical = canonical_form(unsecured)
    if canonical is None or any(word in canonical for word in _REARRANGING):
        return None
    return hashlib.sha256(canonical).digest()

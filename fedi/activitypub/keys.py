"""Keys of actors: making them, reading them from documents, and holding them ready for use.

A key's `material` is PEM for RSA and a multibase word for Ed25519 (`z6Mk…` public, `z3u2…` private).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)

from fedi.activitypub import multikey
from fedi.activitypub.origins import same_origin
from fedi.clock import iso, read_iso
from fedi.errors import Malformed

Algorithm = Literal["rsa", "ed25519"]

SMALLEST_RSA = 2048
LARGEST_RSA = 8192
LARGEST_EXPONENT = 33  # bits
MOST_KEYS = 10  # of one actor; as Mastodon reads them

_PEM = serialization.Encoding.PEM
_SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The material of a fresh key, not yet anybody's."""

    algorithm: Algorithm
    public: str
    private: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key of ours that signs."""

    id: str
    owner: str
    algorithm: Algorithm
    material: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks what its owner signed, until it expired if it has."""

    id: str
    owner: str
    algorithm: Algorithm
    material: str
    valid_until: int | None = None

    def is_over(self, now: int) -> bool:
        """Tell whether it has expired; what it signed before stays signed."""
        return self.valid_until is not None and self.valid_until <= now


def generate_rsa() -> KeyPair:
    """Make an RSA key of 2048 bits, the one size that every server takes."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair("rsa", _pem(key.public_key()), private.decode())


def generate_ed25519() -> KeyPair:
    """Make an Ed25519 key."""
    key = Ed25519PrivateKey.generate()
    private = multikey.encode(multikey.ED25519_PRIVATE, key.private_bytes_raw())
    return KeyPair("ed25519", _word(key.public_key()), private)


def public_half(key: PrivateKey) -> PublicKey:
    """Give the public key that belongs to a private one."""
    loaded = load_private(key)
    if isinstance(loaded, RSAPrivateKey):
        return PublicKey(key.id, key.owner, "rsa", _pem(loaded.public_key()))
    return PublicKey(key.id, key.owner, "ed25519", _word(loaded.public_key()))


def load_private(key: PrivateKey) -> RSAPrivateKey | Ed25519PrivateKey:
    """Give the key ready to sign; only for keys of our own making."""
    return _load_private(key.algorithm, key.material)


def load_public(key: PublicKey) -> RSAPublicKey | Ed25519PublicKey:
    """Give the key ready to check signatures, or raise Malformed."""
    return _load_public(key.algorithm, key.material)


# The objects are kept, not the text: they also hold what OpenSSL prepares at their first use.
@lru_cache(maxsize=512)
def _load_private(algorithm: Algorithm, material: str) -> RSAPrivateKey | Ed25519PrivateKey:
    if algorithm == "ed25519":
        raw = multikey.decode(multikey.ED25519_PRIVATE, material)
        return Ed25519PrivateKey.from_private_bytes(raw)
    # Checking the primes takes 37 ms, and this key was made here.
    key = serialization.load_pem_private_key(
        material.encode(), None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(key, RSAPrivateKey):
        raise Malformed("The private key is not RSA.")
    return key


@lru_cache(maxsize=4096)
def _load_public(algorithm: Algorithm, material: str) -> RSAPublicKey | Ed25519PublicKey:
    if algorithm == "ed25519":
        return _ed25519(multikey.decode(multikey.ED25519_PUBLIC, material))
    key = _from_pem(material)
    if not isinstance(key, RSAPublicKey):
        raise Malformed("The public key is not RSA.")
    return key


def read_keys(actor_document: Mapping[str, Any]) -> list[PublicKey]:
    """Read the usable keys that a document gives to its actor; none is an empty list.

    The document is an actor (`publicKey`, `assertionMethod`) or a key that stands alone. A key whose
    owner is somebody else than the actor, or whose id is on another origin, is left out; so is RSA
    under 2048 or over 8192 bits, and a key of which nobody can read when it expires. A key that stands
    alone only claims its owner: ask the owner's document, too (interop §2.5).
    """
    document_id = actor_document.get("id")
    if not isinstance(document_id, str):
        return []
    if "publicKeyPem" in actor_document or "publicKeyMultibase" in actor_document:
        key = _read_key(actor_document)
        return [key] if key else []
    found: dict[str, PublicKey] = {}
    for written in _written_keys(actor_document):
        key = _read_key(written)
        if key and key.owner == document_id:
            found.setdefault(key.id, key)
    return list(found.values())


def public_key_document(key: PublicKey) -> dict[str, str]:
    """Write an RSA key as the `publicKey` of its actor."""
    return {"id": key.id, "owner": key.owner, "publicKeyPem": key.material}


def multikey_document(key: PublicKey) -> dict[str, str]:
    """Write a key as an item of its actor's `assertionMethod` (FEP-521a), with when it expired if it has."""
    document = {
        "id": key.id,
        "type": "Multikey",
        "controller": key.owner,
        "publicKeyMultibase": key.material
        if key.algorithm == "ed25519"
        else multikey.encode(multikey.RSA_PUBLIC, _pkcs1(key)),
    }
    if key.valid_until is not None:
        document["expires"] = iso(key.valid_until)
    return document


def _written_keys(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    left = MOST_KEYS
    for name in ("publicKey", "assertionMethod"):
        value = document.get(name)
        for written in value[:left] if isinstance(value, list) else [value]:
            if isinstance(written, dict) and left:
                left -= 1
                yield written


def _read_key(written: Mapping[str, Any]) -> PublicKey | None:
    key_id = written.get("id")
    owner = written.get("owner") or written.get("controller")
    if not isinstance(key_id, str) or not isinstance(owner, str) or "revoked" in written:
        return None
    if not same_origin(key_id, owner):
        return None
    expires = written.get("expires")
    until = None if expires is None else read_iso(expires)
    if until is None and expires is not None:
        return None
    pem, word = written.get("publicKeyPem"), written.get("publicKeyMultibase")
    try:
        if isinstance(pem, str):
            loaded = _from_pem(pem)
        elif isinstance(word, str):
            loaded = _from_multikey(word)
        else:
            return None
    except Malformed:
        return None
    if isinstance(loaded, RSAPublicKey):
        return PublicKey(key_id, owner, "rsa", _pem(loaded), until)
    return PublicKey(key_id, owner, "ed25519", _word(loaded), until)


def _from_pem(pem: str) -> RSAPublicKey | Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Malformed("The public key is not PEM.") from error
    return _usable(key)


def _from_multikey(word: str) -> RSAPublicKey | Ed25519PublicKey:
    data = multikey.from_multibase(word)
    if data.startswith(multikey.ED25519_PUBLIC):
        return _ed25519(data[len(multikey.ED25519_PUBLIC) :])
    if not data.startswith(multikey.RSA_PUBLIC):
        raise Malformed("The public key is neither RSA nor Ed25519.")
    try:
        key = serialization.load_der_public_key(data[len(multikey.RSA_PUBLIC) :])
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Malformed("The public key is not an RSA key.") from error
    return _usable(key)


def _usable(key: object) -> RSAPublicKey | Ed25519PublicKey:
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey):
        raise Malformed("The public key is neither RSA nor Ed25519.")
    # Shorter ones can be broken; longer ones, and giant exponents, make checking dear.
    if not SMALLEST_RSA <= key.key_size <= LARGEST_RSA:
        raise Malformed(f"An RSA key must have {SMALLEST_RSA} to {LARGEST_RSA} bits.")
    if key.public_numbers().e.bit_length() > LARGEST_EXPONENT:
        raise Malformed(f"The exponent of an RSA key must have at most {LARGEST_EXPONENT} bits.")
    return key


def _ed25519(raw: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise Malformed("The public key is not an Ed25519 key.") from error


def _pem(key: RSAPublicKey) -> str:
    return key.public_bytes(_PEM, _SPKI).decode()


def _word(key: Ed25519PublicKey) -> str:
    return multikey.encode(multikey.ED25519_PUBLIC, key.public_bytes_raw())


def _pkcs1(key: PublicKey) -> bytes:
    loaded = load_public(key)
    return loaded.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)

"""The signature algorithms of RFC 9421 §3.3, by their registered names."""

from __future__ import annotations

import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

CheckingKey = RSAPublicKey | Ed25519PublicKey | EllipticCurvePublicKey | bytes

_SHA256 = hashes.SHA256()
_SHA512 = hashes.SHA512()
_PKCS1 = padding.PKCS1v15()
_PSS = padding.PSS(mgf=padding.MGF1(_SHA512), salt_length=64)
_ECDSA = ECDSA(_SHA256)


def make_signature(key: RSAPrivateKey | Ed25519PrivateKey, base: bytes) -> bytes:
    """Sign in the one way that other servers check: rsa-v1_5-sha256, or ed25519."""
    if isinstance(key, RSAPrivateKey):
        return key.sign(base, _PKCS1, _SHA256)
    return key.sign(base)


def is_valid(algorithm: str, key: CheckingKey, base: bytes, signature: bytes) -> bool:
    """Tell whether a signature over a base was made with a key; never, if the two do not go together."""
    try:
        match algorithm, key:
            case "rsa-v1_5-sha256", RSAPublicKey():
                key.verify(signature, base, _PKCS1, _SHA256)
            case "ed25519", Ed25519PublicKey():
                key.verify(signature, base)
            case "rsa-pss-sha512", RSAPublicKey():
                key.verify(signature, base, _PSS, _SHA512)
            case "ecdsa-p256-sha256", EllipticCurvePublicKey():
                key.verify(_der(signature), base, _ECDSA)
            case "hmac-sha256", bytes():
                return hmac.compare_digest(hmac.digest(key, base, "sha256"), signature)
            case _:
                return False
    except InvalidSignature:
        return False
    return True


def _der(signature: bytes) -> bytes:
    # RFC 9421 writes r and s side by side; the library wants them as ASN.1.
    if len(signature) != 64:
        raise InvalidSignature
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return utils.encode_dss_signature(r, s)

"""Multikeys: public and private keys as one multibase word (W3C Controlled Identifiers, FEP-521a)."""

from __future__ import annotations

from fedi.errors import Malformed

# Multicodec prefixes as unsigned varints: https://github.com/multiformats/multicodec
ED25519_PUBLIC = b"\xed\x01"
ED25519_PRIVATE = b"\x80\x26"
RSA_PUBLIC = b"\x85\x24"

_LONGEST = 1_500  # characters; an RSA key of 8192 bits has 1,420

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_TEN_LETTERS = 58**10


def encode(prefix: bytes, raw: bytes) -> str:
    """Write key bytes as a multibase word in base58btc."""
    return "z" + to_base58(prefix + raw)


def decode(prefix: bytes, word: str) -> bytes:
    """Read the key bytes behind a prefix, or raise Malformed."""
    data = from_multibase(word)
    if not data.startswith(prefix):
        raise Malformed("The key is of another kind than expected.")
    return data[len(prefix) :]


def from_multibase(word: str) -> bytes:
    """Read the bytes of a multibase word in base58btc, or raise Malformed."""
    if not word.startswith("z") or len(word) > _LONGEST:
        raise Malformed("A multibase value must begin with z and be of a sensible length.")
    return from_base58(word[1:])


def to_base58(data: bytes) -> str:
    """Write bytes in base58btc."""
    number = int.from_bytes(data, "big")
    letters: list[str] = []
    while number:
        # Ten letters at a time: dividing small numbers is cheap, and each proof we make is written so.
        number, ten = divmod(number, _TEN_LETTERS)
        for _ in range(10):
            ten, value = divmod(ten, 58)
            letters.append(_ALPHABET[value])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(letters)).lstrip("1")


def from_base58(text: str) -> bytes:
    """Read base58btc, or raise Malformed."""
    number = 0
    try:
        for letter in text:
            number = number * 58 + _VALUES[letter]
    except KeyError as error:
        raise Malformed("A multibase value has a letter that base58 does not have.") from error
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")

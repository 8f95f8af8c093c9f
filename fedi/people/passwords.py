"""Passwords: what one must be, and hashing it with argon2id; slow on purpose, so never inside a transaction."""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING

from fedi.errors import Refused
from fedi.people.words import _
from fedi.storage.persons import login_of

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 1_000
MEMORY_KIB, ROUNDS, LANES = 19 * 1024, 3, 1
"""The least memory OWASP names for argon2id, and a round more: about 40 ms on one slow core."""
COMMONEST = frozenset(
    (
        *("1234567890", "0123456789", "123456789a", "12345678910", "0987654321", "1q2w3e4r5t"),
        *("1qaz2wsx3edc", "q1w2e3r4t5", "qwertyuiop", "qwerty1234", "qwerty12345", "qwerty123456"),
        *("asdfghjkl1", "zxcvbnm123", "azertyuiop", "password12", "password123", "password1234"),
        *("password12345", "passw0rd123", "mypassword", "passwordpassword", "changeme123"),
        *("letmein123", "welcome123", "welcome1234", "iloveyou12", "iloveyou123", "iloveyou1234"),
        *("abcdefghij", "abcd123456", "abc1234567", "abcdef1234", "administrator", "football123"),
        *("princess123", "sunshine123", "superman123", "liverpool1", "basketball", "motdepasse"),
        *(
            "contraseña",
            "contrasena",
            "contraseña123",
            "contrasena123",
            "passwort123",
            "hallo12345",
        ),
        *("senha12345", "tequieromucho", "jetaime123", "correcthorsebatterystaple"),
    )
)


def check_rules(text: str, name: str) -> None:
    """Raise Refused unless a text may be the password of somebody of this pseudonym."""
    if len(text) < SHORTEST:
        raise Refused(
            _("A password has at least %(least)s characters."),
            cure=_("A few words that do not belong together are easy to keep in mind."),
            least=SHORTEST,
        )
    if len(text) > LONGEST:
        raise Refused(_("A password has at most %(most)s characters."), most=LONGEST)
    if login_of(text) == login_of(name):
        raise Refused(_("The pseudonym itself cannot be the password."))
    if text.casefold() in COMMONEST or len(set(text)) < 3:
        raise Refused(
            _("This is one of the passwords that are tried first."),
            cure=_("A few words that do not belong together are easy to keep in mind."),
        )


def hash_password(text: str) -> str:
    """Return the argon2id hash of a password, with its parameters; takes a moment and 19 MiB."""
    return _hasher().hash(_bytes(text))


def verify_password(hash_: str | None, text: str) -> bool:
    """Tell whether a password has this hash; takes as long where there is none to compare it with."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(text) > LONGEST:
        text, hash_ = "", None
    try:
        return _hasher().verify(hash_ or _nobodys(), _bytes(text))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hash_: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(hash_)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)


def _nobodys() -> str:
    """Return a hash that no password has, and that takes as long to compare with as any."""
    salt, nothing = (b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p={LANES}${salt}${nothing}"


def _bytes(text: str) -> bytes:
    # Two keyboards may write the same letter in two ways.
    return unicodedata.normalize("NFKC", text).encode("utf-8", "surrogatepass")

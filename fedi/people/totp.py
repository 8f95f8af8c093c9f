"""Codes of an authenticator app (RFC 6238): six digits that change every thirty seconds."""

from __future__ import annotations

import hmac
import re
import unicodedata

from pyotp import random_base32
from pyotp.totp import TOTP

STEP_MS = 30_000
WINDOW = 1
"""How many steps a phone's clock may be early or late."""


def new_secret() -> str:
    """Return a secret of 160 bits, as it is typed into an app."""
    return random_base32()


def address(secret: str, name: str, issuer: str) -> str:
    """Return the otpauth address of a secret, which apps read from a QR code."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, now: int) -> int | None:
    """Return the step (of thirty seconds since the epoch) a code is of, if it is of one around now."""
    typed = re.sub(r"[\s-]", "", code)
    given = "".join(str(unicodedata.decimal(sign, "?")) for sign in typed)  # any script's digits
    present = now // STEP_MS
    matching = [
        step
        for step in range(present - WINDOW, present + WINDOW + 1)
        if hmac.compare_digest(TOTP(secret).generate_otp(step).encode(), given.encode())
    ]
    return matching[-1] if matching else None

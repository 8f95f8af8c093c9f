"""Secrets that are handed out once: what is kept of each is its hash."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 32


def new_token() -> str:
    """Return 256 random bits, in letters that stand in a URL and a cookie as they are."""
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> str:
    """Return what is kept of a token; so many random bits need no salt and no slowness."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

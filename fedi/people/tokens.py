"""Secrets that are handed out once: what is kept of each is its hash."""

from __future__ import annotations

import hashlib
import re
import secrets

_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def new_token() -> str:
    """Return 256 random bits, in letters that stand in a URL and a cookie as they are."""
    return secrets.token_urlsafe(_BYTES)


def well_formed(token: str) -> str:
    """Return a token if `new_token` could have made it, else ''."""
    return token if _TOKEN.fullmatch(token) else ""


def hashed(token: str) -> str:
    """Return what is kept of a token; so many random bits need no salt and no slowness."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

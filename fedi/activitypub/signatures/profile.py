"""What a signature must cover and when it counts, before any key is looked at."""

from __future__ import annotations

from calendar import timegm

from fedi.activitypub.keys import PublicKey, load_public
from fedi.activitypub.signatures.algorithms import is_valid
from fedi.activitypub.signatures.digest import check_content_digest, check_digest
from fedi.activitypub.signatures.message import BODILESS, Request, SignatureInfo
from fedi.errors import Malformed, Unauthorised

# The window of Mastodon (interop §2.2): clocks may differ by an hour, and a message may take five minutes.
OLDEST = 65 * 60
NEWEST = 60 * 60
LONGEST = 12 * 60 * 60
GRACE = 5 * 60

_MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6,
    "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip

# How servers name the two algorithms; RSA here always means PKCS#1 v1.5 with SHA-256, whatever
# draft-cavage-12 says of hs2019.
_SPELLINGS: dict[str, dict[str | None, frozenset[str]]] = {
    "cavage": {
        None: frozenset({"rsa", "ed25519"}),
        "hs2019": frozenset({"rsa", "ed25519"}),
        "rsa-sha256": frozenset({"rsa"}),
        "ed25519": frozenset({"ed25519"}),
    },
    "rfc9421": {
        None: frozenset({"rsa", "ed25519"}),
        "rsa-v1_5-sha256": frozenset({"rsa"}),
        "ed25519": frozenset({"ed25519"}),
    },
}
_REGISTERED = {"rsa": "rsa-v1_5-sha256", "ed25519": "ed25519"}


def check_claims(info: SignatureInfo, request: Request, now: int) -> None:
    """Raise Unauthorised unless the signature covers what it must, now, and of this very body.

    No key is needed, so whatever fails here costs no look-up.
    """
    if not info.key_id:
        raise Unauthorised("The signature does not say with which key it was made.")
    if info.algorithm not in _SPELLINGS[info.form]:
        raise Unauthorised(f"Signatures made with {info.algorithm} are not accepted.")
    _check_host(request)
    if info.form == "cavage":
        _check_cavage_coverage(info, request)
    else:
        _check_rfc9421_coverage(info, request)
    _check_time(info, request, now // 1000)
    if request.method not in BODILESS:
        _check_body(info, request)


def is_signed_by(info: SignatureInfo, key: PublicKey) -> bool:
    """Tell whether the signature was made with this key."""
    if key.algorithm not in _SPELLINGS[info.form].get(info.algorithm, ()):
        return False
    loaded, algorithm = load_public(key), _REGISTERED[key.algorithm]
    return any(is_valid(algorithm, loaded, base, info.signature) for base in info.bases)


def _check_host(request: Request) -> None:
    """Refuse what was sent to somebody else; some servers leave the port out (interop §2.3)."""
    host = request.headers.get("host", "").strip().lower()
    ours = request.authority.lower()
    if host and host not in (ours, _without_port(ours)):
        raise Unauthorised(f"This was sent to {host}, which is not this server.")


def _without_port(authority: str) -> str:
    host, colon, port = authority.rpartition(":")
    return host if colon and port.isdigit() else authority


def _check_cavage_coverage(info: SignatureInfo, request: Request) -> None:
    for name in ("(request-target)", "host"):
        if name not in info.covered:
            raise Unauthorised(f"The signature must cover {name}.")
    if "date" not in info.covered and info.created is None:
        raise Unauthorised("The signature must cover date or (created).")


def _check_rfc9421_coverage(info: SignatureInfo, request: Request) -> None:
    covered = info.covered
    if "@method" not in covered:
        raise Unauthorised("The signature must cover @method.")
    if "@target-uri" not in covered:
        by_parts = "@path" in covered and ("@query" in covered or "?" not in request.target)
        if "@authority" not in covered or not ("@request-target" in covered or by_parts):
            raise Unauthorised("The signature must cover @target-uri.")
    if info.created is None:
        raise Unauthorised("The signature must say when it was created.")


def _check_body(info: SignatureInfo, request: Request) -> None:
    name = "digest" if info.form == "cavage" else "content-digest"
    if name not in info.covered:
        raise Unauthorised(f"The signature must cover {name}.")
    check = check_digest if info.form == "cavage" else check_content_digest
    check(request.headers[name], request.body or b"")


def _check_time(info: SignatureInfo, request: Request, now: int) -> None:
    made = info.created
    if made is None:
        made = read_http_date(request.headers["date"])
    if made > now + NEWEST:
        raise Unauthorised("The signature is from the future; look at the clocks.")
    last = made + OLDEST if info.expires is None else min(info.expires, made + LONGEST) + GRACE
    if now > last:
        raise Unauthorised("The signature is too old.")


def read_http_date(text: str) -> int:
    """Read an HTTP date (`Sun, 06 Nov 1994 08:49:37 GMT`) as seconds since 1970, or raise Malformed."""
    parts = text.replace(":", " ").split()
    try:
        _, day, month, year, hour, minute, second, zone = parts
        numbers = (int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second))
    except (ValueError, KeyError) as error:
        raise Malformed("The Date header is not an HTTP date.") from error
    limits = ((1970, 9999), (1, 12), (1, 31), (0, 23), (0, 59), (0, 60))
    inside = all(low <= value <= high for value, (low, high) in zip(numbers, limits, strict=True))
    if zone != "GMT" or not inside or not text.isascii():
        raise Malformed("The Date header is not an HTTP date.")
    return timegm(numbers)

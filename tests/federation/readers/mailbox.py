"""What each server's verifier demands of a signed request, short of checking the key (§2.1–2.4)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from .plain import header
from .shapes import Refused

MINUTE, HOUR = 60_000, 3_600_000
_PARAMETER = re.compile(r'([A-Za-z]+)=(?:"([^"]*)"|(\d+))')
_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A signed request as a verifier sees it, the Signature header taken apart."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    now: int | None
    parameters: Mapping[str, str]
    doubled: bool

    def header(self, name: str) -> str:
        """Return a header whatever its case."""
        return header(self.headers, name)

    @property
    def signed(self) -> frozenset[str]:
        """The names of what is signed; `date` alone where nothing is said."""
        return frozenset(self.parameters.get("headers", "date").lower().split())

    @property
    def sent_at(self) -> int | None:
        """The Date header in milliseconds, or nothing if it is malformed."""
        date = self.header("date")
        if not _DATE.fullmatch(date):
            return None
        return int(parsedate_to_datetime(date).timestamp() * 1000)


Check = Callable[[Letter], bool]


@dataclass(frozen=True, slots=True)
class Verifier:
    """One server's demands: what is signed, how old it may be, and its own oddities."""

    post: frozenset[str]
    get: frozenset[str]
    oldest: int | None
    newest: int | None
    checks: tuple[tuple[str, str, Check], ...] = field(default=())


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _digest(letter: Letter) -> str:
    return base64.b64encode(hashlib.sha256(letter.body).digest()).decode()


def digest_matches(letter: Letter) -> bool:
    """Say whether one of the digests is the SHA-256 of the body, however it is spelt."""
    pairs = (part.strip().partition("=") for part in letter.header("digest").split(","))
    told = {name.lower(): value for name, _, value in pairs}
    return letter.method == "GET" or told.get("sha-256") == _digest(letter)


def digest_is_spelt(letter: Letter) -> bool:
    """Say whether Digest reads exactly `SHA-256=` and the right value."""
    return letter.method == "GET" or letter.header("digest") == f"SHA-256={_digest(letter)}"


def host_is_the_urls(letter: Letter) -> bool:
    """Say whether the Host header is the host of the URL."""
    return letter.header("host").lower() == urlsplit(letter.url).netloc.lower()


def algorithm_is_known(letter: Letter) -> bool:
    """Say whether the algorithm, if named, is one that everybody takes."""
    return letter.parameters.get("algorithm", "hs2019") in {"rsa-sha256", "hs2019"}


def has_date_or_created(letter: Letter) -> bool:
    """Say whether the signature is bound to a time."""
    return bool(letter.signed & {"date", "(created)"})


def has_target_or_digest(letter: Letter) -> bool:
    """Say whether the signature is bound to a target or a body."""
    return bool(letter.signed & {"(request-target)", "digest"})


_DIGEST = ("the Digest header is the SHA-256 of the body", "§2.2", digest_matches)
_ALGORITHM = ("the algorithm is rsa-sha256, hs2019 or left out", "§2.2", algorithm_is_known)
_SINGLE = ("no parameter appears twice", "§2.2", lambda letter: not letter.doubled)
_NAMED = ("the algorithm is named", "§2.2", lambda letter: "algorithm" in letter.parameters)
_TARGET = "(request-target) host date"
VERIFIERS: Mapping[str, Verifier] = {
    "Mastodon": Verifier(
        _names("digest"),
        _names("host"),
        65 * MINUTE,
        60 * MINUTE,
        (
            _DIGEST,
            _ALGORITHM,
            _SINGLE,
            ("date or (created) is signed", "§2.2", has_date_or_created),
            ("(request-target) or digest is signed", "§2.2", has_target_or_digest),
        ),
    ),
    "GoToSocial": Verifier(
        _names(f"{_TARGET} digest"), _names(_TARGET), HOUR, HOUR, (_DIGEST, _ALGORITHM)
    ),
    "Pleroma": Verifier(_names("(request-target) date"), _names(_TARGET), None, None, (_DIGEST,)),
    "Misskey": Verifier(
        _names("host digest"),
        frozenset(),
        None,
        None,
        (_DIGEST, ("the Host header is the server's own host", "§2.2", host_is_the_urls)),
    ),
    "Mobilizon": Verifier(_names("date"), _names("date"), 12 * HOUR, 12 * HOUR, (_DIGEST,)),
    # The digest is not verified there; the library's default wants the date signed.
    "Gancio": Verifier(_names("date"), _names("date"), None, None),
    "Lemmy": Verifier(
        _names("(request-target)"),
        frozenset(),
        HOUR,
        HOUR,
        (
            _DIGEST,
            ("the keyId has a # behind the actor", "§2.2", lambda letter: "#" in _key_id(letter)),
        ),
    ),
    "PieFed": Verifier(
        frozenset(),
        frozenset(),
        None,
        None,
        (
            ("Digest is spelt SHA-256= and matches", "§2.2", digest_is_spelt),
            ("headers are named", "§2.2", lambda letter: "headers" in letter.parameters),
            _NAMED,
        ),
    ),
    "Friendica": Verifier(
        _names("date digest"), _names("date"), 5 * MINUTE, MINUTE, (_DIGEST, _NAMED)
    ),
}


def _key_id(letter: Letter) -> str:
    return letter.parameters.get("keyId", "")


def signature_is_acceptable(
    server: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    now: int | None = None,
) -> Refused | None:
    """Return why a server would refuse to verify this request, or None if it would go on.

    With `now` (milliseconds) the age of the Date header is examined too.
    """
    if server == "Mastodon" and header(headers, "signature-input"):
        return _message_signature(method, url, headers, body)
    found = _PARAMETER.findall(header(headers, "signature"))
    parameters = {name: value or number for name, value, number in found}
    letter = Letter(
        method.upper(), url, headers, body, now, parameters, len(parameters) != len(found)
    )
    problems = _problems(letter, VERIFIERS[server])
    return next((Refused(server, rule, section) for rule, section in problems), None)


def _problems(letter: Letter, verifier: Verifier) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if (
        not _key_id(letter).startswith(("https://", "http://"))
        or "signature" not in letter.parameters
    ):
        found.append(("the Signature header has keyId and signature", "§2.2"))
    needed = verifier.get if letter.method == "GET" else verifier.post
    found += [(f"{name} is signed", "§2.2") for name in sorted(needed - letter.signed)]
    missing = (name for name in sorted(letter.signed) if name[0] != "(" and not letter.header(name))
    found += [(f"the signed header {name} is sent", "§2.2") for name in missing]
    found += [(rule, section) for rule, section, holds in verifier.checks if not holds(letter)]
    return found + _age(letter, verifier)


def _age(letter: Letter, verifier: Verifier) -> list[tuple[str, str]]:
    if "date" not in letter.signed:
        return []
    sent = letter.sent_at
    if sent is None:
        return [("Date reads Wdy, DD Mon YYYY HH:MM:SS GMT", "§2.1")]
    if letter.now is None:
        return []
    if verifier.oldest is not None and letter.now - sent > verifier.oldest:
        return [(f"Date is at most {verifier.oldest // MINUTE} minutes old", "§2.2")]
    if verifier.newest is not None and sent - letter.now > verifier.newest:
        return [(f"Date is at most {verifier.newest // MINUTE} minutes ahead", "§2.2")]
    return []


def _message_signature(
    method: str, url: str, headers: Mapping[str, str], body: bytes
) -> Refused | None:
    """Return why Mastodon would refuse an RFC 9421 signature [§2.4]."""
    stated = header(headers, "signature-input")
    labels = re.findall(r"([a-z*][a-z0-9_.*-]*)=\(", stated)
    covered = set(re.findall(r'"([^"]+)"', stated.partition("(")[2].partition(")")[0]))
    parameters = dict(re.findall(r';([a-z]+)="?([^";,]+)"?', stated.partition(")")[2]))
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    post = method.upper() != "GET"
    rules = (
        ("there is one signature label", len(labels) == 1),
        ("keyid and created are stated", {"keyid", "created"} <= parameters.keys()),
        ("@method and @target-uri are covered", {"@method", "@target-uri"} <= covered),
        ("content-digest is covered", not post or "content-digest" in covered),
        (
            "Content-Digest is the sha-256 of the body",
            not post or f"sha-256=:{digest}:" in header(headers, "content-digest"),
        ),
        ("the URL is absolute", bool(urlsplit(url).netloc)),
    )
    return next((Refused("Mastodon", rule, "§2.4") for rule, holds in rules if not holds), None)

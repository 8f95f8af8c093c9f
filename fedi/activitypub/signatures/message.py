"""What signing and checking work on: a request, and what its signature says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fedi.errors import Malformed

Form = Literal["cavage", "rfc9421"]

BODILESS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Request:
    """A request as its sender meant it.

    `url` has the scheme and host of the receiver's public origin, and path and query byte for byte as
    they were sent. Header names are in lower case; several lines of one name are joined by `, `.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None

    @property
    def authority(self) -> str:
        """Host and port as the URL spells them."""
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0]

    @property
    def target(self) -> str:
        """Path and query."""
        rest = self.url.partition("://")[2]
        at = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
        target = rest[at:]
        return target if target.startswith("/") else f"/{target}"


@dataclass(frozen=True, slots=True)
class SignatureInfo:
    """What a request's signature says about itself, none of it proven yet.

    `covered` are the names of what is signed, in the signer's order. `created` and `expires` are
    seconds since 1970, and only there if they are signed. `bases` are the texts of which one must
    have been signed: normally one, two where servers disagree about the query.
    """

    form: Form
    key_id: str
    algorithm: str | None
    covered: tuple[str, ...]
    created: int | None
    expires: int | None
    bases: tuple[bytes, ...]
    signature: bytes


def header_bytes(lines: list[str]) -> bytes:
    """Join the lines of what is signed, giving header values the bytes they came as."""
    text = "\n".join(lines)
    # A line break inside a value could pass for another line.
    if text.count("\n") != len(lines) - 1:
        raise Malformed("A signed value has a line break in it.")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise Malformed("A signed value has a letter that HTTP does not carry.") from error

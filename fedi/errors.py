"""Every error raised on purpose, as one tree.

FediError
├── Malformed 400
├── Unauthorised 401
├── Forbidden 403
├── NotFound 404
│   └── Gone 410
├── Conflict 409
├── TooBig 413
├── RateLimited 429
├── NotReady 503 · Unavailable 503
├── Refused 422        what a person asked for cannot be done; a sentence and a cure
└── Unreachable        a fetch from outside failed (may retry unless a subclass says otherwise)
    ├── NotPublicAddress   the address guard refused it; final
    ├── TooLarge · TooSlow · WrongType · BadRedirect
    ├── Missing            404 or 410 at the other end; `gone` says which
    └── RefusedByPeer      401 or 403 at the other end

The sentence of an error is safe to show to whoever caused it; the inner cause goes to the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


def _(message: str) -> str:
    """Mark a text for translation; `told` translates it."""
    return message


class Named(str):
    """A text of ours that is filled into a sentence, and translated with it."""


class FediError(Exception):
    """A failure with a safe sentence, an HTTP status, and whether the sender may retry.

    Where the sentence is marked for translation, what is filled into it comes apart, as `values`: of an error its
    sentence.
    """

    status = 500
    may_retry = False

    def __init__(self, sentence: str, *, cure: str = "", **values: object) -> None:
        self._said = sentence, cure
        self._values = values
        self.sentence, self.cure = self.told(str)
        super().__init__(self.sentence)

    def told(self, translate: Callable[[str], str]) -> tuple[str, str]:
        """Say sentence and cure in another language, as far as `translate` knows it."""
        values = {name: _fill(value, translate) for name, value in self._values.items()}
        said = (translate(text) if text else "" for text in self._said)
        sentence, cure = (text % values if values else text for text in said)
        return sentence, cure


def _fill(value: object, translate: Callable[[str], str]) -> object:
    if isinstance(value, FediError):
        return value.told(translate)[0]
    return translate(value) if isinstance(value, Named) else value


class Malformed(FediError):
    """What was sent cannot be read."""

    status = 400


class Unauthorised(FediError):
    """Nobody provably sent this."""

    status = 401
    may_retry = True


class Forbidden(FediError):
    """The sender is known and may not."""

    status = 403


class NotFound(FediError):
    """Never was here, or not for this reader; the two look the same."""

    status = 404


class Gone(NotFound):
    """Was public here and was taken down; `tombstone` is what stands there now."""

    status = 410

    def __init__(
        self,
        sentence: str,
        *,
        cure: str = "",
        tombstone: Mapping[str, object] | None = None,
        **values: object,
    ) -> None:
        super().__init__(sentence, cure=cure, **values)
        self.tombstone = tombstone


class Conflict(FediError):
    """Somebody else changed it first."""

    status = 409


class TooBig(FediError):
    """The body is larger than the cap."""

    status = 413


class RateLimited(FediError):
    """Too many requests; come back in so many seconds."""

    status = 429
    may_retry = True

    def __init__(self, sentence: str, *, seconds: int = 60) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class NotReady(FediError):
    """The instance is starting or migrating."""

    status = 503
    may_retry = True


class Refused(FediError):
    """What a person asked for cannot be done; the sentence says why and the cure what to do."""

    status = 422


class Unavailable(FediError):
    """What this needs does not answer just now."""

    status = 503
    may_retry = True


class Unreachable(FediError):
    """A fetch from outside did not succeed; `retry_at` (ms) is what the other end asked for, if it did."""

    status = 502
    may_retry = True
    retry_at: int | None = None


class NotPublicAddress(Unreachable):
    """The address guard refused to connect there."""

    may_retry = False


class TooLarge(Unreachable):
    """The other end sent more than the cap."""

    may_retry = False


class TooSlow(Unreachable):
    """The other end did not finish in time."""


class WrongType(Unreachable):
    """The other end answered with a content type or document that may not be used."""

    may_retry = False


class BadRedirect(Unreachable):
    """Too many redirects, or one that may not be followed."""

    may_retry = False


class Missing(Unreachable):
    """The other end says 404 or 410."""

    may_retry = False

    def __init__(self, sentence: str, *, gone: bool = False) -> None:
        super().__init__(sentence)
        self.gone = gone


class RefusedByPeer(Unreachable):
    """The other end says 401 or 403."""

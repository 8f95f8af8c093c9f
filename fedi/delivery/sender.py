"""One signed POST to one inbox, and what its answer means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx

from fedi.activitypub.client import Answer, exchange, retry_after, wire
from fedi.activitypub.keys import PrivateKey
from fedi.activitypub.signatures import Form, Request, digest_header, sign
from fedi.errors import Unreachable
from fedi.site import Site
from fedi.storage.activities import Activity

SECONDS = 12.0
"""For the whole exchange; connecting may take five of them."""

READ_AT_MOST = 4096

# The host is there and something before or around its application says so: its other inboxes fare alike.
OF_THE_HOST = frozenset({429, 502, 503, 504})
# What the house rules (QUALITY, interop §5.1) do not count as a refusal for good.
WORTH_ANOTHER_TRY = frozenset({401, 408, 421, 425, 429})
# How a host says that it does not understand the other form of signature either; its first answer counts then.
NOT_UNDERSTOOD = frozenset({400, 401})


@dataclass(frozen=True, slots=True)
class Delivered:
    """The inbox took it, signed in this form."""

    form: Form


@dataclass(frozen=True, slots=True)
class RetryLater:
    """It may work later; `blames_host` unless only this delivery is known to have a problem."""

    error: str
    status: int | None = None
    blames_host: bool = True
    wait_until: int | None = None


@dataclass(frozen=True, slots=True)
class Final:
    """The inbox, or our own address guard, will never take it."""

    error: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """404 or 410: there is no such inbox any more, which is worth asking its owner about."""

    error: str
    status: int


Outcome = Delivered | RetryLater | Final | Gone


@dataclass(frozen=True, slots=True)
class Parcel:
    """An activity ready to be sent: its bytes, digested once, and the key of the actor who said it."""

    id: str
    body: bytes
    digest: str
    key: PrivateKey


def parcel(activity: Activity, key: PrivateKey) -> Parcel:
    """Make an activity ready."""
    return Parcel(activity.id, activity.body, digest_header(activity.body), key)


class Sender:
    """Sends over the one HTTP client; what is for ourselves goes straight to our own application, if given."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        site: Site,
        at_home: Callable[..., Any] | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._home = site.origin + "/"
        self._seconds = seconds
        self._outside = self._inside = client
        # From behind a proxy we may not reach our own public address, and for our own groups need not.
        self._own_client: httpx.AsyncClient | None = None
        if at_home is not None:
            transport = httpx.ASGITransport(at_home, raise_app_exceptions=False)
            self._inside = self._own_client = httpx.AsyncClient(transport=transport)

    async def send(
        self,
        parcel: Parcel,
        inbox: str,
        form: str | None,
        now: int,
        headers: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Post to an inbox, in the form of signature its host took last; knocks again in the other after 401."""
        first: Form = "rfc9421" if form == "rfc9421" else "cavage"
        second: Form = "cavage" if first == "rfc9421" else "rfc9421"
        try:
            url = _wire(inbox)
            answer = await self._post(parcel, url, first, now, headers)
            if answer.status != 401:
                return _outcome(answer, first, now)
            again = await self._post(parcel, url, second, now, headers)
        except Unreachable as error:
            return RetryLater(error.sentence) if error.may_retry else Final(error.sentence)
        if again.status in NOT_UNDERSTOOD:
            return _outcome(answer, first, now)
        return _outcome(again, second, now)

    async def aclose(self) -> None:
        """Let go of what is not the caller's."""
        if self._own_client is not None:
            await self._own_client.aclose()

    async def _post(
        self, parcel: Parcel, url: str, form: Form, now: int, more: Mapping[str, str] | None
    ) -> Answer:
        headers = {"content-type": "application/activity+json", **(more or {})}
        if form == "cavage":
            headers["digest"] = parcel.digest
        request = Request("POST", url, headers, parcel.body)
        headers |= sign(request, parcel.key, form, now)
        return await exchange(
            self._inside if url.startswith(self._home) else self._outside,
            "POST",
            url,
            headers=headers,
            body=parcel.body,
            cap=READ_AT_MOST,
            cut=True,
            seconds=self._seconds,
        )


# The same inboxes hear of every post.
_wire = lru_cache(maxsize=20_000)(wire)


def _outcome(answer: Answer, form: Form, now: int) -> Outcome:
    status = answer.status
    if status // 100 == 2:
        return Delivered(form)
    error = f"answered {status}{_said(answer)}"
    if status in (404, 410):
        return Gone(error, status)
    if status // 100 == 4 and status not in WORTH_ANOTHER_TRY:
        return Final(error, status)
    # A redirect is never followed: what was signed is not meant for another address.
    return RetryLater(
        error,
        status,
        blames_host=status in OF_THE_HOST,
        wait_until=retry_after(answer.headers, now) if status in OF_THE_HOST else None,
    )


def _said(answer: Answer) -> str:
    text = answer.body[:200].decode("utf-8", "replace")
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f": {plain}" if plain and not plain.startswith("<") else ""

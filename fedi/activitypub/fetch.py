"""The one door for everything fetched from outside: documents, collections, pictures, discovery.

Every URL from elsewhere goes through here, also the ones found inside what was fetched: redirects,
`next` pages, NodeInfo links, host-meta templates, icons. None of them is trusted more than the first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from fedi.activitypub import guard
from fedi.activitypub.activity_json import ACCEPT, is_activity_json, read_json
from fedi.activitypub.client import Answer, exchange, retry_after, wire
from fedi.activitypub.fetch_memory import Budget, Failures
from fedi.activitypub.knocks import Forms, Signer, knocks, signed
from fedi.activitypub.origins import same_origin
from fedi.clock import now_ms
from fedi.config import Config
from fedi.errors import (
    BadRedirect,
    Missing,
    RefusedByPeer,
    TooSlow,
    Unreachable,
    WrongType,
)

COLLECTIONS = frozenset(
    ("Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage")
)
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost: bytes, redirects, seconds."""

    document: int = 1_000_000
    redirects: int = 3
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as its origin serves it at `url`, which is its `id`."""

    url: str
    document: dict[str, Any]


class Door:
    """Fetches from outside within the rules of the guard, with limits, budgets and short memory."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        config: Config,
        *,
        forms: Forms | None = None,
        limits: Limits | None = None,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._client = client
        self._allow_private = config.allow_private
        self._proxied = bool(config.proxy)
        self._forms = forms or Forms()
        self._failures = Failures()
        self._limits = limits or Limits()
        self._clock = clock

    def schemes(self, host: str) -> tuple[str, ...]:
        """Return the schemes to try for a host of which no URL is known, best first."""
        if guard.may_be_plain(host, self._allow_private):
            return ("http", "https")
        return ("https", "http") if self._allow_private else ("https",)

    async def document(
        self,
        url: str,
        *,
        by: Signer | None = None,
        budget: Budget | None = None,
        fresh: bool = False,
    ) -> Fetched:
        """Fetch an ActivityPub document from the place its `id` names, or raise Unreachable.

        What says another `id` of the same origin is fetched once more from there; what says one of
        another origin is refused (interop §6.1). `fresh` asks again although it failed a moment ago.
        """
        async with self._careful(url, by, budget, fresh=fresh) as start:
            found = await self._activity_json(start, by)
            if not _is_at(found):
                named = found.document.get("id")
                if not isinstance(named, str) or not same_origin(named, found.url):
                    raise WrongType(f"{_host(found.url)} sent a document of another place")
                found = await self._activity_json(wire(named), by)
                if not _is_at(found) or not same_origin(named, found.url):
                    raise WrongType(f"{_host(found.url)} sent a document that is not at its id")
        return found

    async def collection(
        self,
        url: str,
        *,
        pages: int,
        items: int,
        by: Signer | None = None,
        budget: Budget | None = None,
    ) -> AsyncGenerator[str | dict[str, Any]]:
        """Give the items of a collection in its order, over at most so many pages.

        Ends early where a page repeats, lies on another origin, or the budget is spent. Embedded items
        are the collection's word only: what has another origin is to be fetched from its `id`.
        """
        seen: set[str] = set()
        page: Any = url
        for _ in range(pages):
            if isinstance(page, str):
                if page in seen or not same_origin(page, url):
                    return
                seen.add(page)
                if len(seen) > 1 and budget and not budget.fetches:
                    return
                page = await self._page(page, by, budget)
            if not isinstance(page, dict):
                return
            for item in _items(page):
                if items < 1:
                    return
                items -= 1
                yield item
            page = page.get("next") or page.get("first")

    async def bytes(
        self,
        url: str,
        *,
        cap: int,
        types: frozenset[str],
        accept: str = "",
        by: Signer | None = None,
        budget: Budget | None = None,
    ) -> Answer:
        """Fetch what is no ActivityPub document, of one of these content types, up to `cap` bytes."""
        async with self._careful(url, by, budget) as start:
            answer = await self._follow(start, accept or ", ".join(sorted(types)), by, cap)
            if answer.media_type not in types:
                raise WrongType(f"{_host(answer.url)} answered with another type of content")
        return answer

    async def _page(self, url: str, by: Signer | None, budget: Budget | None) -> dict[str, Any]:
        async with self._careful(url, by, budget) as start:
            found = await self._activity_json(start, by)
            if not same_origin(found.url, start) or not _is_collection(found.document):
                raise WrongType(f"{_host(found.url)} sent something that is not a collection")
        return found.document

    @asynccontextmanager
    async def _careful(
        self, url: str, by: Signer | None, budget: Budget | None, *, fresh: bool = False
    ) -> AsyncGenerator[str]:
        """One whole fetch: its budget, its deadline, and the memory of its failure."""
        start = wire(url)
        key = f"{by.key.id if by else ''} {start}"
        if not fresh:
            self._failures.check(key, self._clock())
        if budget:
            budget.spend()
        try:
            async with asyncio.timeout(self._limits.seconds):
                yield start
        except TimeoutError as error:
            slow = TooSlow(f"{_host(start)} did not finish in time")
            self._failures.put(key, slow, self._clock())
            raise slow from error
        except Unreachable as error:
            self._failures.put(key, error, self._clock())
            raise
        self._failures.clear(key)

    async def _activity_json(self, url: str, by: Signer | None) -> Fetched:
        answer = await self._follow(url, ACCEPT, by, self._limits.document)
        if not is_activity_json(answer.headers.get("content-type", "")):
            raise WrongType(f"{_host(answer.url)} answered with something other than ActivityPub")
        return Fetched(answer.url, read_json(answer))

    async def _follow(self, url: str, accept: str, by: Signer | None, cap: int) -> Answer:
        seen = {url}
        while True:
            answer = await self._ask(url, accept, by, cap)
            if answer.status not in _REDIRECTS:
                return self._good(answer)
            target = _target(answer)
            if target in seen or len(seen) > self._limits.redirects:
                raise BadRedirect(f"{_host(url)} redirects without end")
            if url.startswith("https:") and not target.startswith("https:"):
                raise BadRedirect(f"{_host(url)} redirects to an address without TLS")
            seen.add(target)
            url = target

    async def _ask(self, url: str, accept: str, by: Signer | None, cap: int) -> Answer:
        """Ask unsigned, or signed in one form after the other while the answer is 401."""
        guard.check_url(url, self._allow_private, proxied=self._proxied)
        plain = {"host": _host(url), "accept": accept}
        if by is None:
            return await self._get(url, plain, cap)
        known = self._forms.get(_host(url))
        for form in knocks(url, known):
            answer = await self._get(url, plain | signed(url, plain, by, form, self._clock()), cap)
            if answer.status == 200 and form != known:
                self._forms.put(_host(url), form)
            if answer.status != 401:
                return answer
        raise RefusedByPeer(f"{_host(url)} takes none of our signatures")

    async def _get(self, url: str, headers: dict[str, str], cap: int) -> Answer:
        seconds = self._limits.seconds
        return await exchange(self._client, "GET", url, headers=headers, cap=cap, seconds=seconds)

    def _good(self, answer: Answer) -> Answer:
        host = _host(answer.url)
        match answer.status:
            case 200:
                return answer
            case 404 | 410:
                raise Missing(f"{host} says that is not there", gone=answer.status == 410)
            case 401 | 403:
                raise RefusedByPeer(f"{host} does not show us that")
            case status if status in (408, 425, 429) or status >= 500:
                error = Unreachable(f"{host} is busy or broken (status {status})")
                error.retry_at = retry_after(answer.headers, self._clock())
                raise error
            case status:
                raise WrongType(f"{host} answered with status {status}")


def _target(answer: Answer) -> str:
    try:
        return wire(urljoin(answer.url, answer.headers["location"]))
    except (KeyError, ValueError) as error:
        raise BadRedirect(f"{_host(answer.url)} redirects to nowhere") from error


def _is_collection(document: dict[str, Any]) -> bool:
    kinds = document.get("type")
    return any(
        isinstance(kind, str) and kind in COLLECTIONS
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _is_at(found: Fetched) -> bool:
    """Tell whether a document is at the place its `id` names, whatever the spelling."""
    named = found.document.get("id")
    if not isinstance(named, str) or not same_origin(named, found.url):
        return False
    return _path(wire(named)) == _path(found.url)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _items(page: dict[str, Any]) -> Iterator[str | dict[str, Any]]:
    for name in ("orderedItems", "items"):
        value = page.get(name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str | dict):
                yield item


def _host(url: str) -> str:
    return urlsplit(url).netloc

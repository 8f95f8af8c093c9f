"""The one HTTP client: httpx on aiohttp, guarded at dial time, without cookies, with caps and deadlines."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from yarl import URL

from fedi import __version__
from fedi.activitypub import guard
from fedi.activitypub.transport import GuardedTransport, NoCookies
from fedi.config import Config
from fedi.errors import FediError, NotPublicAddress, TooLarge, TooSlow, Unreachable, WrongType

CONNECT_SECONDS = 5.0
LONGEST_RETRY_AFTER = 86_400_000
World = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other end said: any status, with the body read up to the cap."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Client(httpx.AsyncClient):
    """httpx, and at hand the guarded sessions under it, by scheme, for what needs nothing of httpx.

    httpx costs half a millisecond of CPU for each request, and aiohttp beneath it half of that.
    """

    straight: Mapping[str, GuardedTransport] = {}
    always: Mapping[str, str] = {}


def make_client(
    config: Config,
    world: World | None = None,
    *,
    resolver: AbstractResolver | None = None,
    open_socket: guard.OpenSocket | None = None,
) -> httpx.AsyncClient:
    """Build the client of the process; connections, DNS and threads begin with the first request.

    With `world` (host, or host:port, to ASGI app) nothing is dialled: those hosts are answered by their
    apps and every other one does not exist. `resolver` and `open_socket` replace what finds addresses
    and what opens sockets, below the guard.
    """
    if world is not None:
        mounts: dict[str, httpx.AsyncBaseTransport] = {
            f"all://{host}": httpx.ASGITransport(app, raise_app_exceptions=False)
            for host, app in world.items()
        }
        return _client(config, mounts, httpx.MockTransport(_no_such_host))
    trust = ssl.create_default_context()
    if config.ca_file:
        trust.load_verify_locations(config.ca_file)
    transports = {
        f"{scheme}://": GuardedTransport(config, scheme, trust, resolver, open_socket)
        for scheme in ("https", "http")
    }
    client = _client(config, dict(transports), transports["https://"])
    if not config.proxy:
        client.straight = {name.partition(":")[0]: by for name, by in transports.items()}
        client.always = dict(client.headers)
    return client


async def exchange(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    cap: int,
    cut: bool = False,
    seconds: float = 10.0,
) -> Answer:
    """Send one request and read its answer, following nothing; whatever fails is an Unreachable.

    `cap` is in bytes: a longer body raises TooLarge, or just ends there with `cut` and in answers other
    than 200. `seconds` bounds the whole exchange. Where a signature covers `url`, it is the `wire` form.
    """
    straight = client.straight.get(url.partition(":")[0]) if isinstance(client, Client) else None
    try:
        async with asyncio.timeout(seconds):
            if straight is None or not isinstance(client, Client):
                request = client.build_request(method, url, headers=headers, content=body or None)
                found = await client.send(request, stream=True)
                try:
                    answer = Answer(url, found.status_code, found.headers, b"")
                    return await _read(answer, found.aiter_raw(), cap, cut=cut)
                finally:
                    await found.aclose()
            sent = {**client.always, **headers}
            async with await straight.request(method, url, sent, body) as response:
                answer = Answer(url, response.status, httpx.Headers(response.raw_headers), b"")
                return await _read(answer, response.content.iter_any(), cap, cut=cut)
    except FediError:
        raise
    except Exception as error:
        raise failure(error, url) from error


# A URL as nearly everybody writes it goes over the wire as it is; finding out costs 0.2 ms.
PLAIN = re.compile(
    r"https?://[a-z0-9.-]+(?::(?!443/|80/)(?:[1-9]\d{0,3}|[1-5]\d{4}))?(?:/[A-Za-z0-9_@~-]+)+",
    re.ASCII,
)


# Whatever is fetched is looked at several times.
@lru_cache(maxsize=2_048)
def wire(url: str) -> str:
    """Return a URL as it goes over the wire, without fragment; sign this form and no other.

    aiohttp normalises percent-escapes its own way; done beforehand, what is signed is what is sent.
    """
    return url if PLAIN.fullmatch(url) else normalised(url)


def normalised(url: str) -> str:
    """Spell a URL as it goes over the wire, however it is written, or raise NotPublicAddress."""
    try:
        first = httpx.URL(url).copy_with(fragment=None)
        sent = URL(str(first))
        if not sent.raw_host or sent.raw_host.strip("[]") != _plain_host(first):
            raise NotPublicAddress("that is not a URL to fetch from")
        return str(httpx.URL(str(sent)))
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise NotPublicAddress("that is not a URL to fetch from") from error


def failure(error: BaseException, url: str) -> Unreachable:
    """Name what went wrong beneath httpx, which calls nearly everything a ConnectTimeout.

    What is none of the known network failures is raised again as it is.
    """
    host = urlsplit(url).netloc.rpartition("@")[2][:100]
    causes = list(_causes(error))
    if any(isinstance(cause, guard.Blocked) for cause in causes):
        return NotPublicAddress(f"{host} does not lead to a public address")
    for cause in causes:
        match cause:
            case TimeoutError():
                return TooSlow(f"{host} did not answer in time")
            case ssl.SSLError() | ssl.CertificateError() | aiohttp.ClientSSLError():
                return Unreachable(f"{host} has no valid TLS certificate")
            case aiohttp.ClientConnectorDNSError():
                return Unreachable(f"{host} does not exist, or its name server does not answer")
            case ConnectionRefusedError():
                return Unreachable(f"{host} refuses connections")
            case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
                return Unreachable(f"the proxy does not lead to {host}")
            case Exception() if _is_of_a_proxy(cause):
                return Unreachable(f"the proxy does not lead to {host}")
            case httpx.InvalidURL() | aiohttp.InvalidURL() | httpx.UnsupportedProtocol():
                return NotPublicAddress("that is not a URL to fetch from")
            case _:
                pass
    if any(isinstance(c, httpx.HTTPError | aiohttp.ClientError | OSError) for c in causes):
        return Unreachable(f"{host} broke off, or does not speak HTTP")
    raise error


def retry_after(headers: Mapping[str, str], now: int) -> int | None:
    """Return the moment (ms) before which Retry-After asks not to come back, at most a day ahead."""
    value = headers.get("retry-after", "").strip()[:40]
    try:
        if value.isascii() and value.isdigit():
            moment = now + int(value) * 1000
        else:
            moment = int(parsedate_to_datetime(value).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(now, min(moment, now + LONGEST_RETRY_AFTER))


def _client(
    config: Config,
    mounts: dict[str, httpx.AsyncBaseTransport],
    default: httpx.AsyncBaseTransport,
) -> Client:
    agent = f"fedi/{__version__} (+{config.origin}/)"
    return Client(
        transport=default,
        mounts=mounts,
        trust_env=False,
        follow_redirects=False,
        cookies=NoCookies(),
        headers={"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
    )


async def _read(answer: Answer, chunks: AsyncIterable[bytes], cap: int, *, cut: bool) -> Answer:
    """Read undecoded bytes: what comes compressed although we asked for it plain is not for us."""
    host, cut = urlsplit(answer.url).hostname, cut or answer.status != 200
    if answer.headers.get("content-encoding", "identity").strip().lower() != "identity":
        if cut:
            return answer
        raise WrongType(f"{host} sent compressed data, which was not asked for")
    content = bytearray()
    async for chunk in chunks:
        content += chunk
        if len(content) > cap:
            if cut:
                break
            raise TooLarge(f"{host} sent more than {cap} bytes")
    return replace(answer, body=bytes(content[:cap]))


def _plain_host(url: httpx.URL) -> str:
    return URL(f"https://[{url.host}]").raw_host or "" if ":" in url.host else url.raw_host.decode()


def _no_such_host(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(f"{request.url.host} is not in this world")


def _is_of_a_proxy(error: BaseException) -> bool:
    # Without a proxy that speaks SOCKS its library is never loaded.
    return type(error).__module__.partition(".")[0] in ("aiohttp_socks", "python_socks")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):
        if error is None:
            return
        yield error
        if isinstance(error, aiohttp.ClientConnectorError):
            yield error.os_error
        error = error.__cause__ or error.__context__

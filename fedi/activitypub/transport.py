"""The transports under the HTTP client: aiohttp sessions that dial only what the guard allows."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from functools import lru_cache, partial
from http.cookiejar import CookieJar
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from fedi.activitypub import guard
from fedi.config import Config

DNS_SECONDS = 5.0
NAME_LASTS_SECONDS = 60
ADDRESSES = 2  # of each family
CONNECT_IN_TIME = aiohttp.ClientTimeout(total=None, sock_connect=5.0)
IDLE_CONNECTIONS = 256  # an idle TLS connection costs about 50 kB


class NoCookies(CookieJar):
    """A jar that takes nothing and gives nothing: peers do not get to recognise us."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        pass

    def add_cookie_header(self, request: Any) -> None:
        pass


class _Names(AbstractResolver):
    """aiodns with a deadline for the whole look-up, and only a few addresses of each name.

    A name server that gives hundreds would have us knock at all of them; Mastodon, too, tries two of
    each family (interop §1.3).
    """

    def __init__(self, resolver: AbstractResolver | None) -> None:
        self._resolver = resolver or aiohttp.AsyncResolver(timeout=2.0, tries=2)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        try:
            async with asyncio.timeout(DNS_SECONDS):
                found = await self._resolver.resolve(host, port, family)
        except TimeoutError as error:
            raise OSError(None, "the name server does not answer") from error
        six = [result for result in found if ":" in result["host"]]
        four = [result for result in found if ":" not in result["host"]]
        return six[:ADDRESSES] + four[:ADDRESSES]

    async def close(self) -> None:
        await self._resolver.close()


class _Connector(aiohttp.TCPConnector):
    """A pool that keeps a bounded number of hosts warm; aiohttp bounds only what is in use."""

    def _release(self, key: Any, protocol: Any, *, should_close: bool = False) -> None:
        full = len(self._conns) >= IDLE_CONNECTIONS
        super()._release(key, protocol, should_close=should_close or full)


class GuardedTransport(AiohttpTransport):
    """One scheme's way out: the URL checked before, the address checked at the dial."""

    def __init__(
        self,
        config: Config,
        scheme: str,
        trust: ssl.SSLContext,
        resolver: AbstractResolver | None,
        open_socket: guard.OpenSocket | None,
    ) -> None:
        socks = bool(config.proxy and config.proxy.startswith("socks"))
        http_proxy = httpx.Proxy(config.proxy) if config.proxy and not socks else None
        super().__init__(
            verify=trust,  # the connector's own is what counts; this saves loading a second one
            trust_env=False,
            proxy=http_proxy,
            client=partial(self._session, config, scheme, trust, resolver, open_socket),
        )
        self._names: _Names | None = None
        self._check = partial(
            guard.check_url, allow_private=config.allow_private, proxied=bool(config.proxy)
        )
        # The same inboxes are posted to again and again; what they are does not change, where names lead may.
        self._check_again = lru_cache(maxsize=20_000)(self._check)

    def _session(
        self,
        config: Config,
        scheme: str,
        trust: ssl.SSLContext,
        resolver: AbstractResolver | None,
        open_socket: guard.OpenSocket | None,
    ) -> aiohttp.ClientSession:
        bounds: dict[str, Any] = {"ssl": trust, "limit": 1000, "limit_per_host": 16}
        if config.proxy and config.proxy.startswith("socks"):
            from aiohttp_socks import ProxyConnector

            # socks5h: and socks4a: say that the proxy resolves; here it always does.
            address = config.proxy.replace("socks5h:", "socks5:").replace("socks4a:", "socks4:")
            connector: aiohttp.TCPConnector = ProxyConnector.from_url(address, rdns=True, **bounds)
        else:
            self._names = _Names(resolver)
            bounds |= {"resolver": self._names, "ttl_dns_cache": NAME_LASTS_SECONDS}
            if not config.proxy:
                opener = [open_socket] if open_socket else []
                bounds["socket_factory"] = guard.socket_factory(
                    scheme, config.allow_private, *opener
                )
            connector = _Connector(**bounds)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._check(str(request.url))
        return await super().handle_async_request(request)

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> aiohttp.ClientResponse:
        """Send a request past httpx, to a URL in its `wire` form; it is checked as ever."""
        self._check_again(url)
        session = self.client = self.get_client()
        return await session.request(
            method,
            _parsed(url),
            data=body or None,
            headers=headers,
            allow_redirects=False,
            auto_decompress=False,
            timeout=CONNECT_IN_TIME,
        )

    async def aclose(self) -> None:
        await super().aclose()
        if self._names is not None:
            await self._names.close()


@lru_cache(maxsize=20_000)
def _parsed(url: str) -> URL:
    return URL(url, encoded=True)

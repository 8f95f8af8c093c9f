"""What doctor can see from outside: the name, TLS, the way through the proxy, WebFinger, signatures, the clock."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import httpx
import orjson

from fedi.activitypub import guard
from fedi.activitypub.activity_json import read_json
from fedi.activitypub.client import Answer, exchange, make_client
from fedi.activitypub.signatures import Request, sign
from fedi.commands.findings import Finding, bad, ok, warn
from fedi.commands.running import sentence
from fedi.config import Config
from fedi.errors import FediError, Malformed
from fedi.house import House
from fedi.storage import groups

NEAR = tuple(ip_network(text) for text in ("127.0.0.0/8", "::1/128"))
LARGEST_DRIFT = 60.0
"""Seconds; other servers take signatures from a clock that is off by some minutes at most."""
SOON = 14 * 86_400.0
"""Seconds before the end of a certificate at which to say so."""


async def examine(house: House) -> AsyncIterator[Finding]:
    """Ask our own origin as others do; what cannot be reached is not asked further."""
    yield await _name(house.config)
    if house.config.origin.startswith("https://") and not house.config.proxy:
        yield await _certificate(house.config)
    async with _client(house.config) as client:
        found = await _reach(house, client)
        for finding in found:
            yield finding
        if found[0].state != "ok":
            return
        first = await house.store.read(groups.list_)
        if first:
            yield await _webfinger(house, client, first[0].name)
        yield await _signature(house, client)


def _client(config: Config) -> httpx.AsyncClient:
    """Make a client that may also reach ourselves where we are on this machine alone."""
    if config.is_local:
        config = replace(config, allow_private=(*config.allow_private, *NEAR))
    return make_client(config)


async def _name(config: Config) -> Finding:
    host = urlsplit(config.origin).hostname or ""
    if host.endswith(".onion"):
        return ok(f"{host} is an onion service.")
    try:
        infos = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return bad(f"The name {host} has no address.", "Make an A or AAAA record for it.")
    found = sorted({str(info[4][0]) for info in infos})
    said = f"The name {host} leads to {', '.join(found)}"
    near = [one for one in found if not guard.is_allowed(ip_address(one), config.allow_private)]
    if near and not config.is_local:
        return warn(
            f"{said}, which others cannot reach.",
            "If it leads elsewhere from outside, all is well; else correct its A and AAAA records.",
        )
    return ok(f"{said}.")


async def _certificate(config: Config) -> Finding:
    """Look at the certificate that is shown under our name."""
    parts = urlsplit(config.origin)
    trust = ssl.create_default_context(cafile=config.ca_file)
    if config.ca_file:
        trust.load_default_certs()
    try:
        async with asyncio.timeout(10):
            _, writer = await asyncio.open_connection(
                parts.hostname, parts.port or 443, ssl=trust, server_hostname=parts.hostname
            )
        shown = writer.get_extra_info("ssl_object").getpeercert()
        writer.transport.abort()
    except ssl.SSLCertVerificationError as error:
        return bad(
            f"The certificate of {parts.netloc} does not hold: {error.verify_message}.",
            "Renew it, and let the server show the whole chain.",
        )
    except (OSError, TimeoutError):
        return bad(
            f"Nobody speaks TLS at {parts.netloc}.",
            "Let the proxy listen there, open the firewall, or set FEDI_TLS_CERT and FEDI_TLS_KEY.",
        )
    left = ssl.cert_time_to_seconds(shown["notAfter"]) - time.time()
    said = f"The certificate of {parts.netloc} holds for {left / 86_400:.0f} days more."
    return ok(said) if left > SOON else warn(said, "See that it is renewed by itself.")


async def _reach(house: House, client: httpx.AsyncClient) -> list[Finding]:
    url = f"{house.site.origin}/readyz"
    before = time.time()
    try:
        answer = await exchange(
            client, "GET", url, headers={"Accept": "text/plain"}, cap=10_000, cut=True
        )
    except FediError as error:
        where = house.config.listen
        cure = (
            f"Start it: fedi serve. It listens at {where} (FEDI_LISTEN)."
            if house.config.is_local
            else "Start fedi serve, and see that proxy, TLS and firewall lead to it."
        )
        return [bad(f"{house.site.origin} does not answer: {sentence(error)}", cure)]
    if answer.status != 200:
        cure = (
            "A migration waits or the database does not answer: see the log of fedi serve."
            if answer.status == 503
            else "Something else answers there: see where the proxy leads."
        )
        return [bad(f"{url} answers {answer.status}.", cure)]
    return [ok(f"{house.site.origin} answers."), *_clock(answer, before), *_headers(answer)]


def _clock(answer: Answer, before: float) -> list[Finding]:
    try:
        off = abs(parsedate_to_datetime(answer.headers.get("date", "")).timestamp() - before)
    except ValueError:
        return [warn("The answer has no date.", "Let the proxy pass the Date header on.")]
    if off < LARGEST_DRIFT:
        return [ok("The clock here and the one behind our name agree.")]
    return [
        bad(f"The clocks differ by {off:.0f} s; signatures will be refused.", "Run an NTP client.")
    ]


def _headers(answer: Answer) -> list[Finding]:
    if "content-security-policy" in answer.headers:
        return []
    return [warn("The proxy drops security headers.", "Let it pass all headers on as they are.")]


async def _webfinger(house: House, client: httpx.AsyncClient, name: str) -> Finding:
    """Ask for a group as others do: at the domain of its handle, not at the origin of its id."""
    resource = f"acct:{house.site.handle(name)}"
    scheme = urlsplit(house.site.origin).scheme
    url = f"{scheme}://{house.site.domain}/.well-known/webfinger?resource={resource}"
    try:
        answer = await exchange(
            client, "GET", url, headers={"Accept": "application/jrd+json"}, cap=100_000
        )
        subject = read_json(answer).get("subject") if answer.status == 200 else None
    except (FediError, Malformed):
        subject = None
    if subject == resource:
        return ok(f"WebFinger finds @{house.site.handle(name)}.")
    return bad(
        f"WebFinger does not find @{house.site.handle(name)}; nobody can follow it.",
        f"Let the web server of {house.site.domain} pass /.well-known/webfinger on, with its query.",
    )


async def _signature(house: House, client: httpx.AsyncClient) -> Finding:
    """Deliver something harmless to our own inbox, signed: taking back what was never said.

    What a proxy changes in host, path or headers breaks the signatures of everybody who delivers.
    """
    site = house.site
    said = {"id": site.new_activity(), "type": "Like", "actor": site.actor, "object": site.origin}
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": site.new_activity(),
        "type": "Undo",
        "actor": site.actor,
        "object": said,
    }
    signer = await house.remote.signer()
    body = orjson.dumps(activity)
    headers = {"Content-Type": "application/activity+json"}
    request = Request("POST", site.shared_inbox, headers, body)
    headers |= sign(request, signer.key, "cavage", house.now())
    try:
        answer = await exchange(
            client, "POST", site.shared_inbox, headers=headers, body=body, cap=10_000, cut=True
        )
    except FediError as error:
        return bad(
            f"Our own inbox takes nothing in: {sentence(error)}",
            "Let the proxy pass POST requests on, up to 1 MB.",
        )
    if answer.status == 202:
        return ok("A signed delivery arrives in the inbox as it was sent.")
    if answer.status == 401:
        return bad(
            "The signature of a delivery does not hold once it has come through the proxy.",
            "Let the proxy pass the Host header, path, query and all headers on unchanged.",
        )
    return bad(
        f"The inbox answers {answer.status} to a signed delivery.",
        "Let the proxy pass POST requests on; see its log and that of fedi serve.",
    )

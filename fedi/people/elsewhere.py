"""Signing in with an account elsewhere: OAuth 2 against the member's own server, as Mastodon speaks it.

The server is asked for as little as it can tell apart, and its token is handed back once it has said whose it is.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from fedi.activitypub import guard
from fedi.activitypub.client import exchange
from fedi.activitypub.fetch import Door
from fedi.activitypub.handles import Handle, normal_host
from fedi.activitypub.origins import same_origin
from fedi.actors.instance import name_of
from fedi.delivery.clockwork import House
from fedi.errors import FediError, Malformed, Missing, Refused, Unreachable
from fedi.people.tokens import hashed
from fedi.people.words import _
from fedi.storage import challenges, oauth_clients
from fedi.storage.actors import Actor
from fedi.storage.oauth_clients import OAuthClient

ANSWER_MS = 10 * 60_000
CAP = 100_000
BACK = "/sign-in/elsewhere/back"
"""Where people come back to, above the name of the server they come from."""
_PURPOSE = "account elsewhere"
_NOBODY = _("Nobody of this name was found there."), _("Check the spelling.")
_SILENT = _("Your server does not answer now."), _("Check the spelling.")
_METADATA = "/.well-known/oauth-authorization-server"
_SCOPES = ("profile", "read:accounts", "read")
"""What suffices to learn who somebody is, the least first (Mastodon 4.3, GoToSocial 0.19; Pixelfed knows the last)."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody wants of their own server: `purpose` is sign-in or link; `person` who links."""

    purpose: str
    wanted: str = "/console"
    remember: bool = False
    person: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came back, and their server says who they are."""

    actor: Actor
    errand: Errand


async def way_there(house: House, told: str, asked_by: str, errand: Errand) -> str:
    """Return the address at which somebody's own server asks them, from a handle or a host.

    `asked_by` names the browser that may come back with the answer. Raises Refused with what to do.
    """
    host = await _server_of(house, told)
    client = await _known_at(house, host)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    now = house.now()
    payload = orjson.dumps(
        {"host": host, "verifier": verifier, "by": asked_by, "errand": asdict(errand)}
    ).decode()
    await house.store.write(
        lambda tx: challenges.put(tx, hashed(state), _PURPOSE, payload, now + ANSWER_MS)
    )
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.endpoints["back"],
        "scope": client.endpoints["scope"],
        "state": state,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{client.endpoints['authorize']}?{urlencode(asked)}"


async def come_back(house: House, host: str, told: dict[str, str], asked_by: str) -> Arrival:
    """Return who came back from a server with these parameters, or raise Refused; each answer counts once.

    Each server has an address of its own to send people back to, so that none can pass on what another one said (RFC
    9700 §4.4; also 6749, 7636, 9207).
    """
    now = house.now()
    kept = await house.store.write(
        lambda tx: challenges.take(tx, hashed(told.get("state", "")), _PURPOSE, now)
    )
    asked: dict[str, Any] = orjson.loads(kept) if kept else {}
    is_ours = asked and secrets.compare_digest(asked["by"], asked_by) and asked["host"] == host
    if not is_ours:
        raise Refused(_("This answer belongs to no question of ours. Begin anew."))
    if "error" in told:
        raise Refused(
            _("Your server did not confirm it."), cure=_("Begin anew, or sign in another way.")
        )
    client = await house.store.read(lambda tx: oauth_clients.find(tx, host))
    if client is None or not _is_issuer(client, told.get("iss")):
        raise Refused(_("This answer belongs to no question of ours. Begin anew."))
    given = await _post(
        house,
        client.endpoints["token"],
        {
            "grant_type": "authorization_code",
            "code": told.get("code", "")[:2_000],
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "redirect_uri": client.endpoints["back"],
            "code_verifier": asked["verifier"],
        },
    )
    token = given.get("access_token")
    if not isinstance(token, str) or not token:
        raise Refused(_("Your server did not confirm it."), cure=_("Begin anew."))
    try:
        actor = await _whose(house, client, token)
    finally:
        await _hand_back(house, client, token)
    return Arrival(actor, Errand(**asked["errand"]))


def _is_issuer(client: OAuthClient, named: str | None) -> bool:
    """Tell whether an answer names the server that was asked; one that always does cannot leave it out."""
    if named is None:
        return not client.endpoints.get("names itself")
    return named == client.endpoints["issuer"]


async def _server_of(house: House, told: str) -> str:
    """Return the host where an account lives, which for some handles is not the one they name."""
    written = told.strip().removeprefix("https://").rstrip("/")
    try:
        if "@" in written.removeprefix("@"):
            host = urlsplit((await house.remote.by_handle(written)).id).netloc
        else:
            host = normal_host(written.removeprefix("@"))
    except Malformed as error:
        raise Refused(_("Write your handle, like @you@server.example.")) from error
    except FediError as error:
        is_silent = isinstance(error, Unreachable) and not isinstance(error, Missing)
        sentence, cure = _SILENT if is_silent else _NOBODY
        raise Refused(sentence, cure=cure) from error
    if host in (house.site.host, house.site.domain):
        raise Refused(_("That is this server. Sign in with your pseudonym."))
    return host


async def _known_at(house: House, host: str) -> OAuthClient:
    known = await house.store.read(lambda tx: oauth_clients.find(tx, host))
    back = _back(house, host)
    if known is not None and known.endpoints.get("back") == back:
        return known
    origin = f"{_scheme(house.door, host)}://{host}"
    endpoints = await _endpoints(house.door, origin)
    ours = await house.store.read(lambda tx: name_of(tx, house.site))
    given = await _post(
        house,
        f"{origin}/api/v1/apps",
        {
            "client_name": ours,
            "redirect_uris": back,
            "scopes": endpoints["scope"],
            "website": house.site.origin,
        },
    )
    name, secret = given.get("client_id"), given.get("client_secret")
    if not isinstance(name, str) or not isinstance(secret, str):
        raise Refused(
            _("One cannot sign in with an account of %(host)s."),
            cure=_(
                "It works with Mastodon, GoToSocial, Pixelfed and servers that speak like them."
            ),
            host=host,
        )
    endpoints["back"] = back
    client = OAuthClient(host, name, secret, endpoints, house.now())
    await house.store.write(lambda tx: oauth_clients.put(tx, client))
    return client


def _back(house: House, host: str) -> str:
    return f"{house.site.origin}{BACK}/{quote(host, safe=':')}"


def _scheme(door: Door, host: str) -> str:
    return door.schemes(host)[0]


async def _endpoints(door: Door, origin: str) -> dict[str, str]:
    """Ask a server where to go (RFC 8414); those that do not say have it all where Mastodon has it."""
    usual = {
        "issuer": origin,
        "authorize": f"{origin}/oauth/authorize",
        "token": f"{origin}/oauth/token",
        "revoke": f"{origin}/oauth/revoke",
        "scope": _SCOPES[-1],
    }
    try:
        answer = await door.bytes(
            origin + _METADATA, cap=CAP, types=frozenset({"application/json"})
        )
        told = orjson.loads(answer.body)
    except (Unreachable, orjson.JSONDecodeError):
        return usual
    if not isinstance(told, dict):
        return usual
    offered = told.get("scopes_supported")
    scopes = offered if isinstance(offered, list) else []
    named = {
        "authorize": told.get("authorization_endpoint"),
        "token": told.get("token_endpoint"),
        "revoke": told.get("revocation_endpoint"),
    }
    # A server speaks for its own accounts; it cannot send people, or our secret, to another one.
    ours = {name: str(url) for name, url in named.items() if _is_at(url, origin)}
    scope = next((scope for scope in _SCOPES if scope in scopes), _SCOPES[-1])
    issuer = told.get("issuer")
    at = issuer if isinstance(issuer, str) and _is_at(issuer, origin) else origin
    names_itself = told.get("authorization_response_iss_parameter_supported") is True
    return {
        **usual,
        **ours,
        "scope": scope,
        "issuer": at,
        "names itself": "yes" if names_itself else "",
    }


async def _whose(house: House, client: OAuthClient, token: str) -> Actor:
    """Return whose token this is: an actor of the very server that gave it."""
    origin = _origin_of(client)
    told = await _json(
        house,
        "GET",
        f"{origin}/api/v1/accounts/verify_credentials",
        {"authorization": f"Bearer {token}"},
    )
    name = told.get("username")
    if not isinstance(name, str) or not name:
        raise Refused(_("Your server did not say who you are."), cure=_("Begin anew."))
    try:
        actor: Actor = await house.remote.by_handle(Handle(name, urlsplit(origin).netloc))
    except FediError as error:
        raise Refused(_("Your server did not say who you are."), cure=_("Begin anew.")) from error
    if not same_origin(actor.id, origin) or actor.username.lower() != name.lower():
        raise Refused(_("That account is not one of the server that vouches for it."))
    return actor


async def _hand_back(house: House, client: OAuthClient, token: str) -> None:
    """Give a token back, so that nothing can be done with it any more; that it fails changes nothing."""
    values = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "token": token,
    }
    try:
        await _post(house, client.endpoints["revoke"], values)
    except Refused:
        return


async def _post(house: House, url: str, values: dict[str, str]) -> dict[str, Any]:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return await _json(house, "POST", url, headers, urlencode(values).encode())


async def _json(
    house: House, method: str, url: str, headers: dict[str, str], body: bytes = b""
) -> dict[str, Any]:
    host = urlsplit(url).netloc
    sent = {"host": host, "accept": "application/json", **headers}
    try:
        guard.check_url(url, house.config.allow_private, proxied=bool(house.config.proxy))
        answer = await exchange(house.client, method, url, headers=sent, body=body, cap=CAP)
        told = orjson.loads(answer.body) if answer.status < 300 else None
    except (Unreachable, orjson.JSONDecodeError) as error:
        raise Refused(_("%(host)s cannot be asked just now."), host=host) from error
    if not isinstance(told, dict):
        raise Refused(_("%(host)s did not answer as it should."), cure=_("Begin anew."), host=host)
    return told


def _origin_of(client: OAuthClient) -> str:
    parts = urlsplit(client.endpoints["token"])
    return f"{parts.scheme}://{parts.netloc}"


def _is_at(url: object, origin: str) -> bool:
    return isinstance(url, str) and same_origin(url, origin)

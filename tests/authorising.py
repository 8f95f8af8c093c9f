"""A small server that speaks Mastodon's OAuth: it registers clients, asks its people, and checks what it is told."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import orjson
from village import Village


@dataclass
class Authorising(Village):
    """A village whose people can sign in elsewhere; `metadata` false is an older server that names no endpoints."""

    metadata: bool = True
    signed_in_as: str = "anna"
    clients: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    lies: dict[str, Any] = field(default_factory=dict)

    def confirm(self, address: str) -> str:
        """Do what a person does who confirms: return the path they are sent back to."""
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query))
        client = self.clients[asked["client_id"]]
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.origin}/oauth/authorize"
        assert asked["redirect_uri"] == client["redirect_uris"]
        assert asked["scope"] == client["scopes"]
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.origin})
        return f"{urlsplit(asked['redirect_uri']).path}?{back}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        body, more = b"", scope["method"] == "POST"
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        values = {name: found[0] for name, found in parse_qs(body.decode()).items()}
        given = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
        answers = {
            "/.well-known/oauth-authorization-server": lambda: self._metadata(),
            "/api/v1/apps": lambda: self._register(values),
            "/oauth/token": lambda: self._token(values),
            "/oauth/revoke": lambda: self._revoke(values),
            "/api/v1/accounts/verify_credentials": lambda: self._who(given),
        }
        if path not in answers:
            await super().__call__(scope, receive, send)
            return
        status, told = answers[path]()
        start = {"type": "http.response.start", "status": status}
        await send({**start, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": orjson.dumps(told)})

    def _metadata(self) -> tuple[int, Any]:
        if not self.metadata:
            return 404, {}
        return 200, {
            "issuer": self.origin,
            "authorization_endpoint": f"{self.origin}/oauth/authorize",
            "token_endpoint": f"{self.origin}/oauth/token",
            "revocation_endpoint": f"{self.origin}/oauth/revoke",
            "scopes_supported": ["read", "profile", "read:accounts", "write"],
            **self.lies,
        }

    def _register(self, values: dict[str, str]) -> tuple[int, Any]:
        name = secrets.token_urlsafe(8)
        self.clients[name] = {**values, "secret": secrets.token_urlsafe(8)}
        return 200, {"client_id": name, "client_secret": self.clients[name]["secret"]}

    def _token(self, values: dict[str, str]) -> tuple[int, Any]:
        asked = self.codes.pop(values.get("code", ""), None)
        client = self.clients.get(values.get("client_id", ""), {})
        digest = hashlib.sha256(values.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or client.get("secret") != values.get("client_secret")
            or asked["client_id"] != values["client_id"]
            or asked["redirect_uri"] != values.get("redirect_uri")
            or asked["code_challenge"] != proof
        ):
            return 400, {"error": "invalid_grant"}
        token = secrets.token_urlsafe(8)
        self.tokens[token] = self.signed_in_as
        return 200, {"access_token": token, "token_type": "Bearer", "scope": asked["scope"]}

    def _revoke(self, values: dict[str, str]) -> tuple[int, Any]:
        self.revoked.append(values["token"])
        self.tokens.pop(values["token"], None)
        return 200, {}

    def _who(self, token: str) -> tuple[int, Any]:
        name = self.tokens.get(token)
        return (200, {"username": name, "acct": name}) if name else (401, {"error": "no"})

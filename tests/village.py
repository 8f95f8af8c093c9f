"""A host of other people: it serves their actors and posts, and keeps what their inboxes are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import orjson
from build import an_activity, an_actor_document
from signed import key_of, signed, with_headers

from fedi.activitypub.keys import PrivateKey
from fedi.activitypub.signatures import Form, Request
from fedi.clock import iso, now_ms

ACTIVITY_JSON = "application/activity+json"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@dataclass(frozen=True)
class Heard:
    """A request that reached the village."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Village:
    """An ASGI app for one host; a path that is not in `documents` is answered 404.

    A document may also be a status, to be answered without content; `kinds` are other content types.
    """

    host: str = "home.example"
    documents: dict[str, dict[str, Any] | int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    @property
    def asked(self) -> list[str]:
        """The paths that were fetched."""
        return [heard.path for heard in self.heard if heard.method == "GET"]

    @property
    def told(self) -> list[dict[str, Any]]:
        """The activities that came into its inboxes."""
        return [orjson.loads(heard.body) for heard in self.heard if heard.method == "POST"]

    def person(self, name: str = "anna", **changes: Any) -> Person:
        """Let somebody live here, with an actor that can be fetched and a handle that leads back."""
        person = Person(self, name)
        document = an_actor_document(person.id, **changes)
        self.documents[f"/users/{name}"] = document
        self.documents[f"/.well-known/webfinger?resource=acct:{name}@{self.host}"] = {
            "subject": f"acct:{name}@{self.host}",
            "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": person.id}],
        }
        return person

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        query = scope["query_string"].decode()
        path = scope["path"] + (f"?{query}" if query else "")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.heard.append(Heard(scope["method"], path, headers, body))
        found = (
            202
            if scope["method"] == "POST"
            else self.documents.get(path.replace("%3A", ":").replace("%40", "@"), 404)
        )
        usual = "application/jrd+json" if "webfinger" in path else ACTIVITY_JSON
        kind = self.kinds.get(path, usual)
        status, content = (found, b"") if isinstance(found, int) else (200, orjson.dumps(found))
        start = {"type": "http.response.start", "status": status}
        await send({**start, "headers": [(b"content-type", kind.encode())]})
        await send({"type": "http.response.body", "body": content})


@dataclass(frozen=True)
class Person:
    """Somebody who lives in a village."""

    village: Village
    name: str

    @property
    def id(self) -> str:
        return f"{self.village.origin}/users/{self.name}"

    @property
    def key(self) -> PrivateKey:
        return key_of(self.id)

    def says(self, kind: str, thing: Any, name: str = "1", **more: Any) -> dict[str, Any]:
        """An activity of theirs; the same name makes the same id."""
        return an_activity(kind, thing, by=self.id, name=name, **more)

    def a_note(self, text: str, name: str = "1", **more: Any) -> dict[str, Any]:
        """A public post of theirs."""
        return {
            "id": f"{self.id}/notes/{name}",
            "type": "Note",
            "attributedTo": self.id,
            "content": f"<p>{text}</p>",
            "published": iso(now_ms() - 60_000),
            "to": [PUBLIC],
            "cc": [f"{self.id}/followers"],
            **more,
        }

    def replies(
        self, answered: str, text: str = "Me too", name: str = "1", **more: Any
    ) -> dict[str, Any]:
        """A Create of a reply."""
        note = self.a_note(text, name, inReplyTo=answered, **more)
        return self.says("Create", note, name, to=note["to"], cc=note["cc"])


def delivery(
    activity: Any,
    inbox: str,
    key: PrivateKey | None,
    form: Form = "cavage",
    *,
    ago: int = 0,
    kind: str = ACTIVITY_JSON,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """A POST of an activity (or of bytes that are meant to be one), signed some milliseconds ago."""
    body = activity if isinstance(activity, bytes) else orjson.dumps(activity)
    host = inbox.split("/")[2]
    request = Request("POST", inbox, {"host": host, "content-type": kind, **(headers or {})}, body)
    return signed(request, key, form, now_ms() - ago) if key else request


def a_fetch(url: str, key: PrivateKey | None = None, form: Form = "cavage") -> Request:
    """A GET of a document, signed if there is a key."""
    plain = Request("GET", url, {"host": url.split("/")[2], "accept": ACTIVITY_JSON})
    return signed(plain, key, form, now_ms()) if key else plain


async def send(
    client: httpx.AsyncClient, request: Request, **changed: str | None
) -> httpx.Response:
    """Send a request as it is, after changing some of its headers."""
    request = with_headers(request, **changed) if changed else request
    return await client.request(
        request.method, request.url, headers=dict(request.headers), content=request.body
    )


def claiming(activity: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An activity with some of its parts put in place of others."""
    return {**activity, **changes}


def by_another(request: Request, body: bytes) -> Request:
    """A signed request whose body was exchanged on the way."""
    return replace(request, body=body)

"""People on other servers: their documents, what they send, and that we know them already."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from bench.load import post
from fedi.activitypub.keys import KeyPair, PrivateKey, PublicKey, generate_rsa, public_key_document
from fedi.activitypub.signatures import Request, sign
from fedi.clock import iso, now_ms
from fedi.storage import actors, keys
from fedi.storage.actors import Actor
from fedi.storage.keys import StoredKey
from fedi.storage.tx import Tx

PAIRS = 16
"""So many different RSA keys, because making one takes 40 ms; each person's key has an id of its own."""
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@cache
def pair(number: int) -> KeyPair:
    """Make one of the keys, once."""
    return generate_rsa()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a foreign origin."""

    origin: str
    number: int

    @property
    def id(self) -> str:
        """The actor's id."""
        return f"{self.origin}/users/u{self.number}"

    @property
    def key(self) -> PrivateKey:
        """What signs."""
        material = pair(self.number % PAIRS).private
        return PrivateKey(f"{self.id}#main-key", self.id, "rsa", material)

    def document(self) -> dict[str, Any]:
        """Write the actor as Mastodon does."""
        public = pair(self.number % PAIRS).public
        return {
            "@context": CONTEXT,
            "id": self.id,
            "type": "Person",
            "preferredUsername": f"u{self.number}",
            "name": f"Person {self.number}",
            "summary": "<p>Likes boats, and a house that is warm.</p>",
            "url": f"{self.origin}/@u{self.number}",
            "inbox": f"{self.id}/inbox",
            "outbox": f"{self.id}/outbox",
            "followers": f"{self.id}/followers",
            "following": f"{self.id}/following",
            "featured": f"{self.id}/collections/featured",
            "manuallyApprovesFollowers": False,
            "discoverable": True,
            "published": "2024-05-01T00:00:00Z",
            "endpoints": {"sharedInbox": f"{self.origin}/inbox"},
            "publicKey": public_key_document(PublicKey(self.key.id, self.id, "rsa", public)),
            "icon": {
                "type": "Image",
                "mediaType": "image/jpeg",
                "url": f"{self.origin}/avatars/{self.number}.jpg",
            },
        }

    def sends(self, inbox: str, activity: dict[str, Any]) -> bytes:
        """Write a signed POST of an activity, as it goes over the wire."""
        body = orjson.dumps({"@context": CONTEXT[0], "actor": self.id, **activity})
        headers = {"content-type": "application/activity+json"}
        signed = sign(Request("POST", inbox, headers, body), self.key, "cavage", now_ms())
        more = {"user-agent": "Mastodon/4.5.0 (http.rb/5.3.1; +https://far.example/)"}
        path = "/" + inbox.split("/", 3)[3]
        return post(path, {**headers, **signed, **more}, body)


def keep(tx: Tx, person: Person, now: int) -> None:
    """Know somebody, with their key and their confirmed handle."""
    host = person.origin.partition("://")[2]
    actor = Actor(
        id=person.id,
        is_local=False,
        type="Person",
        host=host,
        username=f"u{person.number}",
        name=f"Person {person.number}",
        inbox=f"{person.id}/inbox",
        shared_inbox=f"{person.origin}/inbox",
        followers=f"{person.id}/followers",
        document=orjson.dumps(person.document()).decode(),
    )
    actors.put_remote(tx, actor, now)
    actors.set_handle(tx, person.id, f"u{person.number}@{host}")
    public = pair(person.number % PAIRS).public
    keys.put(tx, StoredKey(f"{person.id}#main-key", person.id, "rsa", public, None, now), now)


def follow(person: Person, group: str) -> dict[str, Any]:
    """Write a Follow."""
    return {"id": f"{person.id}/follows/1", "type": "Follow", "object": group}


def like(person: Person, post_id: str) -> dict[str, Any]:
    """Write a Like."""
    return {"id": f"{person.id}/likes/1", "type": "Like", "object": post_id}


def reply(person: Person, post_id: str, group: str, handle: str) -> dict[str, Any]:
    """Write a Create of a reply of some 300 characters, as Mastodon does."""
    note_id = f"{person.id}/statuses/1"
    moment = iso(now_ms())
    content = (
        f'<p><span class="h-card" translate="no"><a href="{group}" class="u-url mention">@<span>harbour'
        "</span></a></span> I will be there, and bring two friends from the next house. Is there "
        "a lift to the second floor? Then my neighbour could come as well.</p>"
    )
    note = {
        "id": note_id,
        "type": "Note",
        "summary": None,
        "inReplyTo": post_id,
        "published": moment,
        "url": f"{person.origin}/@u{person.number}/1",
        "attributedTo": person.id,
        "to": [PUBLIC],
        "cc": [f"{person.id}/followers", group],
        "sensitive": False,
        "content": content,
        "contentMap": {"en": content},
        "attachment": [],
        "tag": [{"type": "Mention", "href": group, "name": f"@{handle}"}],
    }
    return {
        "id": f"{note_id}/activity",
        "type": "Create",
        "published": moment,
        "to": note["to"],
        "cc": note["cc"],
        "object": note,
    }

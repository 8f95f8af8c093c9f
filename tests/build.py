"""Things to test with, made by plain functions with defaults: groups, remote actors, follows, activities."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from signed import NOW, public_key_of

from fedi.activitypub import vocabulary
from fedi.activitypub.keys import (
    KeyPair,
    generate_ed25519,
    generate_rsa,
    multikey_document,
    public_key_document,
)
from fedi.actors import known
from fedi.actors.groups import add_group
from fedi.actors.instance import add_instance
from fedi.actors.receive import Incoming, receive
from fedi.site import Site
from fedi.storage import follows
from fedi.storage.actors import Actor
from fedi.storage.follows import ACCEPTED, Follow
from fedi.storage.groups import Group
from fedi.storage.tx import Tx

SITE = Site(origin="https://groups.example", domain="groups.example")
ANNA = "https://home.example/users/anna"


@cache
def some_keys(which: int = 0) -> tuple[KeyPair, KeyPair]:
    """An RSA and an Ed25519 pair; made once for each number, because making RSA keys is slow."""
    return generate_rsa(), generate_ed25519()


def a_group(
    tx: Tx,
    name: str = "harbour",
    *,
    title: str = "Harbour Tenants",
    locked: bool = False,
    site: Site = SITE,
    now: int = NOW,
) -> Group:
    """A group of ours, with the instance's actor beside it."""
    rsa, ed25519 = some_keys()
    add_instance(tx, site, rsa, ed25519, now)
    return add_group(tx, site, name, title, locked=locked, now=now, rsa=rsa, ed25519=ed25519)


def an_actor_document(actor: str = ANNA, **changes: Any) -> dict[str, Any]:
    """The document of somebody else's actor, in the shape Mastodon gives it; None takes a key away."""
    name = actor.rpartition("/")[2]
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": actor,
        "type": "Person",
        "preferredUsername": name,
        "name": name.capitalize(),
        "summary": "<p>Likes boats</p>",
        "url": actor,
        "inbox": f"{actor}/inbox",
        "outbox": f"{actor}/outbox",
        "followers": f"{actor}/followers",
        "following": f"{actor}/following",
        "featured": f"{actor}/featured",
        "endpoints": {"sharedInbox": "/".join(actor.split("/")[:3]) + "/inbox"},
        "publicKey": public_key_document(public_key_of(actor)),
        "assertionMethod": [multikey_document(public_key_of(actor, "ed25519", "ed25519-key"))],
        **changes,
    }
    return {key: value for key, value in document.items() if value is not None}


def a_remote_actor(tx: Tx, actor: str = ANNA, *, now: int = NOW, **changes: Any) -> Actor:
    """Somebody else's actor, known here with its keys."""
    document = an_actor_document(actor, **changes)
    return known.keep(tx, vocabulary.read_actor(document), document, now)


def a_follow(tx: Tx, *, by: str = ANNA, of: str, state: str = ACCEPTED, now: int = NOW) -> Follow:
    """A follow that stands in the database, begun by an activity of the follower."""
    return follows.add(tx, by, of, state, f"{by}/follows/{of.rpartition('/')[2]}", now)


def an_activity(
    kind: str, obj: Any, *, by: str = ANNA, name: str = "1", **more: Any
) -> dict[str, Any]:
    """An activity as it arrives; its id is made of its type and `name`, '' leaves it out."""
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{by}/{kind.lower()}s/{name}",
        "type": kind,
        "actor": by,
        "object": obj,
        **more,
    }
    return document if name else {key: value for key, value in document.items() if key != "id"}


def incoming(
    document: dict[str, Any], *, site: Site = SITE, now: int = NOW, **more: Any
) -> Incoming:
    """An activity whose sender is proven to be its actor."""
    activity = vocabulary.read_activity(document)
    return Incoming(
        activity=activity, document=document, by=activity.actor, site=site, now=now, **more
    )


def told(tx: Tx, document: dict[str, Any], *, now: int = NOW, **more: Any) -> str:
    """Let an activity arrive and return what came of it."""
    return receive(tx, incoming(document, now=now, **more))


def said(tx: Tx, *, to: str | None = None) -> list[dict[str, Any]]:
    """Everything our actors said so far, oldest first; or only what is on its way to one actor's inboxes."""
    sql = "SELECT body FROM activities ORDER BY created_at, id"
    if to is not None:
        sql = (
            "SELECT body FROM activities JOIN deliveries ON deliveries.activity = activities.id "
            "JOIN actors ON deliveries.inbox IN (actors.inbox, actors.shared_inbox) "
            "WHERE actors.id = :to ORDER BY deliveries.id"
        )
    return [orjson.loads(row["body"]) for row in tx.all(sql, **({"to": to} if to else {}))]


def jobs_of(tx: Tx, kind: str) -> list[dict[str, Any]]:
    """The payloads of the jobs of a kind, with when they are due."""
    rows = tx.all("SELECT payload, due_at FROM jobs WHERE kind = :kind ORDER BY key", kind=kind)
    return [{**orjson.loads(row["payload"]), "due_at": row["due_at"]} for row in rows]


def a_block(tx: Tx, subject: str, *, severity: str = "block", group: str = "") -> None:
    """A block of an actor or host, by the instance or one group."""
    tx.execute(
        "INSERT INTO blocks (grp, subject, severity, at) VALUES (:grp, :subject, :severity, 0)",
        grp=group,
        subject=subject,
        severity=severity,
    )

"""The activities our actors say, as plain documents; their ids, contexts and proofs are the outbox's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from fedi.activitypub.vocabulary import PUBLIC, id_of
from fedi.clock import iso

Audience = Literal["public", "unlisted", "followers", "direct"]
Document = dict[str, Any]


def followers_of(actor: str) -> str:
    """Name the collection of an actor's followers."""
    return f"{actor}/followers"


def addressed(by: str, audience: Audience, also: Iterable[str] = ()) -> Document:
    """Give the `to` and `cc` that Mastodon reads as this audience; `also` are those it mentions (interop §3.2).

    Public is always spelt in full, and for the followers alone their collection stands in `to`: in `cc` it
    would make the post a direct one.
    """
    people = list(dict.fromkeys(also))
    match audience:
        case "public":
            return {"to": [PUBLIC], "cc": [followers_of(by), *people]}
        case "unlisted":
            return {"to": [followers_of(by)], "cc": [PUBLIC, *people]}
        case "followers":
            return {"to": [followers_of(by)], "cc": people}
        case "direct":
            return {"to": people, "cc": []}


def create(by: str, thing: Mapping[str, Any]) -> Document:
    """Publish an object, addressed as the object is."""
    return {
        "type": "Create",
        "actor": by,
        **_as_addressed(thing),
        **({"published": thing["published"]} if "published" in thing else {}),
        "object": dict(thing),
    }


def update(by: str, thing: Mapping[str, Any], now: int) -> Document:
    """Say that an object, or the actor itself, is different now."""
    addresses = _as_addressed(thing) or addressed(by, "public")
    return {
        "type": "Update",
        "actor": by,
        **addresses,
        "published": iso(now),
        "object": dict(thing),
    }


def delete(
    by: str,
    object_id: str,
    former_type: str,
    audience: Audience,
    now: int,
    also: Iterable[str] = (),
) -> Document:
    """Take an object back; a Tombstone of the same id stays in its place."""
    return {
        "type": "Delete",
        "actor": by,
        **addressed(by, audience, also),
        "published": iso(now),
        "object": {
            "id": object_id,
            "type": "Tombstone",
            "formerType": former_type,
            "deleted": iso(now),
        },
    }


def delete_actor(by: str) -> Document:
    """Say that the actor itself is no more."""
    return {"type": "Delete", "actor": by, "to": [PUBLIC], "cc": [followers_of(by)], "object": by}


def announce(
    by: str, object_id: str, author: str, now: int, audience: Audience = "public"
) -> Document:
    """Share what somebody else said; its author hears of it, too."""
    return {
        "type": "Announce",
        "actor": by,
        **addressed(by, audience, [author]),
        "published": iso(now),
        "object": object_id,
    }


def like(by: str, object_id: str, author: str) -> Document:
    """Like what somebody said."""
    return {"type": "Like", "actor": by, "to": [author], "object": object_id}


def undo(by: str, activity: Mapping[str, Any]) -> Document:
    """Take back an activity of our own, which is embedded: not everybody kept its id."""
    return {
        "type": "Undo",
        "actor": by,
        **_as_addressed(activity),
        "object": _embedded(activity),
    }


def follow(by: str, who: str) -> Document:
    """Ask to follow; the object is a plain id, as Gancio wants it."""
    return {"type": "Follow", "actor": by, "to": [who], "object": who}


def accept(by: str, request: Mapping[str, Any], result: str | None = None) -> Document:
    """Grant a request (a Follow, a Join, a QuoteRequest), embedded because GoToSocial goes by its type.

    `result` is the authorization that a QuoteRequest asked for.
    """
    return {**_answer("Accept", by, request), **({"result": result} if result else {})}


def reject(by: str, request: Mapping[str, Any]) -> Document:
    """Refuse a request, or take back that it was granted."""
    return _answer("Reject", by, request)


def ignore(by: str, request: Mapping[str, Any]) -> Document:
    """Say that a request of this type is not understood here (FEP-8a8e: a Join of what cannot be joined)."""
    return {
        "type": "Ignore",
        "actor": by,
        "to": _asker(request),
        "object": id_of(request) or _asked(request),
    }


def flag(by: str, actor: str, objects: Iterable[str], content: str) -> Document:
    """Report an actor, and things it said, to its own server; said by the instance, not by a group."""
    return {
        "type": "Flag",
        "actor": by,
        "to": [actor],
        "object": [actor, *objects],
        "content": content,
    }


def add(by: str, object_id: str, collection: str) -> Document:
    """Put something into a collection of ours, such as what is pinned."""
    return {
        "type": "Add",
        "actor": by,
        **addressed(by, "public"),
        "object": object_id,
        "target": collection,
    }


def remove(by: str, object_id: str, collection: str) -> Document:
    """Take something out of a collection of ours."""
    return {**add(by, object_id, collection), "type": "Remove"}


def block(by: str, who: str) -> Document:
    """Tell somebody's server that we want nothing to do with them."""
    return {"type": "Block", "actor": by, "to": [who], "object": who}


def _answer(answer: str, by: str, request: Mapping[str, Any]) -> Document:
    return {"type": answer, "actor": by, "to": _asker(request), "object": _asked(request)}


def _asker(request: Mapping[str, Any]) -> list[str]:
    asker = id_of(request.get("actor"))
    return [asker] if asker else []


def _asked(request: Mapping[str, Any]) -> Document:
    """Name a request in ids alone: what else stands in it may be anything, and is not ours to sign."""
    ids = {key: id_of(request.get(key)) for key in ("id", "actor", "object", "instrument")}
    types = request.get("type")
    known = [one for one in (types if isinstance(types, list) else [types]) if isinstance(one, str)]
    return {"type": known[0] if known else "Activity", **{k: v for k, v in ids.items() if v}}


def _as_addressed(thing: Mapping[str, Any]) -> Document:
    return {key: thing[key] for key in ("to", "cc") if key in thing}


def _embedded(activity: Mapping[str, Any]) -> Document:
    """The activity without what belongs to the document it stood in."""
    left_out = ("@context", "proof", "signature")
    return {key: value for key, value in activity.items() if key not in left_out}

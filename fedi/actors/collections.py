"""The collections of our actors: counts for everybody, items where the group shows them, a page at a time."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson

from fedi.actors.documents import hashtag
from fedi.errors import NotFound
from fedi.site import Site
from fedi.storage import activities, deeds, follows, objects, streams
from fedi.storage.activities import Activity
from fedi.storage.groups import Group
from fedi.storage.tx import Tx

CONTEXT = "https://www.w3.org/ns/activitystreams"
FIRST = "first"
"""The cursor of the first page; the others are told by the page before."""
PAGE = 50
OUTBOX_PAGE = 20
MOST_TAGS = 10  # more are not read by Mastodon (interop §1.5)

Position = tuple[int, str]


def of_group(
    tx: Tx, site: Site, group: Group, which: str, cursor: str | None = None
) -> dict[str, Any]:
    """Build a collection of a group by the last part of its address, or a page of it, or raise NotFound."""
    match which:
        case "followers":
            return followers(tx, group, cursor)
        case "following":
            return following(tx, group, cursor)
        case "outbox":
            return outbox(tx, group, cursor)
        case "featured" if cursor is None:
            return featured(tx, group)
        case "featured_tags" if cursor is None:
            return featured_tags(tx, site, group)
        case _:
            raise NotFound("There is no such collection.")


def followers(tx: Tx, group: Group, cursor: str | None = None) -> dict[str, Any]:
    """Build the followers collection, or a page of it; NotFound for pages that the group does not show.

    Without a first page the list counts as hidden (interop §1.4).
    """
    url = f"{group.actor}/followers"
    if cursor is None:
        total = follows.counts(tx, group.actor).followers
        return _collection(url, group, total, has_pages=group.followers_visible)
    _shown(group)
    found = follows.list_followers(tx, group.actor, before=_position(cursor), limit=PAGE + 1)
    places = [(follow.created_at, follow.follower) for follow in found]
    return _page(url, cursor, [follow.follower for follow in found], places, PAGE)


def following(tx: Tx, group: Group, cursor: str | None = None) -> dict[str, Any]:
    """Build the collection of whom a group follows, or a page of it, under the same rule."""
    url = f"{group.actor}/following"
    if cursor is None:
        total = follows.counts(tx, group.actor).following
        return _collection(url, group, total, has_pages=group.followers_visible)
    _shown(group)
    found = follows.list_following(tx, group.actor, before=_position(cursor), limit=PAGE + 1)
    places = [(follow.created_at, follow.followed) for follow in found]
    return _page(url, cursor, [follow.followed for follow in found], places, PAGE)


def outbox(tx: Tx, group: Group, cursor: str | None = None) -> dict[str, Any]:
    """Build the outbox, or a page of it: public Creates (answers, too) and Announces, newest first.

    What was withdrawn or taken back is neither shown nor counted. Each Create carries its object as it is now:
    Gancio reads events out of the first page (interop §3.7).
    """
    url = f"{group.actor}/outbox"
    if cursor is None:
        begun = sum(streams.count_by_kind(tx, group.actor, ["public"]).values())
        answers = streams.count_answers(tx, group.actor, "public")
        total = begun + answers + deeds.count(tx, group.actor, "share")
        return _collection(url, group, total, has_pages=True)
    items: list[dict[str, Any]] = []
    places: list[Position] = []
    before = _position(cursor)
    while len(items) <= OUTBOX_PAGE:
        said = activities.list_said(tx, group.actor, "public", before, OUTBOX_PAGE)
        for activity in said:
            before = (activity.created_at, activity.id)
            shown = _shown_activity(tx, activity)
            if shown:
                items.append(shown)
                places.append(before)
        if len(said) < OUTBOX_PAGE:
            break
    return _page(url, cursor, items, places, OUTBOX_PAGE)


def featured(tx: Tx, group: Group) -> dict[str, Any]:
    """Build the collection of what a group pinned: ids alone, because Mastodon skips embedded events."""
    pinned = [entry.object.id for entry in streams.pinned(tx, group.actor, ("public",))]
    return {
        "@context": CONTEXT,
        "id": f"{group.actor}/featured",
        "type": "OrderedCollection",
        "attributedTo": group.actor,
        "totalItems": len(pinned),
        "orderedItems": pinned,
    }


def featured_tags(tx: Tx, site: Site, group: Group) -> dict[str, Any]:
    """Build the collection of a group's hashtags: its themes, then those it uses most."""
    used = [tag for tag, _ in streams.hashtags_of(tx, group.actor, MOST_TAGS)]
    words = {word.lower(): word for word in reversed([*group.themes, *used])}
    tags = [hashtag(site, word) for word in reversed(words.values())][:MOST_TAGS]
    return {
        # What Hashtag means stands in no context that everybody has.
        "@context": [CONTEXT, {"Hashtag": "as:Hashtag"}],
        "id": f"{group.actor}/featured_tags",
        "type": "Collection",
        "attributedTo": group.actor,
        "totalItems": len(tags),
        "items": tags,
    }


def synchronization(group: Group, there: list[str]) -> dict[str, Any]:
    """Build the followers collection for one host alone: those who live there (FEP-8fcf)."""
    return {
        "@context": CONTEXT,
        "id": f"{group.actor}/followers_synchronization",
        "type": "OrderedCollection",
        "totalItems": len(there),
        "orderedItems": there,
    }


def empty(url: str) -> dict[str, Any]:
    """Build a collection in which there is nothing, such as the outbox of the instance's actor."""
    return {
        "@context": CONTEXT,
        "id": url,
        "type": "OrderedCollection",
        "totalItems": 0,
        "orderedItems": [],
    }


def _shown_activity(tx: Tx, activity: Activity) -> dict[str, Any] | None:
    if activity.type == "Announce":
        shared = deeds.find(tx, activity.actor, "share", activity.object or "")
        return activity.document if shared and shared.activity == activity.id else None
    if activity.type != "Create" or activity.object is None:
        return None
    now = objects.version(tx, activity.object, "public")
    if now is None:
        return None
    # The object carries its own proof; the activity's was made over what it carried then.
    kept = {key: value for key, value in activity.document.items() if key != "proof"}
    return {**kept, "object": orjson.loads(now.document)}


def _collection(url: str, group: Group, total: int, *, has_pages: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": url,
        "type": "OrderedCollection",
        "attributedTo": group.actor,
        "totalItems": total,
    }
    return {**document, "first": f"{url}?page={FIRST}"} if has_pages else document


def _page(
    url: str, cursor: str, items: list[Any], places: list[Position], size: int
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": _page_address(url, cursor),
        "type": "OrderedCollectionPage",
        "partOf": url,
        "orderedItems": items[:size],
    }
    if len(items) > size:
        at, last = places[size - 1]
        document["next"] = _page_address(url, f"{at}-{last}")
    return document


def _page_address(url: str, cursor: str) -> str:
    return f"{url}?page={quote(cursor, safe='')}"


def _shown(group: Group) -> None:
    if not group.followers_visible:
        raise NotFound("This group does not show that list.")


def _position(cursor: str) -> Position | None:
    """Read a cursor, as it is once the address was decoded; what was never one of ours is not found."""
    if cursor == FIRST:
        return None
    at, mark, last = cursor.partition("-")
    if not (mark and last and at.isascii() and at.isdigit() and len(at) <= 16):
        raise NotFound("There is no such page.")
    return int(at), last

"""How servers turn parts of an object into what a user sees, where they agree."""

from __future__ import annotations

from typing import Any

from .plain import (
    AS2,
    PUBLIC_NAMES,
    as_list,
    count,
    href_of,
    id_of,
    ids,
    kind,
    mapping,
    text,
    words,
)
from .rulebook import Subject
from .shapes import ActorView, CollectionView, EventView, HandleView, Json, Media, Poll


def self_link(document: Json) -> str:
    """Return the first self link that says it is ActivityStreams [§1.1]."""
    exact = ("application/activity+json", f'application/ld+json; profile="{AS2}"')
    for link in map(mapping, as_list(document.get("links"))):
        if link.get("rel") == "self" and link.get("type") in exact:
            return text(link.get("href"))
    return ""


def handle_view(subject: Subject) -> HandleView:
    """Return what a WebFinger answer says [§1.1, §1.2]."""
    subscribe = next(
        (
            text(link.get("template"))
            for link in map(mapping, as_list(subject.get("links")))
            if link.get("rel") == "http://ostatus.org/schema/1.0/subscribe"
        ),
        "",
    )
    handle = text(subject.get("subject")).removeprefix("acct:")
    return HandleView(handle, self_link(subject.document), subscribe)


def actor_view(subject: Subject) -> ActorView:
    """Return what an account looks like [§1.4]."""
    document = subject.document
    fields = (
        (text(one.get("name")), text(one.get("value")))
        for one in map(mapping, as_list(document.get("attachment")))
        if one.get("type") == "PropertyValue"
    )
    return ActorView(
        id=id_of(document),
        kind=kind(document),
        handle=text(document.get("preferredUsername")),
        name=text(document.get("name")),
        bio=words(document.get("summary")),
        url=href_of(document.get("url")),
        inbox=text(document.get("inbox")),
        shared_inbox=text(mapping(document.get("endpoints")).get("sharedInbox")),
        key=id_of(next(iter(as_list(document.get("publicKey"))), "")),
        icon=href_of(mapping(document.get("icon")).get("url")),
        header=href_of(mapping(document.get("image")).get("url")),
        fields=tuple(fields),
        locked=document.get("manuallyApprovesFollowers") is True,
        listed=document.get("discoverable") is True,
    )


def collection_view(subject: Subject) -> CollectionView:
    """Return size and ids; without `first` or items its members count as hidden [§1.4]."""
    document = subject.document
    page = mapping(document.get("first")) or document
    listed = page.get("orderedItems", page.get("items"))
    return CollectionView(
        count(document.get("totalItems")),
        document.get("first") is None and listed is None,
        tuple(ids(listed)),
    )


def visibility(document: Json, followers: str = "") -> str:
    """Return public, unlisted, followers or direct [§3.2]."""
    to, cc = ids(document.get("to")), ids(document.get("cc"))
    if PUBLIC_NAMES & set(to):
        return "public"
    if PUBLIC_NAMES & set(cc):
        return "unlisted"
    if (followers and followers in to) or any(one.endswith("/followers") for one in to):
        return "followers"
    return "direct"


def media(document: Json, *types: str, limit: int = 1000) -> tuple[Media, ...]:
    """Return the pictures and files; the description is `summary`, then `name` [§3.6]."""
    found = (
        Media(
            href_of(one.get("url")) or text(one.get("href")),
            text(one.get("mediaType")),
            text(one.get("summary")) or text(one.get("name")),
        )
        for one in map(mapping, as_list(document.get("attachment")))
        if kind(one) in (types or ("Document", "Image", "Audio", "Video"))
    )
    return tuple(one for one in found if one.url)[:limit]


def poll(document: Json) -> Poll | None:
    """Return the poll of a Question [§3.9]."""
    if kind(document) != "Question":
        return None
    options = as_list(document.get("oneOf")) or as_list(document.get("anyOf"))
    named = ((text(one.get("name")), mapping(one.get("replies"))) for one in map(mapping, options))
    return Poll(
        tuple((name, count(replies.get("totalItems"))) for name, replies in named),
        bool(document.get("anyOf")),
        text(document.get("endTime")) or text(document.get("closed")),
    )


def coordinates(place: Json) -> tuple[float, float] | None:
    """Return latitude and longitude if both are JSON floats [§4.3]."""
    latitude, longitude = place.get("latitude"), place.get("longitude")
    if isinstance(latitude, float) and isinstance(longitude, float):
        return latitude, longitude
    return None


def address_line(place: Json) -> str:
    """Return the address of a Place in one line: text, or the parts of a PostalAddress [§4.3]."""
    address = place.get("address")
    if isinstance(address, str):
        return address
    order = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")
    return ", ".join(
        text(mapping(address).get(part)) for part in order if mapping(address).get(part)
    )


def event(document: Json) -> EventView:
    """Return the fields of an event that several servers read alike [§4.3]."""
    location = document.get("location")
    place = {"name": location} if isinstance(location, str) else mapping(location)
    return EventView(
        starts=text(document.get("startTime")),
        ends=text(document.get("endTime")),
        zone=text(document.get("timezone")),
        place=text(place.get("name")),
        address=address_line(place),
        coordinates=coordinates(place),
        status=text(document.get("status")).upper(),
        join=text(document.get("joinMode")),
        category=text(document.get("category")),
    )


def quotable_by(document: Json, *, author: str, followers: str) -> frozenset[str]:
    """Return who may quote at once: public, followers or nobody; no policy means nobody [§3.8]."""
    policy = mapping(mapping(document.get("interactionPolicy")).get("canQuote"))
    allowed = set(ids(policy.get("automaticApproval")))
    found: set[str] = set()
    if allowed & PUBLIC_NAMES:
        found.add("public")
    if followers and followers in allowed:
        found.add("followers")
    if author in allowed:
        found.add("nobody")
    return frozenset(found or {"nobody"})


def first_language(document: Json, *keys: str) -> str:
    """Return the first language of the first of these maps [§3.6]."""
    maps: list[Any] = [document.get(key) for key in keys or ("contentMap", "nameMap", "summaryMap")]
    return next((next(iter(one)) for one in maps if isinstance(one, dict) and one), "")

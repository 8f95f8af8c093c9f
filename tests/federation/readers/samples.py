"""Documents written by hand, sound in the eyes of every server, for trying the readers."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .plain import ACTIVITY_JSON, AS2, PUBLIC
from .shapes import Fetched, Json

HOST = "e.example"
E = f"https://{HOST}"
GROUP_ID = f"{E}/groups/choir"
FOLLOWERS = f"{GROUP_ID}/followers"
ANNA = "https://peer.example/users/anna"
PEM = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----\n"
NOW = 1_795_258_800_000  # 2026-11-21T11:00:00Z
ADDRESSED: Json = {"to": [PUBLIC], "cc": [FOLLOWERS]}
TYPE = {"Content-Type": f"{ACTIVITY_JSON}; charset=utf-8"}

TERMS: Json = {
    "schema": "http://schema.org#",
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "toot": "http://joinmastodon.org/ns#",
    "discoverable": "toot:discoverable",
}
GROUP: Json = {
    "@context": [AS2, "https://w3id.org/security/v1", TERMS],
    "id": GROUP_ID,
    "type": "Group",
    "preferredUsername": "choir",
    "name": "Choir",
    "webfinger": f"choir@{HOST}",
    "summary": "<p>We sing on Thursdays.</p>",
    "url": f"{E}/@choir",
    "published": "2026-01-01T00:00:00Z",
    "inbox": f"{GROUP_ID}/inbox",
    "outbox": f"{GROUP_ID}/outbox",
    "followers": FOLLOWERS,
    "following": f"{GROUP_ID}/following",
    "featured": f"{GROUP_ID}/featured",
    "endpoints": {"sharedInbox": f"{E}/inbox"},
    "icon": {"type": "Image", "mediaType": "image/png", "url": f"{E}/media/1.png", "name": "Notes"},
    "image": {"type": "Image", "mediaType": "image/jpeg", "url": f"{E}/media/2.jpg"},
    "openness": "moderated",
    "postingRestrictedToMods": True,
    "manuallyApprovesFollowers": False,
    "discoverable": True,
    "indexable": True,
    "attributionDomains": [HOST],
    "attachment": [{"type": "PropertyValue", "name": "Web", "value": f'<a href="{E}">{HOST}</a>'}],
    "publicKey": {"id": f"{GROUP_ID}#key-1", "owner": GROUP_ID, "publicKeyPem": PEM},
    "assertionMethod": [
        {
            "id": f"{GROUP_ID}#key-2",
            "type": "Multikey",
            "controller": GROUP_ID,
            "publicKeyMultibase": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQXJPt4swbTQ2",
        }
    ],
}
JRD: Json = {
    "subject": f"acct:choir@{HOST}",
    "aliases": [f"{E}/@choir", GROUP_ID],
    "links": [
        {
            "rel": "http://webfinger.net/rel/profile-page",
            "type": "text/html",
            "href": f"{E}/@choir",
        },
        {"rel": "self", "type": ACTIVITY_JSON, "href": GROUP_ID},
        {
            "rel": "http://ostatus.org/schema/1.0/subscribe",
            "template": f"{E}/authorize_interaction?uri={{uri}}",
        },
    ],
}
PICTURE: Json = {
    "type": "Document",
    "mediaType": "image/jpeg",
    "url": f"{E}/media/7.jpg",
    "name": "The choir on stage",
    "width": 1200,
    "height": 630,
}


def post(kind: str, path: str, content: str, **more: Any) -> Json:
    """Return a post by the group with all that every post of it has."""
    return {
        "@context": [AS2],
        "id": f"{E}/{path}",
        "type": kind,
        "url": f"{E}/{path}",
        "actor": GROUP_ID,
        "attributedTo": GROUP_ID,
        **deepcopy(ADDRESSED),
        "published": "2026-11-21T10:00:00Z",
        "updated": "2026-11-21T10:00:00Z",
        "content": content,
        "contentMap": {"en": content},
        "inLanguage": "en",
        "sensitive": False,
        "attachment": [deepcopy(PICTURE)],
        "tag": [{"type": "Hashtag", "name": "#choir", "href": f"{E}/tags/choir"}],
        "interactionPolicy": {"canQuote": {"automaticApproval": [PUBLIC]}},
        "replies": {
            "type": "Collection",
            "id": f"{E}/{path}/replies",
            "first": {"type": "CollectionPage", "partOf": f"{E}/{path}/replies", "items": []},
        },
        "likes": {"type": "Collection", "id": f"{E}/{path}/likes", "totalItems": 3},
        "shares": {"type": "Collection", "id": f"{E}/{path}/shares", "totalItems": 1},
        **more,
    }


NOTE = post("Note", "updates/1", "<p>Rehearsal moved to the <strong>library</strong>.</p>")
ARTICLE = post(
    "Article",
    "minutes/1",
    "<p><strong>Minutes</strong></p><p>We elected a treasurer.</p>",
    name="Minutes of 20 November",
    summary="Thu 20 Nov 2026, library: 12 present, 1 decision",
)
EVENT = post(
    "Event",
    "calls/1",
    "<p><strong>Winter concert</strong><br>Bring warm socks.</p>",
    name="Winter concert",
    summary="Sat 5 Dec 2026, 19:00 CET – St Mary, Berlin",
    uuid="0d4f5c1e-8a54-4c7e-9a57-0c5b7b6f2f10",
    mediaType="text/html",
    startTime="2026-12-05T19:00:00+01:00",
    endTime="2026-12-05T21:00:00+01:00",
    timezone="Europe/Berlin",
    status="CONFIRMED",
    category="MUSIC",
    joinMode="external",
    externalParticipationUrl=f"{E}/calls/1",
    maximumAttendeeCapacity=80,
    participantCount=3,
    repliesModerationOption="allow_all",
    anonymousParticipationEnabled=False,
    anonymousParticipation=False,
    isOnline=False,
    onlineLink=None,
    buyTicketsLink=None,
    feeCurrency=None,
    feeAmount=None,
    draft=False,
    contacts=[],
    location={
        "type": "Place",
        "id": f"{E}/places/3",
        "name": "St Mary",
        "latitude": 52.5,
        "longitude": 13.4,
        "address": {
            "type": "PostalAddress",
            "streetAddress": "Main St 1",
            "postalCode": "10115",
            "addressLocality": "Berlin",
            "addressCountry": "Germany",
        },
    },
    image={"type": "Image", "mediaType": "image/jpeg", "url": f"{E}/media/7.jpg", "name": "Stage"},
    attachment=[
        deepcopy(PICTURE),
        {"type": "Link", "mediaType": "text/html", "href": f"{E}/calls/1", "name": "Website"},
    ],
)
QUESTION = post(
    "Question",
    "polls/1",
    "<p>Thursday or Friday?</p>",
    endTime="2026-11-28T10:00:00Z",
    oneOf=[
        {"type": "Note", "name": day, "replies": {"type": "Collection", "totalItems": count}}
        for day, count in (("Thursday", 4), ("Friday", 2))
    ],
)
QUOTE = post(
    "Note",
    "updates/2",
    "<p>Well said.</p>",
    quote="https://peer.example/notes/1",
    quoteAuthorization="https://peer.example/stamps/1",
)
STAMP: Json = {
    "@context": [AS2],
    "id": f"{E}/stamps/1",
    "type": "QuoteAuthorization",
    "attributedTo": GROUP_ID,
    "interactingObject": "https://peer.example/notes/2",
    "interactionTarget": f"{E}/updates/1",
}
PAGE: Json = {
    "@context": [AS2],
    "id": "https://peer.example/pages/1",
    "type": "Page",
    "attributedTo": ANNA,
    "audience": GROUP_ID,
    "to": [GROUP_ID, PUBLIC],
    "cc": [],
    "name": "A good read",
    "content": "<p>See the link.</p>",
    "attachment": [{"type": "Link", "href": "https://library.example/book"}],
    "published": "2026-11-21T10:00:00Z",
}
EVENT_OF_ANNA: Json = {**EVENT, "id": "https://peer.example/calls/2", "attributedTo": ANNA}
FEATURED: Json = {
    "@context": [AS2],
    "id": f"{GROUP_ID}/featured",
    "type": "OrderedCollection",
    "totalItems": 1,
    "orderedItems": [f"{E}/calls/1"],
}
OUTBOX: Json = {
    "@context": [AS2],
    "id": f"{GROUP_ID}/outbox",
    "type": "OrderedCollection",
    "totalItems": 5,
    "first": f"{GROUP_ID}/outbox/page",
}
NODEINFO: Json = {
    "links": [
        {
            "rel": "http://nodeinfo.diaspora.software/ns/schema/2.1",
            "href": f"{E}/nodeinfo/2.1",
        },
        {"rel": f"{AS2}#Application", "href": f"{E}/actor"},
    ]
}


def fetched(document: Any, *, url: str = "", status: int = 200, content_type: str = "") -> Fetched:
    """Return the answer to a GET of the document's own id."""
    headers = {"Content-Type": content_type} if content_type else dict(TYPE)
    return Fetched(url or document["id"], status, headers, deepcopy(document))


def jrd(document: Json = JRD, **changes: Any) -> Fetched:
    """Return the WebFinger answer for the group's handle."""
    url = f"{E}/.well-known/webfinger?resource=acct:choir@{HOST}"
    headers = {
        "Content-Type": "application/jrd+json; charset=utf-8",
        "Access-Control-Allow-Origin": "*",
    }
    return Fetched(url, 200, headers, {**deepcopy(document), **changes})

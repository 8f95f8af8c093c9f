"""Everything we write has a meaning in JSON-LD, in the contexts we write with it."""

from __future__ import annotations

from typing import Any

import pytest

from fedi.activitypub.context import (
    ACTIVITY_CONTEXT,
    ACTOR_CONTEXT,
    OBJECT_CONTEXT,
    dropped_terms,
    namespace_document,
    understand,
)
from fedi.activitypub.terms import FEDI_NS, OWN

AS2 = "https://www.w3.org/ns/activitystreams"
ALICE = "https://a.example/users/alice"


def like(context: Any, **changes: Any) -> dict[str, Any]:
    return {
        "@context": context,
        "type": "Like",
        "actor": ALICE,
        "object": "https://b.example/1",
        **changes,
    }


def test_a_term_without_a_meaning_is_noticed() -> None:
    document = {
        "@context": OBJECT_CONTEXT,
        "id": "https://a.example/1",
        "type": ["Event", "Party"],
        "name": "x",
        "colour": "red",
        "location": {"type": "Place", "smell": 1},
        "wrong:prefix": "x",
        "needs": [{"type": "Intent", "urgency": 3}],
    }
    assert dropped_terms(document) == {"Party", "colour", "smell", "wrong:prefix", "urgency"}


def test_the_terms_of_an_actor_keep_their_meaning() -> None:
    me = "https://a.example/groups/choir"
    link = {"href": "https://datatracker.ietf.org/doc/html/rfc9421", "name": "RFC 9421"}
    document = {
        "@context": ACTOR_CONTEXT,
        "id": me,
        "type": "Group",
        "preferredUsername": "choir",
        "webfinger": "choir@a.example",
        "inbox": f"{me}/inbox",
        "endpoints": {"sharedInbox": "https://a.example/inbox", "events": f"{me}/events"},
        "featured": f"{me}/featured",
        "featuredTags": f"{me}/tags",
        "attributionDomains": ["a.example"],
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "openness": "moderated",
        "postingRestrictedToMods": False,
        "attachment": [{"type": "PropertyValue", "name": "Web", "value": "x"}],
        "tag": [{"type": "Hashtag", "name": "#choir", "href": "https://a.example/tags/choir"}],
        "generator": {"type": "Application", "implements": [link]},
        "implements": [link],
        "interactionPolicy": {"canQuote": {"automaticApproval": [AS2 + "#Public"]}},
        "publicKey": {"id": f"{me}#key-1", "owner": me, "publicKeyPem": "x"},
        "assertionMethod": [
            {"id": f"{me}#key-2", "type": "Multikey", "controller": me, "publicKeyMultibase": "z6Mk"}
        ],
        "upcomingEvents": f"{me}/upcoming",
    }  # fmt: skip
    assert dropped_terms(document) == set()


def test_the_terms_of_an_event_keep_their_meaning() -> None:
    document: dict[str, Any] = {
        "@context": OBJECT_CONTEXT,
        "id": "https://a.example/calls/1",
        "type": "Event",
        "additionalType": "fedi:ActionCall",
        "startTime": "2026-12-05T19:00:00+01:00",
        "inLanguage": "en",
        "contentMap": {"en": "x"},
        "location": {
            "type": "Place",
            "name": "x",
            "latitude": 52.5,
            "placePrecision": "street",
            "address": {"type": "PostalAddress", "streetAddress": "x", "addressLocality": "y"},
        },
        "attachment": [
            {
                "type": "Document",
                "url": "https://a.example/1.png",
                "blurhash": "x",
                "focalPoint": [0, 0],
            },
            {"type": "Link", "rel": "payment", "href": "https://pay.example"},
        ],
        "needs": [
            {
                "type": "Intent",
                "action": "transfer",
                "needKind": "goods",
                "needState": "open",
                "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": "3"},
                "due": "2026-12-05T19:00:00Z",
            }
        ],
        "decisions": [
            {
                "type": "Decision",
                "name": "x",
                "how": "consent",
                "consent": 4,
                "reviewDate": "2027-01-01",
            }
        ],
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": "2026-01-01T00:00:00Z",
            "verificationMethod": "https://a.example/groups/choir#key-2",
            "proofPurpose": "assertionMethod",
            "proofValue": "z3",
        },
    }
    for key in (
        *(
            "timezone",
            "status",
            "ical:status",
            "eventStatus",
            "category",
            "joinMode",
            "isOnline",
            "uuid",
        ),
        *(
            "externalParticipationUrl",
            "maximumAttendeeCapacity",
            "remainingAttendeeCapacity",
            "draft",
        ),
        *(
            "participantCount",
            "repliesModerationOption",
            "commentsEnabled",
            "anonymousParticipationEnabled",
        ),
        *("onlineLink", "buyTicketsLink", "feeCurrency", "feeAmount", "anonymousParticipation"),
        *(
            "attendanceCount",
            "requestState",
            "version",
            "previousStartTime",
            "sensitive",
            "votersCount",
        ),
    ):
        document[key] = "x"
    for key in (
        "superEvent",
        "wasDerivedFrom",
        "quote",
        "quoteAuthorization",
        "attendees",
        "contacts",
        "coveredBy",
    ):
        document[key] = "https://a.example/2"
    assert dropped_terms(document) == set()
    activity = like(ACTIVITY_CONTEXT, type="Create", object=document, proof=document["proof"])
    assert dropped_terms(activity) == set()


def test_the_terms_of_quotes_and_reactions_keep_their_meaning() -> None:
    stamp = {
        "type": "QuoteAuthorization",
        "interactingObject": "https://b.example/1",
        "interactionTarget": ALICE,
    }
    assert dropped_terms(like(ACTIVITY_CONTEXT, type="EmojiReact", content="🎉")) == set()
    assert (
        dropped_terms(like(ACTIVITY_CONTEXT, type="QuoteRequest", instrument={"type": "Note"}))
        == set()
    )
    assert (
        dropped_terms({"@context": OBJECT_CONTEXT, "id": "https://a.example/1", **stamp}) == set()
    )


@pytest.mark.parametrize("context", [ACTOR_CONTEXT, OBJECT_CONTEXT, ACTIVITY_CONTEXT])
def test_our_own_documents_are_read_plainly_by_us(context: list[Any]) -> None:
    document = like(context)
    assert understand(document) is document
    assert AS2 in context


def test_the_namespace_explains_every_term_of_ours() -> None:
    document = namespace_document()
    explained = {term["@id"].removeprefix("fedi:"): term for term in document["@graph"]}
    assert set(explained) == set(OWN)
    assert all(term["comment"].endswith(".") for term in explained.values())
    assert document["@context"]["fedi"] == FEDI_NS
    assert explained["Minutes"]["@type"] == "rdfs:Class"
    assert explained["standAside"]["@type"] == "rdfs:Property"
    assert dropped_terms({**document, "@graph": list(explained.values())}) == set()

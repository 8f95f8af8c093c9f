"""The terms our documents use beyond ActivityStreams, each with what it means in JSON-LD."""

from __future__ import annotations

from typing import Any

FEDI_NS = "https://w3id.org/fedi/ns#"
AS2 = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"

Terms = dict[str, Any]


def _ids(prefix: str, *names: str) -> Terms:
    """Terms whose values are ids."""
    return {name: {"@id": f"{prefix}:{name}", "@type": "@id"} for name in names}


def _values(prefix: str, *names: str) -> Terms:
    """Terms whose values are texts, numbers or whole objects."""
    return {name: f"{prefix}:{name}" for name in names}


PREFIXES: Terms = {
    "toot": "http://joinmastodon.org/ns#",
    "schema": "http://schema.org#",  # as Mastodon and Mobilizon write it, with #
    "fedi": FEDI_NS,
}
ACTOR: Terms = {
    **_values("as", "manuallyApprovesFollowers", "sensitive", "Hashtag"),
    **_ids("as", "movedTo"),
    **_values("toot", "discoverable", "indexable", "memorial", "suspended", "Emoji"),
    **_values("toot", "showFeatured", "showMedia", "showRepliesInMedia"),
    **_ids("toot", "featured", "featuredTags", "attributionDomains"),
    **_values("schema", "PropertyValue", "value"),
    "lemmy": "https://join-lemmy.org/ns#",
    "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
    "mz": "https://joinmobilizon.org/ns#",
    **_values("mz", "openness", "memberCount"),
    **_ids("mz", "members", "events", "posts", "resources", "discussions", "todos"),
    "implements": {
        "@id": "https://w3id.org/fep/844e#implements",
        "@type": "@id",
        "@container": "@set",
    },
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "assertionMethod": {
        "@id": "https://w3id.org/security#assertionMethod",
        "@type": "@id",
        "@container": "@set",
    },
    "upcomingEvents": {"@id": "https://w3id.org/fep/8a8e#upcomingEvents", "@type": "@id"},
}
POLICY: Terms = {
    "gts": "https://gotosocial.org/ns#",
    **_ids("gts", "interactionPolicy", "canQuote", "automaticApproval", "manualApproval"),
    **_ids("gts", "interactingObject", "interactionTarget"),
    "canFeature": {"@id": "https://w3id.org/fep/7aa9#canFeature", "@type": "@id"},
    "quotes": "https://w3id.org/fep/044f#",
    **_values("quotes", "QuoteAuthorization", "QuoteRequest"),
    **_ids("quotes", "quote", "quoteAuthorization"),
    "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
    "quoteUri": "http://fedibird.com/ns#quoteUri",
}
POST: Terms = {
    **_values("as", "sensitive", "Hashtag"),
    **_values("toot", "Emoji", "blurhash", "votersCount"),
    "focalPoint": {"@id": "toot:focalPoint", "@container": "@list"},
    **_values("schema", "PropertyValue", "value", "propertyID", "inLanguage", "version"),
    **_values("schema", "headline", "startDate", "identifier"),
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    **_ids("schema", "additionalType", "superEvent", "subEvent"),
    "prov": "http://www.w3.org/ns/prov#",
    **_ids("prov", "wasDerivedFrom"),
    **POLICY,
}
EVENT: Terms = {
    "mz": "https://joinmobilizon.org/ns#",
    **_values("mz", "joinMode", "repliesModerationOption", "anonymousParticipationEnabled"),
    **_values("mz", "participantCount", "participationMessage", "isOnline", "timezone", "draft"),
    **_values("mz", "externalParticipationUrl"),
    **_ids("mz", "contacts"),
    "commentsEnabled": "https://joinpeertube.org/ns#commentsEnabled",
    "uuid": "schema:identifier",
    **_values("schema", "category", "eventStatus", "maximumAttendeeCapacity"),
    **_values("schema", "remainingAttendeeCapacity", "address", "PostalAddress", "streetAddress"),
    **_values("schema", "postalCode", "addressLocality", "addressRegion", "addressCountry"),
    **_values("schema", "VirtualLocation"),
    "ical": "http://www.w3.org/2002/12/cal/ical#",
    "status": "ical:status",
    "events8a8e": "https://w3id.org/fep/8a8e#",
    **_values("events8a8e", "displayEndTime", "previousStartTime", "requiredJoinVisibility"),
    **_values("events8a8e", "isBannerImage"),
    **_ids("events8a8e", "attendees", "organizers"),
    # PieFed reads these of every event and gives them no meaning of its own in JSON-LD.
    "piefed": "https://join.piefed.social/ns#",
    **_values("piefed", "onlineLink", "buyTicketsLink", "feeCurrency", "feeAmount"),
    **_values("piefed", "anonymousParticipation"),
}
# FEP-0837: what is needed or offered, and how much of it.
EXCHANGE: Terms = {
    "vf": "https://w3id.org/valueflows/ont/vf#",
    "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
    **_values("vf", "Intent", "Proposal", "Commitment", "Agreement", "action", "purpose"),
    **_values("vf", "publishes", "reciprocal", "unitBased", "satisfies", "stipulates"),
    **_values("vf", "stipulatesReciprocal", "resourceConformsTo", "resourceQuantity"),
    **_values("vf", "effortQuantity", "availableQuantity", "minimumQuantity", "due", "finished"),
    **_ids("vf", "provider", "receiver"),
    **_values("om2", "hasUnit", "hasNumericalValue"),
}
REACTION: Terms = {"EmojiReact": "http://litepub.social/ns#EmojiReact"}

# Our own terms with what they mean, as the instance serves them at /ns. Lists keep their order.
OWN: dict[str, str] = {
    "Minutes": "What a meeting talked about and decided.",
    "ActionCall": "A call to come to something, with a time and a place.",
    "SolidarityRequest": "A request for help, with what is needed and how it can be given.",
    "GroupUpdate": "News from a group.",
    "Poll": "A question with answers to choose from.",
    "Decision": "Something a meeting decided.",
    "ActionItem": "Something a meeting took on: who does what, by when.",
    "Need": "Something that is asked for.",
    "decisions": "The decisions of a meeting, in their order.",
    "outcome": "What became of a proposal: adopted, amended, postponed, rejected or withdrawn.",
    "how": "The way a decision was found: consensus, consent, vote, lot or delegation.",
    "consent": "How many consented.",
    "standAside": "How many stood aside.",
    "block": "How many blocked.",
    "abstain": "How many abstained.",
    "reviewDate": "When a decision is to be looked at again.",
    "note": "A few words more about a decision or a role, as plain text.",
    "reasons": "What was said for a stance, in the words of who took it and without their name.",
    "stance": "What a reason is given for: consent, standAside, block or abstain.",
    "agendaItem": "The number of the agenda item that a decision belongs to, from 1.",
    "agenda": "The titles of what was talked about, or is going to be, in their order.",
    "actionItems": "What a meeting took on, in its order.",
    "roles": "The roles held in a meeting, in their order.",
    "role": "What a role is called.",
    "heldBy": "Who held a role: an initial or a pseudonym.",
    "nextMeeting": "When and where the group meets next, and about what.",
    "witness": "A group that was there as a witness, and what it says about the meeting.",
    "mirror": "A struggle elsewhere that a meeting talked about, and what it means for the group.",
    "preparedBy": "The role that prepared something.",
    "preparedNextBy": "The role that prepares it next time.",
    "attendanceCount": "How many were there; nobody's name.",
    "remoteAttendanceCount": "How many took part by phone or online; nobody's name.",
    "meetingType": "What kind of meeting it was.",
    "needs": "What is asked for, in its order.",
    "needKind": "What kind of help it is: money, goods, hands, space, transport, skill or other.",
    "needState": "Whether a need is open or covered.",
    "requestState": "Whether a request is open, covered or closed.",
    "covered": "How much of a need is covered.",
    "coveredBy": "Who or what covers a need.",
    "placePrecision": "How exactly a place is told: exact, street, area, city, region or country.",
    "paymentLinks": "Where money can be sent.",
}
_OWN_LISTS = frozenset(
    {"decisions", "needs", "paymentLinks", "reasons", "agenda", "actionItems", "roles"}
)
_OWN_IDS = frozenset({"coveredBy"})
_OWN_DATES = frozenset({"reviewDate"})


def own_terms() -> Terms:
    """Give the definitions of our own terms."""
    return {name: _own(name) for name in OWN}


def _own(name: str) -> Any:
    if name in _OWN_LISTS:
        return {"@id": f"fedi:{name}", "@container": "@list"}
    if name in _OWN_IDS:
        return {"@id": f"fedi:{name}", "@type": "@id"}
    if name in _OWN_DATES:
        return {"@id": f"fedi:{name}", "@type": "http://www.w3.org/2001/XMLSchema#date"}
    return f"fedi:{name}"

"""JSON-LD, offline: our own contexts, and understanding the few documents that plain reading cannot."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import orjson

from fedi.activitypub import terms
from fedi.activitypub.vocabulary.values import as_list
from fedi.errors import Malformed

MAX_SIZE = 256 * 1024
MAX_VALUES = 2_000

ACTOR_CONTEXT: list[Any] = [
    terms.AS2,
    terms.SECURITY,
    terms.DATA_INTEGRITY,
    terms.MULTIKEY,
    {**terms.PREFIXES, **terms.ACTOR, **terms.POLICY},
]
OBJECT_CONTEXT: list[Any] = [
    terms.AS2,
    terms.DATA_INTEGRITY,
    {**terms.PREFIXES, **terms.POST, **terms.EVENT, **terms.EXCHANGE, **terms.own_terms()},
]
# Objects and actors inside an activity bring their own context; this is for the activity itself.
ACTIVITY_CONTEXT: list[Any] = [
    terms.AS2,
    terms.DATA_INTEGRITY,
    {**terms.PREFIXES, **terms.REACTION, **terms.POLICY, "sensitive": "as:sensitive"},
]
ANSWER_CONTEXT: list[Any] = ACTIVITY_CONTEXT[:2]
"""For what says nothing beyond ActivityStreams and goes to each follower: 2 kB less than with every term."""
_EVERYTHING: list[Any] = [
    terms.AS2,
    terms.SECURITY,
    {
        **terms.PREFIXES,
        **terms.ACTOR,
        **terms.POST,
        **terms.EVENT,
        **terms.EXCHANGE,
        **terms.REACTION,
    },
]
_FILES = {
    terms.AS2: "activitystreams",
    terms.SECURITY: "security-v1",
    terms.DATA_INTEGRITY: "data-integrity-v1",
    "https://w3id.org/security/data-integrity/v2": "data-integrity-v2",
    terms.MULTIKEY: "multikey-v1",
    "https://www.w3.org/ns/cid/v1": "cid-v1",
}
# Contexts of other servers that begin with ActivityStreams: Pleroma's and its kin's, Mbin's, Lemmy's.
_FOREIGN = re.compile(
    r"https?://[^/\s]+/(?:schemas/litepub-[0-9.]+\.jsonld|litepub/context\.jsonld|contexts)"
    r"|https://join-lemmy\.org/context\.json"
)
_AS2_SPELLINGS = frozenset(
    {
        terms.AS2,
        terms.AS2 + "#",
        "http://www.w3.org/ns/activitystreams",
        "http://www.w3.org/ns/activitystreams#",
    }
)
_ALIASES = {"@id": "id", "@type": "type"}
_REFUSED = ("@graph", "@included", "@reverse")
_CORE = frozenset(
    [
        *("actor", "object", "target", "origin", "result", "instrument", "to", "cc", "bto", "bcc"),
        *(
            "audience",
            "attributedTo",
            "inReplyTo",
            "content",
            "name",
            "summary",
            "tag",
            "attachment",
        ),
        *("url", "href", "published", "updated", "outbox", "followers", "following", "alsoKnownAs"),
        *("movedTo", "preferredUsername", "endpoints", "sharedInbox", "items", "orderedItems"),
        *("first", "next", "totalItems"),
    ]
)
_CORE_IDS: dict[str, frozenset[str]] = {
    "id": frozenset({"@id"}),
    "type": frozenset({"@type"}),
    "as": frozenset({terms.AS2 + "#"}),
    "inbox": frozenset({"ldp:inbox", "http://www.w3.org/ns/ldp#inbox", "as:inbox"}),
    "publicKey": frozenset({"sec:publicKey", "https://w3id.org/security#publicKey"}),
    "publicKeyPem": frozenset({"sec:publicKeyPem", "https://w3id.org/security#publicKeyPem"}),
    "owner": frozenset({"sec:owner", "https://w3id.org/security#owner"}),
    **{name: frozenset({f"as:{name}", f"{terms.AS2}#{name}"}) for name in _CORE},
}


def understand(document: dict[str, Any]) -> dict[str, Any]:
    """Give a document whose keys are those of ActivityStreams, or raise Malformed.

    One that names ActivityStreams, or no context at all, is returned as it is; one that does not, or
    gives a core term another meaning, is compacted to ActivityStreams without fetching anything.
    """
    contexts = _contexts_in(document)
    if any(key in document for key in _REFUSED) or any(map(_redefines_keyword, contexts)):
        raise Malformed("This document was not understood.")
    context = document.get("@context")
    if (context is None or _names_activitystreams(context)) and not any(map(_renames, contexts)):
        return document
    return _compact(document)


def dropped_terms(document: dict[str, Any]) -> set[str]:
    """Give the keys and types of a document that have no meaning in its own contexts.

    ActivityStreams gives an unknown term a blank meaning (`_:term`), which no other reader shares.
    """
    from pyld import jsonld

    lost: set[str] = set()
    waiting: list[Any] = list(jsonld.expand(document, _offline()))
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            names = [key for key in value if not key.startswith("@")] + as_list(value.get("@type"))
            lost.update(name.removeprefix("_:") for name in names if not name.startswith("http"))
            waiting.extend(item for key, item in value.items() if key != "@type")
    return lost


def namespace_document() -> dict[str, Any]:
    """Give what stands at our own namespace: a context, and each term with what it means."""
    rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    own = {"fedi": terms.FEDI_NS, **terms.own_terms()}
    return {
        "@context": {**own, "rdfs": rdfs, "label": "rdfs:label", "comment": "rdfs:comment"},
        "@graph": [
            {
                "@id": f"fedi:{name}",
                "@type": "rdfs:Class" if name[0].isupper() else "rdfs:Property",
                "label": name,
                "comment": meaning,
            }
            for name, meaning in terms.OWN.items()
        ],
    }


def _compact(document: dict[str, Any]) -> dict[str, Any]:
    if len(orjson.dumps(document)) > MAX_SIZE or _count(document) > MAX_VALUES:
        raise Malformed("This document is too large to be understood.")
    from pyld import jsonld

    try:
        known = jsonld.compact(document, _EVERYTHING, _offline())
    except Exception as error:  # pyld raises whatever it stumbles over
        raise Malformed("This document was not understood.") from error
    if not isinstance(known, dict) or "type" not in known or any(key in known for key in _REFUSED):
        raise Malformed("This document was not understood.")
    # Whoever fetched it compared this id with its address; no context may put another in its place.
    if known.get("id") != document.get("id", document.get("@id")):
        raise Malformed("This document has two ids.")
    return known


def _offline() -> Any:
    from pyld.context_resolver import ContextResolver

    # With the cache that pyld shares between calls, an `@import` in one document spoils a context for the next.
    return {
        "documentLoader": _load,
        "contextResolver": ContextResolver({}, _load),
        "processingMode": "json-ld-1.1",
    }


def _load(url: str, options: dict[str, Any]) -> dict[str, Any]:
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": orjson.loads(_bundled(url)) if _is_bundled(url) else {"@context": {}},
    }


def _is_bundled(url: str) -> bool:
    return url in _FILES or url in _AS2_SPELLINGS or _FOREIGN.fullmatch(url) is not None


def _bundled(url: str) -> bytes:
    if _FOREIGN.fullmatch(url):
        return orjson.dumps({"@context": _EVERYTHING})
    return _read(_FILES[terms.AS2 if url in _AS2_SPELLINGS else url])


@cache
def _read(name: str) -> bytes:
    return (resources.files("fedi.activitypub") / "contexts" / f"{name}.jsonld").read_bytes()


def _names_activitystreams(context: Any) -> bool:
    names = (item for item in as_list(context) if isinstance(item, str))
    return any(name in _AS2_SPELLINGS or _FOREIGN.fullmatch(name) for name in names)


def _contexts_in(document: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found.extend(as_list(value.get("@context")))
            waiting.extend(item for key, item in value.items() if key != "@context")
        elif isinstance(value, list):
            waiting.extend(value)
    return found


def _renames(context: Any) -> bool:
    """Tell whether an inline context gives a core term another meaning, also in a scope of a term."""
    if not isinstance(context, dict):
        return False
    for term, definition in context.items():
        meant = not isinstance(definition, dict) or "@id" in definition
        if term in _CORE_IDS and meant and _meaning(definition) not in {term, *_CORE_IDS[term]}:
            return True
        if isinstance(definition, dict) and any(map(_renames, as_list(definition.get("@context")))):
            return True
    return False


def _redefines_keyword(context: Any) -> bool:
    """Tell whether an inline context has another word for a graph, an id or a type (interop §6.9)."""
    if not isinstance(context, dict):
        return False
    meanings = {term: _meaning(definition) for term, definition in context.items()}
    return any(
        meaning in _REFUSED or (meaning in _ALIASES and _ALIASES[meaning] != term)
        for term, meaning in meanings.items()
    )


def _meaning(definition: Any) -> str:
    meaning = definition.get("@id") if isinstance(definition, dict) else definition
    return meaning if isinstance(meaning, str) else ""


def _count(value: Any) -> int:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_count, items))

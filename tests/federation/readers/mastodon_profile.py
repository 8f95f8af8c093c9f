"""Mastodon's rules for WebFinger answers, actors and collections."""

from __future__ import annotations

import re

from .customary import (
    FETCHED,
    the_actor_has_a_known_type,
    the_actor_has_an_inbox,
    the_context_names_activitystreams,
    the_id_is_the_url_fetched,
    the_jrd_is_found,
    the_self_link_is_the_actor,
    the_subject_is_the_handle_asked_for,
)
from .plain import (
    as_list,
    contexts,
    header,
    host,
    href_of,
    id_of,
    is_count,
    is_pem,
    is_web,
    kind,
    mapping,
    moment,
    same_host,
    size,
    text,
)
from .rulebook import Rulebook, Subject
from .shapes import Json
from .views import self_link

BOOK = Rulebook("Mastodon")
BOOK.adopt("webfinger", the_jrd_is_found)
BOOK.adopt("fetched", *FETCHED, the_context_names_activitystreams)
BOOK.adopt("actor", the_id_is_the_url_fetched, the_context_names_activitystreams)
BOOK.adopt("actor", the_actor_has_a_known_type, the_actor_has_an_inbox)
BOOK.adopt("object", the_id_is_the_url_fetched)
_NAME = re.compile(r"[a-z0-9_]+([.-]+[a-z0-9_]+)*", re.IGNORECASE)


@BOOK.rule("webfinger")
def the_jrd_has_a_typed_self_link(s: Subject) -> bool:
    """A self link has exactly one of the two ActivityStreams types. [§1.1]"""
    return bool(self_link(s.document))


BOOK.adopt("webfinger", the_self_link_is_the_actor, the_subject_is_the_handle_asked_for)


@BOOK.rule("webfinger")
def the_handle_is_a_username(s: Subject) -> bool:
    """The username in the subject is made of letters, digits and underscores. [§1.1]"""
    name, at, domain = text(s.get("subject")).removeprefix("acct:").partition("@")
    return bool(_NAME.fullmatch(name)) and bool(at) and bool(domain)


@BOOK.rule("webfinger")
def the_jrd_may_be_read_by_a_browser(s: Subject) -> bool:
    """The remote interaction page fetches WebFinger in the browser, so any origin is allowed. [§1.2]"""
    return header(s.headers, "access-control-allow-origin") == "*"


@BOOK.rule("fetched", "actor", "object")
def the_document_is_at_most_a_megabyte(s: Subject) -> bool:
    """A document is at most 1 MB. [§1.5]"""
    return size(s.document) <= 1_048_576


@BOOK.rule("actor")
def the_username_is_sound(s: Subject) -> bool:
    """The preferredUsername is a username of at most 2048 characters, or the actor is rejected. [§1.4]"""
    name = text(s.get("preferredUsername"))
    return len(name) <= 2048 and bool(_NAME.fullmatch(name))


@BOOK.rule("actor")
def the_keys_belong_to_the_actor(s: Subject) -> bool:
    """There are one to ten keys, each a PEM whose owner is the actor. [§1.4]"""
    keys = [mapping(key) for key in as_list(s.get("publicKey"))]
    owned = (
        key.get("owner") == id_of(s.document) and is_pem(key.get("publicKeyPem")) for key in keys
    )
    return 1 <= len(keys) <= 10 and all(owned) and all(text(key.get("id")) for key in keys)


@BOOK.rule("actor")
def the_multikeys_are_controlled_by_the_actor(s: Subject) -> bool:
    """Every assertionMethod is a Multikey whose controller is the actor. [§1.4]"""
    methods = [mapping(one) for one in as_list(s.get("assertionMethod"))]
    return all(
        kind(one) == "Multikey"
        and one.get("controller") == id_of(s.document)
        and text(one.get("publicKeyMultibase")).startswith("z")
        for one in methods
    )


@BOOK.rule("actor", "object")
def the_url_is_on_the_same_host(s: Subject) -> bool:
    """A url on another host than the id is dropped. [§1.4]"""
    url = href_of(s.get("url"))
    return not url or (is_web(url, s.allow_http) and same_host(url, id_of(s.document)))


@BOOK.rule("actor")
def the_pictures_are_images(s: Subject) -> bool:
    """Icon and image are Image objects with a url. [§1.4]"""
    pictures = [mapping(one) for key in ("icon", "image") for one in as_list(s.get(key))]
    return all(kind(one) == "Image" and href_of(one.get("url")) for one in pictures)


@BOOK.rule("actor")
def the_fields_are_property_values(s: Subject) -> bool:
    """Profile fields are at most 50 PropertyValues with name and value. [§1.4, §1.5]"""
    fields = profile_fields(s)
    return len(fields) <= 50 and all(
        text(one.get("name")) and text(one.get("value")) for one in fields
    )


@BOOK.rule("actor")
def the_terms_of_fields_are_mapped(s: Subject) -> bool:
    """With profile fields, PropertyValue and value are mapped to schema.org# in the context. [§1.4]"""
    terms = {key: value for one in contexts(s.document) for key, value in mapping(one).items()}
    schema = {prefix for prefix, value in terms.items() if value == "http://schema.org#"}
    wanted = {
        term: {f"http://schema.org#{term}"} | {f"{prefix}:{term}" for prefix in schema}
        for term in ("PropertyValue", "value")
    }
    mapped = all(meaning(terms.get(term)) in spellings for term, spellings in wanted.items())
    return not profile_fields(s) or mapped


def profile_fields(s: Subject) -> list[Json]:
    """Return the PropertyValues; whatever else is attached to an actor is left alone [§1.4]."""
    attached = [mapping(one) for one in as_list(s.get("attachment"))]
    return [one for one in attached if kind(one) == "PropertyValue"]


def meaning(term: object) -> str:
    """Return what a context term stands for: a string, or the @id of its definition."""
    return text(mapping(term).get("@id")) or text(term)


@BOOK.rule("actor", "object")
def the_counts_are_numbers(s: Subject) -> bool:
    """Every totalItems of an embedded collection is a number. [§1.4, §3.7]"""
    keys = ("followers", "following", "outbox", "likes", "shares")
    totals = (mapping(s.get(key)).get("totalItems") for key in keys)
    return all(total is None or is_count(total) for total in totals)


@BOOK.rule("actor")
def the_lists_of_names_are_short(s: Subject) -> bool:
    """alsoKnownAs and attributionDomains are lists of at most 256 strings. [§1.5]"""
    lists = [as_list(s.get(key)) for key in ("alsoKnownAs", "attributionDomains")]
    return all(len(one) <= 256 and all(text(item) for item in one) for one in lists)


@BOOK.rule("actor")
def the_switches_are_booleans(s: Subject) -> bool:
    """manuallyApprovesFollowers, discoverable, indexable and memorial are booleans. [§1.4]"""
    switches = ("manuallyApprovesFollowers", "discoverable", "indexable", "memorial")
    return all(isinstance(s.get(key), bool | None) for key in switches)


@BOOK.rule("actor")
def the_actor_does_not_suspend_itself(s: Subject) -> bool:
    """`suspended` true suspends the account here, and moderators cannot undo it. [§1.4]"""
    return s.get("suspended") is not True


@BOOK.rule("actor", "object")
def the_dates_are_dates(s: Subject) -> bool:
    """published and updated are xsd:dateTime with a zone. [§1.4]"""
    return all(s.get(key) is None or moment(s.get(key)) for key in ("published", "updated"))


@BOOK.rule("actor")
def the_handle_property_is_a_handle(s: Subject) -> bool:
    """The webfinger property is name@host without scheme and with the actor's own username. [§1.1]"""
    name, _, domain = text(s.get("webfinger")).partition("@")
    own = name == s.get("preferredUsername") and bool(domain) and "/" not in domain
    return s.get("webfinger") is None or own


@BOOK.rule("collection", "featured", "outbox")
def the_total_is_a_number(s: Subject) -> bool:
    """A collection's totalItems is a number. [§1.4]"""
    return kind(s.document).endswith("Page") or is_count(s.get("totalItems"))


@BOOK.rule("featured")
def the_pins_are_ids_or_notes(s: Subject) -> bool:
    """Pinned items are ids or embedded Notes on the actor's host; others are skipped. [§1.5]"""
    items = as_list(s.get("orderedItems") or s.get("items"))
    return all(
        (isinstance(one, str) or kind(one) == "Note") and host(id_of(one)) == host(s.url)
        for one in items
    )

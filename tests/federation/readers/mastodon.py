"""Mastodon as a reader (§1.1–1.6, §3 of the interop facts); here: what activities do to it."""

from __future__ import annotations

from .customary import adopt_ownership, the_actor_is_the_author
from .effects import (
    MODERATION,
    PINS,
    answer_to,
    on_announce,
    on_create,
    on_dated_update,
    on_delete,
    on_follow,
    on_like,
    on_undo,
)
from .mastodon_posts import see_post
from .mastodon_profile import BOOK
from .plain import header, id_of, is_web, kind, same_host, size, text
from .reader import Reader
from .rulebook import Subject, subject_of
from .shapes import Effect, Fetched, Stored
from .views import visibility

_SYNC = "collection-synchronization"
adopt_ownership(BOOK)
BOOK.adopt("Create", the_actor_is_the_author)


@BOOK.rule("activity")
def the_body_is_at_most_a_megabyte(s: Subject) -> bool:
    """The inbox takes at most 1 MB. [§1.5]"""
    return size(s.document) <= 1_048_576


@BOOK.rule("activity")
def follower_synchronisation_is_sound(s: Subject) -> bool:
    """Collection-Synchronization names the actor's followers, a url on its host and 64 hex digits. [§2.7]"""
    sent = header(s.headers, _SYNC)
    if not sent:
        return True
    pairs = (part.strip().partition("=") for part in sent.split(","))
    told = {name: value.strip('"') for name, _, value in pairs}
    known = text(s.stored.actors.get(s.actor, {}).get("followers")) or f"{s.actor}/followers"
    digest = told.get("digest", "")
    return (
        told.get("collectionId") == known
        and same_host(told.get("url"), s.actor)
        and len(digest) == 64
        and not set(digest) - set("0123456789abcdef")
    )


@BOOK.rule("activity")
def follower_synchronisation_is_signed(s: Subject) -> bool:
    """A Collection-Synchronization header is among the signed headers. [§2.7]"""
    signature = header(s.headers, "signature")
    return not header(s.headers, _SYNC) or not signature or _SYNC in signature.lower()


@BOOK.rule("Create")
def a_known_post_keeps_its_author(s: Subject) -> bool:
    """A Create of a post that is known by another account is rejected. [§3.3]"""
    known = s.stored.objects.get(id_of(s.get("object")))
    return known is None or id_of(known.get("attributedTo")) == s.actor


@BOOK.rule("Delete")
def a_tombstone_says_what_it_was(s: Subject) -> bool:
    """What is deleted is an id, a Tombstone (or a stamp) with that id, or the actor. [§3.5]"""
    gone = {"Tombstone", "QuoteAuthorization"}
    itself = id_of(s.inner) == s.actor
    return isinstance(s.get("object"), str) or kind(s.inner) in gone or itself


@BOOK.rule("Announce")
def what_is_boosted_may_be_seen(s: Subject) -> bool:
    """Only public and unlisted posts are boosted, or the group's own. [§4.1]"""
    known = s.stored.objects.get(id_of(s.get("object")), s.inner)
    open_to_all = visibility(known) in {"public", "unlisted"}
    return "to" not in known or open_to_all or id_of(known.get("attributedTo")) == s.actor


@BOOK.rule("Accept")
def a_granted_quote_has_its_stamp(s: Subject) -> bool:
    """Accept of a QuoteRequest carries `result`, a stamp on the actor's host. [§3.8]"""
    asked = s.stored.asked.get(id_of(s.get("object")), s.inner)
    stamp = id_of(s.get("result"))
    return kind(asked) != "QuoteRequest" or (
        is_web(stamp, s.allow_http) and same_host(stamp, s.actor)
    )


@BOOK.rule("Add", "Remove")
def pins_go_into_the_actors_own_collection(s: Subject) -> bool:
    """What is pinned or unpinned is an id of the actor's host, the target its featured collection. [§1.5]"""
    featured = s.stored.actors.get(s.actor, {}).get("featured", s.get("target"))
    return id_of(s.get("target")) == featured and same_host(id_of(s.get("object")), s.actor)


@BOOK.rule("QuoteRequest")
def a_quote_request_is_on_the_requesters_host(s: Subject) -> bool:
    """A QuoteRequest has its id on the requester's host, the quoted post and the instrument. [§3.8]"""
    named = id_of(s.get("object")) and id_of(s.get("instrument"))
    return bool(named) and same_host(id_of(s.document), s.actor)


def on_quote_request(reader: Reader, s: Subject) -> Effect:
    """Return that somebody asks to quote; the quoting post, if embedded, is examined."""
    quoting = s.get("instrument")
    if isinstance(quoting, dict) and id_of(quoting.get("attributedTo")) != s.actor:
        raise reader.ignores("the quoting post is not by the requester", "§3.8")
    return Effect("quote requested", id_of(s.get("object")))


def on_mastodon_announce(reader: Reader, s: Subject) -> Effect:
    """Return a boost, also of a wrapped Create whose own id leads to its post [§4.1]."""
    if kind(s.inner) == "Create" and id_of(s.inner) in s.stored.objects:
        return Effect("boosted", id_of(s.inner))
    return on_announce(reader, s)


def read_stamp(fetched: Fetched, stored: Stored, *, allow_http: bool = False) -> str:
    """Return the id of a valid quote authorization for posts in `stored`, or raise Refused [§3.8]."""
    subject = subject_of(fetched, stored=stored, allow_http=allow_http)
    BOOK.require("fetched", subject)
    BOOK.require("stamp", subject)
    return fetched.url


READER = Reader(
    BOOK,
    see_post,
    {
        **PINS,
        **MODERATION,
        "Create": on_create,
        "Update": on_dated_update,
        "Delete": on_delete,
        "Announce": on_mastodon_announce,
        "Like": on_like,
        "Undo": on_undo,
        "Follow": on_follow,
        "Accept": answer_to("Follow", "QuoteRequest"),
        "Reject": answer_to("Follow", "QuoteRequest"),
        "QuoteRequest": on_quote_request,
    },
)
read_actor = READER.read_actor
read_webfinger = READER.read_webfinger
read_object = READER.read_object
read_collection = READER.read_collection
read_activity = READER.read_activity

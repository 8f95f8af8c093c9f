"""Friendica as a reader (§3.1, §4.4 of the interop facts): posts with titles, events, RSVP."""

from __future__ import annotations

from .customary import (
    adopt_ownership,
    the_actor_has_a_known_type,
    the_actor_has_an_inbox,
    the_actor_is_the_author,
    the_answer_is_200,
    the_answer_is_activitystreams,
    the_id_is_the_url_fetched,
    the_jrd_is_found,
)
from .effects import (
    MODERATION,
    PINS,
    on_announce,
    on_create,
    on_delete,
    on_follow,
    on_follow_answered,
    on_like,
    on_undo,
    update_of,
)
from .plain import (
    AS2,
    as_list,
    contexts,
    href_of,
    id_of,
    ids,
    is_pem,
    kind,
    mapping,
    moment,
    text,
    words,
)
from .reader import Reader
from .rulebook import Rulebook, Subject
from .shapes import Effect, PostView
from .views import event, media, poll, visibility

BOOK = Rulebook("Friendica")
POSTS = frozenset({"Note", "Article", "Video", "Image", "Event", "Audio", "Page", "Question"})
BOOK.adopt("webfinger", the_jrd_is_found)
BOOK.adopt("fetched", the_answer_is_200, the_answer_is_activitystreams, the_id_is_the_url_fetched)
BOOK.adopt("actor", the_actor_has_a_known_type, the_actor_has_an_inbox)
adopt_ownership(BOOK)
BOOK.adopt("Create", the_actor_is_the_author)


@BOOK.rule("webfinger")
def some_link_is_the_actor(s: Subject) -> bool:
    """A self link of type application/activity+json, or any link, leads to the actor. [§1.1]"""
    links = [mapping(one) for one in as_list(s.get("links"))]
    typed = (
        one.get("rel") == "self" and one.get("type") == "application/activity+json" for one in links
    )
    return any(typed) and s.actor in [one.get("href") for one in links]


@BOOK.rule("fetched")
def the_terms_can_be_compacted(s: Subject) -> bool:
    """Documents are compacted as JSON-LD, so the ActivityStreams context is there. [§1.4]"""
    return AS2 in contexts(s.document)


@BOOK.rule("actor")
def the_key_is_a_pem(s: Subject) -> bool:
    """publicKey has a publicKeyPem. [§1.4]"""
    return is_pem(mapping(s.get("publicKey")).get("publicKeyPem"))


@BOOK.rule("object")
def the_post_is_of_a_known_type(s: Subject) -> bool:
    """The type is one of eight kinds of content. [§3.1]"""
    return kind(s.document) in POSTS


@BOOK.rule("object")
def there_is_an_author(s: Subject) -> bool:
    """attributedTo, else actor, names the author. [§3.1]"""
    return bool(id_of(s.get("attributedTo")) or id_of(s.get("actor")))


@BOOK.rule("object")
def there_is_a_date(s: Subject) -> bool:
    """published, else updated, is a date. [§3.1]"""
    return moment(s.get("published") or s.get("updated")) is not None


@BOOK.rule("object")
def an_event_has_a_title_and_a_start(s: Subject) -> bool:
    """An Event has name or summary, and startTime (and endTime) that are dates. [§4.4]"""
    if kind(s.document) != "Event":
        return True
    ends = s.get("endTime")
    titled = bool(text(s.get("name")) or text(s.get("summary")))
    return titled and bool(moment(s.get("startTime"))) and (ends is None or bool(moment(ends)))


@BOOK.rule("Accept")
def a_granted_follow_names_its_follower(s: Subject) -> bool:
    """An embedded Follow names its actor, else the Accept is not handled. [§4.4]"""
    return kind(s.inner) != "Follow" or bool(id_of(s.inner.get("actor")))


def on_accept(reader: Reader, s: Subject) -> Effect:
    """Return a granted Follow, or that somebody attends an event [§4.4]."""
    return _rsvp(s, "attends") or on_follow_answered(reader, s)


def on_reject(reader: Reader, s: Subject) -> Effect:
    """Return a denied Follow, or that somebody does not attend an event [§4.4]."""
    return _rsvp(s, "does not attend") or on_follow_answered(reader, s)


def on_tentative_accept(reader: Reader, s: Subject) -> Effect:
    """Return that somebody may attend an event [§4.4]."""
    effect = _rsvp(s, "may attend")
    if effect is None:
        raise reader.ignores("a TentativeAccept is about an event", "§4.4")
    return effect


def _rsvp(s: Subject, what: str) -> Effect | None:
    about = id_of(s.get("object"))
    known = s.stored.objects.get(about, s.inner)
    return Effect(what, about) if kind(known) == "Event" else None


def see_post(_reader: Reader, s: Subject) -> PostView:
    """Return title, abstract and text; an event with its own fields [§3.1, §4.4]."""
    document = s.document
    place = document.get("location")
    # Of location only an object of type Place is read.
    shown = document if kind(place) == "Place" else {**document, "location": None}
    return PostView(
        id=id_of(document),
        author=next(iter(ids(document.get("attributedTo", document.get("actor")))), ""),
        title=text(document.get("name")),
        text=words(document.get("content")),
        warning=words(document.get("summary")),
        language=text(document.get("inLanguage"))
        or next(iter(mapping(document.get("contentMap"))), ""),
        visibility=visibility(document),
        media=media(document),
        poll=poll(document),
        event=event(shown) if kind(document) == "Event" else None,
        link=href_of(document.get("url")) or id_of(document),
        reply_to=id_of(document.get("inReplyTo")),
    )


READER = Reader(
    BOOK,
    see_post,
    {
        **PINS,
        **MODERATION,
        "Create": on_create,
        "Update": update_of(*POSTS),
        "Delete": on_delete,
        "Announce": on_announce,
        "Like": on_like,
        "Undo": on_undo,
        "Follow": on_follow,
        "Accept": on_accept,
        "Reject": on_reject,
        "TentativeAccept": on_tentative_accept,
    },
)
read_actor = READER.read_actor
read_webfinger = READER.read_webfinger
read_object = READER.read_object
read_collection = READER.read_collection
read_activity = READER.read_activity

"""PieFed as a reader (§1.4, §4.1, §4.4 of the interop facts): actor, Follow and Accept."""

from __future__ import annotations

from collections.abc import Callable

from .customary import the_answer_is_200, the_jrd_is_found
from .effects import on_follow, on_follow_answered, on_undo
from .plain import as_list, href_of, id_of, ids, is_pem, is_web, kind, mapping, text, words
from .reader import Reader
from .rulebook import Rulebook, Subject
from .shapes import Effect, PostView
from .views import event, media

BOOK = Rulebook("PieFed")
POSTS = frozenset({"Page", "Article", "Link", "Note", "Question", "Event"})
EVENT_KEYS = (  # noqa: SIM905 - thirteen words
    "startTime endTime timezone maximumAttendeeCapacity participantCount onlineLink joinMode "
    "externalParticipationUrl anonymousParticipation isOnline buyTicketsLink feeCurrency feeAmount"
).split()
BOOK.adopt("webfinger", the_jrd_is_found)
BOOK.adopt("fetched", the_answer_is_200)


@BOOK.rule("webfinger")
def a_self_link_is_the_actor(s: Subject) -> bool:
    """The first self link is the actor's id. [§1.1]"""
    links = [mapping(one) for one in as_list(s.get("links"))]
    return next((text(one.get("href")) for one in links if one.get("rel") == "self"), "") == s.actor


@BOOK.rule("actor")
def a_community_is_a_group(s: Subject) -> bool:
    """A community is a Group with an id. [§1.4]"""
    return s.get("type") == "Group" and is_web(s.get("id"), s.allow_http)


@BOOK.rule("actor")
def names_are_there(s: Subject) -> bool:
    """preferredUsername and name are read unconditionally, both strings. [§1.4]"""
    return all(isinstance(s.get(key), str) and s.get(key) for key in ("preferredUsername", "name"))


@BOOK.rule("actor")
def inbox_and_outbox_are_there(s: Subject) -> bool:
    """outbox, and endpoints.sharedInbox or inbox, are read unconditionally. [§1.4]"""
    inbox = s.get("inbox")
    if "endpoints" in s.document:
        inbox = mapping(s.get("endpoints")).get("sharedInbox")
    return is_web(inbox, s.allow_http) and is_web(s.get("outbox"), s.allow_http)


@BOOK.rule("actor")
def the_key_is_one_object(s: Subject) -> bool:
    """publicKey is one object with a publicKeyPem. [§1.4]"""
    return is_pem(mapping(s.get("publicKey")).get("publicKeyPem"))


@BOOK.rule("actor")
def languages_are_pairs(s: Subject) -> bool:
    """Every language has identifier and name. [§1.4]"""
    languages = s.get("language") if isinstance(s.get("language"), list) else []
    pairs = [mapping(one) for one in as_list(languages)]
    return all(text(one.get("identifier")) and text(one.get("name")) for one in pairs)


@BOOK.rule("actor", "object")
def every_tag_has_a_type(s: Subject) -> bool:
    """Every tag is an object with a type. [§4.4]"""
    return all(kind(one) for one in as_list(s.get("tag")))


@BOOK.rule("activity")
def the_four_keys_are_there(s: Subject) -> bool:
    """An activity has id, type, actor and object. [§4.1]"""
    return all(s.get(key) for key in ("id", "type", "actor", "object"))


@BOOK.rule("Accept", "Reject")
def the_answer_names_follow_and_follower(s: Subject) -> bool:
    """An Accept holds the Follow's id, or a Follow with its actor. [§4.1]"""
    embedded = kind(s.inner) == "Follow" and bool(id_of(s.inner.get("actor")))
    return embedded or isinstance(s.get("object"), str)


@BOOK.rule("Reject")
def a_rejected_follow_is_embedded(s: Subject) -> bool:
    """A Reject embeds the Follow, an id alone raises. [§4.1]"""
    return kind(s.inner) == "Follow"


@BOOK.rule("object")
def the_author_must_be_a_person(s: Subject) -> bool:
    """The author must be a Person. [§4.1]"""
    authors = as_list(s.get("attributedTo"))
    return any(kind(s.stored.actors.get(id_of(one), {})) == "Person" for one in authors)


@BOOK.rule("object")
def the_post_is_of_a_known_type(s: Subject) -> bool:
    """The type is Page, Article, Link, Note, Question or Event. [§4.1]"""
    return kind(s.document) in POSTS


@BOOK.rule("object")
def an_event_has_all_keys(s: Subject) -> bool:
    """Thirteen keys of an Event are read unconditionally; a missing one raises, null may stand. [§4.4]"""
    return kind(s.document) != "Event" or all(key in s.document for key in EVENT_KEYS)


@BOOK.rule("object")
def the_image_is_an_object(s: Subject) -> bool:
    """image, if there, is an object with a url. [§4.4]"""
    return "image" not in s.document or bool(text(mapping(s.get("image")).get("url")))


@BOOK.rule("object")
def every_attachment_has_a_type(s: Subject) -> bool:
    """Every attachment is an object with a type. [§4.4]"""
    return all(kind(one) for one in as_list(s.get("attachment")))


def of_people(effect: Callable[[Reader, Subject], Effect]) -> Callable[[Reader, Subject], Effect]:
    """Return the handler that drops what a Group does: Announce and answers apart, only people act."""

    def on_persons_activity(reader: Reader, s: Subject) -> Effect:
        if kind(s.stored.actors.get(s.actor, {})) == "Group":
            raise reader.ignores(
                "a Group's activities are not expected, only people follow", "§4.1"
            )
        return effect(reader, s)

    return on_persons_activity


def on_piefed_announce(reader: Reader, s: Subject) -> Effect:
    """Return the post of an announced Create; a bare id is meant for Mastodon [§4.1]."""
    if kind(s.inner) != "Create":
        raise reader.ignores("an announced id is meant for Mastodon", "§4.1")
    inner = reader.embedded(reader.embedded(s))
    reader.book.require("object", inner)
    return Effect("post shown", id_of(inner.document), reader.see_post(reader, inner))


def see_post(_reader: Reader, s: Subject) -> PostView:
    """Return title and text; the first Link is the website of an event [§4.1, §4.4]."""
    document = s.document
    author = next(one for one in ids(document.get("attributedTo")))
    return PostView(
        id=id_of(document),
        author=author,
        title=text(document.get("name")),
        text=words(document.get("content")),
        warning="",
        language=text(mapping(document.get("language")).get("identifier")),
        visibility="public",
        media=media(document),
        event=event(document) if kind(document) == "Event" else None,
        link=href_of(as_list(document.get("attachment"))) or id_of(document),
    )


READER = Reader(
    BOOK,
    see_post,
    {
        "Follow": of_people(on_follow),
        "Accept": on_follow_answered,
        "Reject": on_follow_answered,
        "Undo": of_people(on_undo),
        "Announce": on_piefed_announce,
    },
)
read_actor = READER.read_actor
read_webfinger = READER.read_webfinger
read_object = READER.read_object
read_collection = READER.read_collection
read_activity = READER.read_activity

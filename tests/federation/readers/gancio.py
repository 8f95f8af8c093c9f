"""Gancio as a reader (§1.4, §3.4, §4.4, §7 of the interop facts)."""

from __future__ import annotations

from .customary import (
    adopt_ownership,
    the_actor_has_an_inbox,
    the_answer_is_200,
    the_answer_is_activitystreams,
    the_jrd_is_found,
    the_key_is_one_pem,
    the_self_link_is_the_actor,
)
from .effects import on_announce, on_delete, on_like, on_undo
from .plain import as_list, id_of, is_web, kind, mapping, moment, text, words
from .reader import Reader
from .rulebook import Rulebook, Subject, subject_of
from .shapes import Effect, EventView, Fetched, PostView
from .views import address_line, media, visibility

BOOK = Rulebook("Gancio")
_SCHEMAS = "http://nodeinfo.diaspora.software/ns/schema/"
BOOK.adopt("webfinger", the_jrd_is_found, the_self_link_is_the_actor)
BOOK.adopt("fetched", the_answer_is_200, the_answer_is_activitystreams)
BOOK.adopt("actor", the_key_is_one_pem, the_actor_has_an_inbox)
adopt_ownership(BOOK)


def _event(s: Subject) -> bool:
    return kind(s.document) == "Event"


@BOOK.rule("nodeinfo")
def the_schema_link_comes_first(s: Subject) -> bool:
    """Gancio takes the first NodeInfo link whatever it is, so it is the schema's. [§7]"""
    first = mapping(next(iter(as_list(s.get("links"))), None))
    return text(first.get("rel")).startswith(_SCHEMAS) and is_web(first.get("href"), s.allow_http)


@BOOK.rule("outbox")
def the_first_page_can_be_walked(s: Subject) -> bool:
    """An outbox has `first`: an address, or a page with orderedItems. [§3.7]"""
    first = s.get("first")
    if kind(s.document) == "OrderedCollectionPage":
        return isinstance(s.get("orderedItems"), list)
    return is_web(first, s.allow_http) or isinstance(mapping(first).get("orderedItems"), list)


@BOOK.rule("object")
def an_event_has_id_name_and_start(s: Subject) -> bool:
    """An Event has id, name and a startTime that is a date. [§4.4]"""
    told = text(s.get("id")) and text(s.get("name")).strip() and moment(s.get("startTime"))
    return not _event(s) or bool(told)


@BOOK.rule("object")
def the_end_is_a_date(s: Subject) -> bool:
    """endTime, if there, is a date. [§4.4]"""
    ends = s.get("endTime")
    return not _event(s) or ends is None or moment(ends) is not None


@BOOK.rule("object")
def attachments_are_a_list(s: Subject) -> bool:
    """attachment is a list (an object is not looked into) of objects. [§4.4]"""
    attached = s.get("attachment", [])
    alright = isinstance(attached, list) and all(isinstance(one, dict) for one in attached)
    return not _event(s) or alright


@BOOK.rule("object")
def attachments_before_the_picture_have_a_media_type(s: Subject) -> bool:
    """Every attachment up to the first picture has a mediaType, a missing one crashes. [§4.4]"""
    for one in map(mapping, as_list(s.get("attachment"))) if _event(s) else ():
        if not text(one.get("mediaType")):
            return False
        if "image" in text(one.get("mediaType")) and one.get("url"):
            return True
    return True


@BOOK.rule("object")
def places_have_names(s: Subject) -> bool:
    """location is left out or null, or one place or several, each with a name. [§4.4]"""
    places = as_list(s.get("location"))
    return not _event(s) or all(text(mapping(one).get("name")) for one in places)


@BOOK.rule("object")
def addresses_are_text_or_objects(s: Subject) -> bool:
    """The address of a place is text, a PostalAddress or a VirtualLocation. [§4.4]"""
    addresses = (mapping(one).get("address") for one in as_list(s.get("location")))
    return not _event(s) or all(isinstance(one, str | dict | None) for one in addresses)


@BOOK.rule("object")
def tags_are_a_list_with_names(s: Subject) -> bool:
    """tag is a list whose members have a name. [§4.4]"""
    tags = s.get("tag", [])
    named = isinstance(tags, list) and all(text(mapping(one).get("name")) for one in tags)
    return not _event(s) or named


@BOOK.rule("object")
def the_description_is_text(s: Subject) -> bool:
    """content, else summary, is text. [§4.4]"""
    said = s.get("content") if s.get("content") is not None else s.get("summary")
    return not _event(s) or isinstance(said, str | None)


@BOOK.rule("Follow")
def who_is_followed_is_a_string(s: Subject) -> bool:
    """The object of a Follow is a string. [§4.4]"""
    return isinstance(s.get("object"), str)


@BOOK.rule("Undo")
def what_is_undone_is_embedded(s: Subject) -> bool:
    """An Undo embeds what it undoes, with its type and object. [§4.4]"""
    return bool(kind(s.inner)) and bool(id_of(s.inner.get("object")))


@BOOK.rule("Update")
def an_update_has_attachments(s: Subject) -> bool:
    """An Update of an Event has a list of attachments, be it empty. [§4.4]"""
    return kind(s.inner) != "Event" or isinstance(s.inner.get("attachment"), list)


@BOOK.rule("Delete")
def a_deleted_event_says_that_it_was_one(s: Subject) -> bool:
    """An event is found only by a Tombstone with formerType Event (or as an Event). [§4.4]"""
    known = s.stored.objects.get(id_of(s.get("object")), {})
    told = s.inner.get("formerType", kind(s.inner))
    return kind(known) != "Event" or told == "Event"


def on_gancio_create(reader: Reader, s: Subject) -> Effect:
    """Return the event of a followed and trusted actor, or a reply to one of its own [§4.4]."""
    if kind(s.inner) == "Note" and id_of(s.inner.get("inReplyTo")) in s.stored.objects:
        return Effect("post shown", id_of(s.inner))
    if kind(s.inner) != "Event":
        raise reader.ignores("only events, and replies to its own events, are kept", "§4.4")
    if s.actor not in s.stored.following:
        raise reader.ignores("events are taken only from followed and trusted actors", "§4.4")
    return Effect("post shown", id_of(s.inner), reader.look_inside(s))


def on_gancio_update(reader: Reader, s: Subject) -> Effect:
    """Return the changed event of a trusted actor; other Updates do nothing [§3.4]."""
    about = id_of(s.inner)
    if kind(s.inner) != "Event" or about not in s.stored.objects:
        raise reader.ignores("only events that are known are changed", "§3.4")
    first = as_list(s.inner.get("attachment"))[:1]
    if any(not text(mapping(one).get("url")) for one in first):
        raise reader.ignores("an Update whose first attachment is no picture fails", "§4.4")
    return Effect("edited", about, reader.look_inside(s))


def on_gancio_follow(_reader: Reader, s: Subject) -> Effect:
    """Return that the instance is followed."""
    return Effect("follow requested", id_of(s.get("object")))


def on_gancio_accept(reader: Reader, _s: Subject) -> Effect:
    """Gancio says 202 to an Accept and does nothing: it counts itself a follower already."""
    raise reader.ignores("an Accept changes nothing, following counts from the request on", "§4.4")


def on_gancio_announce(reader: Reader, s: Subject) -> Effect:
    """Return the boost of one of its own events; others mean nothing to it [§4.1]."""
    if not isinstance(s.get("object"), str) or s.get("object") not in s.stored.objects:
        raise reader.ignores("only boosts of its own events count, named as a string", "§4.1")
    return on_announce(reader, s)


def see_post(reader: Reader, s: Subject) -> PostView:
    """Return an event with its place and picture; nothing else is shown [§4.4]."""
    document = s.document
    if not _event(s):
        raise reader.ignores("only events are shown", "§4.4")
    places = [mapping(one) for one in as_list(document.get("location"))]
    online = [text(mapping(one.get("address")).get("url")) for one in places]
    place = next((one for one in places if not mapping(one.get("address")).get("url")), {})
    pictures = [one.url for one in media(document) if "image" in one.kind]
    return PostView(
        id=id_of(document),
        author=id_of(document.get("attributedTo")),
        title=text(document.get("name")).strip(),
        text=words(document.get("content", document.get("summary"))),
        warning="",
        language="",
        visibility=visibility(document),
        media=media(document)[:1],
        event=EventView(
            starts=text(document.get("startTime")),
            ends=text(document.get("endTime")),
            place=text(place.get("name")) or ("online" if any(online) else ""),
            address=address_line(place) or text(place.get("name")),
            website=next((url for url in online if url), ""),
            picture=next(iter(pictures), ""),
        ),
        link=text(document.get("url")),
    )


def read_nodeinfo(fetched: Fetched, *, allow_http: bool = False) -> str:
    """Return the address of the NodeInfo document that Gancio would fetch, or raise Refused [§7]."""
    subject = subject_of(fetched, allow_http=allow_http)
    BOOK.require("nodeinfo", subject)
    return text(mapping(as_list(subject.get("links"))[0]).get("href"))


READER = Reader(
    BOOK,
    see_post,
    {
        "Create": on_gancio_create,
        "Update": on_gancio_update,
        "Delete": on_delete,
        "Announce": on_gancio_announce,
        "Like": on_like,
        "Undo": on_undo,
        "Follow": on_gancio_follow,
        "Accept": on_gancio_accept,
    },
)
read_actor = READER.read_actor
read_webfinger = READER.read_webfinger
read_object = READER.read_object
read_collection = READER.read_collection
read_activity = READER.read_activity

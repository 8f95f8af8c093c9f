"""Pleroma as a reader (§1.1, §3.1, §3.2, §4.4 of the interop facts; its object validators)."""

from __future__ import annotations

from .customary import (
    FETCHED,
    a_poll_closes_on_a_date,
    a_question_has_options,
    adopt_ownership,
    the_actor_has_a_known_type,
    the_actor_has_a_username,
    the_actor_has_an_inbox,
    the_actor_is_the_author,
    the_jrd_is_found,
    the_key_is_one_pem,
    the_self_link_is_the_actor,
    the_subject_is_the_handle_asked_for,
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
    as_list,
    href_of,
    id_of,
    ids,
    is_web,
    kind,
    mapping,
    moment,
    same_host,
    text,
    words,
)
from .reader import Reader
from .rulebook import Rulebook, Subject
from .shapes import Json, PostView
from .views import event, media, poll, visibility

BOOK = Rulebook("Pleroma")
POSTS = ("Article", "Note", "Page", "Event", "Question", "Audio", "Image", "Video")
BOOK.adopt("webfinger", the_jrd_is_found, the_self_link_is_the_actor)
# Since 2.7.0 the subject's own domain is asked again; the same handle needs no second look.
BOOK.adopt("webfinger", the_subject_is_the_handle_asked_for)
BOOK.adopt("fetched", *FETCHED)
BOOK.adopt("actor", the_actor_has_a_known_type, the_actor_has_a_username)
BOOK.adopt("actor", the_actor_has_an_inbox, the_key_is_one_pem)
adopt_ownership(BOOK)
BOOK.adopt("Create", the_actor_is_the_author)
BOOK.adopt("object", a_poll_closes_on_a_date, a_question_has_options)


@BOOK.rule("webfinger")
def the_answer_is_json(s: Subject) -> bool:
    """WebFinger is served as JSON or XML; the type says which. [§1.1]"""
    return s.header("content-type").partition(";")[0].strip().lower().endswith(("json", "xml"))


@BOOK.rule("object")
def the_post_is_of_a_known_type(s: Subject) -> bool:
    """The type is one that has a validator. [§4.4]"""
    return kind(s.document) in POSTS


@BOOK.rule("object")
def an_author_can_be_picked(s: Subject) -> bool:
    """actor, else attributedTo, is one id on the host of the object; a list with a typed Group is not. [§4.4]"""
    author = picked(s.document)
    return is_web(author, s.allow_http) and same_host(author, id_of(s.document))


def picked(document: Json) -> str:
    """Return the author: the id; of a list the first string, else its first typed person [§4.4]."""
    named = document.get("actor") or document.get("attributedTo")
    if not isinstance(named, list):
        return id_of(named)
    people = [one for one in named if kind(one) in {"Person", "Service", "Application"}]
    return id_of(next(iter([one for one in named[:1] if isinstance(one, str)] + people), ""))


@BOOK.rule("object")
def to_or_cc_is_there(s: Subject) -> bool:
    """to or cc is there, each a list of ids. [§4.4]"""
    lists = [as_list(s.get(key)) for key in ("to", "cc")]
    return any(lists) and all(id_of(one) for each in lists for one in each)


@BOOK.rule("object")
def texts_are_strings(s: Subject) -> bool:
    """name, summary, content and context are strings. [§4.4]"""
    keys = ("name", "summary", "content", "context")
    return all(isinstance(s.get(key), str | None) for key in keys)


@BOOK.rule("object")
def published_is_a_date(s: Subject) -> bool:
    """published is a date. [§4.4]"""
    return s.get("published") is None or moment(s.get("published")) is not None


@BOOK.rule("object")
def sensitive_is_a_boolean(s: Subject) -> bool:
    """sensitive is a boolean. [§4.4]"""
    return isinstance(s.get("sensitive"), bool | None)


@BOOK.rule("object")
def attachments_are_files_or_links(s: Subject) -> bool:
    """Attachments are Link, Document, Audio, Image or Video with an address, an Event has no other. [§4.4]"""
    attached = [mapping(one) for one in as_list(s.get("attachment"))]
    if kind(s.document) != "Event":
        attached = [one for one in attached if _address(one)]
    known = {"Link", "Document", "Audio", "Image", "Video"}
    return all(kind(one) in known and _address(one) for one in attached)


def _address(attachment: Json) -> str:
    return href_of(attachment.get("url")) or text(attachment.get("href"))


@BOOK.rule("object")
def tags_are_typed_objects(s: Subject) -> bool:
    """Every tag is an object with a type; a Mention has an href, a Hashtag a name. [§4.4]"""
    needed = {"Mention": "href", "Hashtag": "name"}
    return all(
        kind(one) and text(one.get(needed.get(kind(one), "type"))) for one in as_list(s.get("tag"))
    )


@BOOK.rule("object")
def replies_are_a_list_when_embedded(s: Subject) -> bool:
    """replies is an id, a list, or a collection whose items or first page are embedded. [§3.7]"""
    replies = s.get("replies")
    if not isinstance(replies, dict):
        return True
    first = mapping(replies.get("first"))
    listed = first.get("items", first.get("orderedItems", replies.get("items")))
    return isinstance(listed, list) or isinstance(replies.get("first"), str)


@BOOK.rule("Create")
def activity_and_object_are_addressed_alike(s: Subject) -> bool:
    """to and cc of a Create equal those of its object. [§3.2]"""
    return all(set(ids(s.get(key))) == set(ids(s.inner.get(key))) for key in ("to", "cc"))


@BOOK.rule("Create")
def followers_addressed_are_the_authors(s: Subject) -> bool:
    """Recipients that end in /followers and are not the author's are dropped. [§3.2]"""
    known = text(s.stored.actors.get(s.actor, {}).get("followers")) or f"{s.actor}/followers"
    addressed = ids(s.inner.get("to")) + ids(s.inner.get("cc"))
    return all(one == known for one in addressed if one.endswith("/followers"))


@BOOK.rule("Create")
def the_activity_is_addressed(s: Subject) -> bool:
    """The activity has to or cc. [§4.4]"""
    return bool(ids(s.get("to")) + ids(s.get("cc")))


@BOOK.rule("activity")
def the_activity_has_an_id(s: Subject) -> bool:
    """Every activity has an https id on its actor's host. [§2.5]"""
    return is_web(id_of(s.document), s.allow_http) and same_host(id_of(s.document), s.actor)


def see_post(_reader: Reader, s: Subject) -> PostView:
    """Return title, subject line and content; an Event shows all three [§3.1]."""
    document = s.document
    title, warning = text(document.get("name")), words(document.get("summary"))
    is_event = kind(document) == "Event"
    parts = (title, warning, words(document.get("content")))
    return PostView(
        id=id_of(document),
        author=picked(document),
        title=title,
        text="\n\n".join(part for part in parts if part) if is_event else parts[2],
        warning="" if is_event else warning,
        language=next(iter(mapping(document.get("contentMap"))), ""),
        visibility=visibility(document),
        media=media(document),
        poll=poll(document),
        event=event(document) if is_event else None,
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
        "Update": update_of("Note", "Question", "Article", "Event", "Page"),
        "Delete": on_delete,
        "Announce": on_announce,
        "Like": on_like,
        "Undo": on_undo,
        "Follow": on_follow,
        "Accept": on_follow_answered,
        "Reject": on_follow_answered,
    },
)
read_actor = READER.read_actor
read_webfinger = READER.read_webfinger
read_object = READER.read_object
read_collection = READER.read_collection
read_activity = READER.read_activity

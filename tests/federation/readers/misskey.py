"""Misskey as a reader (§1.1, §1.4, §3.1, §3.4, §3.6, §4.1, §5.4 of the interop facts)."""

from __future__ import annotations

import re

from .customary import (
    FETCHED,
    a_poll_closes_on_a_date,
    a_question_has_options,
    adopt_ownership,
    the_actor_has_a_known_type,
    the_actor_has_an_inbox,
    the_actor_is_the_author,
    the_author_is_on_the_host_of_the_id,
    the_context_names_activitystreams,
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
    as_list,
    host,
    href_of,
    id_of,
    ids,
    is_pem,
    is_web,
    kind,
    mapping,
    same_host,
    size,
    text,
    words,
)
from .reader import Reader
from .rulebook import Rulebook, Subject
from .shapes import PostView
from .views import media, poll, visibility

BOOK = Rulebook("Misskey")
POSTS = frozenset(
    {"Note", "Question", "Article", "Audio", "Document", "Image", "Page", "Video", "Event"}
)
_USERNAME = re.compile(r"\w([\w.-]*\w)?", re.ASCII)
BOOK.adopt("webfinger", the_jrd_is_found)
BOOK.adopt("fetched", *FETCHED, the_context_names_activitystreams)
BOOK.adopt("actor", the_actor_has_a_known_type, the_actor_has_an_inbox)
BOOK.adopt("object", the_author_is_on_the_host_of_the_id)
adopt_ownership(BOOK)
BOOK.adopt("Create", the_actor_is_the_author)
BOOK.adopt("object", a_poll_closes_on_a_date, a_question_has_options)


@BOOK.rule("webfinger")
def the_first_self_link_is_the_actor(s: Subject) -> bool:
    """The first self link, whatever its type, is the actor's id. [§1.1]"""
    links = [mapping(one) for one in as_list(s.get("links"))]
    return next((text(one.get("href")) for one in links if one.get("rel") == "self"), "") == s.actor


@BOOK.rule("webfinger")
def handle_and_actor_share_a_host(s: Subject) -> bool:
    """The host of the actor is the host of the handle. [§1.1]"""
    return text(s.get("subject")).rpartition("@")[2].lower() == host(s.actor)


@BOOK.rule("fetched")
def the_answer_is_small(s: Subject) -> bool:
    """A fetched document is at most 256 KiB. [§1.3]"""
    return size(s.document) <= 262_144


@BOOK.rule("actor")
def the_username_is_sound(s: Subject) -> bool:
    """preferredUsername is 1 to 128 letters, digits, underscores, dots and hyphens. [§1.4]"""
    name = text(s.get("preferredUsername"))
    return len(name) <= 128 and bool(_USERNAME.fullmatch(name))


@BOOK.rule("actor")
def the_name_is_not_empty(s: Subject) -> bool:
    """name is a string that is not empty, or left out. [§1.4]"""
    return "name" not in s.document or bool(text(s.get("name")))


@BOOK.rule("actor")
def the_summary_is_a_string(s: Subject) -> bool:
    """summary is a string. [§1.4]"""
    return isinstance(s.get("summary"), str | None)


@BOOK.rule("actor")
def all_endpoints_are_on_one_host(s: Subject) -> bool:
    """inbox, outbox, followers, following and the key are on the host of the id. [§1.4]"""
    keys = ("inbox", "outbox", "followers", "following")
    named = [id_of(s.get(key)) for key in keys if s.get(key) is not None]
    key = mapping(s.get("publicKey")).get("id")
    return same_host(id_of(s.document), key, *named)


@BOOK.rule("actor")
def the_shared_inbox_is_on_the_same_host(s: Subject) -> bool:
    """endpoints.sharedInbox on another host is not used. [§1.4]"""
    shared = mapping(s.get("endpoints")).get("sharedInbox", s.get("sharedInbox"))
    return shared is None or same_host(shared, id_of(s.document))


@BOOK.rule("actor")
def the_key_is_a_pem(s: Subject) -> bool:
    """publicKey has an id and a PEM. [§1.4]"""
    key = mapping(s.get("publicKey"))
    return bool(text(key.get("id"))) and is_pem(key.get("publicKeyPem"))


@BOOK.rule("actor", "object")
def the_url_is_https_on_the_same_host(s: Subject) -> bool:
    """url is https and on the host of the id. [§1.4]"""
    url = href_of(s.get("url"))
    return not url or (is_web(url, s.allow_http) and same_host(url, id_of(s.document)))


@BOOK.rule("object")
def the_post_is_of_a_known_type(s: Subject) -> bool:
    """The type is one that Misskey makes a note of. [§3.1]"""
    return kind(s.document) in POSTS


@BOOK.rule("object")
def the_id_has_no_fragment(s: Subject) -> bool:
    """The id is an https address without fragment. [§3.6]"""
    return is_web(id_of(s.document), s.allow_http) and "#" not in id_of(s.document)


@BOOK.rule("object")
def the_reply_can_be_resolved(s: Subject) -> bool:
    """inReplyTo, if set, is one https id without fragment, else the note is dropped. [§3.6]"""
    parent = s.get("inReplyTo")
    return parent is None or (is_web(id_of(parent), s.allow_http) and "#" not in id_of(parent))


@BOOK.rule("activity")
def the_activity_is_at_most_64_kib(s: Subject) -> bool:
    """The inbox takes at most 64 KiB. [§5.4]"""
    return size(s.document) <= 65_536


@BOOK.rule("activity")
def the_activity_id_is_on_the_signers_host(s: Subject) -> bool:
    """The activity's id is a string on the signer's host. [§2.5]"""
    return isinstance(s.get("id"), str) and same_host(s.get("id"), s.actor)


@BOOK.rule("Accept", "Reject")
def a_follow_that_is_answered_names_its_follower(s: Subject) -> bool:
    """The Follow that is answered is embedded with its actor, or known by its id. [§8.3]"""
    if id_of(s.get("object")) in s.stored.asked:
        return True
    return bool(id_of(s.inner.get("actor")))


@BOOK.rule("Announce")
def what_is_renoted_is_https(s: Subject) -> bool:
    """What is renoted has an https id without fragment. [§3.6]"""
    return "#" not in id_of(s.get("object"))


def see_post(_reader: Reader, s: Subject) -> PostView:
    """Return the content behind the summary as a warning; the name is not shown [§3.1]."""
    document = s.document
    author = next(iter(ids(document.get("attributedTo"))), "")
    return PostView(
        id=id_of(document),
        author=author,
        title="",
        text=words(document.get("content")),
        warning=text(document.get("summary")),
        language="",
        visibility=visibility(document),
        media=media(document),
        poll=poll(document),
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
        # Edits of posts are not applied, only recounts of polls; newer forks take a Note's too.
        "Update": update_of("Question"),
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

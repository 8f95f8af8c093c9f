"""Mobilizon as a reader (§1.1, §1.4, §4.1–4.4 of the interop facts); events in their own module."""

from __future__ import annotations

from .customary import (
    adopt_ownership,
    the_actor_has_a_known_type,
    the_actor_has_an_inbox,
    the_answer_is_200,
    the_id_is_the_url_fetched,
    the_jrd_is_found,
    the_key_is_one_pem,
    the_self_link_is_the_actor,
)
from .effects import (
    answer_to,
    on_announce,
    on_delete,
    on_follow,
    on_undo,
    update_of,
)
from .mobilizon_events import BOOK, see_event
from .plain import PUBLIC_NAMES, id_of, ids, kind, mapping, text, words
from .reader import Reader
from .rulebook import Subject
from .shapes import Effect, PostView
from .views import media

_RELAYED = frozenset({"Create", "Update", "Delete", "Add", "Remove", "Move", "Join", "Leave"})
BOOK.adopt("webfinger", the_jrd_is_found, the_self_link_is_the_actor)
BOOK.adopt("fetched", the_answer_is_200, the_id_is_the_url_fetched)
BOOK.adopt("actor", the_actor_has_a_known_type, the_actor_has_an_inbox, the_key_is_one_pem)
adopt_ownership(BOOK)


@BOOK.rule("actor")
def the_username_fits(s: Subject) -> bool:
    """preferredUsername is there and has at most 100 characters. [§1.4]"""
    return 1 <= len(text(s.get("preferredUsername"))) <= 100


@BOOK.rule("actor")
def the_summary_fits(s: Subject) -> bool:
    """summary has at most 5,000 characters. [§1.4]"""
    summary = s.get("summary")
    return summary is None or (isinstance(summary, str) and len(summary) <= 5000)


@BOOK.rule("actor")
def pictures_are_single_objects(s: Subject) -> bool:
    """icon and image are each one object with a string url; an array crashes. [§1.4]"""
    pictures = [s.get(key) for key in ("icon", "image") if s.get(key) is not None]
    return all(isinstance(one, dict) and text(one.get("url")) for one in pictures)


@BOOK.rule("actor")
def endpoints_are_an_object(s: Subject) -> bool:
    """endpoints, if there, is an object. [§1.4]"""
    return isinstance(s.get("endpoints"), dict | None)


@BOOK.rule("actor")
def openness_is_known(s: Subject) -> bool:
    """openness is invite_only, moderated or open. [§1.4]"""
    return s.get("openness") in (None, "invite_only", "moderated", "open")


@BOOK.rule("actor")
def the_place_is_one(s: Subject) -> bool:
    """location of an actor is text or one Place. [§1.4]"""
    return isinstance(s.get("location"), str | dict | None)


@BOOK.rule("object")
def an_article_names_actor_and_group(s: Subject) -> bool:
    """An Article has both keys, actor and attributedTo, each one id. [§4.2]"""
    named = (s.get("actor"), s.get("attributedTo"))
    return kind(s.document) != "Article" or all(isinstance(one, str) and one for one in named)


@BOOK.rule("object")
def an_article_has_title_and_text(s: Subject) -> bool:
    """An Article has a name and a content. [§4.2]"""
    said = text(s.get("name")) and text(s.get("content"))
    return kind(s.document) != "Article" or bool(said)


@BOOK.rule("object")
def an_article_is_addressed_in_to(s: Subject) -> bool:
    """to of an Article holds the public, or the group's followers or members, else it crashes. [§4.2]"""
    if kind(s.document) != "Article":
        return True
    group = id_of(s.get("attributedTo"))
    actor = s.stored.actors.get(group, {})
    known = {text(actor.get("followers")), text(actor.get("members")), f"{group}/followers"} - {""}
    return bool(set(ids(s.get("to"))) & (PUBLIC_NAMES | known))


@BOOK.rule("activity")
def the_activity_has_an_id(s: Subject) -> bool:
    """An activity has an id that is neither null nor empty. [§4.2]"""
    return bool(text(s.get("id")))


@BOOK.rule("Create")
def the_actor_is_organiser_or_group(s: Subject) -> bool:
    """The actor of a Create is actor or attributedTo of its object. [§4.3]"""
    return s.actor in {id_of(s.inner.get("actor")), id_of(s.inner.get("attributedTo"))}


@BOOK.rule("Undo")
def what_is_undone_is_embedded(s: Subject) -> bool:
    """An Undo embeds the Follow or Announce that it undoes. [§4.4]"""
    return bool(kind(s.inner)) and bool(id_of(s.inner.get("object")))


@BOOK.rule("Follow")
def who_is_followed_is_a_string(s: Subject) -> bool:
    """The object of a Follow is the actor's id as a string. [§4.2]"""
    return isinstance(s.get("object"), str)


def on_mobilizon_create(reader: Reader, s: Subject) -> Effect:
    """Return the event or article; a Note only as a comment below something known [§4.2]."""
    if kind(s.inner) == "Note" and id_of(s.inner.get("inReplyTo")) not in s.stored.objects:
        raise reader.ignores("a Note is a comment, below an event or another comment", "§4.2")
    if kind(s.inner) not in {"Note", "Event", "Article"}:
        raise reader.ignores(f"a {kind(s.inner)} is not something of Mobilizon's", "§4.2")
    return Effect("post shown", id_of(s.inner), reader.look_inside(s))


def on_mobilizon_undo(reader: Reader, s: Subject) -> Effect:
    """Return what is undone, Follow or Announce; Undo of a Join does nothing [§4.4]."""
    if kind(s.inner) not in {"Follow", "Announce"}:
        raise reader.ignores(f"Undo of a {kind(s.inner)} does nothing", "§4.4")
    return on_undo(reader, s)


def on_mobilizon_announce(reader: Reader, s: Subject) -> Effect:
    """Return a share of an id; an activity embedded by a group counts as relayed [§4.1]."""
    if kind(s.inner) in _RELAYED:
        return Effect("relayed", id_of(s.inner))
    return on_announce(reader, s)


def see_post(reader: Reader, s: Subject) -> PostView:
    """Return event or article with title and text; a comment with its text only [§4.2, §4.3]."""
    document = s.document
    what = kind(document)
    if what not in {"Event", "Article", "Note"}:
        raise reader.ignores(f"a {what} is not shown", "§4.2")
    public = PUBLIC_NAMES & set(ids(document.get("to")))
    return PostView(
        id=id_of(document),
        author=id_of(document.get("attributedTo")),
        title=text(document.get("name")) if what != "Note" else "",
        text=words(document.get("content")),
        warning="",
        language=text(document.get("inLanguage")),
        visibility="public" if public else "unlisted",
        media=media(document, "Document", "Image"),
        event=see_event(document) if what == "Event" else None,
        link=id_of(document),
        reply_to=id_of(mapping(document).get("inReplyTo")),
    )


READER = Reader(
    BOOK,
    see_post,
    {
        "Create": on_mobilizon_create,
        "Update": update_of("Event", "Note", "Article"),
        "Delete": on_delete,
        "Announce": on_mobilizon_announce,
        "Undo": on_mobilizon_undo,
        "Follow": on_follow,
        "Accept": answer_to("Follow", "Join"),
        "Reject": answer_to("Follow", "Join"),
    },
)
read_actor = READER.read_actor
read_webfinger = READER.read_webfinger
read_object = READER.read_object
read_collection = READER.read_collection
read_activity = READER.read_activity

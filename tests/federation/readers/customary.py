"""Rules that most servers have; each server's rulebook adopts the ones that are its own."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from .plain import (
    ACTOR_TYPES,
    AS2,
    as_list,
    contexts,
    id_of,
    ids,
    is_activity_type,
    is_count,
    is_pem,
    is_web,
    kind,
    kinds,
    mapping,
    moment,
    same_host,
    text,
)
from .rulebook import Rulebook, Subject
from .views import self_link


def the_answer_is_200(s: Subject) -> bool:
    """A document is taken only from an answer with status 200. [§1.3]"""
    return s.status == 200


def the_answer_is_activitystreams(s: Subject) -> bool:
    """The content type is activity+json, or ld+json with the ActivityStreams profile. [§1.3]"""
    return is_activity_type(s.header("content-type"))


def the_id_is_the_url_fetched(s: Subject) -> bool:
    """The id equals the URL that was fetched. [§1.3]"""
    return id_of(s.document) == s.url and is_web(s.url, s.allow_http)


def the_context_names_activitystreams(s: Subject) -> bool:
    """The context holds the exact ActivityStreams address. [§1.4]"""
    return AS2 in contexts(s.document)


def the_actor_has_a_known_type(s: Subject) -> bool:
    """The type is Application, Group, Organization, Person or Service. [§1.4]"""
    return bool(ACTOR_TYPES & set(kinds(s.document)))


def the_actor_has_an_inbox(s: Subject) -> bool:
    """The inbox is an https address. [§1.4]"""
    return is_web(s.get("inbox"), s.allow_http)


def the_author_is_on_the_host_of_the_id(s: Subject) -> bool:
    """The first attributedTo is on the host of the id. [§3.3]"""
    author = next(iter(ids(s.get("attributedTo"))), "")
    return is_web(author, s.allow_http) and same_host(author, id_of(s.document))


def somebody_is_addressed(s: Subject) -> bool:
    """to or cc name somebody, else nobody may see the post. [§3.2]"""
    return bool(ids(s.get("to")) + ids(s.get("cc")))


def a_question_has_options(s: Subject) -> bool:
    """A Question has oneOf or anyOf, of Notes with a name and a Collection that counts them. [§3.9]"""
    if kind(s.document) != "Question":
        return True
    options = [mapping(one) for one in as_list(s.get("oneOf")) or as_list(s.get("anyOf"))]
    return bool(options) and all(
        kind(one) == "Note"
        and bool(text(one.get("name")))
        and kind(one.get("replies")) == "Collection"
        and is_count(mapping(one.get("replies")).get("totalItems"))
        for one in options
    )


def a_poll_closes_on_a_date(s: Subject) -> bool:
    """endTime is a date; so is closed, unless it is true or false. [§3.9]"""
    ends, closed = s.get("endTime"), s.get("closed")
    if kind(s.document) != "Question":
        return True
    known = closed is None or isinstance(closed, bool) or moment(closed) is not None
    return known and (ends is None or moment(ends) is not None)


def the_activity_names_its_actor(s: Subject) -> bool:
    """An activity has a type, an object and an actor who is one https id. [§2.5]"""
    return bool(kind(s.document)) and s.get("object") is not None and is_web(s.actor, s.allow_http)


def the_object_is_on_the_actors_host(s: Subject) -> bool:
    """The id of what is created or changed is on the actor's host. [§3.3]"""
    return same_host(id_of(s.get("object")), s.actor)


def the_actor_is_the_author(s: Subject) -> bool:
    """The actor is the first attributedTo, else the post gets two authors. [§3.3]"""
    authors = ids(s.inner.get("attributedTo"))
    return not s.inner or authors[:1] == [s.actor]


def only_the_owner_changes_it(s: Subject) -> bool:
    """An Update comes from the same account: of itself, or of its own post. [§3.4]"""
    about = id_of(s.inner)
    known = s.stored.objects.get(about, s.inner)
    return s.actor in {about, id_of(known.get("attributedTo"))}


def only_the_owner_deletes_it(s: Subject) -> bool:
    """A Delete names an id on the actor's host, and a known post is deleted by its author. [§3.5]"""
    about = id_of(s.get("object"))
    known = s.stored.objects.get(about)
    return same_host(about, s.actor) and (
        known is None or id_of(known.get("attributedTo")) == s.actor
    )


def what_it_is_about_has_an_id(s: Subject) -> bool:
    """What is boosted, liked or followed has an https id. [§4.1]"""
    return is_web(id_of(s.get("object")), s.allow_http)


def one_undoes_only_what_is_ones_own(s: Subject) -> bool:
    """The actor of what is undone is the actor of the Undo. [§6.2]"""
    known = s.stored.done.get(id_of(s.get("object")), s.inner)
    return id_of(known.get("actor")) in {s.actor, ""}


def the_answer_names_the_request(s: Subject) -> bool:
    """An Accept or Reject matches by the request's id, or by an embedded Follow with its actor. [§1.6]"""
    known = s.stored.asked.get(id_of(s.get("object")))
    return known is not None or (bool(kind(s.inner)) and bool(id_of(s.inner.get("actor"))))


def only_the_one_asked_answers(s: Subject) -> bool:
    """An Accept or Reject of a Follow comes from the account that was to be followed. [§6.19]"""
    asked = s.stored.asked.get(id_of(s.get("object")), s.inner)
    if kind(asked) != "Follow":
        return True
    return id_of(asked.get("object")) in {s.actor, ""}


def the_key_is_one_pem(s: Subject) -> bool:
    """publicKey is a single object with id, the actor as owner, and one PEM. [§1.4]"""
    key = mapping(s.get("publicKey"))
    owned = key.get("owner") == id_of(s.document) and bool(text(key.get("id")))
    return owned and is_pem(key.get("publicKeyPem"))


def the_actor_has_a_username(s: Subject) -> bool:
    """preferredUsername is there. [§1.4]"""
    return bool(text(s.get("preferredUsername")))


def the_jrd_is_found(s: Subject) -> bool:
    """WebFinger answers 200 with a JSON object that has a subject. [§1.1]"""
    return s.status == 200 and bool(text(s.get("subject")))


def the_self_link_is_the_actor(s: Subject) -> bool:
    """The first ActivityStreams self link is byte-identical to the actor's id. [§1.1]"""
    return self_link(s.document) == s.actor


def the_subject_is_the_handle_asked_for(s: Subject) -> bool:
    """The subject is the handle asked for, whatever the case; another needs a second look-up. [§1.1]"""
    asked = requested(s)
    return not asked.startswith("acct:") or text(s.get("subject")).lower() == asked.lower()


def requested(s: Subject) -> str:
    """Return the resource a WebFinger URL asks for, decoded once."""
    return next(iter(parse_qs(urlsplit(s.url).query).get("resource", [])), "")


FETCHED = (the_answer_is_200, the_answer_is_activitystreams, the_id_is_the_url_fetched)
ANSWERS = (the_answer_names_the_request, only_the_one_asked_answers)


def adopt_ownership(book: Rulebook) -> None:
    """Give a book the rules about who may do what to whose things [§2.5, §3.3–3.5, §6.2]."""
    book.adopt("activity", the_activity_names_its_actor)
    for about in ("Create", "Update"):
        book.adopt(about, the_object_is_on_the_actors_host)
    book.adopt("Update", only_the_owner_changes_it)
    book.adopt("Delete", only_the_owner_deletes_it)
    book.adopt("Undo", one_undoes_only_what_is_ones_own)
    for about in ("Accept", "Reject"):
        book.adopt(about, *ANSWERS)
    for about in ("Announce", "Like", "Follow"):
        book.adopt(about, what_it_is_about_has_an_id)

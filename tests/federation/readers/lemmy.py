"""Lemmy as a reader (§1.1, §1.3, §1.4, §4.1 of the interop facts): actor, Follow and Accept."""

from __future__ import annotations

from .customary import (
    the_activity_names_its_actor,
    the_answer_is_200,
    the_jrd_is_found,
    what_it_is_about_has_an_id,
)
from .effects import on_follow, on_follow_answered, on_undo
from .plain import (
    AS2,
    PUBLIC,
    as_list,
    id_of,
    ids,
    is_pem,
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
from .shapes import Effect, PostView
from .views import event, media

BOOK = Rulebook("Lemmy")
POSTS = frozenset({"Page", "Article", "Note", "Video", "Event"})
_TYPES = frozenset(
    {
        "application/activity+json",
        "application/activity+json; charset=utf-8",
        f'application/ld+json; profile="{AS2}"',
    }
)
BOOK.adopt("webfinger", the_jrd_is_found)
BOOK.adopt("fetched", the_answer_is_200)
BOOK.adopt("activity", the_activity_names_its_actor)
BOOK.adopt("Follow", what_it_is_about_has_an_id)


@BOOK.rule("webfinger")
def the_last_application_link_is_the_actor(s: Subject) -> bool:
    """Links are walked from the last; the first whose type begins with application/ is taken. [§1.1]"""
    links = [mapping(one) for one in reversed(as_list(s.get("links")))]
    typed = (one for one in links if text(one.get("type")).startswith("application/"))
    return text(next(typed, {}).get("href")) == s.actor


@BOOK.rule("webfinger")
def the_subject_is_an_account(s: Subject) -> bool:
    """The subject is acct: with a domain without a port. [§1.1]"""
    account = text(s.get("subject"))
    domain = account.rpartition("@")[2]
    return account.startswith("acct:") and (s.allow_http or ":" not in domain)


@BOOK.rule("fetched")
def the_content_type_is_one_of_three(s: Subject) -> bool:
    """The content type is one of three exact values; ld+json with charset is not among them. [§1.3]"""
    return s.header("content-type").lower() in {one.lower() for one in _TYPES}


@BOOK.rule("fetched")
def the_id_is_on_the_domain_fetched(s: Subject) -> bool:
    """The id is on the domain that was asked. [§1.3]"""
    return same_host(id_of(s.document), s.url) and is_web(s.url, s.allow_http)


@BOOK.rule("actor")
def a_community_is_a_group(s: Subject) -> bool:
    """A community is a Group and nothing else. [§1.4]"""
    return s.get("type") == "Group"


@BOOK.rule("actor")
def the_username_is_there(s: Subject) -> bool:
    """preferredUsername is there. [§1.4]"""
    return bool(text(s.get("preferredUsername")))


@BOOK.rule("actor")
def inbox_and_outbox_are_there(s: Subject) -> bool:
    """inbox and outbox are addresses, a Group without outbox cannot be read. [§1.4]"""
    return all(is_web(s.get(key), s.allow_http) for key in ("inbox", "outbox"))


@BOOK.rule("actor")
def the_key_is_complete(s: Subject) -> bool:
    """publicKey is one object with id, owner and publicKeyPem. [§1.4]"""
    key = mapping(s.get("publicKey"))
    return all(text(key.get(name)) for name in ("id", "owner")) and is_pem(key.get("publicKeyPem"))


@BOOK.rule("actor")
def optional_texts_are_strings(s: Subject) -> bool:
    """name, description and summary are strings. [§1.4]"""
    return all(isinstance(s.get(key), str | None) for key in ("name", "description", "summary"))


@BOOK.rule("actor")
def optional_addresses_are_addresses(s: Subject) -> bool:
    """followers and featured are addresses; endpoints, if there, has a sharedInbox. [§1.4]"""
    named = [s.get(key) for key in ("followers", "featured") if s.get(key) is not None]
    if s.get("endpoints") is not None:
        named.append(mapping(s.get("endpoints")).get("sharedInbox"))
    return all(is_web(one, s.allow_http) for one in named)


@BOOK.rule("actor")
def optional_switches_are_booleans(s: Subject) -> bool:
    """sensitive, postingRestrictedToMods, manuallyApprovesFollowers, discoverable are booleans. [§1.4]"""
    keys = ("sensitive", "postingRestrictedToMods", "manuallyApprovesFollowers", "discoverable")
    return all(isinstance(s.get(key), bool | None) for key in keys)


@BOOK.rule("actor")
def optional_dates_are_dates(s: Subject) -> bool:
    """published and updated are dates. [§1.4]"""
    return all(s.get(key) is None or moment(s.get(key)) for key in ("published", "updated"))


@BOOK.rule("actor")
def languages_are_a_list_of_pairs(s: Subject) -> bool:
    """language is a list of identifier and name. [§1.4]"""
    languages = s.get("language", [])
    return isinstance(languages, list) and all(
        text(mapping(one).get("identifier")) and text(mapping(one).get("name")) for one in languages
    )


@BOOK.rule("actor")
def pictures_are_images(s: Subject) -> bool:
    """icon and image are Image objects with a url; of an array the last one counts. [§1.4]"""
    pictures = [as_list(s.get(key))[-1:] for key in ("icon", "image")]
    return all(
        mapping(one).get("type") == "Image" and is_web(mapping(one).get("url"), s.allow_http)
        for each in pictures
        for one in each
    )


@BOOK.rule("actor")
def the_media_type_is_html(s: Subject) -> bool:
    """mediaType, if there, is text/html. [§1.4]"""
    return s.get("mediaType") in (None, "text/html")


@BOOK.rule("activity")
def the_activity_id_is_on_the_actors_domain(s: Subject) -> bool:
    """An activity has an id on its actor's domain. [§4.1]"""
    return same_host(id_of(s.document), s.actor)


@BOOK.rule("Follow")
def the_recipient_is_the_one_followed(s: Subject) -> bool:
    """to, if it names exactly one, names the one who is followed. [§4.1]"""
    to = as_list(s.get("to"))
    return len(to) != 1 or id_of(to[0]) == id_of(s.get("object"))


@BOOK.rule("Accept", "Reject")
def the_answer_is_to_a_whole_follow(s: Subject) -> bool:
    """An answer embeds a Follow with id, actor and object, or names one by id. [§4.1]"""
    if isinstance(s.get("object"), str):
        return bool(s.get("object"))
    whole = all(id_of(s.inner.get(key)) for key in ("id", "actor", "object"))
    return kind(s.inner) == "Follow" and whole


@BOOK.rule("Accept", "Reject")
def the_one_followed_answers(s: Subject) -> bool:
    """The answer comes from the community that was followed. [§4.1]"""
    follow = s.stored.asked.get(id_of(s.get("object")), s.inner)
    return id_of(follow.get("object")) == s.actor


@BOOK.rule("Accept", "Reject")
def the_recipient_is_the_follower(s: Subject) -> bool:
    """to, if it names exactly one, names the follower. [§4.1]"""
    follow = s.stored.asked.get(id_of(s.get("object")), s.inner)
    to = as_list(s.get("to"))
    return len(to) != 1 or id_of(to[0]) == id_of(follow.get("actor"))


@BOOK.rule("object")
def the_author_must_be_a_person(s: Subject) -> bool:
    """The author must be a Person. [§4.1]"""
    authors = as_list(s.get("attributedTo"))
    typed = (kind(one) or kind(s.stored.actors.get(id_of(one), {})) for one in authors)
    return "Person" in typed


@BOOK.rule("object")
def the_post_is_of_a_known_type(s: Subject) -> bool:
    """The type is Page, Article, Note, Video or Event. [§4.1]"""
    return kind(s.document) in POSTS


@BOOK.rule("object")
def the_author_is_on_the_posts_domain(s: Subject) -> bool:
    """The author is on the domain of the post. [§4.1]"""
    return same_host(id_of(s.document), *ids(s.get("attributedTo")))


@BOOK.rule("object")
def the_post_is_public_and_for_the_community(s: Subject) -> bool:
    """to or cc hold the full Public address and a community, the audience if named. [§4.1]"""
    addressed = set(ids(s.get("to")) + ids(s.get("cc")))
    audience = set(ids(s.get("audience")))
    return PUBLIC in addressed and bool(addressed - {PUBLIC}) and audience <= addressed


def on_lemmy_announce(reader: Reader, s: Subject) -> Effect:
    """Return the post of an announced Create; a bare id is rejected [§4.1]."""
    if kind(s.inner) != "Create":
        raise reader.ignores("only a wrapped activity is read, an announced id is rejected", "§4.1")
    inner = reader.embedded(reader.embedded(s))
    reader.book.require("object", inner)
    return Effect("post shown", id_of(inner.document), reader.see_post(reader, inner))


def see_post(_reader: Reader, s: Subject) -> PostView:
    """Return name, else the first line, as the title, and the first attachment as its link [§4.1]."""
    document = s.document
    body = words(document.get("content"))
    links = [mapping(one) for one in as_list(document.get("attachment"))]
    link = next((text(one.get("href", one.get("url"))) for one in links), "")
    author = next(one for one in ids(document.get("attributedTo")))
    return PostView(
        id=id_of(document),
        author=author,
        title=text(document.get("name")) or body.partition("\n")[0][:200],
        text=body,
        warning="",
        language=text(mapping(document.get("language")).get("identifier")),
        visibility="public",
        media=media(document),
        event=event(document) if kind(document) == "Event" else None,
        link=link or id_of(document),
    )


READER = Reader(
    BOOK,
    see_post,
    {
        "Follow": on_follow,
        "Accept": on_follow_answered,
        "Reject": on_follow_answered,
        "Undo": on_undo,
        "Announce": on_lemmy_announce,
    },
)
read_actor = READER.read_actor
read_webfinger = READER.read_webfinger
read_object = READER.read_object
read_collection = READER.read_collection
read_activity = READER.read_activity

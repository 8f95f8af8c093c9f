"""GoToSocial as a reader (§1.1, §1.3, §1.4, §2, §3.1, §3.4, §3.8 of the interop facts)."""

from __future__ import annotations

from .customary import (
    a_poll_closes_on_a_date,
    a_question_has_options,
    adopt_ownership,
    requested,
    somebody_is_addressed,
    the_actor_has_a_known_type,
    the_actor_has_a_username,
    the_actor_has_an_inbox,
    the_actor_is_the_author,
    the_answer_is_200,
    the_answer_is_activitystreams,
    the_author_is_on_the_host_of_the_id,
    the_jrd_is_found,
    the_key_is_one_pem,
    the_self_link_is_the_actor,
)
from .effects import (
    MODERATION,
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
    PUBLIC_NAMES,
    as_list,
    header,
    host,
    href_of,
    id_of,
    ids,
    is_activity_type,
    is_web,
    kind,
    mapping,
    moment,
    text,
    words,
)
from .reader import Reader
from .rulebook import Rulebook, Subject
from .shapes import Effect, PostView
from .views import first_language, media, poll, quotable_by, visibility

BOOK = Rulebook("GoToSocial")
POSTS = frozenset(
    {"Article", "Document", "Event", "Image", "Note", "Page", "Place", "Profile", "Question"}
    | {"Audio", "Video"}
)
BOOK.adopt("webfinger", the_jrd_is_found, the_self_link_is_the_actor)
BOOK.adopt("fetched", the_answer_is_200, the_answer_is_activitystreams)
BOOK.adopt("actor", the_actor_has_a_known_type, the_actor_has_a_username)
BOOK.adopt("actor", the_actor_has_an_inbox, the_key_is_one_pem)
BOOK.adopt("object", the_author_is_on_the_host_of_the_id, somebody_is_addressed)
adopt_ownership(BOOK)
BOOK.adopt("Create", the_actor_is_the_author)
BOOK.adopt("object", a_poll_closes_on_a_date, a_question_has_options)


@BOOK.rule("webfinger")
def the_answer_is_a_jrd(s: Subject) -> bool:
    """WebFinger is served as application/jrd+json or application/json. [§1.1]"""
    kind_of_answer = s.header("content-type").partition(";")[0].strip().lower()
    return kind_of_answer in {"application/jrd+json", "application/json"}


@BOOK.rule("webfinger")
def the_username_matches_its_case(s: Subject) -> bool:
    """The username in the subject is the one asked for, in the same case. [§1.1]"""
    asked, told = requested(s), text(s.get("subject"))
    names = [one.removeprefix("acct:").partition("@")[0] for one in (asked, told)]
    return not asked.startswith("acct:") or names[0] == names[1] != ""


@BOOK.rule("fetched")
def the_id_or_the_url_was_fetched(s: Subject) -> bool:
    """The id or the url of a document is the address that was fetched. [§1.3]"""
    return s.url in {id_of(s.document), href_of(s.get("url"))} and is_web(s.url, s.allow_http)


@BOOK.rule("actor")
def shared_inbox_and_featured_are_of_the_domain(s: Subject) -> bool:
    """sharedInbox and featured share at least two labels with the account's domain. [§1.4]"""
    named = (mapping(s.get("endpoints")).get("sharedInbox"), s.get("featured"))
    domain = host(id_of(s.document))
    return all(one is None or _related(host(one), domain) for one in named)


def _related(one: str, other: str) -> bool:
    """Say whether two hosts have at least their last two labels in common [§1.4]."""
    if one == other:
        return True
    ends = [each.split(".")[-2:] for each in (one, other)]
    return ends[0] == ends[1] and len(ends[0]) == 2


@BOOK.rule("object")
def the_post_is_of_a_known_type(s: Subject) -> bool:
    """The type is one that GoToSocial makes a status of. [§3.1]"""
    return kind(s.document) in POSTS


@BOOK.rule("object")
def there_is_one_author(s: Subject) -> bool:
    """A post is attributed to one actor. [§3.3]"""
    return len(ids(s.get("attributedTo"))) == 1


@BOOK.rule("object")
def updated_is_not_before_published(s: Subject) -> bool:
    """An object with updated before published is refused. [§3.4]"""
    published, updated = moment(s.get("published")), moment(s.get("updated"))
    return published is None or updated is None or updated >= published


@BOOK.rule("object")
def no_approval_is_promised_that_is_never_given(s: Subject) -> bool:
    """canLike, canReply and canAnnounce, if set, approve the public, else authorizations are due. [§3.8]"""
    policies = (
        mapping(s.get("interactionPolicy")).get(key)
        for key in ("canLike", "canReply", "canAnnounce")
    )
    given = (mapping(policy) for policy in policies if policy is not None)
    return all(
        PUBLIC_NAMES & set(ids(one.get("automaticApproval", one.get("always")))) for one in given
    )


@BOOK.rule("object")
def a_content_map_holds_the_content(s: Subject) -> bool:
    """The language is the contentMap key whose value equals content. [§3.6]"""
    languages = mapping(s.get("contentMap"))
    return not languages or s.get("content") in languages.values()


@BOOK.rule("object")
def media_have_a_type_and_an_address(s: Subject) -> bool:
    """An attached file has a url and a mediaType. [§3.6]"""
    attached = [mapping(one) for one in as_list(s.get("attachment"))]
    files = [one for one in attached if kind(one) in {"Document", "Image", "Audio", "Video"}]
    return all(href_of(one.get("url")) and text(one.get("mediaType")) for one in files)


@BOOK.rule("activity")
def the_post_is_activitystreams(s: Subject) -> bool:
    """The inbox takes only ActivityStreams content types, others get 406. [§1.3]"""
    sent = header(s.headers, "content-type")
    return not sent or is_activity_type(sent)


@BOOK.rule("activity")
def the_activity_has_an_id(s: Subject) -> bool:
    """Every activity, an Accept too, has an id. [§8.3]"""
    return is_web(id_of(s.document), s.allow_http)


@BOOK.rule("Accept", "Reject")
def what_is_answered_is_embedded_or_known(s: Subject) -> bool:
    """An answer embeds what it answers with its type, or names it by its id. [§8.3]"""
    return isinstance(s.get("object"), str) or bool(kind(s.inner))


def on_gotosocial_announce(reader: Reader, s: Subject) -> Effect:
    """Return the boost of an id; what is embedded is fetched by its id as if it were a post [§4.1]."""
    if kind(s.inner) and kind(s.inner) not in POSTS:
        raise reader.ignores("an announced activity is taken for the address of a post", "§4.1")
    return on_announce(reader, s)


def language(s: Subject) -> str:
    """Return the contentMap key whose value equals content [§3.6]."""
    found = (
        key for key, value in mapping(s.get("contentMap")).items() if value == s.get("content")
    )
    return next(found, first_language(s.document))


def see_post(_reader: Reader, s: Subject) -> PostView:
    """Return the content; the warning is the summary, else the name [§3.1]."""
    document = s.document
    author = next(iter(ids(document.get("attributedTo"))), "")
    followers = text(s.stored.actors.get(author, {}).get("followers")) or f"{author}/followers"
    return PostView(
        id=id_of(document),
        author=author,
        title="",
        text=words(document.get("content")),
        warning=words(document.get("summary")) or text(document.get("name")),
        language=language(s),
        visibility=visibility(document, followers),
        media=media(document),
        poll=poll(document),
        quotable_by=quotable_by(document, author=author, followers=followers),
        link=href_of(document.get("url")) or id_of(document),
        reply_to=id_of(document.get("inReplyTo")),
    )


READER = Reader(
    BOOK,
    see_post,
    {
        **MODERATION,
        "Create": on_create,
        "Update": update_of(*POSTS),
        "Delete": on_delete,
        "Announce": on_gotosocial_announce,
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

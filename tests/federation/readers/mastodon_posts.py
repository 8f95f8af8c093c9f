"""Mastodon's rules for posts, and what its users see of them."""

from __future__ import annotations

from .customary import (
    a_poll_closes_on_a_date,
    somebody_is_addressed,
    the_author_is_on_the_host_of_the_id,
)
from .mastodon_profile import BOOK
from .plain import (
    as_list,
    count,
    href_of,
    id_of,
    ids,
    is_count,
    is_web,
    kind,
    kinds,
    link_schemes,
    mapping,
    moment,
    same_host,
    text,
    words,
)
from .reader import Reader
from .rulebook import Subject
from .shapes import PostView
from .views import first_language, media, poll, quotable_by, visibility

NATIVE = frozenset({"Note", "Question"})
CONVERTED = frozenset({"Image", "Audio", "Video", "Article", "Page", "Event"})
_SCHEMES = frozenset(
    ["http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"]
)
BOOK.adopt("object", the_author_is_on_the_host_of_the_id, somebody_is_addressed)
BOOK.adopt("object", a_poll_closes_on_a_date)


@BOOK.rule("object")
def the_object_has_a_known_type(s: Subject) -> bool:
    """The type is Note, Question or one that is converted; everything else is dropped. [§3.1]"""
    return bool((NATIVE | CONVERTED) & set(kinds(s.document)))


@BOOK.rule("object")
def a_question_is_nothing_else(s: Subject) -> bool:
    """There is one type: a Question that is an Event too breaks other servers. [§3.1]"""
    return len(kinds(s.document)) == 1


@BOOK.rule("object")
def followers_are_in_to_unless_it_is_public(s: Subject) -> bool:
    """A followers collection only in cc makes a post direct, not private. [§3.2]"""
    in_cc = any(one.endswith("/followers") for one in ids(s.get("cc")))
    return not in_cc or visibility(s.document) in {"public", "unlisted", "followers"}


@BOOK.rule("object")
def a_note_has_text_or_media(s: Subject) -> bool:
    """A Note without text and without media is invalid, unless it is a vote. [§3.9]"""
    says = bool(body_of(s)) or bool(media(s.document)) or bool(text(s.get("name")))
    return kind(s.document) not in NATIVE or says


@BOOK.rule("object")
def a_converted_object_has_a_name(s: Subject) -> bool:
    """Of a converted object only name, summary and link are shown, so it has a name. [§3.1]"""
    return kind(s.document) in NATIVE or bool(text(s.get("name")))


@BOOK.rule("object")
def an_event_says_when_and_where_in_its_summary(s: Subject) -> bool:
    """Of an Event the content is not shown; date and place stand in the summary. [§3.1]"""
    return kind(s.document) != "Event" or bool(words(s.get("summary")))


@BOOK.rule("object")
def media_have_an_address(s: Subject) -> bool:
    """An attached Document, Image, Audio or Video has a url. [§3.6]"""
    attached = [mapping(one) for one in as_list(s.get("attachment"))]
    files = [one for one in attached if kind(one) in {"Document", "Image", "Audio", "Video"}]
    return all(is_web(href_of(one.get("url")), s.allow_http) for one in files)


@BOOK.rule("object")
def alt_texts_fit(s: Subject) -> bool:
    """A description of a picture is at most 10,000 characters. [§1.5]"""
    return all(len(one.alt) <= 10_000 for one in media(s.document))


@BOOK.rule("object")
def tags_are_complete(s: Subject) -> bool:
    """A Mention has an href, a Hashtag a name with #, an Emoji an icon with a url. [§3.6]"""
    for tag in (mapping(one) for one in as_list(s.get("tag"))):
        match kind(tag):
            case "Mention" if not is_web(tag.get("href"), s.allow_http):
                return False
            case "Hashtag" if not text(tag.get("name")).startswith("#"):
                return False
            case "Emoji" if not href_of(mapping(tag.get("icon")).get("url")):
                return False
            case _:
                continue
    return True


@BOOK.rule("object")
def links_survive_the_sanitiser(s: Subject) -> bool:
    """Links with other schemes (mailto, tel, geo) lose their address. [§3.6]"""
    return kind(s.document) not in NATIVE or link_schemes(s.get("content")) <= _SCHEMES


@BOOK.rule("object")
def updated_is_not_before_published(s: Subject) -> bool:
    """updated is not before published. [§3.4]"""
    published, updated = moment(s.get("published")), moment(s.get("updated"))
    return published is None or updated is None or updated >= published


@BOOK.rule("object")
def a_poll_is_complete(s: Subject) -> bool:
    """A Question has oneOf or anyOf with 2 to 500 named options and numeric counts. [§3.9]"""
    if kind(s.document) != "Question":
        return True
    one, many = as_list(s.get("oneOf")), as_list(s.get("anyOf"))
    options = [mapping(option) for option in one + many]
    counted = all(is_count(mapping(each.get("replies")).get("totalItems")) for each in options)
    named = all(kind(each) == "Note" and text(each.get("name")) for each in options)
    return 2 <= len(options) <= 500 and not (one and many) and named and counted


@BOOK.rule("object")
def replies_are_ids_on_the_same_host(s: Subject) -> bool:
    """The first page of replies is embedded and lists ids on the host of the post. [§3.7]"""
    replies = s.get("replies")
    if not isinstance(replies, dict):
        return replies is None or is_web(replies, s.allow_http)
    items = as_list(mapping(replies.get("first")).get("items"))
    return all(isinstance(one, str) and same_host(one, id_of(s.document)) for one in items)


@BOOK.rule("object")
def a_quote_policy_is_understood(s: Subject) -> bool:
    """canQuote lists Public, the author's followers or following, or the author; others are lost. [§3.8]"""
    policy = mapping(mapping(s.get("interactionPolicy")).get("canQuote"))
    listed = ids(policy.get("automaticApproval")) + ids(policy.get("manualApproval"))
    author = next(iter(ids(s.get("attributedTo"))), "")
    own = {author, f"{author}/followers", f"{author}/following"}
    return all(one.endswith("#Public") or one in own for one in listed)


@BOOK.rule("object")
def a_stamp_is_on_the_quoted_authors_host(s: Subject) -> bool:
    """A quote's authorization, once there is one, is on the quoted author's host. [§3.8]"""
    quoted, stamp = id_of(s.get("quote")), id_of(s.get("quoteAuthorization"))
    return not stamp or (is_web(stamp, s.allow_http) and same_host(stamp, quoted))


@BOOK.rule("stamp")
def the_stamp_is_an_authorization(s: Subject) -> bool:
    """A stamp is a QuoteAuthorization with both posts and its author. [§3.8]"""
    named = (s.get("interactingObject"), s.get("interactionTarget"), s.get("attributedTo"))
    return kind(s.document) == "QuoteAuthorization" and all(id_of(one) for one in named)


@BOOK.rule("stamp")
def the_stamp_is_on_the_quoted_authors_host(s: Subject) -> bool:
    """The stamp is on the host of the quoted author. [§3.8]"""
    author, target = id_of(s.get("attributedTo")), id_of(s.get("interactionTarget"))
    return same_host(s.url, author, target)


@BOOK.rule("stamp")
def the_stamp_is_for_this_pair(s: Subject) -> bool:
    """The stamp names exactly the quoting and the quoted post, and the quoted post's author. [§3.8]"""
    quoting = next((one for one in s.stored.objects.values() if is_quote(s, id_of(one))), {})
    quoted = s.stored.objects.get(id_of(s.get("interactionTarget")), {})
    return id_of(quoting.get("quote")) == id_of(s.get("interactionTarget")) != "" and id_of(
        quoted.get("attributedTo")
    ) == id_of(s.get("attributedTo"))


def is_quote(s: Subject, one: str) -> bool:
    """Say whether this is the post that the stamp lets quote."""
    return one == id_of(s.get("interactingObject"))


def body_of(s: Subject) -> str:
    """Return the words of the content, of its first language where there are several [§3.6]."""
    content = s.get("content") or next(iter(mapping(s.get("contentMap")).values()), "")
    return words(content)


def see_post(_reader: Reader, s: Subject) -> PostView:
    """Return a Note as it is; anything else as title, summary and link, without warning [§3.1]."""
    document = s.document
    author = next(iter(ids(document.get("attributedTo"))), "")
    followers = text(s.stored.actors.get(author, {}).get("followers")) or f"{author}/followers"
    link = href_of(document.get("url")) or id_of(document)
    native = kind(document) in NATIVE
    parts = (text(document.get("name")), words(document.get("summary")), link)
    body = body_of(s) if native else "\n\n".join(part for part in parts if part)
    return PostView(
        id=id_of(document),
        author=author,
        title="",
        text=body,
        warning=words(document.get("summary")) if native else "",
        language=first_language(document),
        visibility=visibility(document, followers),
        media=media(document, limit=4),
        poll=poll(document),
        quotable_by=quotable_by(document, author=author, followers=followers),
        link=link,
        reply_to=id_of(document.get("inReplyTo")),
        likes=count(mapping(document.get("likes")).get("totalItems")),
        shares=count(mapping(document.get("shares")).get("totalItems")),
    )

"""Posts of every kind: notes, articles, pages, questions, events, films and what we do not know yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fedi.activitypub.html import clean, from_text, plain, strip_controls
from fedi.activitypub.origins import same_origin
from fedi.activitypub.vocabulary.activity import Activity
from fedi.activitypub.vocabulary.actor import ACTOR_TYPES
from fedi.activitypub.vocabulary.event import Event, read_event
from fedi.activitypub.vocabulary.media import (
    Attachment,
    LinkRef,
    address_in,
    read_attachments,
    read_links,
)
from fedi.activitypub.vocabulary.parts import (
    Emoji,
    Mention,
    Poll,
    read_count,
    read_emoji,
    read_hashtags,
    read_mentions,
    read_poll,
    read_quote,
)
from fedi.activitypub.vocabulary.values import (
    Visibility,
    id_of,
    ids_of,
    language_tag,
    millis_of,
    name_in,
    text_in,
    text_of,
    texts_by_language,
    types_of,
    visibility,
    web_address,
    with_plain_keys,
)
from fedi.errors import Malformed

MAX_WARNING = 2_048

_POST_TYPES = frozenset(
    [
        "Note",
        "Article",
        "Page",
        "Question",
        "Event",
        "Video",
        "Audio",
        "Image",
        "Document",
        "ChatMessage",
    ]
)
# Their summary is a teaser (minutes, blogs, dates), unless the post calls itself sensitive.
_WITH_TEASER = frozenset({"Article", "Event", "Page"})
_NOT_POSTS = ACTOR_TYPES | frozenset(
    ["Tombstone", "Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"]
)
# What these say is a text, not HTML (PeerTube, Friendica).
_PLAIN_TYPES = frozenset({"text/markdown", "text/plain", "text/bbcode"})


@dataclass(frozen=True, slots=True)
class Note:
    """A post; `content_html` is clean, `name` and `summary` are plain (a title, a warning or teaser).

    `attributed_to` is of the same origin as `id`. Counts are None where nothing is told.
    """

    id: str
    type: str
    attributed_to: str
    authors: tuple[str, ...]
    in_reply_to: str | None
    name: str
    summary: str
    content_html: str
    language: str | None
    url: str
    published_ms: int | None
    updated_ms: int | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    mentions: tuple[Mention, ...]
    hashtags: tuple[str, ...]
    emoji: tuple[Emoji, ...]
    attachments: tuple[Attachment, ...]
    links: tuple[LinkRef, ...]
    image: Attachment | None
    sensitive: bool
    quote: str | None
    quote_authorization: str | None
    context: str | None
    replies: str | None
    replies_count: int | None
    likes_count: int | None
    shares_count: int | None
    version: int | None
    poll: Poll | None
    event: Event | None

    @property
    def is_vote(self) -> bool:
        """Tell whether this is the answer to a poll: a name and no content, in reply to something."""
        return bool(
            self.type == "Note" and self.name and self.in_reply_to and not self.content_html
        )

    @property
    def warning(self) -> str:
        """Return what warns of the text: the summary, unless it only says in short what a titled text says."""
        return self.summary if self.sensitive or self.type not in _WITH_TEASER else ""

    def visibility(self, followers_uri: str | None) -> Visibility:
        """Tell who was meant to see it, given the id of its author's followers."""
        return visibility(self.to, self.cc + self.audience, followers_uri)


def read_note(document: dict[str, Any], *, activity: Activity | None = None) -> Note:
    """Read a post; Malformed unless it has a type, an id, and an author on the same server.

    Where it names no recipients, those of the activity it came in count.
    """
    known: dict[str, Any] = with_plain_keys(document)
    types = types_of(known)
    if not types or not _NOT_POSTS.isdisjoint(types):
        raise Malformed("This is not a post.")
    me = web_address(known.get("id"))
    authors = ids_of(known.get("attributedTo")) or ids_of(known.get("actor"))
    if me is None or not authors or not same_origin(me, authors[0]):
        raise Malformed("This post has no id, or no author on its own server.")
    kind = next((name for name in types if name in _POST_TYPES), types[0])
    content, language = _content(known)
    to, cc, audience = (ids_of(known.get(key)) for key in ("to", "cc", "audience"))
    if activity and not (to or cc):
        to, cc = activity.to, activity.cc
    tags, files = known.get("tag"), known.get("attachment")
    return Note(
        id=me,
        type=kind,
        attributed_to=authors[0],
        authors=authors,
        in_reply_to=web_address(known.get("inReplyTo")),
        name=name_in(known),
        summary=strip_controls(plain(text_in(known, "summary")[: 4 * MAX_WARNING]))[:MAX_WARNING],
        content_html=content,
        language=language,
        url=address_in(known.get("url"), "text/html") or me,
        published_ms=millis_of(known.get("published")),
        updated_ms=millis_of(known.get("updated")),
        to=to,
        cc=cc,
        audience=audience,
        mentions=read_mentions(tags),
        hashtags=read_hashtags(tags),
        emoji=read_emoji(tags),
        attachments=read_attachments(files),
        links=read_links(files),
        image=next(iter(read_attachments(known.get("image") or known.get("icon"))), None),
        sensitive=known.get("sensitive") is True,
        quote=read_quote(known),
        quote_authorization=web_address(known.get("quoteAuthorization")),
        context=_context(known),
        replies=web_address(known.get("replies")),
        replies_count=read_count(known.get("replies")),
        likes_count=read_count(known.get("likes")),
        shares_count=read_count(known.get("shares")),
        version=_version(known.get("version")),
        poll=read_poll(known) if kind == "Question" else None,
        event=read_event(known) if kind == "Event" else None,
    )


def _content(known: dict[str, Any]) -> tuple[str, str | None]:
    texts = texts_by_language(known, "content")
    text = text_of(known.get("content")) or next(iter(texts.values()), "")
    same = (key for key, value in texts.items() if value == text)
    language = (
        language_tag(next(same, None))
        or language_tag(list(texts))
        or language_tag(known.get("inLanguage"))
        or language_tag(known.get("language"))
    )
    is_plain = text_of(known.get("mediaType")) in _PLAIN_TYPES
    return from_text(text) if is_plain else clean(text), language


def _context(known: dict[str, Any]) -> str | None:
    return next(
        filter(None, map(id_of, map(known.get, ("context", "conversation", "inConversation")))),
        None,
    )


def _version(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None

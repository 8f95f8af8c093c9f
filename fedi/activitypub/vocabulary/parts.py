"""The parts of a text that point elsewhere or ask something: mentions, hashtags, emoji, quotes, polls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fedi.activitypub.vocabulary.media import largest_picture
from fedi.activitypub.vocabulary.values import (
    as_list,
    count_of,
    millis_of,
    name_in,
    text_of,
    type_of,
    web_address,
)

MAX_TAGS = 100
MAX_TAG_LENGTH = 100
MAX_OPTIONS = 500
MAX_OPTION_LENGTH = 500

_QUOTES = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
_QUOTE_RELATIONS = frozenset(
    {
        "https://w3id.org/fep/044f#quote",
        "https://misskey-hub.net/ns#_misskey_quote",
        "http://fedibird.com/ns#quoteUri",
    }
)


@dataclass(frozen=True, slots=True)
class Mention:
    """An actor who is named in a text."""

    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Emoji:
    """A picture for a `:shortcode:` in a text; ours never fetch it."""

    shortcode: str
    url: str


@dataclass(frozen=True, slots=True)
class Option:
    """A possible answer, and how many gave it as far as they tell."""

    name: str
    votes: int | None


@dataclass(frozen=True, slots=True)
class Poll:
    """A question with answers to choose from, one or several."""

    options: tuple[Option, ...]
    multiple: bool
    end_ms: int | None
    closed: bool
    voters: int | None


def read_mentions(tags: Any) -> tuple[Mention, ...]:
    """Read who is mentioned, each once, at most 100."""
    found: dict[str, Mention] = {}
    for tag in _of_type(tags, "Mention"):
        if href := web_address(tag.get("href")):
            found.setdefault(href, Mention(href, name_in(tag)))
    return tuple(found.values())[:MAX_TAGS]


def read_hashtags(tags: Any) -> tuple[str, ...]:
    """Read the hashtags without their mark, each once, at most 100."""
    names = (name_in(tag).lstrip("#") for tag in _of_type(tags, "Hashtag"))
    good = (name for name in names if name and len(name) <= MAX_TAG_LENGTH and " " not in name)
    return tuple({name.casefold(): name for name in good}.values())[:MAX_TAGS]


def read_emoji(tags: Any) -> tuple[Emoji, ...]:
    """Read the custom emoji, at most 100."""
    found: list[Emoji] = []
    for tag in _of_type(tags, "Emoji"):
        url = largest_picture(tag.get("icon"))
        shortcode = name_in(tag, most=MAX_TAG_LENGTH).strip(":")
        if url and shortcode:
            found.append(Emoji(shortcode, url))
    return tuple(found[:MAX_TAGS])


def read_quote(document: dict[str, Any]) -> str | None:
    """Give the id of what is quoted (FEP-044f, Misskey, Fedibird, or a link tag as in FEP-e232)."""
    for key in _QUOTES:
        if uri := web_address(document.get(key)):
            return uri
    for tag in _of_type(document.get("tag"), "Link"):
        if not _QUOTE_RELATIONS.isdisjoint(text_of(rel) for rel in as_list(tag.get("rel"))):
            return web_address(tag.get("href"))
    return None


def read_poll(document: dict[str, Any]) -> Poll | None:
    """Read the answers of a Question, or None where there are none."""
    several = as_list(document.get("anyOf"))
    options: list[Option] = []
    for item in (several or as_list(document.get("oneOf")))[:MAX_OPTIONS]:
        name = name_in(item, most=MAX_OPTION_LENGTH) if isinstance(item, dict) else ""
        if name:
            options.append(Option(name, read_count(item.get("replies"))))
    if not options:
        return None
    closed = document.get("closed")
    return Poll(
        options=tuple(options),
        multiple=bool(several),
        end_ms=millis_of(document.get("endTime")) or millis_of(closed),
        closed=closed is True or millis_of(closed) is not None,
        voters=count_of(document.get("votersCount")),
    )


def read_count(collection: Any) -> int | None:
    """Give how many a collection holds, or None if it does not say."""
    return count_of(collection.get("totalItems")) if isinstance(collection, dict) else None


def _of_type(tags: Any, kind: str) -> list[dict[str, Any]]:
    return [tag for tag in as_list(tags)[: 4 * MAX_TAGS] if type_of(tag) == kind]

"""The small values inside foreign documents: one or many, a string or an object, spelt in many ways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Literal

from fedi.activitypub.html import strip_controls
from fedi.activitypub.origins import origin_of

Visibility = Literal["public", "unlisted", "followers", "direct"]

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
MAX_ITEMS = 256
MAX_NAME = 2_048

_PUBLIC = frozenset({PUBLIC, "as:Public", "Public"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
# The namespaces whose terms we know by their last part, as prefix and in full.
_NAMESPACES = frozenset(
    [
        *(
            "as",
            "toot",
            "sc",
            "schema",
            "mz",
            "pt",
            "lemmy",
            "litepub",
            "misskey",
            "fedibird",
            "gts",
        ),
        *("ostatus", "sec", "ldp", "wf", "gs"),
        "https://www.w3.org/ns/activitystreams",
        "http://www.w3.org/ns/activitystreams",
        "http://joinmastodon.org/ns",
        "http://schema.org",
        "https://schema.org",
        "https://joinmobilizon.org/ns",
        "https://joinpeertube.org/ns",
        "https://join-lemmy.org/ns",
        "http://litepub.social/ns",
        "https://misskey-hub.net/ns",
        "http://fedibird.com/ns",
        "https://gotosocial.org/ns",
        "http://ostatus.org",
        "https://w3id.org/security",
        "http://www.w3.org/ns/ldp",
        "https://w3id.org/fep/044f",
        "https://purl.archive.org/socialweb/webfinger",
    ]
)
_KEYWORDS = {"@id": "id", "@type": "type"}


def visibility(to: Iterable[str], cc: Iterable[str], followers_uri: str | None) -> Visibility:
    """Tell who was meant to see something, as Mastodon understands it.

    Public in `to` is public, Public in `cc` is unlisted, the author's followers in `to` is followers;
    all else is direct (followers in `cc` alone, too).
    """
    to = tuple(to)
    if any(map(is_public, to)):
        return "public"
    if any(map(is_public, cc)):
        return "unlisted"
    return "followers" if followers_uri and followers_uri in to else "direct"


def is_public(uri: str) -> bool:
    """Tell whether an address means everybody, in any of its three spellings."""
    return uri in _PUBLIC


def as_list(value: Any) -> list[Any]:
    """Give one or many values as a list; null is none, and a JSON-LD list or set is its items."""
    if isinstance(value, dict):
        for container in ("@list", "@set"):
            if container in value:
                return as_list(value[container])
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def first(value: Any) -> Any:
    """Give the first of one or many values that is not null, or None."""
    return next((item for item in as_list(value) if item is not None), None)


def id_of(value: Any) -> str | None:
    """Give the id a value stands for: the string itself, an object's id, a link's target."""
    for item in as_list(value):
        if isinstance(item, dict):
            item = item.get("id") or item.get("@id") or item.get("href")
        if isinstance(item, str) and item:
            return item
    return None


def ids_of(value: Any) -> tuple[str, ...]:
    """Give the ids of all values, each once, at most 256."""
    found = (id_of(item) for item in as_list(value)[: MAX_ITEMS * 4])
    return tuple(dict.fromkeys(uri for uri in found if uri))[:MAX_ITEMS]


def types_of(document: Any) -> tuple[str, ...]:
    """Give the types of a document by their plain names."""
    value = document.get("type") or document.get("@type") if isinstance(document, dict) else None
    return tuple(_plain_key(item) for item in as_list(value) if isinstance(item, str) and item)


def type_of(document: Any) -> str:
    """Give the first type of a document by its plain name, or an empty text."""
    return next(iter(types_of(document)), "")


def text_of(value: Any) -> str:
    """Give the first text among values, or an empty one."""
    for item in as_list(value):
        text = item.get("@value") if isinstance(item, dict) else item
        if isinstance(text, str) and text:
            return text
    return ""


def texts_by_language(document: dict[str, Any], key: str) -> dict[str, str]:
    """Give the texts of a language map such as `contentMap`, by key."""
    texts = document.get(key + "Map")
    if not isinstance(texts, dict):
        return {}
    return {key: text for key, value in texts.items() if (text := text_of(value))}


def text_in(document: dict[str, Any], key: str) -> str:
    """Give the text of a property, from its language map if need be, or an empty one."""
    return text_of(document.get(key)) or next(iter(texts_by_language(document, key).values()), "")


def name_in(document: dict[str, Any], key: str = "name", most: int = MAX_NAME) -> str:
    """Give a property as one line without tricks, cut to `most` characters."""
    return strip_controls(text_in(document, key)[: 2 * most])[:most]


def language_tag(value: Any) -> str | None:
    """Give a well-formed language tag (BCP 47); of Lemmy's and PeerTube's objects their identifier."""
    item = first(value)
    if isinstance(item, dict):
        item = item.get("identifier")
    if isinstance(item, str) and item != "und" and _LANGUAGE.fullmatch(item):
        return item
    return None


def millis_of(value: Any, zone: tzinfo = UTC) -> int | None:
    """Give an ISO 8601 moment of the years 1900 to 2999 in milliseconds, or None.

    Without an offset it is in `zone`.
    """
    text = first(value)
    if isinstance(text, dict):
        text = text.get("@value")
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return (moment - _EPOCH) // _MILLISECOND if 1900 <= moment.year < 3000 else None
    except (ValueError, OverflowError):
        return None


def count_of(value: Any) -> int | None:
    """Give a whole number that is not negative, or None."""
    item = first(value)
    if isinstance(item, float) and item.is_integer():
        item = int(item)
    return item if isinstance(item, int) and not isinstance(item, bool) and item >= 0 else None


def number_of(value: Any) -> float | None:
    """Give a number, also one written as a text, or None."""
    item = first(value)
    if isinstance(item, str) and len(item) <= 40:
        try:
            item = float(item)
        except ValueError:
            return None
    if isinstance(item, bool) or not isinstance(item, int | float) or abs(item) > 2**53:
        return None
    return float(item)


def web_address(value: Any) -> str | None:
    """Give the first http or https address among values, which may be links, or None."""
    for item in as_list(value)[:MAX_ITEMS]:
        uri = id_of(item)
        if uri and origin_of(uri):
            return uri
    return None


def with_plain_keys(value: Any) -> Any:
    """Give a document with known terms by their plain names (`as:actor`, `@id`, `toot:featured` …).

    A plain key that is there already wins. What needs no change is returned as it is.
    """
    if isinstance(value, list):
        items = [with_plain_keys(item) for item in value]
        return (
            items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        )
    if not isinstance(value, dict):
        return value
    changed: dict[str, Any] = {}
    for key, item in value.items():
        if key == "@context":
            continue
        plain = _plain_key(key) if ":" in key or key in _KEYWORDS else key
        new = with_plain_keys(item) if isinstance(item, dict | list) else item
        if plain != key and plain not in value:
            changed[plain] = new
        elif new is not item:
            changed[key] = new
    return {**value, **changed} if changed else value


def _plain_key(key: str) -> str:
    if key in _KEYWORDS:
        return _KEYWORDS[key]
    mark = "#" if "#" in key else "/" if "://" in key else ":"
    namespace, _, name = key.rpartition(mark)
    return name if name and namespace in _NAMESPACES else key

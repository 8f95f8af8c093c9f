"""Pictures, sounds, films and links that stand beside a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fedi.activitypub.vocabulary.values import (
    as_list,
    count_of,
    name_in,
    number_of,
    text_in,
    text_of,
    type_of,
    web_address,
)

MAX_ATTACHMENTS = 32
MAX_ALT = 10_000

_MEDIA_TYPE = re.compile(r"[a-z]{1,30}/[a-zA-Z0-9.+-]{1,100}")
_BASE83 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_BLURHASH = re.compile(f"[{re.escape(_BASE83)}]{{6,54}}")
_KINDS = {"Image": "image", "Video": "video", "Audio": "audio"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside a text; `kind` is image, video, audio or other, `alt` its description in words."""

    kind: str
    media_type: str
    url: str
    alt: str
    width: int | None
    height: int | None
    blurhash: str | None
    focal: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class LinkRef:
    """A link beside a text; `rel` says what it is for, such as payment (FEP-0ea0)."""

    href: str
    name: str
    rel: tuple[str, ...]
    media_type: str


def read_attachments(value: Any) -> tuple[Attachment, ...]:
    """Read the files of an `attachment` or `image` property, at most 32."""
    found = (read_attachment(item) for item in as_list(value)[: 2 * MAX_ATTACHMENTS])
    return tuple(item for item in found if item)[:MAX_ATTACHMENTS]


def read_attachment(value: Any) -> Attachment | None:
    """Read one file, or None where there is no address of one."""
    if isinstance(value, str):
        value = {"type": "Document", "url": value}
    if not isinstance(value, dict) or type_of(value) in ("Link", "PropertyValue"):
        return None
    url = address_in(value.get("url") or value.get("href"), "")
    if url is None:
        return None
    media_type = _media_type(value) or _media_type(next(iter(as_list(value.get("url"))), None))
    kind = media_type.partition("/")[0] if media_type else _KINDS.get(type_of(value), "other")
    return Attachment(
        kind=kind if kind in _KINDS.values() else "other",
        media_type=media_type,
        url=url,
        alt=(text_in(value, "summary") or text_in(value, "name"))[:MAX_ALT],
        width=count_of(value.get("width")),
        height=count_of(value.get("height")),
        blurhash=_blurhash(value.get("blurhash")),
        focal=_focal(value.get("focalPoint")),
    )


def read_links(value: Any) -> tuple[LinkRef, ...]:
    """Read the links of an `attachment` property."""
    links: list[LinkRef] = []
    for item in as_list(value)[: 2 * MAX_ATTACHMENTS]:
        href = web_address(item.get("href") or item.get("url")) if type_of(item) == "Link" else None
        if href:
            rel = tuple(word for word in as_list(item.get("rel")) if isinstance(word, str))
            links.append(LinkRef(href, name_in(item), rel, _media_type(item)))
    return tuple(links[:MAX_ATTACHMENTS])


def address_in(value: Any, media_type: str) -> str | None:
    """Give the web address among links and strings, by preference one of this media type."""
    items = as_list(value)[: 2 * MAX_ATTACHMENTS]
    preferred = [
        item for item in items if isinstance(item, dict) and _media_type(item) == media_type
    ]
    return web_address(preferred) or web_address(items)


def largest_picture(value: Any) -> str | None:
    """Give the address of the widest of one or many pictures."""
    pictures = read_attachments(value)
    return max(pictures, key=lambda picture: picture.width or 0).url if pictures else None


def _media_type(value: Any) -> str:
    text = text_of(value.get("mediaType")) if isinstance(value, dict) else ""
    text = text.partition(";")[0].strip()
    return text if _MEDIA_TYPE.fullmatch(text) else ""


def _blurhash(value: Any) -> str | None:
    text = text_of(value)
    if not _BLURHASH.fullmatch(text):
        return None
    down, across = divmod(_BASE83.index(text[0]), 9)
    # More than 5 by 5 parts are not drawn by anybody and cost most.
    good = down < 5 and across < 5 and len(text) == 4 + 2 * (down + 1) * (across + 1)
    return text if good else None


def _focal(value: Any) -> tuple[float, float] | None:
    numbers = [number_of(item) for item in as_list(value)]
    match numbers:
        case [float(x), float(y)] if -1 <= x <= 1 and -1 <= y <= 1:
            return x, y
        case _:
            return None

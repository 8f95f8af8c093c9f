"""Small questions asked of foreign JSON, each total: any value in, a safe value out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from .shapes import Json

AS2 = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS2}#Public"
PUBLIC_NAMES = frozenset({PUBLIC, "as:Public", "Public"})
ACTIVITY_JSON = "application/activity+json"
LD_JSON = f'application/ld+json; profile="{AS2}"'
ACTOR_TYPES = frozenset({"Application", "Group", "Organization", "Person", "Service"})


def as_list(value: Any) -> list[Any]:
    """Return a list whatever was there: nothing, one thing or many."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def mapping(value: Any) -> Json:
    """Return the object, or an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """Return the string, or an empty one."""
    return value if isinstance(value, str) else ""


def id_of(value: Any) -> str:
    """Return the id of an embedded object or the id itself."""
    return text(value.get("id")) if isinstance(value, dict) else text(value)


def ids(value: Any) -> list[str]:
    """Return the ids in a value that may be one or many."""
    return [found for found in map(id_of, as_list(value)) if found]


def href_of(value: Any) -> str:
    """Return the address of a Link, an object with a url, or the string itself."""
    if isinstance(value, list):
        return next((found for found in map(href_of, value) if found), "")
    if isinstance(value, dict):
        return text(value.get("href")) or href_of(value.get("url"))
    return text(value)


def kinds(document: Json) -> list[str]:
    """Return the types."""
    return [kind for kind in as_list(document.get("type")) if isinstance(kind, str)]


def kind(document: Any) -> str:
    """Return the first type."""
    return next(iter(kinds(mapping(document))), "")


def host(url: Any) -> str:
    """Return host and port in lower case, or nothing."""
    try:
        return urlsplit(text(url)).netloc.lower()
    except ValueError:
        return ""


def is_web(url: Any, allow_http: bool) -> bool:
    """Say whether this is an absolute https address (or http, where a test allows it)."""
    schemes = ("https://", "http://") if allow_http else ("https://",)
    return text(url).startswith(schemes) and bool(host(url)) and " " not in text(url)


def same_host(*urls: Any) -> bool:
    """Say whether all addresses have one and the same host."""
    hosts = {host(url) for url in urls}
    return len(hosts) == 1 and "" not in hosts


def is_count(value: Any) -> bool:
    """Say whether this is a number of things."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def count(value: Any) -> int:
    """Return the number, or none of them."""
    return value if is_count(value) else 0


def moment(value: Any) -> datetime | None:
    """Return the point in time of an xsd:dateTime with a zone."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def milliseconds(value: Any) -> int | None:
    """Return an xsd:dateTime as milliseconds since the epoch."""
    found = moment(value)
    return None if found is None else int(found.timestamp() * 1000)


def size(document: Any) -> int:
    """Return how many bytes the document takes on the wire."""
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header whatever its case."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def contexts(document: Json) -> list[Any]:
    """Return the members of @context."""
    return as_list(document.get("@context"))


def is_activity_type(content_type: str) -> bool:
    """Say whether the content type is ActivityStreams: activity+json, or ld+json with its profile."""
    name, _, parameters = content_type.partition(";")
    match name.strip().lower():
        case "application/activity+json":
            return True
        case "application/ld+json":
            profiles = re.search(r'profile="([^"]*)"', parameters)
            return profiles is not None and AS2 in profiles.group(1).split()
        case _:
            return False


def is_pem(value: Any) -> bool:
    """Say whether this looks like one public key in PEM."""
    pem = r"-----BEGIN (RSA )?PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END (RSA )?PUBLIC KEY-----\s*"
    return re.fullmatch(pem, text(value).lstrip()) is not None


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "h1", "h2", "h3", "h4", "li", "blockquote", "pre"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def words(markup: Any) -> str:
    """Return what is left to read of HTML once the tags are gone."""
    reader = _Words()
    reader.feed(text(markup))
    reader.close()
    return "".join(reader.parts).strip()


def link_schemes(markup: Any) -> set[str]:
    """Return the schemes of the links in HTML."""
    return {
        found.lower() for found in re.findall(r'href="([a-z][a-z0-9+.-]*):', text(markup), re.I)
    }

"""Actors: who stands behind an id, where to write to them, and how they present themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fedi.activitypub.html import clean, strip_controls
from fedi.activitypub.origins import same_origin
from fedi.activitypub.vocabulary.media import address_in, largest_picture
from fedi.activitypub.vocabulary.values import (
    MAX_NAME,
    as_list,
    first,
    id_of,
    ids_of,
    millis_of,
    name_in,
    text_in,
    text_of,
    type_of,
    types_of,
    web_address,
    with_plain_keys,
)
from fedi.errors import Malformed

ACTOR_TYPES = frozenset({"Person", "Group", "Organization", "Service", "Application"})
MAX_SUMMARY = 20_000
MAX_FIELDS = 50

_USERNAME = re.compile(r"[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*")
_HANDLE = re.compile(r"[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*@[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Field:
    """A row of a profile's table; the value is clean HTML."""

    name: str
    value_html: str


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor as it describes itself.

    `inbox`, `outbox` and the collections are of the same origin as `id`, and so is `shared_inbox`,
    or they are None. `webfinger` is the handle it claims (FEP-2c59), which nobody has checked yet.
    `implements` names what its software can do (FEP-844e).
    """

    id: str
    type: str
    username: str
    name: str
    summary_html: str
    url: str
    inbox: str
    shared_inbox: str | None
    outbox: str | None
    followers: str | None
    following: str | None
    featured: str | None
    icon_url: str | None
    header_url: str | None
    manually_approves: bool
    discoverable: bool
    indexable: bool
    suspended: bool
    memorial: bool
    also_known_as: tuple[str, ...]
    moved_to: str | None
    published_ms: int | None
    fields: tuple[Field, ...]
    webfinger: str | None
    attribution_domains: tuple[str, ...]
    implements: tuple[str, ...]

    @property
    def is_group(self) -> bool:
        """Tell whether many speak through it."""
        return self.type == "Group"


def read_actor(document: dict[str, Any]) -> Actor:
    """Read an actor; Malformed unless it has a web address, a type of actor, a name and an inbox of its own."""
    known: dict[str, Any] = with_plain_keys(document)
    kind = next((name for name in types_of(known) if name in ACTOR_TYPES), None)
    if kind is None:
        raise Malformed("This is not an actor.")
    me = web_address(known.get("id"))
    if me is None:
        raise Malformed("This actor has no id.")
    username = text_of(known.get("preferredUsername"))
    if len(username) > MAX_NAME or not _USERNAME.fullmatch(username):
        raise Malformed("This actor has no usable name.")
    inbox = _own(known.get("inbox"), me)
    if inbox is None:
        raise Malformed("This actor has no inbox on its own server.")
    endpoints = first(known.get("endpoints"))
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None
    return Actor(
        id=me,
        type=kind,
        username=username,
        name=name_in(known) or username,
        summary_html=clean(text_in(known, "summary")[:MAX_SUMMARY]),
        url=_own(address_in(known.get("url"), "text/html"), me) or me,
        inbox=inbox,
        shared_inbox=_own(shared or known.get("sharedInbox"), me),
        outbox=_own(known.get("outbox"), me),
        followers=_own(known.get("followers"), me),
        following=_own(known.get("following"), me),
        featured=_own(known.get("featured"), me),
        icon_url=largest_picture(known.get("icon")),
        header_url=largest_picture(known.get("image")),
        manually_approves=known.get("manuallyApprovesFollowers") is True,
        discoverable=known.get("discoverable") is True,
        indexable=known.get("indexable") is True,
        suspended=known.get("suspended") is True,
        memorial=known.get("memorial") is True,
        also_known_as=ids_of(known.get("alsoKnownAs")),
        moved_to=web_address(known.get("movedTo")),
        published_ms=millis_of(known.get("published")),
        fields=_fields(known.get("attachment")),
        webfinger=_handle(known.get("webfinger")),
        attribution_domains=ids_of(known.get("attributionDomains")),
        implements=_implements(known),
    )


def _own(value: Any, me: str) -> str | None:
    uri = id_of(value)
    return uri if uri and same_origin(uri, me) else None


def _fields(value: Any) -> tuple[Field, ...]:
    rows = [item for item in as_list(value) if type_of(item) == "PropertyValue"][:MAX_FIELDS]
    fields = (Field(name_in(row), clean(text_of(row.get("value"))[:MAX_NAME])) for row in rows)
    return tuple(field for field in fields if field.name or field.value_html)


def _handle(value: Any) -> str | None:
    handle = strip_controls(text_of(value)[:MAX_NAME]).removeprefix("acct:").removeprefix("@")
    return handle if _HANDLE.fullmatch(handle) else None


def _implements(known: dict[str, Any]) -> tuple[str, ...]:
    generator = first(known.get("generator"))
    theirs = generator.get("implements") if isinstance(generator, dict) else None
    return ids_of([*as_list(known.get("implements")), *as_list(theirs)])

"""What the readers are given, what they hand back, and how they say no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Json = dict[str, Any]


class NotRead(Exception):
    """A server does not take a document; the rule is a sentence, the section names interop facts."""

    def __init__(self, server: str, rule: str, section: str, *, name: str = "") -> None:
        super().__init__(f"{server}: {rule} [interop {section}]")
        self.server = server
        self.rule = rule
        self.section = section
        self.name = name


class Refused(NotRead):
    """The document is broken or unwelcome in the eyes of this server."""


class Ignored(NotRead):
    """The document is sound, but this server never shows such a thing."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to a GET: the URL after redirects, and the parsed body."""

    url: str
    status: int
    headers: Mapping[str, str]
    document: Any


@dataclass(frozen=True, slots=True)
class Delivered:
    """One POST to an inbox; with a URL and a body its signature header is examined too."""

    document: Any
    headers: Mapping[str, str]
    url: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HandleView:
    """What a server keeps of a WebFinger answer."""

    handle: str
    actor: str
    subscribe: str


@dataclass(frozen=True, slots=True)
class ActorView:
    """What a visitor sees of an account, and where its server will send things."""

    id: str
    kind: str
    handle: str
    name: str
    bio: str
    url: str
    inbox: str
    shared_inbox: str
    key: str
    icon: str = ""
    header: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    locked: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """One picture or file of a post."""

    url: str
    kind: str
    alt: str


@dataclass(frozen=True, slots=True)
class Poll:
    """The options with their votes, and when it closes."""

    options: tuple[tuple[str, int], ...]
    several: bool
    closes: str


@dataclass(frozen=True, slots=True)
class EventView:
    """Date, place and terms of an event, as its own fields and not as text."""

    starts: str
    ends: str = ""
    zone: str = ""
    place: str = ""
    address: str = ""
    coordinates: tuple[float, float] | None = None
    status: str = ""
    join: str = ""
    website: str = ""
    picture: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class PostView:
    """What a user of a server sees of a post."""

    id: str
    author: str
    title: str
    text: str
    warning: str
    language: str
    visibility: str
    media: tuple[Media, ...] = ()
    poll: Poll | None = None
    event: EventView | None = None
    quotable_by: frozenset[str] = frozenset()
    link: str = ""
    reply_to: str = ""
    likes: int = 0
    shares: int = 0


@dataclass(frozen=True, slots=True)
class CollectionView:
    """A collection's size, whether its members are hidden, and the ids on the page at hand."""

    total: int
    hidden: bool
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What happened on the server: `what` in two words, `about` an id, `why` where nothing did."""

    what: str
    about: str = ""
    post: PostView | None = None
    why: str = ""


def _nothing() -> Mapping[str, Json]:
    return {}


@dataclass(frozen=True, slots=True)
class Stored:
    """What the reading server knew before: actors, objects, follows, and questions it asked."""

    host: str = "peer.example"
    now: int = 0
    actors: Mapping[str, Json] = field(default_factory=_nothing)
    objects: Mapping[str, Json] = field(default_factory=_nothing)
    gone: frozenset[str] = frozenset()
    following: frozenset[str] = frozenset()
    asked: Mapping[str, Json] = field(default_factory=_nothing)
    done: Mapping[str, Json] = field(default_factory=_nothing)

    def after(self, document: Json, effect: Effect) -> Stored:
        """Return the state once the effect has happened."""
        done = {**self.done, str(document.get("id", "")): document}
        inner = document.get("object")
        match effect.what:
            case "post shown" | "edited" if isinstance(inner, dict):
                return replace(self, done=done, objects={**self.objects, effect.about: inner})
            case "deleted":
                rest = {key: value for key, value in self.objects.items() if key != effect.about}
                return replace(self, done=done, objects=rest, gone=self.gone | {effect.about})
            case "follow accepted":
                by = str(document.get("actor", ""))
                return replace(self, done=done, following=self.following | {by})
            case _:
                return replace(self, done=done)

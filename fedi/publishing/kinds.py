"""What a practice registers: how a thing is written by a person and told to other servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fedi.errors import Refused
from fedi.publishing.front_matter import Problems, Schema, Values
from fedi.publishing.markdown import Mentioned
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx

NAMESPACE = "https://w3id.org/fedi/ns#"
"""What our own terms begin with."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What every published thing has, whatever its kind; `people` are those it names, where they were found."""

    id: str
    actor: str
    title: str
    language: str
    audience: str = "public"
    warning: str = ""
    people: Mapping[str, Mentioned] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a published thing that has an address of its own, such as a decision of minutes.

    `key` tells it from the others of its `kind` in that thing. `title` is plain text, `content` HTML; `terms` are
    what its document adds to them, `state`, `due` (a day) and `facts` what lists and its page show.
    """

    id: str
    kind: str
    key: str
    meaning: str
    title: str
    content: str
    terms: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    state: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What a practice adds to the common document, to its page and to its row.

    `opening` and `closing` are HTML around the text. `summary` is short and plain: Mastodon shows it under the name
    of an Article or Event in place of the content, Misskey and GoToSocial as the warning before it (interop §3.1).
    `facts` are plain data for the page and hold nothing finer than the group chose to tell.
    """

    name: str = ""
    summary: str = ""
    opening: str = ""
    closing: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Mapping[str, Any], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    pieces: tuple[Piece, ...] = ()
    state: str = ""
    starts_at: int | None = None
    ends_at: int | None = None


Join = Callable[[Any, str, Values, Problems], tuple[Any, str]]
"""Takes details, the text below the front matter, and what the front matter said; returns the first two anew."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of published thing; `details` below is the practice's own frozen noun.

    `path` stands in ids and never changes; `label` and `plural` are its name on pages, marked for translation;
    `meaning` is the term of ours that tells the kind in documents. `read` turns front matter into details or notes
    problems. `from_document` is the reverse of `to_document` and returns None for what is not of this kind. `revise`
    lets the details of an edit remember the ones before; `notice` returns the Markdown of a note that tells
    followers of an edit whose Update other servers do not announce. `settle` has the last word on the details of a
    version, in the transaction that keeps it: it fills in what only the moment and the database know, keeps what
    follows from it, or raises Refused. `join` brings details and the text below the front matter together, as both
    are published. `names` gives the handles, and the addresses of posts, whose owners are mentioned beside those in
    the text. `align` gives what one audience sees of details the keys and ids that `settle` gave to the whole.
    `translate` puts details into the words of a translation, whose front matter may leave out all but the title.
    `front` writes details as front matter again, for those who take a text along.
    """

    name: str
    path: str
    stamp: str
    type: str
    meaning: str
    schema: Schema
    read: Callable[[Values, Problems], Any]
    to_document: Callable[[Any, Subject], Part]
    from_document: Callable[[Mapping[str, Any]], Any]
    label: str
    plural: str
    is_titled: bool = True
    revise: Callable[[Any, Any], Any] = lambda before, after: after
    notice: Callable[[Any, Any, Subject], str | None] = lambda before, after, subject: None
    settle: Callable[[Tx, StoredObject, Any, int], Any] = lambda tx, stored, details, now: details
    join: Join = lambda details, text, values, problems: (details, text)
    names: Callable[[Any], tuple[str, ...]] = lambda details: ()
    align: Callable[[Any, Any], Any] = lambda whole, seen: seen
    translate: Join = lambda details, text, values, problems: (details, text)
    front: Callable[[Any], Mapping[str, Any]] | None = None

    @property
    def card(self) -> str:
        """The template of its card in a stream."""
        return f"{self.path}/card.html"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known; the same name or path twice is a mistake in the program."""
    if kind.name in _kinds or any(kind.path == other.path for other in _kinds.values()):
        raise RuntimeError(f"the kind {kind.name} or its path {kind.path} is there twice")
    _kinds[kind.name] = kind
    return kind


def kind(name: str) -> Kind:
    """Return the kind of that name or raise Refused."""
    if name not in _kinds:
        raise Refused(
            f"There is no kind {name}.", cure=f"The kinds are: {', '.join(sorted(_kinds))}."
        )
    return _kinds[name]


def kind_at(path: str) -> Kind | None:
    """Return the kind whose ids have this path."""
    return next((known for known in _kinds.values() if known.path == path), None)


def all_kinds() -> list[Kind]:
    """Return every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]

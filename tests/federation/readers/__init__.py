"""Other servers as small strict readers, and a place where everything we emit is run through each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from . import (
    friendica,
    gancio,
    gotosocial,
    lemmy,
    mastodon,
    misskey,
    mobilizon,
    piefed,
    pleroma,
)
from .mailbox import signature_is_acceptable
from .plain import id_of, kind, mapping
from .reader import Reader
from .shapes import (
    ActorView,
    Delivered,
    Effect,
    EventView,
    Fetched,
    HandleView,
    Ignored,
    Json,
    Media,
    NotRead,
    Poll,
    PostView,
    Refused,
    Stored,
)

__all__ = [
    "COMMUNITIES_ONLY",
    "READERS",
    "ActorView",
    "Delivered",
    "Effect",
    "EventView",
    "Fetched",
    "HandleView",
    "Ignored",
    "Json",
    "Media",
    "NotRead",
    "Poll",
    "PostView",
    "Reader",
    "Refused",
    "Stored",
    "check_everything",
    "signature_is_acceptable",
]

_MODULES = (
    mastodon,
    gotosocial,
    mobilizon,
    gancio,
    misskey,
    pleroma,
    lemmy,
    piefed,
    friendica,
)
READERS: dict[str, Reader] = {module.READER.server: module.READER for module in _MODULES}

# They want a Person as the author of a post, so of a Group they take actor, Follow and answers.
COMMUNITIES_ONLY = frozenset({"Lemmy", "PieFed"})
_ABOUT_FOLLOWS = frozenset({"Undo", "Accept", "Reject"})


def check_everything(
    actor: Fetched,
    webfinger: Fetched,
    objects: Iterable[Fetched] = (),
    activities: Iterable[Delivered] = (),
    *,
    stored: Stored | None = None,
    allow_http: bool = False,
) -> list[str]:
    """Return every refusal of an actor and what it emits, by every server, with its name.

    Activities are taken in their order. Somebody on each server is supposed to follow the actor,
    and to have asked for what an Accept or Reject answers. Lemmy and PieFed read a Group, its
    Follow and its answers only. What a server soundly ignores is no refusal; an object that no
    server shows is reported.
    """
    told, sent = list(objects), list(activities)
    found: list[str] = []
    for reader in READERS.values():
        state = _supposed(actor, sent, stored or Stored())
        found += _profile(reader, actor, webfinger, allow_http)
        if reader.server not in COMMUNITIES_ONLY:
            found += [no for one in told for no in _refusals(reader, one, state, allow_http)]
        found += _deliveries(reader, sent, state, allow_http)
    return found + list(_unseen(told, actor, allow_http))


def _supposed(actor: Fetched, sent: list[Delivered], stored: Stored) -> Stored:
    """Return the state of a server that knows the actor, follows it, and asked what is answered."""
    document = mapping(actor.document)
    answers = (mapping(one.document) for one in sent)
    asked = {
        id_of(inner): inner
        for one in answers
        if kind(one) in {"Accept", "Reject"} and kind(inner := mapping(one.get("object")))
    }
    known = {**stored.actors, id_of(document): document}
    trusts = stored.following | {id_of(document)}
    return replace(stored, actors=known, following=trusts, asked={**asked, **stored.asked})


def _profile(reader: Reader, actor: Fetched, webfinger: Fetched, allow_http: bool) -> Iterator[str]:
    document = mapping(actor.document)
    if reader.server in COMMUNITIES_ONLY and kind(document) == "Application":
        return
    try:
        reader.read_actor(actor, allow_http=allow_http)
    except NotRead as no:
        yield f"{no} (actor {actor.url})"
    try:
        reader.read_webfinger(webfinger, actor=id_of(document), allow_http=allow_http)
    except NotRead as no:
        yield f"{no} (WebFinger {webfinger.url})"


def _refusals(reader: Reader, one: Fetched, state: Stored, allow_http: bool) -> Iterator[str]:
    try:
        reader.read_object(one, stored=state, allow_http=allow_http)
    except Ignored:
        return
    except Refused as no:
        yield f"{no} ({kind(mapping(one.document))} {one.url})"


def _deliveries(
    reader: Reader, sent: list[Delivered], state: Stored, allow_http: bool
) -> Iterator[str]:
    for one in sent:
        document = mapping(one.document)
        if reader.server in COMMUNITIES_ONLY and not _about_following(document):
            continue
        label = f"({kind(document)} {id_of(document)})"
        if one.url:
            no = signature_is_acceptable(reader.server, "POST", one.url, one.headers, one.body)
            if no is not None:
                yield f"{no} {label}"
        try:
            effect = reader.read_activity(document, one.headers, state, allow_http=allow_http)
        except Refused as no:
            yield f"{no} {label}"
        else:
            state = state.after(document, effect)


def _about_following(document: Json) -> bool:
    """Say whether this is a Follow, its Undo, or an answer to one; an answer may name it by id."""
    inner = document.get("object")
    about = kind(document) in _ABOUT_FOLLOWS and (isinstance(inner, str) or kind(inner) == "Follow")
    return kind(document) == "Follow" or about


def _unseen(told: list[Fetched], actor: Fetched, allow_http: bool) -> Iterator[str]:
    document = mapping(actor.document)
    state = Stored(actors={id_of(document): document})
    for one in told:
        for server in READERS.keys() - COMMUNITIES_ONLY:
            try:
                READERS[server].read_object(one, stored=state, allow_http=allow_http)
                break
            except NotRead:
                continue
        else:
            yield f"nobody: no server shows this ({kind(mapping(one.document))} {one.url})"

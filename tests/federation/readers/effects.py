"""What activities do on servers that agree; each takes the reader and the examined activity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .plain import ACTOR_TYPES, as_list, id_of, ids, kind, mapping, milliseconds, text
from .reader import Reader
from .rulebook import Subject
from .shapes import Effect, Json

DAY = 86_400_000
_ANSWERS = {"Follow": "follow", "Join": "participation", "QuoteRequest": "quote"}


def asked_for(subject: Subject) -> Json | None:
    """Return what was asked from here that this Accept or Reject answers, by id or by content."""
    known = subject.stored.asked.get(id_of(subject.get("object")))
    if known is not None:
        return known
    inner = subject.inner
    alike = (
        one
        for one in subject.stored.asked.values()
        if kind(one) == kind(inner)
        and id_of(one.get("actor")) == id_of(inner.get("actor"))
        and id_of(one.get("object")) == (id_of(inner.get("object")) or subject.actor)
    )
    return next(alike, None)


def answer_to(*requests: str) -> Callable[[Reader, Subject], Effect]:
    """Return the handler of Accept and Reject for these kinds of request; others are ignored."""

    def on_answer(reader: Reader, subject: Subject) -> Effect:
        asked = asked_for(subject) or {}
        name = kind(asked) or kind(subject.inner)
        if name not in requests:
            raise reader.ignores(f"an answer to a {name or 'nothing'} is not understood", "§3.8")
        if not asked:
            raise reader.ignores("an answer to something that was not asked is dropped", "§6.19")
        granted = kind(subject.document) == "Accept"
        return Effect(f"{_ANSWERS[name]} {'accepted' if granted else 'refused'}", id_of(asked))

    return on_answer


on_follow_answered = answer_to("Follow")


def simply(what: str) -> Callable[[Reader, Subject], Effect]:
    """Return the handler of activities that do one thing to their object."""

    def on_activity(_reader: Reader, subject: Subject) -> Effect:
        about = next(iter(ids(subject.get("object"))), "")
        return Effect(what, about)

    return on_activity


on_follow = simply("follow requested")
on_like = simply("liked")
PINS = {"Add": simply("pinned"), "Remove": simply("unpinned")}
MODERATION = {"Flag": simply("reported"), "Block": simply("blocked")}


def on_announce(reader: Reader, subject: Subject) -> Effect:
    """Return a boost of the post whose id is announced [§4.1]."""
    if kind(subject.inner) in {"Create", "Update", "Delete", "Like", "Undo", "Announce"}:
        raise reader.ignores("an announced activity is not a post, nothing is boosted", "§4.1")
    return Effect("boosted", id_of(subject.get("object")))


def on_undo(reader: Reader, subject: Subject) -> Effect:
    """Return what was taken back: embedded, or known by its id."""
    known = subject.stored.done.get(id_of(subject.get("object")), {})
    what = kind(subject.inner) or kind(known)
    if what not in {"Follow", "Like", "Announce", "Block", "Accept"}:
        raise reader.ignores("what is undone is neither known nor embedded", "§4.4")
    return Effect(f"{what.lower()} undone", id_of(subject.get("object")))


def on_delete(_reader: Reader, subject: Subject) -> Effect:
    """Return which post or account is gone [§3.5]."""
    gone = id_of(subject.get("object"))
    return Effect("account deleted" if gone == subject.actor else "deleted", gone)


def relevant(subject: Subject) -> bool:
    """Say whether anybody here wants it: a follower, a mention, a reply to something here [§3.3]."""
    stored, inner = subject.stored, subject.inner
    if subject.actor in stored.following:
        return True
    if id_of(inner.get("inReplyTo")) in stored.objects:
        return True
    addressed = ids(subject.get("to")) + ids(subject.get("cc"))
    return any(
        one.startswith((f"https://{stored.host}/", f"http://{stored.host}/")) for one in addressed
    )


def on_create(reader: Reader, subject: Subject) -> Effect:
    """Return the post as it appears here [§3.3]."""
    about = id_of(subject.inner) or text(subject.get("object"))
    if about in subject.stored.gone:
        raise reader.ignores("an id that was deleted once is blocked forever", "§3.3")
    if not relevant(subject):
        raise reader.ignores("nobody here follows the author or is addressed", "§3.3")
    return Effect("post shown", about, reader.look_inside(subject))


def update_of(*types: str) -> Callable[[Reader, Subject], Effect]:
    """Return the handler of Update for these object types; actors always; others are ignored."""

    def on_update(reader: Reader, subject: Subject) -> Effect:
        about = id_of(subject.inner)
        if kind(subject.inner) in ACTOR_TYPES:
            reader.book.require("actor", replace(reader.embedded(subject), url=about))
            return Effect("profile updated", about)
        if kind(subject.inner) not in types:
            raise reader.ignores(f"an Update of type {kind(subject.inner)} is not applied", "§3.4")
        if about not in subject.stored.objects:
            raise reader.ignores("an Update of something unknown is dropped", "§3.4")
        return Effect("edited", about, reader.look_inside(subject))

    return on_update


def options_of(document: Json) -> tuple[list[str], list[str]]:
    """Return what can be chosen, one of them or several."""
    one, several = (
        [text(mapping(option).get("name")) for option in as_list(document.get(key))]
        for key in ("oneOf", "anyOf")
    )
    return one, several


def on_dated_update(reader: Reader, subject: Subject) -> Effect:
    """Return an edit, a silent recount or nothing, as `updated` says [§3.4]."""
    inner, about = subject.inner, id_of(subject.inner)
    if kind(inner) in ACTOR_TYPES:
        return update_of()(reader, subject)
    before = subject.stored.objects.get(about)
    if before is None:
        published = milliseconds(inner.get("published"))
        if published is None or subject.stored.now - published > DAY:
            raise reader.ignores("an Update of an unknown post older than a day is dropped", "§3.4")
        return on_create(reader, subject)
    told = milliseconds(inner.get("updated"))
    known = milliseconds(before.get("updated"))
    post = reader.look_inside(subject)
    if told is not None and known is not None and told < known:
        raise reader.ignores("an Update older than what is known is dropped", "§3.4")
    if told is None or told == known:
        if options_of(inner) != options_of(before):
            raise reader.ignores("a recount of other options is dropped", "§3.9")
        return Effect("counted", about, post)
    return Effect("edited", about, post)

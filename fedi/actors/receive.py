"""What another server told us: one transaction that guards, and lets the one handler for it act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from fedi.activitypub.origins import host_of, same_origin
from fedi.activitypub.vocabulary import Activity, id_of, type_of
from fedi.actors import blocked
from fedi.site import Site
from fedi.storage import activities, actors, groups, hosts, jobs, objects, seen
from fedi.storage.actors import Actor
from fedi.storage.groups import Group
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx

REFRESH_AFTER_MS = 86_400_000
"""An actor whose document is older than this is fetched again, in the background, when it says something."""

Outcome = Literal["done", "seen", "ignored"]


@dataclass(frozen=True, slots=True)
class About:
    """What of ours an activity is about, resolved once.

    `of` is the type of the activity or object it carries ('self' where that is its own actor), `kind` that
    of our object it names ('group' for an actor of ours), `group` the actor id of the group concerned.
    Where the group itself is named, `ours` is all about it (None for the instance's actor).
    """

    of: str | None = None
    kind: str | None = None
    group: str | None = None
    object: StoredObject | None = None
    ours: Group | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """An activity and who provably said it (`by`); `carried_by` is who brought it, where that is somebody else.

    `receive` fills in the rest: what it is about, its sender as known here, whether they are `limited` (taken, but
    not shown), and whether the group concerned has blocked them (`unwelcome`; only a Follow comes so far).
    """

    activity: Activity
    document: Mapping[str, Any]
    by: str
    site: Site
    now: int
    inbox_of: str | None = None
    proof: Literal["http", "proof"] = "http"
    carried_by: str | None = None
    about: About = About()
    sender: Actor | None = None
    limited: bool = False
    unwelcome: bool = False


Handler = Callable[[Tx, Incoming], None]
Recogniser = Callable[[Tx, str, str], str | None]
Pattern = tuple[str, str | None, str | None]

_handlers: dict[Pattern, Handler] = {}
_types: set[str] = set()
_recognisers: list[Recogniser] = []


def receives(
    activity_type: str, *, of: str | None = None, to: str | None = None
) -> Callable[[Handler], Handler]:
    """Register the one handler that owns the effect of a type, of what it carries, to a kind of ours."""
    pattern = (activity_type, of, to)

    def register(handler: Handler) -> Handler:
        if pattern in _handlers:
            raise RuntimeError(f"{pattern} already has a handler: {_handlers[pattern].__name__}")
        _handlers[pattern] = handler
        _types.add(activity_type)
        return handler

    return register


def recognises(recogniser: Recogniser) -> Recogniser:
    """Register a function (tx, actor, id) that gives the type of a foreign activity whose effect we hold.

    It is asked where an `Undo`, `Accept` or `Reject` names its object by id alone.
    """
    _recognisers.append(recogniser)
    return recogniser


def handles(activity_type: str) -> bool:
    """Tell whether anybody here does anything with a type, so that the others cost no key."""
    return activity_type in _types


def receive(tx: Tx, incoming: Incoming) -> Outcome:
    """Take note of an activity and let it take effect once.

    'seen' when the same actor said it before under the same id; 'ignored' when it comes from a blocked place,
    nobody here handles it, or it was passed on without an id, by which alone it could be told from a repetition.
    """
    activity = incoming.activity
    is_direct = incoming.proof == "http"
    is_own = same_origin(activity.id, incoming.by) if activity.id else is_direct
    if not is_own:
        return "ignored"
    sender = actors.find(tx, incoming.by)
    told = replace(incoming, about=_about(tx, incoming), sender=sender)
    told = _judged(tx, told)
    if told is None:
        return "ignored"
    hosts.woken(tx, host_of(told.carried_by or told.by), told.now)
    # Without an id nothing can be told apart; the handlers are idempotent for those (interop §5.2).
    if activity.id and not seen.remember(tx, told.by, activity.id, told.now, is_direct=is_direct):
        return "seen"
    if sender and not sender.is_local and _is_stale(sender, told):
        jobs.add(tx, "actors.refresh", sender.id, {"actor": sender.id}, told.now)
    undone = id_of(activity.object) if activity.type == "Undo" else None
    if undone:
        seen.undo(tx, told.by, undone, told.now)
    handler = _handler(told)
    if handler is None:
        seen.count_ignored(tx, activity.type, told.now)
        return "ignored"
    handler(tx, told)
    return "done"


def count_unknown(tx: Tx, activity_type: str, now: int) -> None:
    """Count an activity that the inbox answered without looking further, because nobody handles its type."""
    seen.count_ignored(tx, activity_type, now)


def _is_stale(sender: Actor, told: Incoming) -> bool:
    """Tell whether to look at an actor again: it is long ago, or who was gone speaks again."""
    if told.activity.type == "Delete" and told.about.of == "self":
        return False
    return sender.gone_at is not None or told.now - sender.fetched_at > REFRESH_AFTER_MS


def _handler(told: Incoming) -> Handler | None:
    name, of, kind = told.activity.type, told.about.of, told.about.kind
    patterns = dict.fromkeys(
        ((name, of, kind), (name, of, None), (name, None, kind), (name, None, None))
    )
    return next((_handlers[pattern] for pattern in patterns if pattern in _handlers), None)


def _about(tx: Tx, incoming: Incoming) -> About:
    activity = incoming.activity
    carried = activity.object
    names: list[str | None] = []
    of = None
    if isinstance(carried, dict):
        of = type_of(carried) or None
        names = [id_of(carried.get("inReplyTo")), id_of(carried), id_of(carried.get("object"))]
    else:
        names = [id_of(carried)]
        of = _recognise(tx, incoming, names[0])
    names.append(id_of(activity.target))
    if id_of(carried) == incoming.by:
        of = "self"
    for name in names:
        if name is None or not incoming.site.is_local(name):
            continue
        ours = groups.find_by_actor(tx, name)
        if ours or name == incoming.site.actor:
            return About(of, "group", name, ours=ours)
        found = objects.find(tx, name)
        if found:
            return About(of, found.kind, found.actor, found)
    return About(of, None, incoming.inbox_of)


def _recognise(tx: Tx, incoming: Incoming, name: str | None) -> str | None:
    if name is None or incoming.activity.type not in ("Undo", "Accept", "Reject"):
        return None
    if incoming.site.is_local(name):
        ours = activities.find(tx, name)
        return ours.type if ours else None
    known = (recogniser(tx, incoming.by, name) for recogniser in _recognisers)
    return next((found for found in known if found), None)


def _judged(tx: Tx, told: Incoming) -> Incoming | None:
    """Hold the actor, who carried it, and the host of what it carries against the blocks; None if blocked.

    Whoever is blocked by one group alone may still ask to follow it, so that they get an answer.
    """
    named = (told.by, told.carried_by, id_of(told.activity.object))
    foreign = {name for name in named if name is not None and not told.site.is_local(name)}
    severity = blocked.severity(tx, blocked.INSTANCE, foreign)
    own = blocked.severity(tx, told.about.group, foreign) if told.about.group else None
    unwelcome = own == "block"
    if severity == "block" or (unwelcome and told.activity.type != "Follow"):
        return None
    return replace(told, limited="limit" in (severity, own), unwelcome=unwelcome)

"""What a person asks for, as plain data: done now, kept in a log, or put off until somebody else agrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from fedi.actors.groups import get_group
from fedi.errors import Forbidden, Refused
from fedi.publishing import draft, drafts, publish
from fedi.publishing.kinds import kind
from fedi.publishing.markdown import Mentioned
from fedi.publishing.publish import Ready
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import objects
from fedi.storage.media import Picture, Voice
from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Act:
    """One thing asked for by somebody in a group's name; `arguments` would survive JSON unchanged.

    `kind` is publish, edit, withdraw, pin, unpin or what a practice adds with `performs`. `label` says it in one
    line that other members understand, without anybody's name.
    """

    kind: str
    group: str
    by: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""


Performer = Callable[[Tx, Site, Act, int], str]
"""Does an act in the open transaction, and returns the id of what it is about."""

_performers: dict[str, Performer] = {}


def performs(act_kind: str) -> Callable[[Performer], Performer]:
    """Register the one function that does acts of a kind."""

    def register(performer: Performer) -> Performer:
        if act_kind in _performers:
            raise RuntimeError(f"acts called {act_kind} are already done by somebody")
        _performers[act_kind] = performer
        return performer

    return register


def perform(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Do what was asked for, whole or not at all, and return the id of what it is about."""
    performer = _performers.get(act.kind)
    if performer is None:
        raise Refused(
            f"Nobody here knows how to {act.kind}.",
            cure=f"Known: {', '.join(sorted(_performers))}.",
        )
    return performer(tx, site, act, now)


def written(
    kind_name: str,
    source: str,
    mentions: Mapping[str, Mentioned],
    pictures: tuple[Picture, ...],
    voices: tuple[Voice, ...] = (),
) -> dict[str, Any]:
    """Return the arguments of publish and edit: the text itself, and what was found out about it."""
    return {
        "kind": kind_name,
        "source": source,
        "mentions": {handle: asdict(person) for handle, person in mentions.items()},
        "pictures": [asdict(picture) for picture in pictures],
        "voices": [asdict(voice) for voice in voices],
    }


@performs("publish")
def _publish(tx: Tx, site: Site, act: Act, now: int) -> str:
    done = publish.publish(tx, site, get_group(tx, act.group), _ready(act), now)
    _let_go(tx, act, now)
    return done


@performs("edit")
def _edit(tx: Tx, site: Site, act: Act, now: int) -> str:
    _check_owner(tx, site, act)
    done = publish.edit(tx, site, str(act.arguments["object"]), _ready(act), now)
    _let_go(tx, act, now)
    return done


@performs("withdraw")
def _withdraw(tx: Tx, site: Site, act: Act, now: int) -> str:
    object_id = _check_owner(tx, site, act)
    publish.withdraw(tx, site, object_id, now)
    return object_id


@performs("pin")
def _pin(tx: Tx, site: Site, act: Act, now: int) -> str:
    object_id = _check_owner(tx, site, act)
    publish.pin(tx, site, object_id, now)
    return object_id


@performs("unpin")
def _unpin(tx: Tx, site: Site, act: Act, now: int) -> str:
    object_id = _check_owner(tx, site, act)
    publish.unpin(tx, site, object_id, now)
    return object_id


def _let_go(tx: Tx, act: Act, now: int) -> None:
    """Let go of the draft that this was, if it was one."""
    if act.arguments.get("draft"):
        drafts.let_go(tx, str(act.arguments["draft"]), now)


def _check_owner(tx: Tx, site: Site, act: Act) -> str:
    """Return the object an act is about; a group has no say over what another published."""
    object_id = str(act.arguments["object"])
    stored = objects.find(tx, object_id)
    if stored and stored.actor != site.group(act.group):
        raise Forbidden(_("Another group published this."))
    return object_id


def _ready(act: Act) -> Ready:
    arguments = act.arguments
    read = draft.read(kind(str(arguments["kind"])), str(arguments["source"]))
    return Ready(
        draft=replace(read, reply_to=str(arguments.get("reply_to") or read.reply_to)),
        mentions={
            handle: Mentioned(**person) for handle, person in arguments.get("mentions", {}).items()
        },
        pictures=tuple(_picture(given) for given in arguments.get("pictures", ())),
        voices=tuple(Voice(**given) for given in arguments.get("voices", ())),
    )


def _picture(given: Mapping[str, Any]) -> Picture:
    picture = Picture(**given)
    # Plain data that went through JSON has a list here.
    return replace(picture, focal=tuple(picture.focal)) if picture.focal else picture

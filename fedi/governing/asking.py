"""What a member asks for in the group's name: done at once, or kept until a second member agrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
from ulid import ULID

from fedi.actors.groups import get_group
from fedi.delivery import clockwork
from fedi.delivery.clockwork import job
from fedi.delivery.retry import DAY
from fedi.errors import Conflict, FediError, Forbidden, NotFound, Refused
from fedi.governing import log, rules
from fedi.house import House
from fedi.publishing import acts
from fedi.publishing.acts import Act
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import groups, house_rules, jobs, pending
from fedi.storage.pending import WAITING, Pending
from fedi.storage.tx import Tx

LONGEST_REASON = 500
SECRET = frozenset({"invite"})
"""Acts whose result opens something, so that no log has it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the id of what was done, or of what waits, or why it was not done."""

    done: str | None = None
    pending: str | None = None
    reason: str = ""


class NotDone(Refused):
    """Two members agreed, and it could not be done all the same; nothing of it happened."""

    def __init__(self, error: FediError) -> None:
        super().__init__(error.sentence, cure=error.cure)
        self.error = error


def would_take(tx: Tx, group: str, act: Act) -> int:
    """Return how many members an act takes now, so that a form can say so beforehand."""
    return rules.takes_of(tx, group, act)


def ask(tx: Tx, site: Site, act: Act, person: str, now: int) -> Outcome:
    """Do what a member asks for, or keep it for a second member; either way it is logged.

    What waits already and is exactly the same is not kept twice. Raises Refused for what cannot be done or agreed to.
    """
    group = get_group(tx, act.group).actor
    tx.lock("governing", group)
    if not rules.is_able(tx, group, person):
        raise Forbidden(_("Only members can ask for this."))
    act = replace(act, by=person, arguments=orjson.loads(orjson.dumps(act.arguments)))
    if would_take(tx, group, act) == 1:
        role = log.roles_of(tx, group, person)
        done = acts.perform(tx, site, act, now)
        log.note(tx, group, act.kind, person, _about(act, done), act.label, now, role=role)
        return Outcome(done=done)
    if not any(_may_decide(act, person, member.person) for member in rules.able(tx, group)):
        raise Refused(
            _(
                "Nobody is left who could agree to this: it takes a member whom it does not concern."
            ),
            cure=_("Either of you can leave the group."),
        )
    same = pending.waiting_same(tx, group, act.kind, act.arguments)
    return Outcome(pending=same.id if same else _keep(tx, group, act, person, now))


def agree(tx: Tx, site: Site, pending_id: str, person: str, now: int) -> Outcome:
    """Do what waits, once, because a second member agrees; whoever asked may where it takes one by now.

    Raises NotDone where it cannot be done any more, and then nothing is written: `settle` writes down why.
    """
    found, act = _locked(tx, pending_id)
    if found.state == "done" and found.decided_by == person:
        return Outcome(done=found.result)
    _check_waiting(found)
    alone = would_take(tx, found.group, act) == 1 and rules.is_able(tx, found.group, person)
    if not (alone and person == found.asked_by):
        _check_may_decide(tx, found, act, person)
    if ended := _ended(tx, found, now):
        return ended
    role = log.roles_of(tx, found.group, person)
    try:
        done = acts.perform(tx, site, act, now)
    except FediError as error:
        if error.may_retry:
            raise
        raise NotDone(error) from error
    _decide(tx, found, "done", now, by=person, result=done)
    log.note(
        tx, found.group, f"{act.kind}.agreed", person, _about(act, done), act.label, now, role=role
    )
    return Outcome(done=done)


async def settle(
    house: House,
    pending_id: str,
    person: str,
    now: int,
    translate: Callable[[str], str] = str,
) -> Outcome:
    """Agree, and where it cannot be done any more write down why, in the language of whoever agreed."""
    try:
        return await house.store.write(lambda tx: agree(tx, house.site, pending_id, person, now))
    except NotDone as failure:
        reason = " ".join(filter(None, failure.error.told(translate)))

    def fail(tx: Tx) -> Outcome:
        found, act = _locked(tx, pending_id)
        if found.state == WAITING:
            _decide(tx, found, "failed", now, by=person, reason=reason)
            log.note(tx, found.group, f"{act.kind}.failed", person, "", act.label, now)
        return Outcome(reason=reason)

    return await house.store.write(fail)


def refuse(tx: Tx, pending_id: str, person: str, reason: str, now: int) -> None:
    """Decide that something is not done, and say why; whoever asked takes it back instead."""
    found, act = _locked(tx, pending_id)
    _check_waiting(found)
    _check_may_decide(tx, found, act, person)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(
            _("Say why, in at most %(most)s characters."),
            cure=_("Whoever asked reads it, and can ask again."),
            most=LONGEST_REASON,
        )
    _decide(tx, found, "refused", now, by=person, reason=reason)
    log.note(tx, found.group, f"{act.kind}.refused", person, "", act.label, now)


def take_back(tx: Tx, pending_id: str, person: str, now: int) -> None:
    """Let whoever asked for something ask for it no more."""
    found, act = _locked(tx, pending_id)
    if person != found.asked_by or not rules.is_able(tx, found.group, person):
        raise Forbidden(_("Only who asked for it can take it back."))
    _check_waiting(found)
    _decide(tx, found, "taken_back", now, by=person)
    log.note(tx, found.group, f"{act.kind}.taken_back", person, "", act.label, now)


def lapse(tx: Tx, group: str, person: str, now: int) -> None:
    """Let go of what somebody asked for who leaves the group."""
    tx.lock("governing", group)
    for found in pending.waiting(tx, group):
        if found.asked_by == person:
            _decide(tx, found, "lapsed", now)
            log.note(tx, group, f"{found.act}.lapsed", "", "", found.label, now)


def waiting(tx: Tx, group: str) -> list[Pending]:
    """Return what waits for a second member, the oldest first; what people asked who are gone waits no more."""
    there = {member.person for member in rules.able(tx, group)}
    return [found for found in pending.waiting(tx, group) if found.asked_by in there]


def waiting_for(tx: Tx, group: str, argument: str, value: str) -> Pending | None:
    """Return what waits with a certain argument, like the draft or the object it is about."""
    return next((p for p in waiting(tx, group) if p.arguments.get(argument) == value), None)


def find(tx: Tx, group: str, pending_id: str) -> Pending:
    """Return what waits or waited in a group; raise NotFound where there is nothing of it."""
    found = pending.find(tx, pending_id)
    if found is None or found.group != group:
        raise NotFound("There is nothing here.")
    return found


def may_agree(tx: Tx, found: Pending, person: str) -> bool:
    """Tell whether somebody could be the second for what waits."""
    act = act_of(tx, found)
    if person == found.asked_by:
        return would_take(tx, found.group, act) == 1
    return _may_decide(act, found.asked_by, person)


def act_of(tx: Tx, found: Pending) -> Act:
    """Return the act that waits, as it was asked for."""
    group = groups.find_by_actor(tx, found.group)
    name = group.name if group else ""
    return Act(found.act, name, found.asked_by, found.arguments, found.label)


@job("governing.expire")
async def expire(house: clockwork.House, payload: dict[str, Any]) -> None:
    """Let go of what nobody decided in time."""

    def unit(tx: Tx) -> None:
        found = pending.find(tx, str(payload["id"]))
        if found and found.state == WAITING and house.now() >= found.expires_at:
            _expire(tx, found, house.now())

    await house.store.write(unit)


def _keep(tx: Tx, group: str, act: Act, person: str, now: int) -> str:
    kept = Pending(
        id=str(ULID()).lower(),
        group=group,
        act=act.kind,
        arguments=act.arguments,
        label=act.label or act.kind,
        asked_by=person,
        asked_at=now,
        expires_at=now + house_rules.find(tx, group).pending_days * DAY,
    )
    pending.add(tx, kept)
    jobs.add(tx, "governing.expire", kept.id, {"id": kept.id}, kept.expires_at)
    log.note(tx, group, f"{act.kind}.asked", person, "", act.label, now)
    return kept.id


def _locked(tx: Tx, pending_id: str) -> tuple[Pending, Act]:
    found = pending.find(tx, pending_id)
    if found is not None:
        tx.lock("governing", found.group)
        found = pending.find(tx, pending_id)
    if found is None:
        raise NotFound("There is nothing here.")
    return found, act_of(tx, found)


def _check_waiting(found: Pending) -> None:
    if found.state != WAITING:
        raise Conflict(_("This does not wait any more."))


def _check_may_decide(tx: Tx, found: Pending, act: Act, person: str) -> None:
    if not rules.is_able(tx, found.group, person):
        raise Forbidden(_("Only members can decide this."))
    if person == found.asked_by:
        raise Forbidden(_("Whoever asked cannot agree as well: it takes another member."))
    if not _may_decide(act, found.asked_by, person):
        raise Forbidden(_("Whom it concerns cannot decide it: it takes another member."))


def _may_decide(act: Act, asked_by: str, person: str) -> bool:
    """Tell whether somebody may be the second: not who asked, nor whom it would put out."""
    concerns = act.arguments.get("person") if act.kind == "remove_member" else None
    return person not in (asked_by, concerns)


def _ended(tx: Tx, found: Pending, now: int) -> Outcome | None:
    """Let go of what came too late, and say so."""
    if now >= found.expires_at:
        _expire(tx, found, now)
        return Outcome(reason=_("Nobody agreed in time."))
    if not rules.is_able(tx, found.group, found.asked_by):
        _decide(tx, found, "lapsed", now)
        return Outcome(reason=_("Whoever asked for it is not a member any more."))
    return None


def _expire(tx: Tx, found: Pending, now: int) -> None:
    _decide(tx, found, "expired", now)
    log.note(tx, found.group, f"{found.act}.expired", "", "", found.label, now)


def _decide(
    tx: Tx,
    found: Pending,
    state: str,
    now: int,
    *,
    by: str = "",
    reason: str = "",
    result: str = "",
) -> None:
    if not pending.decide(tx, found.id, state, now, by=by, reason=reason, result=result):
        raise Conflict(_("This does not wait any more."))
    jobs.remove(tx, "governing.expire", found.id)
    pictures = found.arguments.get("pictures") if found.act == "profile" else None
    if pictures and state != "done":
        # What was uploaded for a text belongs to its draft; what was uploaded for a profile to nobody.
        names = [str(picture["name"]) for picture in pictures]
        jobs.add(tx, "media.discard", found.id, {"names": names}, now)


def _about(act: Act, done: str) -> str:
    return "" if act.kind in SECRET else done

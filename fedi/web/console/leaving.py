"""What happens when something written is to leave: checked, asked for, put off, previewed, or thrown away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from quart import Response
from werkzeug.wrappers import Response as WerkzeugResponse

from fedi.errors import Conflict, FediError, Refused
from fedi.governing import asking, log
from fedi.governing.asking import Outcome
from fedi.house import House
from fedi.publishing import composing, drafts
from fedi.publishing.composing import Composed
from fedi.publishing.labels import label
from fedi.publishing.private_things import LooksPrivate, keep, undecided
from fedi.publishing.redaction import Finding
from fedi.publishing.times import exists, to_ms, zone
from fedi.publishing.trying import try_out
from fedi.publishing.words import _
from fedi.storage import objects
from fedi.storage.drafts import Draft
from fedi.storage.pending import Pending
from fedi.storage.tx import Tx
from fedi.web.console import attached, spotted
from fedi.web.console.desk import Desk, show
from fedi.web.console.member import Member
from fedi.web.console.shell import see_other
from fedi.web.console.waiting import answered
from fedi.web.console.writing import WritingForm, refuse

DOING = (
    *("publish", "schedule", "preview", "cancel", "discard", "check"),
    *("keep", "remove", "black-out"),
)
"""What buttons ask for beyond saving."""


async def leave(house: House, desk: Desk, draft: Draft, do: str) -> WerkzeugResponse | Response:
    """Do what a button says with a draft that is saved."""
    verb, _sign, about = do.partition(":")
    person, home, now = desk.member.person.id, desk.member.home, house.now()
    if verb == "preview":
        return see_other(f"{desk.base}/preview")
    if verb == "discard":
        await house.store.write(lambda tx: drafts.discard(tx, draft, now))
        return see_other(f"{home}/posts/{desk.kind}?said=discarded")
    if verb == "cancel":
        await house.store.write(lambda tx: drafts.cancel(tx, draft, person, now))
        return see_other(f"{desk.base}?said=cancelled")
    if verb in ("keep", "remove", "black-out"):
        return await _decide(house, desk, draft, verb, about)
    try:
        return await _leave(house, desk, draft, verb, about)
    except LooksPrivate as error:
        return await show(house, desk, status=error.status)
    except FediError as error:
        if error.status >= 500:
            raise
        refuse(desk.form, error, attached.fronts(desk.files))
        return await show(house, desk, status=error.status)


def waits(tx: Tx, member: Member, draft_id: str) -> Pending | None:
    """Return the act of a draft that waits for a second member."""
    return asking.waiting_for(tx, member.group.actor, "draft", draft_id)


def check_free(tx: Tx, draft: Draft) -> None:
    """Raise Conflict for a draft that a second member is looking at: it is to stay as it is."""
    if asking.waiting_for(tx, draft.group, "draft", draft.id):
        raise Conflict(
            _("This waits for a second member, so it stays as it is."),
            cure=_("Whoever asked can take it back; then it can be changed."),
        )


async def _leave(
    house: House, desk: Desk, draft: Draft, verb: str, about: str
) -> WerkzeugResponse | Response:
    member, now = desk.member, house.now()
    person = member.person.id
    desk.wants = verb
    desk.form.shown = len(desk.files)
    if not desk.form.validate():
        return await show(house, desk, status=422)
    at = _moment(desk.form) if verb == "schedule" else None
    if about == "keep":
        draft = desk.draft = await _keep(house, desk, draft, await _undecided(draft))
    composed = await _composed(house, desk, draft)
    if verb == "check":
        await _check(house, desk, composed, draft, now)
        return see_other(f"{desk.base}?said=checked")
    desk.unchecked = desk.form.is_checked and draft.state == "draft"
    if desk.unchecked:
        return await show(house, desk, status=422)
    desk.undescribed = attached.silent(desk.files)
    if any(desk.undescribed) and about != "undescribed":
        return await show(house, desk, status=422)
    if at is not None:
        # What cannot be published is refused now, while somebody is there to mend it.
        await try_out(house, composed.act, now, lambda tx, made: None)
        await house.store.write(lambda tx: drafts.schedule(tx, draft, at, person, now))
        return see_other(f"{member.home}/posts/{desk.kind}?said=scheduled")
    outcome, audience = await house.store.write(_asked(house, desk, composed, now))
    said = "edited" if draft.object else "published"
    said += f"-{audience}" if audience in ("partners", "members") else ""
    return answered(member, outcome, f"{member.home}/posts/{desk.kind}?said={said}")


async def _decide(
    house: House, desk: Desk, draft: Draft, verb: str, about: str
) -> WerkzeugResponse:
    """Keep something private, or put black in its place; then show what is left to decide."""
    found = await _undecided(draft)
    meant = tuple(one for one in found if verb == "black-out" or f"{one.kind}:{one.text}" == about)
    if verb == "keep":
        draft = await _keep(house, desk, draft, meant)
    else:
        spotted.take_out(desk.form, draft, meant)
        person, now = desk.member.person.id, house.now()
        typed, source, title = desk.form.typed(), desk.source, desk.title
        draft = await house.store.write(
            lambda tx: drafts.save(
                tx, draft, draft.version, person, now, form=typed, source=source, title=title
            )
        )
    left = await _undecided(draft)
    return see_other(desk.base if left else f"{desk.base}?said=decided")


async def _undecided(draft: Draft) -> tuple[Finding, ...]:
    return await asyncio.to_thread(undecided, draft)


async def _keep(house: House, desk: Desk, draft: Draft, found: tuple[Finding, ...]) -> Draft:
    """Write down that these may leave; who keeps nothing has not changed the draft."""
    if not found:
        return draft
    person, now = desk.member.person.id, house.now()
    kept = keep(draft, tuple((one.kind, one.text) for one in found))
    return await house.store.write(lambda tx: drafts.keep(tx, kept, person, now))


async def _check(house: House, desk: Desk, composed: Composed, draft: Draft, now: int) -> None:
    """Note that a member read a draft; what could not be published is refused."""
    person = desk.member.person.id
    line = label(_("Read and found right: %(title)s"), title=desk.title)
    await try_out(house, composed.act, now, lambda tx, made: None)

    def note(tx: Tx) -> None:
        drafts.check(tx, draft, person, now)
        log.note(tx, draft.group, "check", person, "", line, now)

    await house.store.write(note)


async def _composed(house: House, desk: Desk, draft: Draft) -> Composed:
    member = desk.member
    return await composing.act_of(house, draft, member.group.name, member.person.id)


def _asked(
    house: House, desk: Desk, composed: Composed, now: int
) -> Callable[[Tx], tuple[Outcome, str]]:
    """Ask for it; return what came of it, and for whom the thing is that is published now."""

    def unit(tx: Tx) -> tuple[Outcome, str]:
        outcome = asking.ask(tx, house.site, composed.act, desk.member.person.id, now)
        made = objects.find(tx, outcome.done) if outcome.done else None
        return outcome, made.audience if made else ""

    return unit


def _moment(form: WritingForm) -> int:
    """Return when something is to be published, or raise Refused."""
    day, hour, name = form.publish_day.data, form.publish_hour.data, form.publish_zone.data
    where = zone((name or "").strip())
    if not day or not hour or where is None:
        raise Refused(
            _("This does not say when to publish it."), cure=_("Fill in day, time and time zone.")
        )
    try:
        moment = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=where)
    except ValueError:
        raise Refused(
            _("There is no such day or time."), cure=_("Write them like 2027-06-19 and 19:00.")
        ) from None
    if not exists(moment):
        raise Refused(
            _("The clocks there never show that time on that day: they go forward."),
            cure=_("Choose an hour later or earlier."),
        )
    return to_ms(moment)

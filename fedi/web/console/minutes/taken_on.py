"""What came of meetings: tasks that are open, with a button for what is done, and decisions that come back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from quart import Blueprint, Response
from werkzeug.wrappers import Response as Redirect

from fedi.errors import NotFound
from fedi.governing import asking
from fedi.house import House
from fedi.publishing import composing, drafts
from fedi.publishing.acts import Act
from fedi.publishing.labels import label
from fedi.publishing.private_things import keep, undecided
from fedi.publishing.words import _
from fedi.storage import drafts as rows
from fedi.storage import objects, parts
from fedi.storage.drafts import Draft
from fedi.storage.parts import SeenPart, StoredPart
from fedi.storage.tx import Tx
from fedi.web.console import leaving
from fedi.web.console.desk import Desk, open_draft
from fedi.web.console.member import Member
from fedi.web.console.minutes.paper import MinutesForm
from fedi.web.console.published import draft_of
from fedi.web.console.shell import console_page, member_of_request, see_other
from fedi.web.console.waiting import answered, ask, said_to

SAID = {
    "done": _("It is done. Everybody who has the minutes is told."),
    "noted": _(
        "Noted in the change of those minutes that is being written. It is told when that is published."
    ),
}
COMES_BACK = ("adopted", "amended", "postponed")
"""Results of decisions that may come back."""


@dataclass(frozen=True, slots=True)
class Due:
    """A task or a decision: what it says, by which role, by when, and the minutes it is of."""

    ulid: str
    path: str
    key: str
    text: str
    role: str
    day: str
    is_late: bool
    minutes: str
    minutes_path: str


def blueprint(house: House) -> Blueprint:
    """Return the routes of what came of meetings."""
    bp = Blueprint("taken_on", __name__)

    @bp.get("/console/<name>/actions")
    async def listed(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        today = datetime.fromtimestamp(house.now() / 1000, UTC).date().isoformat()
        values = await house.store.read(lambda tx: _values(tx, member, today))
        return await console_page(
            house,
            member,
            "console/actions.html",
            current="minutes",
            said=said_to(member, SAID),
            **values,
        )

    @bp.post("/console/<name>/actions/<ulid>/done")
    async def done(name: str, ulid: str) -> Redirect:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        return await _done(house, member, house.site.object("actions", ulid))

    return bp


def open_tasks(tx: Tx, member: Member, today: str) -> list[Due]:
    """Return the tasks of a group that are open, by the day they are due, those without a day last."""
    found = parts.open_in(tx, member.group.actor, "action", ("open",))
    return [_due(tx, seen, today) for seen in sorted(found, key=lambda part: part.due or "~")]


def coming_back(tx: Tx, member: Member, today: str) -> list[Due]:
    """Return the decisions of a group that have a day to come back, by that day."""
    found = parts.open_in(tx, member.group.actor, "decision", COMES_BACK)
    return [_due(tx, s, today) for s in sorted(found, key=lambda part: part.due) if s.due]


def _values(tx: Tx, member: Member, today: str) -> dict[str, Any]:
    act = Act("edit", member.group.name, member.person.id, {"kind": "minutes"})
    return {
        "tasks": open_tasks(tx, member, today),
        "reviews": coming_back(tx, member, today),
        "takes": asking.would_take(tx, member.group.actor, act),
    }


def _due(tx: Tx, seen: SeenPart, today: str) -> Due:
    part = parts.find(tx, seen.part)
    stored = objects.find(tx, part.object) if part else None
    return Due(
        ulid=seen.part.rsplit("/", 1)[-1],
        path=_path(seen.part),
        key=part.key if part else "",
        text=seen.title,
        role=str(seen.facts.get("role") or ""),
        day=seen.due,
        is_late=bool(seen.due) and seen.due < today,
        minutes=stored.title if stored else "",
        minutes_path=_path(stored.id) if stored else "",
    )


async def _done(house: House, member: Member, action: str) -> Redirect:
    """Note in the minutes that a task is done, and publish that unless another change is being written."""
    now, person = house.now(), member.person.id

    def begin(tx: Tx) -> tuple[StoredPart, Desk, bool]:
        part = parts.find(tx, action)
        stored = objects.find(tx, part.object) if part and part.removed_at is None else None
        if part is None or stored is None or part.actor != member.group.actor:
            raise NotFound("There is nothing here.")
        is_changing = rows.of_object(tx, stored.id) is not None
        desk = open_draft(tx, member, draft_of(tx, member, stored, now))
        return part, desk, is_changing

    part, desk, is_changing = await house.store.write(begin)
    text = _tick(desk, part.key)
    draft = await house.store.write(lambda tx: _save(tx, desk, now))
    if is_changing:
        return see_other(f"{member.home}/actions?said=noted")
    # What looks private in them was published before; nothing is added to it.
    found = await asyncio.to_thread(undecided, draft)
    draft = keep(draft, tuple((one.kind, one.text) for one in found))
    line = label(_("Done: %(title)s"), title=text)
    composed = await composing.act_of(house, draft, member.group.name, person)
    outcome = await ask(house, member, composed.act.kind, line, **composed.act.arguments)
    return answered(member, outcome, f"{member.home}/actions?said=done")


def _save(tx: Tx, desk: Desk, now: int) -> Draft:
    if desk.draft is None:
        raise NotFound("There is nothing here.")
    leaving.check_free(tx, desk.draft)
    return drafts.save(
        tx,
        desk.draft,
        desk.draft.version,
        desk.member.person.id,
        now,
        form=desk.form.typed(),
        source=desk.source,
        title=desk.title,
    )


def _tick(desk: Desk, key: str) -> str:
    """Mark a task of the form as done, and return what it says."""
    form = desk.form
    for row in form.actions.entries if isinstance(form, MinutesForm) else ():
        if row.form.key.data == key:
            row.form.done.data = True
            return row.form.text.data or ""
    raise NotFound("There is nothing here.")


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[-1]

"""Publishing at a moment: what was put off is asked for on behalf of whoever put it off."""

from __future__ import annotations

from typing import Any

from fedi.catalogues import catalogue
from fedi.delivery.clockwork import job
from fedi.errors import FediError
from fedi.governing import asking
from fedi.house import House
from fedi.publishing import composing, drafts
from fedi.storage import drafts as rows
from fedi.storage import groups, persons
from fedi.storage.drafts import Draft
from fedi.storage.groups import Group
from fedi.storage.tx import Tx


@job(drafts.SCHEDULE)
async def publish_scheduled(house: House, payload: dict[str, Any]) -> None:
    """Ask for a draft to be published; why it cannot be is written down with the draft, so that its group sees it."""
    now = house.now()
    draft, group, language = await house.store.read(lambda tx: _due(tx, str(payload["draft"])))
    if draft is None or group is None or (draft.publish_at or now) > now:
        return
    try:
        await _ask(house, draft, group)
    except FediError as error:
        if error.may_retry:
            raise
        why = " ".join(filter(None, error.told(catalogue(language).gettext)))
        await house.store.write(lambda tx: drafts.fail(tx, draft.id, why, now))


async def _ask(house: House, draft: Draft, group: Group) -> None:
    person, now = draft.changed_by, house.now()
    composed = await composing.act_of(house, draft, group.name, person)

    def ask(tx: Tx) -> None:
        outcome = asking.ask(tx, house.site, composed.act, person, now)
        if outcome.pending:
            # It waits for somebody now, and for no moment any more.
            drafts.cancel(tx, draft, person, now)

    await house.store.write(ask)


def _due(tx: Tx, draft_id: str) -> tuple[Draft | None, Group | None, str]:
    """Return a draft that still is to come out by itself, its group, and the language of whoever put it off."""
    draft = rows.find(tx, draft_id)
    if draft is None or draft.state != "scheduled":
        return None, None, ""
    person = persons.find(tx, draft.changed_by)
    return draft, groups.find_by_actor(tx, draft.group), person.language if person else ""

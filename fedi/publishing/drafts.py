"""What members write together before it is published: begun, saved by one at a time, put off, or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ulid import ULID

from fedi.delivery.clockwork import House, job
from fedi.delivery.retry import DAY
from fedi.errors import Conflict, NotFound, Refused
from fedi.publishing.draft import MAX_SOURCE
from fedi.publishing.words import _
from fedi.storage import drafts, jobs, media
from fedi.storage.drafts import Draft, DraftFile
from fedi.storage.tx import Tx

MOST = 100
"""Drafts of one group at once."""
SCHEDULE = "drafts.publish"
"""The job that publishes a draft at its time; its key is the draft's id."""


class SavedMeanwhile(Conflict):
    """Somebody else saved the draft since it was read; `theirs` is what they made of it."""

    def __init__(self, theirs: Draft) -> None:
        super().__init__(
            _("Somebody else saved this while you were writing."),
            cure=_("Both texts are here: take from theirs what you want to keep, and save again."),
        )
        self.theirs = theirs


def begin(
    tx: Tx,
    group: str,
    kind: str,
    person: str,
    now: int,
    *,
    object_id: str | None = None,
    form: Mapping[str, list[str]] | None = None,
    source: str = "",
    title: str = "",
) -> str:
    """Begin a draft, of the next version of something where its id is given, and return the draft's id."""
    tx.lock("drafts", group)
    if sum(drafts.count_by_kind(tx, group).values()) >= MOST:
        raise Refused(
            _("The group has %(most)s drafts already."),
            cure=_("Publish some of them, or throw some away."),
            most=MOST,
        )
    draft = Draft(
        id=str(ULID()).lower(),
        group=group,
        kind=kind,
        made_by=person,
        changed_by=person,
        created_at=now,
        updated_at=now,
        title=title,
        form=form or {},
        source=source,
        object=object_id,
        version=0,
    )
    drafts.add(tx, draft)
    return draft.id


def find(tx: Tx, group: str, draft_id: str) -> Draft:
    """Return a draft of a group, or raise NotFound: those of other groups are not there."""
    draft = drafts.find(tx, draft_id)
    if draft is None or draft.group != group:
        raise NotFound("There is nothing here.")
    return draft


def of_group(tx: Tx, group: str, kind: str | None = None) -> list[Draft]:
    """Return what a group is writing, the last changed first."""
    return drafts.of_group(tx, group, kind, limit=MOST)


def save(
    tx: Tx,
    draft: Draft,
    version: int,
    person: str,
    now: int,
    *,
    form: Mapping[str, list[str]],
    source: str,
    title: str,
) -> Draft:
    """Keep what was typed and what it makes; raise SavedMeanwhile unless it was made from the version there is.

    What was to be published at a time waits no more for it: it is another text now.
    """
    if len(source) > 2 * MAX_SOURCE:
        raise Refused(
            _("This text has more than %(most)s characters."),
            cure=_("Publish it in parts."),
            most=MAX_SOURCE,
        )
    there = find(tx, draft.group, draft.id)
    if (there.form, there.source) == (form, source):
        return there
    if there.version != version:
        raise SavedMeanwhile(there)
    is_checked = there.state == "checked" and there.source == source
    return keep(
        tx,
        replace(
            there,
            form=form,
            source=source,
            title=title,
            state="checked" if is_checked else "draft",
            publish_at=None,
        ),
        there.changed_by if is_checked else person,
        now,
    )


def keep(tx: Tx, draft: Draft, person: str, now: int) -> Draft:
    """Keep a draft as it is now, and whom it was changed by; raise SavedMeanwhile as `save` does."""
    changed = replace(draft, changed_by=person, updated_at=now)
    if not drafts.save(tx, changed):
        raise SavedMeanwhile(find(tx, draft.group, draft.id))
    if changed.publish_at is None:
        jobs.remove(tx, SCHEDULE, draft.id)
    return replace(changed, version=draft.version + 1)


def check(tx: Tx, draft: Draft, person: str, now: int) -> Draft:
    """Note that somebody read a draft as it is and finds it right; a change to its text ends that."""
    return keep(tx, replace(draft, state="checked", publish_at=None, failure=""), person, now)


def schedule(tx: Tx, draft: Draft, at: int, person: str, now: int) -> Draft:
    """Have a draft published at a moment, on behalf of this person."""
    if at <= now:
        raise Refused(_("That moment is over."), cure=_("Choose a later one, or publish it now."))
    if at > now + 366 * DAY:
        raise Refused(_("That is more than a year away."), cure=_("Choose an earlier day."))
    jobs.remove(tx, SCHEDULE, draft.id)
    jobs.add(tx, SCHEDULE, draft.id, {"draft": draft.id}, at)
    return keep(tx, replace(draft, state="scheduled", publish_at=at, failure=""), person, now)


def cancel(tx: Tx, draft: Draft, person: str, now: int) -> Draft:
    """Have a draft not published by itself any more; it stays."""
    return keep(tx, replace(draft, state="draft", publish_at=None, failure=""), person, now)


def fail(tx: Tx, draft_id: str, why: str, now: int) -> None:
    """Write down why a draft was not published at its time, so that its group sees it."""
    draft = drafts.find(tx, draft_id)
    if draft is not None:
        drafts.save(tx, replace(draft, state="draft", publish_at=None, failure=why, updated_at=now))


def discard(tx: Tx, draft: Draft, now: int) -> None:
    """Throw a draft away, and the files uploaded for it that nothing published shows."""
    drafts.remove(tx, draft.id)
    jobs.remove(tx, SCHEDULE, draft.id)
    drop_files(tx, [file.name for file in drafts.files_of(tx, draft.id)], now)


def let_go(tx: Tx, draft_id: str, now: int) -> None:
    """Forget a draft that was published; the files it shows belong to what was published now."""
    draft = drafts.find(tx, draft_id)
    if draft is not None:
        discard(tx, draft, now)


def add_file(tx: Tx, draft_id: str, name: str, about: Mapping[str, Any], now: int) -> None:
    """Keep a file that is safe to publish at the end of a draft's list."""
    last = max((file.place for file in drafts.files_of(tx, draft_id)), default=0)
    drafts.add_file(tx, DraftFile(name, draft_id, last + 1, about, now))


def drop_files(tx: Tx, names: list[str], now: int) -> None:
    """Forget files of drafts; those that nothing published shows are removed once this is committed."""
    drafts.remove_files(tx, names)
    gone = sorted(name for name in names if media.find(tx, name) is None)
    if gone:
        jobs.add(tx, "media.discard", f"draft-{gone[0]}", {"names": gone}, now)


@job("drafts.tidy", every=DAY)
async def tidy(house: House, payload: dict[str, Any]) -> None:
    """Throw away what was written for groups that are gone, and files whose draft is gone."""

    def unit(tx: Tx) -> None:
        for draft_id in drafts.of_nobody(tx):
            let_go(tx, draft_id, house.now())
        drop_files(tx, drafts.abandoned_files(tx), house.now())

    await house.store.write(unit)

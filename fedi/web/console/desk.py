"""One draft on a member's screen: its form, its files, what stands in its way, and the page that shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quart import Response, request

from fedi.activitypub.html import excerpt, plain
from fedi.governing import asking
from fedi.house import House
from fedi.publishing import drafts
from fedi.publishing.acts import Act
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.kinds import kind
from fedi.publishing.markdown import render
from fedi.publishing.private_things import undecided
from fedi.publishing.projections import project
from fedi.storage import drafts as rows
from fedi.storage import follows, partners
from fedi.storage.drafts import Draft, DraftFile
from fedi.storage.tx import Tx
from fedi.web.console import attached, spotted
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page
from fedi.web.console.steps import steps_of
from fedi.web.console.typed import ZONES
from fedi.web.console.writing import Occasion, WritingForm, read_form, source_of

LONGEST_TITLE = 80
BEGINNING = 2_000
"""How much of a text is looked at for how it begins; a title is far shorter."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a post of a group goes to."""

    followers: int
    servers: int
    partners: int


@dataclass(slots=True)
class Desk:
    """What a member writes at; `theirs` is what somebody else saved meanwhile, `wants` what was asked for last.

    `undescribed` counts the pictures without description and the recordings without transcript, `unchecked` says that
    nobody read it, where that stands in the way.
    """

    member: Member
    kind: str
    form: WritingForm
    draft: Draft | None = None
    files: Sequence[DraftFile] = ()
    undescribed: tuple[int, int] = (0, 0)
    unchecked: bool = False
    theirs: Draft | None = None
    wants: str = ""

    @property
    def base(self) -> str:
        """The path that the form is sent to."""
        if self.draft is None:
            return f"{self.member.home}/write/{self.kind}"
        return f"{self.member.home}/drafts/{self.draft.id}"

    @property
    def source(self) -> str:
        """The text with front matter that form and files make."""
        return source_of(self.form, attached.fronts(self.files))

    @property
    def title(self) -> str:
        """What names the draft in lists: its title, or how it begins in plain words."""
        title = _as_members_read(self.form.title.data or "")
        return excerpt(title or _in_words(_as_members_read(self.form.text())), LONGEST_TITLE)

    def occasion(self, now: int) -> Occasion:
        """Tell the form where and when it is filled in."""
        view = request.args.get("view", "")
        return Occasion(self.member.group, self.draft, self.member.speech, now, view)


def _as_members_read(text: str) -> str:
    """Leave out the marks of who may read what; nobody is kept from writing because one is not whole yet."""
    try:
        return project(text, "members").strip()
    except FrontMatterError:
        return text


def _in_words(text: str) -> str:
    written = render(text[:BEGINNING], mentions={}, tag_page=str)
    return plain(written.html)


def open_draft(tx: Tx, member: Member, draft_id: str) -> Desk:
    """Return a draft of the member's group as it is kept, or raise NotFound."""
    draft = drafts.find(tx, member.group.actor, draft_id)
    form = read_form(draft.kind, draft.form, member.speech)
    return Desk(member, draft.kind, form, draft, rows.files_of(tx, draft.id))


async def show(house: House, desk: Desk, *, status: int = 200, said: str = "") -> Response:
    """Draw the page on which a draft is written."""
    member, draft = desk.member, desk.draft
    act_kind = "edit" if draft and draft.object else "publish"
    act = Act(act_kind, member.group.name, member.person.id, {"kind": desk.kind})

    occasion = desk.occasion(house.now())

    def read(tx: Tx) -> dict[str, Any]:
        actor = member.group.actor
        waiting = asking.waiting_for(tx, actor, "draft", draft.id) if draft else None
        takes = asking.would_take(tx, actor, act)
        desk.form.furnish(tx, occasion)
        return {
            "reach": Reach(
                followers=follows.counts(tx, actor).followers,
                servers=follows.count_hosts(tx, actor),
                partners=len(partners.of_group(tx, actor)),
            ),
            "takes": takes,
            "pending": waiting,
            "steps": steps_of(tx, member, draft, waiting, takes) if draft else [],
        }

    facts = await house.store.read(read)
    private = await asyncio.to_thread(undecided, draft) if draft and not desk.theirs else ()
    found = spotted.shown(desk.form, draft, private) if draft else []
    desk.form.offer(member.group)
    return await console_page(
        house,
        member,
        desk.form.template,
        current=desk.kind,
        status=status,
        said=said,
        form=desk.form,
        desk=desk,
        draft=draft,
        written=kind(desk.kind),
        pictures=attached.pictures_of(desk.files, desk.base),
        voices=attached.voices_of(desk.files, desk.base),
        points=attached.POINT_NAMES,
        zones=ZONES.split(),
        now=house.now(),
        spotted=found,
        counted=spotted.counted(found, member.speech),
        **facts,
    )

"""The posts of one kind: what is being written, what waits, what is to come out by itself, and what is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quart import Blueprint, Response, request

from fedi.errors import NotFound
from fedi.governing import asking, log
from fedi.house import House
from fedi.people import membership
from fedi.publishing import drafts
from fedi.publishing.draft import AUDIENCES
from fedi.publishing.kinds import Kind, all_kinds
from fedi.publishing.words import _
from fedi.storage import objects, streams, versions
from fedi.storage.drafts import Draft
from fedi.storage.objects import StoredObject
from fedi.storage.pending import Pending
from fedi.storage.streams import Entry
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.waiting import said_to
from fedi.web.console.writing import VISIBILITIES, is_written_here
from fedi.web.i18n import Speech, catalogue
from fedi.web.pages.facts import complete
from fedi.web.pages.listings import position
from fedi.web.pages.post_views import heading_of, post_view

PAGE = 20
SAID = {
    "published": _("Published. It is on its way to everybody who follows."),
    "published-partners": _(
        "Published. It is on its way to the partner groups, and to nobody else."
    ),
    "published-members": _("Members can read it now. It stays on this server."),
    "edited-partners": _("The change is on its way to the partner groups."),
    "edited-members": _("Members read the changed text now."),
    "edited": _("The change is published, and on its way to everybody who has it."),
    "scheduled": _("It comes out by itself at its time. Until then it can be changed or stopped."),
    "discarded": _("The draft is deleted."),
    "withdrawn": _("Withdrawn. Other servers are asked to delete their copies."),
    "pinned": _("It stands first on the group's page."),
    "unpinned": _("It stands at its own place again."),
}


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as lists show it; `by` is the role of whoever changed it last, or their name where they hold none."""

    path: str
    kind: str
    kind_label: str
    stamp: str
    title: str
    by: str
    updated_at: int
    state: str
    publish_at: int | None
    failure: str
    is_change: bool
    draft: Draft
    private: int = 0
    """How many things in it look private and are not decided about; counted where it is shown."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What is still known of something that was withdrawn: its title, if it had one, and when."""

    title: str
    published_at: int
    withdrawn_at: int


def blueprint(house: House) -> Blueprint:
    """Return the routes of the lists."""
    bp = Blueprint("posts_of_group", __name__)

    @bp.get("/console/<name>/posts/<kind>")
    async def posts(name: str, kind: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        chosen = next((known for known in all_kinds() if known.name == kind), None)
        if chosen is None:
            raise NotFound("There is nothing here.")
        before = request.args.get("before", "")
        values = await house.store.read(lambda tx: _values(tx, member, chosen, before, house.now()))
        return await console_page(
            house,
            member,
            "console/posts.html",
            current=kind,
            said=said_to(member, SAID),
            kind=chosen,
            is_written=is_written_here(kind),
            visibilities=VISIBILITIES,
            now=house.now(),
            **values,
        )

    return bp


def title_of(tx: Tx, stored: StoredObject, speech: Speech) -> str:
    """Name something published: by its title, else by its warning or how it begins."""
    seen = versions.present(tx, stored.id, stored.audience)
    facts = complete(seen.facts if seen else {})
    kind = next(known for known in all_kinds() if known.name == stored.kind)
    return stored.title or heading_of(kind, facts["warning"], facts["teaser"], speech)


def _named(tx: Tx, draft: Draft, speech: Speech) -> str:
    """Name a draft without a title by what it is to change."""
    stored = objects.find(tx, draft.object) if draft.object else None
    return title_of(tx, stored, speech) if stored else ""


def drafts_of(tx: Tx, member: Member, kind: str | None = None) -> list[DraftView]:
    """Show what a group is writing, the last changed first."""
    actor = member.group.actor
    waiting: dict[Any, Pending] = {
        pending.arguments.get("draft"): pending for pending in asking.waiting(tx, actor)
    }
    names = {one.person: one.name for one in membership.members_of(tx, actor)}
    return [
        _draft(tx, member, draft, waiting.get(draft.id), names.get(draft.changed_by, ""))
        for draft in drafts.of_group(tx, actor, kind)
    ]


def _draft(tx: Tx, member: Member, draft: Draft, pending: Pending | None, name: str) -> DraftView:
    say = catalogue(member.speech.language).gettext
    kind = next(known for known in all_kinds() if known.name == draft.kind)
    held = log.roles_of(tx, draft.group, draft.changed_by).splitlines()
    path = f"waiting/{pending.id}" if pending else f"drafts/{draft.id}"
    return DraftView(
        path=f"{member.home}/{path}",
        kind=kind.name,
        kind_label=say(kind.label),
        stamp=kind.stamp,
        title=draft.title or _named(tx, draft, member.speech),
        by=", ".join(map(say, held)) or name,
        updated_at=draft.updated_at,
        state="waiting" if pending else "failed" if draft.failure else draft.state,
        publish_at=draft.publish_at,
        failure=draft.failure,
        is_change=draft.object is not None,
        draft=draft,
    )


def _values(tx: Tx, member: Member, kind: Kind, before: str, now: int) -> dict[str, Any]:
    entries = streams.stream(
        tx,
        member.group.actor,
        AUDIENCES,
        before=position(before),
        limit=PAGE + 1,
        kind=kind.name,
    )
    path = f"{member.home}/posts/{kind.name}"
    return {
        "drafts": [] if before else drafts_of(tx, member, kind.name),
        "posts": [
            (
                post_view(entry, member.speech, now),
                entry.object.audience,
                len(versions.audiences(tx, entry.object.id, entry.object.version)) > 1,
            )
            for entry in entries[:PAGE]
        ],
        "withdrawn": [] if before else _withdrawn(tx, member, kind),
        "path": path,
        "older": _older(path, entries),
        "newer": path if before else "",
    }


def _withdrawn(tx: Tx, member: Member, kind: Kind) -> list[Withdrawn]:
    actor = member.group.actor
    return [
        Withdrawn(
            log.title_when_withdrawn(tx, actor, one.id), one.published_at, one.withdrawn_at or 0
        )
        for one in streams.withdrawn(tx, actor, kind.name, PAGE)
    ]


def _older(path: str, entries: list[Entry]) -> str:
    if len(entries) <= PAGE:
        return ""
    last = entries[PAGE - 1].object
    return f"{path}?before={last.published_at}-{last.id}"

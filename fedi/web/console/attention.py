"""What waits for a group: counted for the navigation of its console, and listed on its home page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fedi.activitypub.html import excerpt, plain
from fedi.governing import asking
from fedi.publishing.labels import told
from fedi.publishing.words import _
from fedi.storage import (
    actors,
    deliveries,
    drafts,
    follows,
    notes,
    objects,
    reports,
    translation_links,
)
from fedi.storage.groups import Group
from fedi.storage.pending import Pending
from fedi.storage.reports import Report
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.i18n import autonym, catalogue

SOME = 3
"""How many of a sort stand on the home page; the rest is a link away."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits: what it is, when it came, a line about it, and where it is dealt with.

    `stamp` is that of a kind, or '' where `icon` is shown instead. `others` counts what waits beside it there.
    """

    stamp: str
    icon: str
    label: str
    at: int
    title: str
    path: str
    button: str
    text: str = ""
    others: int = 0
    done: str = ""


def counts(tx: Tx, group: Group) -> Mapping[str, int]:
    """Count what waits, by the entry of the navigation it is found under."""
    pending = asking.waiting(tx, group.actor)
    asked = {one.arguments.get("draft"): one.arguments.get("kind") for one in pending}
    written = Counter(drafts.count_waiting(tx, group.actor))
    # A draft that waits for a second member is one thing and not two.
    written.subtract(str(kind) for draft, kind in asked.items() if draft)
    written["minutes"] += len(translation_links.handed_in(tx, group.actor))
    found = {
        **written,
        "conversation": notes.count_waiting(tx, group.actor),
        "followers": follows.count_pending(tx, group.actor),
        "people": len(pending),
    }
    failed = deliveries.queued_by(tx, group.actor).failed > 0
    return {**found, "home": sum(found.values()) + failed + len(reported(tx, group))}


def items(tx: Tx, member: Member) -> list[Item]:
    """List what waits, what other members wait for first; drafts stand beside it."""
    return [
        *(_pending(tx, member, pending) for pending in asking.waiting(tx, member.group.actor)),
        *_handed_in(tx, member),
        *_reports(tx, member),
        *_requests(tx, member),
        *_replies(tx, member),
        *_undelivered(tx, member),
    ]


def reported(tx: Tx, group: Group) -> list[Report]:
    """Return the reports about a group or something of it that nobody has dealt with."""

    def is_ours(address: str) -> bool:
        stored = objects.find(tx, address)
        return address == group.actor or (stored is not None and stored.actor == group.actor)

    return [report for report in reports.open_(tx) if any(map(is_ours, report.objects))]


def _pending(tx: Tx, member: Member, pending: Pending) -> Item:
    spoken = catalogue(member.speech.language)
    say = spoken.gettext
    may_agree = asking.may_agree(tx, pending, member.person.id)
    return Item(
        stamp="",
        icon="people",
        label=say(_("Waits for a second member"))
        if may_agree
        else say(_("Waits for another member")),
        at=pending.asked_at,
        title=told(pending.label, spoken),
        path=f"{member.home}/waiting/{pending.id}",
        button=say(_("Look and decide")) if may_agree else say(_("Look at it")),
    )


def _handed_in(tx: Tx, member: Member) -> list[Item]:
    say = catalogue(member.speech.language).gettext
    return [
        Item(
            stamp="minutes",
            icon="",
            label=say(_("Handed in by a partner")),
            at=link.handed_in_at or 0,
            title=say(_("A translation into %(language)s")) % {"language": autonym(link.language)},
            path=f"{member.home}/posts/minutes/{link.object.rpartition('/')[2]}/translate"
            f"?language={link.language}",
            button=say(_("Look through it")),
            text=stored.title,
        )
        for link in translation_links.handed_in(tx, member.group.actor)
        if (stored := objects.find(tx, link.object))
    ]


def _reports(tx: Tx, member: Member) -> list[Item]:
    say = catalogue(member.speech.language).gettext
    found = reported(tx, member.group)
    return [
        Item(
            stamp="",
            icon="flag",
            label=say(_("A report from elsewhere")),
            at=report.at,
            title=say(_("Somebody elsewhere complains about something of yours")),
            path=next((o for o in report.objects if objects.find(tx, o)), member.group.actor),
            button=say(_("Look at what it is about")),
            text=excerpt(report.content, 240),
            done=f"{member.home}/reports/{report.id}",
        )
        for report in found[:SOME]
    ]


def _requests(tx: Tx, member: Member) -> list[Item]:
    say = catalogue(member.speech.language)
    waiting = follows.list_followers(tx, member.group.actor, state=follows.PENDING, limit=SOME)
    if not waiting:
        return []
    count = follows.count_pending(tx, member.group.actor)
    names = ", ".join(_handle(tx, follow.follower) for follow in waiting)
    return [
        Item(
            stamp="",
            icon="globe",
            label=say.gettext(_("Follow requests")),
            at=waiting[0].created_at,
            title=say.ngettext("%(count)s asks to follow", "%(count)s ask to follow", count)
            % {"count": member.speech.number(count)},
            path=f"{member.home}/followers",
            button=say.gettext(_("Decide")),
            text=names,
        )
    ]


def _replies(tx: Tx, member: Member) -> list[Item]:
    say = catalogue(member.speech.language).gettext
    count = notes.count_waiting(tx, member.group.actor)
    found = notes.waiting(tx, member.group.actor, SOME)
    return [
        Item(
            stamp="",
            icon="reply",
            label=_handle(tx, note.author),
            at=note.published_at,
            title=excerpt(note.warning or plain(note.html), 120) or say(_("Without words")),
            path=f"{member.home}/conversation/thread?note={quote(note.id, safe='')}",
            button=say(_("Read and answer")),
            others=count - len(found) if note is found[-1] else 0,
        )
        for note in found
    ]


def _undelivered(tx: Tx, member: Member) -> list[Item]:
    say = catalogue(member.speech.language)
    hosts = [one for one in deliveries.overview(tx, member.group.actor) if one.failed]
    if not hosts:
        return []
    return [
        Item(
            stamp="",
            icon="server",
            label=say.gettext(_("Deliveries")),
            at=0,
            title=say.ngettext(
                "%(count)s server was given up", "%(count)s servers were given up", len(hosts)
            )
            % {"count": member.speech.number(len(hosts))},
            path=f"{member.home}/deliveries",
            button=say.gettext(_("Look, and try again")),
            text=", ".join(one.host for one in hosts[:SOME]),
        )
    ]


def _handle(tx: Tx, actor_id: str) -> str:
    actor = actors.find(tx, actor_id)
    return actor.handle or f"{actor.username}@{actor.host}" if actor else actor_id

"""Groups and posts as templates see them: plain values, formatted for one reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from fedi.activitypub.html import excerpt, plain
from fedi.publishing import kinds
from fedi.publishing.kinds import Kind
from fedi.site import Site
from fedi.storage import follows
from fedi.storage.groups import Group
from fedi.storage.streams import Entry, count_by_kind
from fedi.storage.tx import Tx
from fedi.web.art.banners import LANDSCAPES, banner
from fedi.web.i18n import Speech, catalogue

LISTED = ("public", "unlisted")
SHOWN = ("public",)
_LINK = re.compile(r"https?://[^\s<>\"]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class FieldView:
    """A line of a profile; a link shows without its scheme."""

    name: str
    value: str
    label: str
    is_link: bool
    verified: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind of post that a group has, with how many."""

    name: str
    label: str
    href: str
    count: int


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as its pages show it."""

    id: str
    name: str
    path: str
    handle: str
    title: str
    summary: str
    about: Markup
    motif: str
    ink: str
    avatar: str | None
    banner: str | None
    landscape: str
    art: Markup
    place: str
    languages: tuple[str, ...]
    themes: tuple[str, ...]
    fields: tuple[FieldView, ...]
    locked: bool
    followers_visible: bool
    created_at: int
    followers: int = 0
    tabs: tuple[Tab, ...] = ()


@dataclass(frozen=True, slots=True)
class PostView:
    """A post as cards and pages show it; `facts` is what its kind keeps for its own templates."""

    id: str
    path: str
    kind: str
    stamp: str
    kind_label: str
    kind_plural: str
    card_template: str
    title: str
    excerpt: str
    html: Markup
    language: str
    warning: str
    pictures: Sequence[Mapping[str, Any]]
    tags: Sequence[tuple[str, str]]
    facts: Mapping[str, Any]
    pinned: bool
    published_at: int
    updated_at: int
    version: int
    starts_at: int | None
    ends_at: int | None
    when: str
    day_number: str
    month_name: str
    time_and_place: str
    likes: int
    shares: int
    replies: int
    group: GroupView | None


def group_view(
    tx: Tx, site: Site, group: Group, speech: Speech, *, full: bool = False
) -> GroupView:
    """Show a group; `full` counts followers and posts as well."""
    path = urlsplit(group.actor).path
    followers = follows.counts(tx, group.actor).followers if full else 0
    return GroupView(
        id=group.actor,
        name=group.name,
        path=path,
        handle=site.handle(group.name),
        title=group.title,
        summary=plain(group.summary),
        about=Markup(group.about),  # noqa: S704 - cleaned when it was set
        motif=group.motif,
        ink=group.ink,
        avatar=f"/media/{group.avatar}" if group.avatar else None,
        banner=f"/media/{group.banner}" if group.banner else None,
        landscape=LANDSCAPES.get(group.motif, LANDSCAPES["house"]).__name__,
        art=Markup(banner(group.motif)),  # noqa: S704 - our own drawing
        place=group.place,
        languages=group.languages,
        themes=group.themes,
        fields=tuple(_field(field.name, field.value, field.verified_at) for field in group.fields),
        locked=group.locked,
        followers_visible=group.followers_visible,
        created_at=group.created_at,
        followers=followers,
        tabs=_tabs(tx, group, path, speech) if full else (),
    )


def _field(name: str, value: str, verified_at: int | None) -> FieldView:
    is_link = bool(_LINK.fullmatch(value))
    label = value.partition("://")[2].rstrip("/") if is_link else value
    return FieldView(name, value, label, is_link, is_link and verified_at is not None)


def _tabs(tx: Tx, group: Group, path: str, speech: Speech) -> tuple[Tab, ...]:
    counts = count_by_kind(tx, group.actor, SHOWN)
    say = catalogue(speech.language).gettext
    return tuple(
        Tab(kind.name, say(kind.plural), f"{path}?kind={kind.name}", counts[kind.name])
        for kind in kinds.all_kinds()
        if counts.get(kind.name)
    )


def post_view(
    entry: Entry, speech: Speech, now: int, *, group: GroupView | None = None, full: bool = False
) -> PostView:
    """Show a post; `full` carries its text, else its excerpt must do."""
    stored, facts = entry.object, entry.facts
    kind = kinds.kind(stored.kind)
    say = catalogue(speech.language)
    zone = facts.get("timezone") or None
    starts = stored.starts_at
    return PostView(
        id=stored.id,
        path=urlsplit(stored.id).path,
        kind=kind.name,
        stamp=kind.stamp,
        kind_label=say.gettext(kind.label),
        kind_plural=say.gettext(kind.plural),
        card_template=kind.card,
        title=stored.title,
        excerpt=facts.get("teaser") or excerpt(plain(entry.html), 240),
        html=Markup(entry.html if full else ""),  # noqa: S704 - cleaned when it was published
        language=stored.language,
        warning=facts.get("warning") or "",
        pictures=facts.get("pictures") or (),
        tags=_tags(kind, stored.state, starts, zone, facts, speech, now),
        facts=facts,
        pinned=stored.pinned_at is not None,
        published_at=stored.published_at,
        updated_at=stored.updated_at,
        version=stored.version,
        starts_at=starts,
        ends_at=stored.ends_at,
        when=_when(starts, zone, speech),
        day_number=speech.day_number(starts, zone) if starts else "",
        month_name=speech.month(starts, zone) if starts else "",
        time_and_place=_time_and_place(starts, zone, facts, speech),
        likes=stored.likes,
        shares=stored.shares,
        replies=stored.replies,
        group=group,
    )


def _when(starts: int | None, zone: str | None, speech: Speech) -> str:
    if starts is None:
        return ""
    return f"{speech.weekday(starts, zone)}, {speech.time(starts, zone)} ({(zone or 'UTC').replace('_', ' ')})"


def _time_and_place(
    starts: int | None, zone: str | None, facts: Mapping[str, Any], speech: Speech
) -> str:
    if starts is None:
        return ""
    parts = [speech.time(starts, zone), (zone or "UTC").replace("_", " ")]
    if facts.get("place_line"):
        parts.append(str(facts["place_line"]))
    return ", ".join(parts)


def _tags(
    kind: Kind,
    state: str,
    starts: int | None,
    zone: str | None,
    facts: Mapping[str, Any],
    speech: Speech,
    now: int,
) -> list[tuple[str, str]]:
    """Say the state of a post in words: cancelled, in 12 days, finished, needed by."""
    _ = catalogue(speech.language).gettext
    if state == "cancelled":
        return [(_("Cancelled"), "bad")]
    if state == "postponed":
        return [(_("Postponed"), "wait")]
    if state == "covered":
        return [(_("Covered"), "ok")]
    if state == "closed":
        return [(_("Closed"), "")]
    tags: list[tuple[str, str]] = []
    if starts is not None and kind.name == "call":
        tags.append(
            (speech.until(starts, now, zone), "sun") if starts >= now else (_("Finished"), "")
        )
    by = facts.get("by")
    if kind.name == "request" and isinstance(by, str) and by:
        tags.append((_("Needed by %(day)s") % {"day": speech.date(by)}, "wait"))
    return tags

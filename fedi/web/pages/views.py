"""Groups as templates see them: plain values, formatted for one reader."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from zlib import crc32

from markupsafe import Markup

from fedi.activitypub.html import excerpt
from fedi.publishing import kinds
from fedi.site import Site
from fedi.storage import follows, groups
from fedi.storage.groups import Group
from fedi.storage.streams import count_by_kind
from fedi.storage.tx import Tx
from fedi.web.art.avatars import MOTIFS
from fedi.web.art.banners import LANDSCAPES, banner
from fedi.web.art.raster import INKS
from fedi.web.i18n import Speech, catalogue

LISTED = ("public", "unlisted")
SHOWN = ("public",)
LEAD = 240
CARD = 120
_LINK = re.compile(r"https?://[^\s<>\"]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sign:
    """A drawn avatar: people have one as well, since no face is shown here."""

    motif: str
    ink: str
    avatar: str | None = None


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
    """A group as its pages show it; `lead` is what of the summary fits into its banner."""

    id: str
    name: str
    path: str
    handle: str
    title: str
    summary: str
    lead: str
    about: Markup
    motif: str
    ink: str
    avatar: str | None
    banner: str | None
    landscape: str
    place: str
    languages: tuple[str, ...]
    themes: tuple[str, ...]
    fields: tuple[FieldView, ...]
    locked: bool
    followers_visible: bool
    created_at: int
    tabs: tuple[Tab, ...] = ()

    @property
    def art(self) -> Markup:
        """The landscape of its banner."""
        return Markup(banner(self.motif))  # noqa: S704 - our own drawing

    @property
    def blurb(self) -> str:
        """What of the summary fits onto a card."""
        return excerpt(self.summary, CARD)


def group_view(
    tx: Tx, site: Site, group: Group, speech: Speech, *, full: bool = False
) -> GroupView:
    """Show a group; `full` counts its posts as well."""
    path = urlsplit(group.actor).path
    summary = " ".join(group.summary.split())
    return GroupView(
        id=group.actor,
        name=group.name,
        path=path,
        handle=site.handle(group.name),
        title=group.title,
        summary=summary,
        lead=excerpt(summary, LEAD),
        about=Markup(group.about),  # noqa: S704 - cleaned when it was set
        motif=group.motif if group.motif in MOTIFS else MOTIFS[0],
        ink=group.ink,
        avatar=f"/media/{group.avatar}" if group.avatar else None,
        banner=f"/media/{group.banner}" if group.banner else None,
        landscape=LANDSCAPES.get(group.motif, LANDSCAPES["house"]).__name__,
        place=group.place,
        languages=group.languages,
        themes=group.themes,
        fields=tuple(_field(field.name, field.value, field.verified_at) for field in group.fields),
        locked=group.locked,
        followers_visible=group.followers_visible,
        created_at=group.created_at,
        tabs=_tabs(tx, group, path, speech) if full else (),
    )


def views_by_actor(
    tx: Tx, site: Site, actors: Iterable[str], speech: Speech
) -> dict[str, GroupView]:
    """Show those of our groups that are among these actors and still there, by id."""
    views: dict[str, GroupView] = {}
    for actor in dict.fromkeys(actors):
        group = groups.find_by_actor(tx, actor)
        if group is not None and group.removed_at is None:
            views[actor] = group_view(tx, site, group, speech)
    return views


def sign_for(actor: str) -> Sign:
    """Draw somebody from elsewhere, always the same and never their face."""
    inks = tuple(INKS)
    n = crc32(actor.encode())
    return Sign(MOTIFS[n % len(MOTIFS)], inks[n // len(MOTIFS) % len(inks)])


def followers_in_words(tx: Tx, group: Group, speech: Speech) -> str:
    """Say how many follow a group, and whether they are listed."""
    spoken = catalogue(speech.language)
    count = follows.counts(tx, group.actor).followers
    told = spoken.ngettext("%(count)s follower.", "%(count)s followers.", count) % {
        "count": speech.number(count)
    }
    if group.followers_visible:
        return told
    return told + " " + spoken.gettext("The list is not published.")


def _field(name: str, value: str, verified_at: int | None) -> FieldView:
    is_link = bool(_LINK.fullmatch(value))
    label = value.partition("://")[2].rstrip("/") if is_link else value
    return FieldView(name, value, label, is_link, is_link and verified_at is not None)


def _tabs(tx: Tx, group: Group, path: str, speech: Speech) -> tuple[Tab, ...]:
    counted = count_by_kind(tx, group.actor, SHOWN)
    _ = catalogue(speech.language).gettext
    return tuple(
        Tab(kind.name, _(kind.plural), f"{path}?kind={kind.name}", counted[kind.name])
        for kind in kinds.all_kinds()
        if counted.get(kind.name)
    )

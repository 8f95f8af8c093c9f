"""Posts as templates see them: when and where in words, states as tags, and the facts of their kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from fedi.activitypub.html import excerpt, plain
from fedi.publishing import kinds
from fedi.publishing.kinds import Kind
from fedi.storage.objects import StoredObject
from fedi.storage.streams import Entry
from fedi.web.i18n import Speech, catalogue
from fedi.web.pages.facts import complete
from fedi.web.pages.views import GroupView

TEASER = 240
HEADING = 60
HOUR = 3_600_000
ASSUMED_LENGTH = 2 * HOUR
"""How long something lasts that does not say so; documents assume the same."""
NEAR = 21
"""Days from which on a date is worth a loud tag."""


@dataclass(frozen=True, slots=True)
class When:
    """A date as people read it, on the clock of its place."""

    day: str
    year: str
    hours: str
    clock: str
    zone: str
    line: str
    day_number: str
    month: str


@dataclass(frozen=True, slots=True)
class PostView:
    """A post as cards and pages show it.

    `heading` names it where it has no title, and gives nothing away that stands behind a warning; `facts` is what
    its kind keeps for its own templates; `tags` are pairs of words and a state.
    """

    id: str
    path: str
    kind: str
    stamp: str
    kind_label: str
    kind_plural: str
    card_template: str
    is_dated: bool
    title: str
    heading: str
    excerpt: str
    html: Markup
    language: str
    warning: str
    pictures: Sequence[Mapping[str, Any]]
    voices: Sequence[Mapping[str, Any]]
    tags: Sequence[tuple[str, str]]
    hashtags: Sequence[tuple[str, str]]
    facts: Mapping[str, Any]
    place: str
    pinned: bool
    published_at: int
    published: str
    updated_at: int
    version: int
    starts_at: int | None
    ends_at: int | None
    when: When | None
    likes: int
    shares: int
    replies: int
    group: GroupView | None


def post_view(
    entry: Entry, speech: Speech, now: int, *, group: GroupView | None = None, full: bool = False
) -> PostView:
    """Show a post; `full` carries its text, else its excerpt must do."""
    stored, facts = entry.object, complete(entry.facts)
    kind = kinds.kind(stored.kind)
    _ = catalogue(speech.language).gettext
    teaser = facts["teaser"] or excerpt(plain(entry.html), TEASER)
    return PostView(
        id=stored.id,
        path=urlsplit(stored.id).path,
        kind=kind.name,
        stamp=kind.stamp,
        kind_label=_(kind.label),
        kind_plural=_(kind.plural),
        card_template=kind.card,
        is_dated=is_dated(kind),
        title=stored.title,
        heading=stored.title or heading_of(kind, facts["warning"], teaser, speech),
        excerpt=teaser,
        html=Markup(entry.html if full else ""),  # noqa: S704 - cleaned when it was published
        language=stored.language,
        warning=facts["warning"],
        pictures=facts["pictures"],
        voices=facts["voices"],
        tags=_tags(kind, stored, facts, speech, now),
        hashtags=[(tag, f"/tags/{quote(tag.lower(), safe='')}") for tag in facts["hashtags"]],
        facts=facts,
        place=_place(facts, _("Online")),
        pinned=stored.pinned_at is not None,
        published_at=stored.published_at,
        published=speech.short_day(stored.published_at, None, now),
        updated_at=stored.updated_at,
        version=stored.version,
        starts_at=stored.starts_at,
        ends_at=stored.ends_at,
        when=_when(stored, facts["timezone"], speech),
        likes=stored.likes,
        shares=stored.shares,
        replies=stored.replies,
        group=group,
    )


def is_dated(kind: Kind) -> bool:
    """Tell whether things of this kind stand in the calendar."""
    return kind.type == "Event"


def heading_of(kind: Kind, warning: str, teaser: str, speech: Speech) -> str:
    """Name something that has no title, without what its warning stands before."""
    return excerpt(warning or teaser, HEADING) or catalogue(speech.language).gettext(kind.label)


def _place(facts: Mapping[str, Any], online: str) -> str:
    """Say where in a few words; the street stands on the page alone."""
    if facts["place"]:
        return facts["place"]["label"] or facts["place"]["name"]
    return online if facts["online"] or facts["is_online"] else ""


def _when(stored: StoredObject, zone: str, speech: Speech) -> When | None:
    starts, ends = stored.starts_at, stored.ends_at
    if starts is None:
        return None
    _ = catalogue(speech.language).gettext
    hours = speech.time(starts, zone)
    if ends is not None:
        same_day = speech.days_between(starts, ends, zone) == 0
        until = speech.time(ends, zone)
        if not same_day:
            until = _("%(day)s, %(time)s") % {"day": speech.weekday(ends, zone), "time": until}
        hours = _("%(start)s to %(end)s") % {"start": hours, "end": until}
    clock = speech.clock(starts, zone)
    return When(
        day=speech.weekday(starts, zone),
        year=speech.year(starts, zone),
        hours=hours,
        clock=clock,
        zone=(zone or "UTC").replace("_", " "),
        line=_("%(day)s, %(time)s")
        % {"day": speech.full_day(starts, zone), "time": f"{hours} {clock}"},
        day_number=speech.day_number(starts, zone),
        month=speech.month(starts, zone),
    )


def _tags(
    kind: Kind, stored: StoredObject, facts: Mapping[str, Any], speech: Speech, now: int
) -> list[tuple[str, str]]:
    """Say how things stand: cancelled, in 12 days, finished, needed by."""
    _ = catalogue(speech.language).gettext
    states = {
        "cancelled": (_("Cancelled"), "bad"),
        "postponed": (_("Postponed"), "wait"),
        "tentative": (_("Not yet certain"), "wait"),
        "covered": (_("Covered"), "ok"),
        "closed": (_("Closed"), ""),
    }
    tags = [states[stored.state]] if stored.state in states else []
    if is_dated(kind) and stored.starts_at and stored.state not in ("cancelled", "postponed"):
        tags.append(_until(stored, facts["timezone"], speech, now))
    if facts["options"] and not tags and facts["closes_at"]:
        closes = speech.short_day(facts["closes_at"], facts["timezone"], now)
        is_over = now >= facts["closes_at"]
        tags.append(
            states["closed"] if is_over else (_("Open until %(day)s") % {"day": closes}, "wait")
        )
    if facts["by"] and not tags:
        tags.append((_("Needed by %(day)s") % {"day": speech.date(str(facts["by"]))}, "wait"))
    return tags


def _until(stored: StoredObject, zone: str, speech: Speech, now: int) -> tuple[str, str]:
    _ = catalogue(speech.language).gettext
    starts = stored.starts_at or now
    if now > (stored.ends_at or starts + ASSUMED_LENGTH):
        return _("Finished"), ""
    if now >= starts:
        return _("Now"), "sun"
    days = speech.days_between(now, starts, zone)
    words = {0: _("Today"), 1: _("Tomorrow")}.get(days) or speech.in_days(days)
    return words, "sun" if days <= NEAR else ""

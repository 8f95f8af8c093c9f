"""What others say, as the console shows it: who, where, for whom it was meant, and what the group did about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import orjson
from markupsafe import Markup

from fedi.activitypub.origins import domains_of, host_of
from fedi.activitypub.vocabulary.media import Attachment, read_attachments
from fedi.activitypub.vocabulary.parts import Poll, read_poll
from fedi.conversation import asked, reading, threads
from fedi.publishing.answered import DIRECT
from fedi.storage import actors, blocks, deeds, notes, objects, streams
from fedi.storage.notes import Note
from fedi.storage.reading import Entry
from fedi.storage.tx import Tx
from fedi.web.console.member import Member
from fedi.web.pages.post_views import post_view
from fedi.web.pages.views import LISTED, Sign, sign_for

OURS = (*LISTED, "followers", "partners", "members", DIRECT)
"""Audiences of what the group itself said."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody elsewhere: never their face, always the same sign."""

    id: str
    name: str
    handle: str
    url: str
    host: str
    sign: Sign


@dataclass(frozen=True, slots=True)
class Voice:
    """One thing that was said.

    `audience` is '' for what everybody may read; `about` is title and path of what of ours it answers; `files` are
    what hangs on it; `poll` is as its server told it last; `hidden_by` is 'group', 'policy' or ''.
    """

    id: str
    path: str
    url: str
    by: Person
    html: Markup
    warning: str
    language: str
    published_at: int
    published: str
    in_reply_to: str | None = None
    audience: str = ""
    about: tuple[str, str] | None = None
    files: tuple[Attachment, ...] = ()
    poll: Poll | None = None
    hidden_by: str = ""
    is_ours: bool = False
    waits: bool = False
    liked: bool = False
    shared: bool = False
    shared_by: Person | None = None
    depth: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether everybody may read it, so that it may be passed on."""
        return not self.audience


def person_of(tx: Tx, actor_id: str) -> Person:
    """Show an actor, as far as they are known here."""
    actor = actors.find(tx, actor_id)
    host = host_of(actor_id) or actor_id
    if actor is None:
        return Person(actor_id, host, host, actor_id, host, sign_for(actor_id))
    handle = actor.handle or f"{actor.username}@{actor.host}"
    name = actor.name or actor.username
    return Person(actor_id, name, handle, actor.url or actor_id, host, sign_for(actor_id))


def standing(tx: Tx, group: str, actor_id: str) -> tuple[str, str]:
    """Tell what a group has decided about an actor, and about its server: 'block', 'limit' or ''."""
    about_host = blocks.severity(tx, group, domains_of(host_of(actor_id)))
    return blocks.severity(tx, group, [actor_id]) or "", about_host or ""


def voice(tx: Tx, member: Member, note: Note, now: int) -> Voice:
    """Show what somebody else said."""
    group, document = member.group.actor, orjson.loads(note.document)
    return Voice(
        id=note.id,
        path=thread_path(member, note.id),
        url=note.url or note.id,
        by=person_of(tx, note.author),
        html=Markup(note.html),  # noqa: S704 - cleaned on receipt
        warning=note.warning,
        language=note.language,
        published_at=note.published_at,
        published=member.speech.short_day(note.published_at, None, now),
        in_reply_to=note.in_reply_to,
        audience="" if note.visibility in reading.OPEN else note.visibility,
        about=_about(tx, member, note.in_reply_to, now),
        files=read_attachments(document.get("attachment")),
        poll=_poll(document, now) if note.type == "Question" else None,
        hidden_by=note.hidden_by if note.hidden_at is not None else "",
        waits=note.to_group == group and note.looked_at is None and note.hidden_at is None,
        liked=deeds.find(tx, group, asked.LIKE, note.id) is not None,
        shared=deeds.find(tx, group, asked.SHARE, note.id) is not None,
    )


def voices(tx: Tx, member: Member, found: Iterable[Note], now: int) -> list[Voice]:
    """Show several things others said, one below the other."""
    return [voice(tx, member, note, now) for note in found]


def read_voices(tx: Tx, member: Member, entries: Iterable[Entry], now: int) -> list[Voice]:
    """Show a reading list; what was passed on says by whom."""
    return [
        replace(
            voice(tx, member, entry.note, now),
            shared_by=person_of(tx, entry.shared_by) if entry.shared_by else None,
        )
        for entry in entries
    ]


def thread_around(tx: Tx, member: Member, note: Note, now: int) -> list[Voice]:
    """Show the conversation a note belongs to, as far as the group may see it: theirs and ours."""
    group = member.group.actor
    stored = objects.find(tx, note.id)
    root = note.thread or (stored.thread if stored else note.id)
    theirs = [one for one in notes.around(tx, root) if reading.may_see(tx, one, group)]
    if note.id not in {one.id for one in theirs}:
        theirs.append(note)
    said = {one.id for one in theirs}
    entries = [streams.find(tx, root, OURS), *streams.under(tx, root, OURS, limit=200)]
    shown = [
        _own(tx, member, entry, now)
        for entry in entries
        if entry is not None
        and entry.object.id not in said
        and (entry.object.audience in LISTED or entry.object.actor == group)
    ]
    return _as_tree([*voices(tx, member, theirs, now), *shown])


def thread_path(member: Member, note_id: str) -> str:
    """Return the path of the page with the conversation around a note."""
    return f"{member.home}/conversation/thread?note={quote(note_id, safe='')}"


def _own(tx: Tx, member: Member, entry: streams.Entry, now: int) -> Voice:
    view = post_view(entry, member.speech, now, full=True)
    stored = entry.object
    return Voice(
        id=stored.id,
        path=view.path,
        url=stored.id,
        by=person_of(tx, stored.actor),
        html=view.html or Markup("<p>{}</p>").format(view.heading),
        warning=view.warning,
        language=stored.language,
        published_at=stored.published_at,
        published=view.published,
        in_reply_to=stored.in_reply_to,
        audience="" if stored.audience in LISTED else stored.audience,
        is_ours=stored.actor == member.group.actor,
    )


def _as_tree(said: Sequence[Voice]) -> list[Voice]:
    in_time = sorted(said, key=lambda one: (one.published_at, one.id))
    placed = threads.order([(one.id, one.in_reply_to) for one in in_time], "")
    return [replace(in_time[number], depth=min(depth, 3)) for number, depth in placed]


def _about(tx: Tx, member: Member, answered: str | None, now: int) -> tuple[str, str] | None:
    entry = streams.find(tx, answered, OURS) if answered else None
    if entry is None or entry.object.actor != member.group.actor:
        return None
    view = post_view(entry, member.speech, now)
    return view.heading, view.path if entry.object.audience in LISTED else ""


def _poll(document: dict[str, Any], now: int) -> Poll | None:
    poll = read_poll(document)
    if poll is None or poll.end_ms is None or poll.end_ms > now:
        return poll
    return replace(poll, closed=True)

"""Publishing, editing, withdrawing and pinning: row, version, activity and deliveries in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import orjson

from fedi.activitypub.proofs import add_proof
from fedi.delivery import activities, outbox
from fedi.delivery.activities import Audience
from fedi.delivery.signing import signing_key
from fedi.errors import Gone, NotFound, Refused
from fedi.publishing import album, kinds, pieces, versions
from fedi.publishing.answered import DIRECT, answered_by, find_answered
from fedi.publishing.answering import audience_of, told_to_one
from fedi.publishing.draft import Draft
from fedi.publishing.kinds import Subject
from fedi.publishing.ready import Ready
from fedi.publishing.versions import Seen
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import activities as said
from fedi.storage import deliveries, groups, objects, partners, pending, signals
from fedi.storage import versions as rows
from fedi.storage.groups import Group
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx

DEFAULT_LANGUAGE = "en"
_TEXTS = ("object", "summary", "proof")
CONFIDENTIAL = ("partners", "members", DIRECT)
"""Audiences that nothing seen by others counts, lists or hints at."""


def publish(tx: Tx, site: Site, group: Group, ready: Ready, now: int) -> str:
    """Publish something, tell those who are to hear of it, and return its id."""
    draft = ready.draft
    answered = find_answered(tx, site, draft.reply_to, group.actor) if draft.reply_to else None
    audience = audience_of(draft, answered)
    ready = told_to_one(ready, answered) if audience == DIRECT else ready
    object_id = site.new_object(draft.kind.path)
    stored = StoredObject(
        id=object_id,
        kind=draft.kind.name,
        actor=group.actor,
        type=draft.kind.type,
        audience=audience,
        version=1,
        thread=answered.thread if answered else object_id,
        published_at=now,
        updated_at=now,
        title=draft.title,
        language=draft.language or _language(group),
        in_reply_to=answered.id if answered else None,
    )
    seen = versions.compose_all(tx, site, group, stored, ready, {}, answered, now)
    document = versions.keep(tx, stored, seen, now)
    album.keep(tx, stored, ready, now)
    _count_answer(tx, stored, 1)
    if stored.audience not in CONFIDENTIAL:
        groups.note_post(tx, group.actor, now)
    create = activities.create(group.actor, document)
    say(tx, site, group, stored, create, seen[0].composed.notified, now)
    return object_id


def edit(tx: Tx, site: Site, object_id: str, ready: Ready, now: int) -> str:
    """Publish a later version, with a note where followers would not hear of it otherwise; return the id.

    Raises Refused where nothing would change or who may see it would.
    """
    stored, group = ours(tx, object_id)
    draft = ready.draft
    if draft.audience not in ("", stored.audience):
        raise Refused(
            _("Who may see this stays as it is: other servers have it already."),
            cure=_("Withdraw it and publish it anew."),
        )
    old = versions.documents_of(tx, stored)
    before = {
        audience: details
        for audience in (stored.audience, *(audience for audience, _ in draft.others))
        if (details := draft.kind.from_document(old.get(audience) or old[stored.audience]))
    }
    given = album.names_in(ready)
    ready = album.recognise(tx, stored, ready)
    later = replace(
        stored,
        version=stored.version + 1,
        title=draft.title,
        language=draft.language or stored.language,
        # Whoever compares what they have with what is new reads whole seconds (interop §3.4).
        updated_at=max(now, (stored.updated_at // 1000 + 1) * 1000),
    )
    answered = answered_by(tx, site, stored)
    ready = told_to_one(ready, answered) if stored.audience == DIRECT else ready
    seen = versions.compose_all(tx, site, group, later, ready, before, answered, now)
    changed = {
        one.audience
        for one in seen
        if not versions.is_same(old.get(one.audience), one.composed.document)
    }
    changed |= old.keys() - {one.audience for one in seen}
    if not changed:
        raise Refused(_("Nothing has changed."), cure=_("Edit the text and try again."))
    shown = album.names_in(ready)
    album.drop(tx, stored, (given | album.names_of(tx, stored)) - shown, now)
    album.keep(tx, later, ready, now)
    if stored.audience not in changed:
        _revise_hidden(tx, group, stored, seen, now)
        return object_id
    document = versions.keep(tx, later, seen, now)
    update = activities.update(group.actor, document, now)
    if draft.changed:
        update["summary"] = draft.changed
    also = [*seen[0].composed.notified, *_notified(old[stored.audience])]
    say(tx, site, group, later, update, also, now)
    subject = Subject(object_id, group.actor, later.title, later.language, later.audience)
    was, details = before.get(stored.audience), seen[0].details
    notice = draft.kind.notice(was, details, subject) if was else None
    if notice:
        _publish_notice(tx, site, group, later, notice, now)
    return object_id


def withdraw(tx: Tx, site: Site, object_id: str, now: int) -> None:
    """Take something down everywhere: a Tombstone stays, its text and pictures go; the id is never used again."""
    stored, group = ours(tx, object_id)
    also = _told(tx, stored)
    objects.withdraw(tx, object_id, now)
    pending.forget_texts(tx, group.actor, object_id)
    _forget_what_was_said(tx, stored, now)
    album.drop(tx, stored, album.names_of(tx, stored), now)
    _count_answer(tx, stored, -1)
    audience = "direct" if stored.audience in CONFIDENTIAL else cast(Audience, stored.audience)
    delete = activities.delete(group.actor, object_id, stored.type, audience, now, also)
    say(tx, site, group, stored, delete, also, now)


def pin(tx: Tx, site: Site, object_id: str, now: int) -> None:
    """Show something first on the group's profile; doing it twice does nothing."""
    stored, group = ours(tx, object_id)
    if stored.audience != "public":
        raise Refused(
            _("Only what is public can be pinned: everybody sees what a profile shows first.")
        )
    if objects.pin(tx, object_id, now):
        add = activities.add(group.actor, object_id, f"{group.actor}/featured")
        say(tx, site, group, stored, add, (), now)


def unpin(tx: Tx, site: Site, object_id: str, now: int) -> None:
    """Show something at its own place again; doing it twice does nothing."""
    stored, group = ours(tx, object_id)
    if objects.unpin(tx, object_id):
        remove = activities.remove(group.actor, object_id, f"{group.actor}/featured")
        say(tx, site, group, stored, remove, (), now)


def ours(tx: Tx, object_id: str) -> tuple[StoredObject, Group]:
    """Return what we published with its group, locked until commit; raise NotFound or Gone."""
    tx.lock("object", object_id)
    stored = objects.find(tx, object_id)
    if stored is None:
        raise NotFound(_("There is nothing of ours at %(address)s."), address=object_id)
    if stored.withdrawn_at is not None:
        raise Gone(_("This was withdrawn; published anew it gets a new address."))
    group = groups.find_by_actor(tx, stored.actor)
    if group is None:
        raise NotFound(f"There is no group that published {object_id}.")
    return stored, group


def _language(group: Group) -> str:
    return group.languages[0] if group.languages else DEFAULT_LANGUAGE


def say(
    tx: Tx,
    site: Site,
    group: Group,
    stored: StoredObject,
    activity: dict[str, Any],
    also: Iterable[str],
    now: int,
) -> None:
    """Tell the readers of a published thing, and those named, of an activity; let its pages be drawn anew.

    What is for partners goes to each of them and nobody else, what answers one person to that person, what is for
    members nowhere.
    """
    by = stored.actor
    if stored.audience == "partners":
        named = also if activity["type"] == "Delete" else ()
        to = [*(partner.actor for partner in partners.of_group(tx, by)), *named]
        outbox.send(tx, site, by=by, activity=activity, to=to, now=now)
    elif stored.audience == DIRECT:
        outbox.send(tx, site, by=by, activity=activity, to=also, now=now)
    elif stored.audience != "members":
        audience = cast(Audience, stored.audience)
        outbox.publish(tx, site, by=by, activity=activity, audience=audience, now=now, also=also)
    _draw_anew(tx, group, stored)


def _draw_anew(tx: Tx, group: Group, stored: StoredObject) -> None:
    signals.bump(tx, f"group:{group.name}")
    signals.bump(tx, f"object:{stored.id}")
    signals.bump(tx, "instance")


def _revise_hidden(tx: Tx, group: Group, stored: StoredObject, seen: list[Seen], now: int) -> None:
    """Keep what only others see differently now, in the version there is: its own readers see no sign of it."""
    versions.keep_others(tx, stored, seen[1:], now)
    pieces.keep(tx, stored, {one.audience: one.composed for one in seen}, now)
    _draw_anew(tx, group, stored)


def _publish_notice(
    tx: Tx, site: Site, group: Group, about: StoredObject, text: str, now: int
) -> None:
    kind = kinds.kind("update")
    draft = Draft(
        kind=kind,
        title="",
        language=about.language,
        hashtags=(),
        warning="",
        audience=about.audience,
        pictures=(),
        reply_to=about.id,
        details=kind.from_document({"type": kind.type}),
        body=text,
        source=text,
    )
    publish(tx, site, group, Ready(draft), now)


def _count_answer(tx: Tx, stored: StoredObject, by: int) -> None:
    """Count an answer at the beginning of its thread, and at what it answers."""
    if stored.in_reply_to and stored.audience not in CONFIDENTIAL:
        for object_id in dict.fromkeys((stored.thread, stored.in_reply_to)):
            objects.tally(tx, object_id, replies=by)
            signals.bump(tx, f"object:{object_id}")


def _told(tx: Tx, stored: StoredObject) -> list[str]:
    """Whom to tell that something is gone: those it mentions, and where it was for some by name, all of them ever."""
    if stored.audience not in CONFIDENTIAL:
        document = versions.documents_of(tx, stored).get(stored.audience, {})
        return _notified(document)
    found = rows.all_seen(tx, stored.id, stored.audience)
    documents = [orjson.loads(version.document) for version in found]
    return list(dict.fromkeys(actor for document in documents for actor in document["to"]))


def _forget_what_was_said(tx: Tx, stored: StoredObject, now: int) -> None:
    """Leave of what told of an object its id alone; whoever has not heard of it yet never does."""
    key = signing_key(tx, stored.actor, "ed25519")
    for one in said.told_of(tx, stored.id):
        deliveries.recall(tx, one.id)
        told = {name: value for name, value in one.document.items() if name not in _TEXTS}
        body = orjson.dumps(add_proof({**told, "object": stored.id}, key, now))
        said.put_body(tx, one.id, body)


def _notified(document: Mapping[str, Any]) -> list[str]:
    """Whom a document mentions, so that whoever got it hears what became of it."""
    return [tag["href"] for tag in document.get("tag", ()) if tag.get("type") == "Mention"]

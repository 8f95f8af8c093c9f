"""Publishing, editing, withdrawing and pinning: row, version, activity and deliveries in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import orjson

from fedi.activitypub.proofs import add_proof
from fedi.delivery import activities, outbox
from fedi.delivery.activities import Audience
from fedi.delivery.signing import signing_key
from fedi.errors import Gone, NotFound, Refused
from fedi.publishing import album, kinds
from fedi.publishing.answered import Answered, answered_by, find_answered
from fedi.publishing.document import Composed, compose
from fedi.publishing.draft import Draft
from fedi.publishing.kinds import Subject
from fedi.publishing.markdown import Mentioned
from fedi.site import Site
from fedi.storage import groups, objects, signals
from fedi.storage.groups import Group
from fedi.storage.media import Picture
from fedi.storage.objects import StoredObject, Version
from fedi.storage.tx import Tx

MAX_DOCUMENT = 400_000
"""In bytes; other servers take documents of up to a megabyte."""
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft with all that had to be fetched or decoded beforehand."""

    draft: Draft
    mentions: Mapping[str, Mentioned] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()


def publish(tx: Tx, site: Site, group: Group, ready: Ready, now: int) -> str:
    """Publish something, tell those who are to hear of it, and return its id."""
    draft = ready.draft
    answered = find_answered(tx, site, draft.reply_to) if draft.reply_to else None
    object_id = site.new_object(draft.kind.path)
    stored = StoredObject(
        id=object_id,
        kind=draft.kind.name,
        actor=group.actor,
        type=draft.kind.type,
        audience=draft.audience or "public",
        version=1,
        thread=answered.thread if answered else object_id,
        published_at=now,
        updated_at=now,
        title=draft.title,
        language=draft.language or _language(group),
        in_reply_to=answered.id if answered else None,
    )
    if answered and answered.audience == "followers" and stored.audience != "followers":
        raise Refused(
            "What this answers was said to followers only.", cure="Set `visibility: followers`."
        )
    details = draft.kind.settle(tx, stored, draft.details, now)
    composed = _compose(site, group, stored, ready, details, answered)
    document = _keep(tx, stored, composed, draft, now)
    album.keep(tx, stored, ready.pictures, now)
    _count_answer(tx, stored, 1)
    groups.note_post(tx, group.actor, now)
    create = activities.create(group.actor, document)
    say(tx, site, group, stored, create, composed.notified, now)
    return object_id


def edit(tx: Tx, site: Site, object_id: str, ready: Ready, now: int) -> str:
    """Publish a later version, with a note where followers would not hear of it otherwise; return the id.

    Raises Refused where nothing would change or who may see it would.
    """
    stored, group = ours(tx, object_id)
    draft = ready.draft
    if draft.audience not in ("", stored.audience):
        raise Refused(
            f"This is {stored.audience} and stays so: other servers have it already.",
            cure="Withdraw it and publish it anew.",
        )
    old = _latest(tx, stored)
    before = draft.kind.from_document(old)
    details = draft.kind.revise(before, draft.details) if before else draft.details
    given = {picture.name for picture in ready.pictures}
    ready = replace(ready, pictures=album.recognise(tx, stored, ready.pictures))
    later = replace(
        stored,
        version=stored.version + 1,
        title=draft.title,
        language=draft.language or stored.language,
        # Whoever compares what they have with what is new reads whole seconds (interop §3.4).
        updated_at=max(now, (stored.updated_at // 1000 + 1) * 1000),
    )
    details = draft.kind.settle(tx, later, details, now)
    answered = answered_by(tx, site, stored)
    composed = _compose(site, group, later, ready, details, answered)
    if _without_version(composed.document) == _without_version(old):
        raise Refused("Nothing has changed.", cure="Edit the text and try again.")
    document = _keep(tx, later, composed, draft, now)
    shown = {picture.name for picture in ready.pictures}
    album.drop(tx, stored, (given | album.names_of(tx, stored)) - shown, now)
    album.keep(tx, later, ready.pictures, now)
    update = activities.update(group.actor, document, now)
    also = [*composed.notified, *_notified(old)]
    say(tx, site, group, later, update, also, now)
    subject = Subject(object_id, group.actor, later.title, later.language, later.audience)
    notice = draft.kind.notice(before, details, subject) if before else None
    if notice:
        _publish_notice(tx, site, group, later, notice, now)
    return object_id


def withdraw(tx: Tx, site: Site, object_id: str, now: int) -> None:
    """Take something down everywhere: a Tombstone stays, its text and pictures go; the id is never used again."""
    stored, group = ours(tx, object_id)
    also = _notified(_latest(tx, stored))
    objects.withdraw(tx, object_id, now)
    album.drop(tx, stored, album.names_of(tx, stored), now)
    _count_answer(tx, stored, -1)
    audience = cast(Audience, stored.audience)
    delete = activities.delete(group.actor, object_id, stored.type, audience, now, also)
    say(tx, site, group, stored, delete, also, now)


def pin(tx: Tx, site: Site, object_id: str, now: int) -> None:
    """Show something first on the group's profile; doing it twice does nothing."""
    stored, group = ours(tx, object_id)
    if stored.audience != "public":
        raise Refused(
            "Only what is public can be pinned: everybody sees what a profile shows first."
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
        raise NotFound(f"There is nothing of ours at {object_id}.")
    if stored.withdrawn_at is not None:
        raise Gone("This was withdrawn; published anew it gets a new address.")
    group = groups.find_by_actor(tx, stored.actor)
    if group is None:
        raise NotFound(f"There is no group that published {object_id}.")
    return stored, group


def _latest(tx: Tx, stored: StoredObject) -> dict[str, Any]:
    version = objects.version(tx, stored.id, stored.audience)
    if version is None:
        raise NotFound(f"{stored.id} has no version for {stored.audience}.")
    return orjson.loads(version.document)


def _language(group: Group) -> str:
    return group.languages[0] if group.languages else DEFAULT_LANGUAGE


def _compose(
    site: Site,
    group: Group,
    stored: StoredObject,
    ready: Ready,
    details: Any,
    answered: Answered | None,
) -> Composed:
    return compose(
        site,
        group,
        stored,
        ready.draft,
        details,
        mentions=ready.mentions,
        pictures=ready.pictures,
        answered=answered,
    )


def _keep(
    tx: Tx, stored: StoredObject, composed: Composed, draft: Draft, now: int
) -> dict[str, Any]:
    """Keep row and version, and return the document with its proof."""
    document = add_proof(composed.document, signing_key(tx, stored.actor, "ed25519"), now)
    body = orjson.dumps(document)
    if len(body) > MAX_DOCUMENT:
        raise Refused(
            f"This makes {len(body) // 1000} kB, and other servers would not take it.",
            cure=f"Shorten it to less than {MAX_DOCUMENT // 1000} kB, or publish it in parts.",
        )
    stored = replace(
        stored,
        state=composed.part.state,
        starts_at=composed.part.starts_at,
        ends_at=composed.part.ends_at,
    )
    version = Version(
        object=stored.id,
        version=stored.version,
        audience=stored.audience,
        document=body,
        html=composed.html,
        source=draft.source,
        facts=composed.facts,
        published_at=stored.updated_at,
    )
    if stored.version == 1:
        objects.add(tx, stored, version)
    else:
        objects.revise(tx, stored, version)
    objects.set_hashtags(tx, stored, composed.hashtags)
    return document


def say(
    tx: Tx,
    site: Site,
    group: Group,
    stored: StoredObject,
    activity: dict[str, Any],
    also: Iterable[str],
    now: int,
) -> None:
    """Tell the readers of a published thing, and those named, of an activity; let its pages be drawn anew."""
    audience = cast(Audience, stored.audience)
    outbox.publish(
        tx, site, by=stored.actor, activity=activity, audience=audience, now=now, also=also
    )
    signals.bump(tx, f"group:{group.name}")
    signals.bump(tx, f"object:{stored.id}")
    signals.bump(tx, "instance")


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
    if stored.in_reply_to:
        for object_id in dict.fromkeys((stored.thread, stored.in_reply_to)):
            objects.tally(tx, object_id, replies=by)
            signals.bump(tx, f"object:{object_id}")


def _notified(document: Mapping[str, Any]) -> list[str]:
    """Whom a document mentions, so that whoever got it hears what became of it."""
    return [tag["href"] for tag in document.get("tag", ()) if tag.get("type") == "Mention"]


def _without_version(document: Mapping[str, Any]) -> dict[str, Any]:
    left_out = ("version", "updated", "proof", "published")
    return {key: value for key, value in document.items() if key not in left_out}

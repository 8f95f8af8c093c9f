"""One version of a published thing as each audience sees it: composed, signed and kept, a row for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from fedi.activitypub.proofs import add_proof
from fedi.delivery.signing import signing_key
from fedi.errors import Refused
from fedi.publishing import album, pieces
from fedi.publishing.answered import Answered
from fedi.publishing.document import Composed, compose
from fedi.publishing.languages import with_languages
from fedi.publishing.ready import Ready
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import objects, partners
from fedi.storage import versions as rows
from fedi.storage.groups import Group
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx
from fedi.storage.versions import Version

MAX_DOCUMENT = 400_000
"""In bytes; other servers take documents of up to a megabyte."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A version as one audience sees it; `source` is what is kept of the text beside it."""

    audience: str
    composed: Composed
    details: Any
    source: str


def compose_all(
    tx: Tx,
    site: Site,
    group: Group,
    stored: StoredObject,
    ready: Ready,
    before: Mapping[str, Any],
    answered: Answered | None,
    now: int,
) -> list[Seen]:
    """Write a version for each audience that sees something of its own, the one it is for first.

    `before` are the details of the version before, by audience. The members' one keeps the whole source.
    """
    whose = [partner.actor for partner in partners.of_group(tx, group.actor)]
    if stored.audience in ("partners", "members"):
        ready, answered = _told_to(whose if stored.audience == "partners" else [], ready, answered)
    drafts = [(stored.audience, ready.draft), *ready.draft.others]
    kind = ready.draft.kind
    revised = {
        audience: kind.revise(before[audience], draft.details)
        if audience in before
        else draft.details
        for audience, draft in drafts
    }
    fullest = drafts[-1][0]
    whole = kind.settle(tx, stored, revised[fullest], now)
    seen: list[Seen] = []
    for audience, draft in drafts:
        details = whole if audience == fullest else kind.align(whole, revised[audience])
        composed = compose(
            site,
            group,
            replace(stored, audience=audience),
            draft,
            details,
            mentions=ready.mentions,
            pictures=album.shown(draft, ready.draft.fullest, ready.pictures),
            voices=album.heard(draft, ready.draft.fullest, ready.voices),
            answered=answered,
            partners=whose,
        )
        source = ready.draft.whole if audience == fullest else draft.source
        document = with_languages(tx, stored.id, audience, composed.document)
        composed = replace(composed, document=document)
        seen.append(Seen(audience, composed, details, source))
    return seen


def keep(tx: Tx, stored: StoredObject, seen: Sequence[Seen], now: int) -> dict[str, Any]:
    """Keep row and versions of something new or changed; return the document of those it is for, with its proof."""
    own, *others = seen
    part = own.composed.part
    stored = replace(stored, state=part.state, starts_at=part.starts_at, ends_at=part.ends_at)
    document, version = _version(tx, stored, own, now)
    if stored.version == 1:
        objects.add(tx, stored, version)
    else:
        objects.revise(tx, stored, version)
    objects.set_hashtags(tx, stored, own.composed.hashtags)
    keep_others(tx, stored, others, now)
    pieces.keep(tx, stored, {one.audience: one.composed for one in seen}, now)
    return document


def keep_others(tx: Tx, stored: StoredObject, seen: Sequence[Seen], now: int) -> None:
    """Keep what other audiences see of a version, in place of what they saw of it."""
    others = [_version(tx, stored, one, now)[1] for one in seen]
    rows.set_others(tx, stored.id, stored.version, stored.audience, others)


def documents_of(tx: Tx, stored: StoredObject) -> dict[str, dict[str, Any]]:
    """Return the documents of the present version by audience."""
    return {
        version.audience: orjson.loads(version.document) for version in objects.latest(tx, stored)
    }


def is_same(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    """Tell whether two versions of a document say the same."""
    return before is not None and _without_version(before) == _without_version(after)


def _without_version(document: Mapping[str, Any]) -> dict[str, Any]:
    left_out = ("version", "updated", "proof", "published")
    return {key: value for key, value in document.items() if key not in left_out}


def _version(tx: Tx, stored: StoredObject, seen: Seen, now: int) -> tuple[dict[str, Any], Version]:
    document = add_proof(seen.composed.document, signing_key(tx, stored.actor, "ed25519"), now)
    body = orjson.dumps(document)
    if len(body) > MAX_DOCUMENT:
        raise Refused(
            _("This makes %(size)s kB, and other servers would not take it."),
            cure=_("Shorten it to less than %(most)s kB, or publish it in parts."),
            size=len(body) // 1000,
            most=MAX_DOCUMENT // 1000,
        )
    return document, Version(
        object=stored.id,
        version=stored.version,
        audience=seen.audience,
        document=body,
        html=seen.composed.html,
        source=seen.source,
        facts=seen.composed.facts,
        published_at=stored.updated_at,
    )


def _told_to(
    allowed: Sequence[str], ready: Ready, answered: Answered | None
) -> tuple[Ready, Answered | None]:
    """Leave out whom something would be told to by naming them, although it is not for them."""
    mentions = {name: who for name, who in ready.mentions.items() if who.actor in allowed}
    if answered and answered.author and answered.author.actor not in allowed:
        answered = replace(answered, author=None)
    return replace(ready, mentions=mentions), answered

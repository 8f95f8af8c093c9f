"""A later version of a published thing that differs in what is counted alone, so that nobody is told of an edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import orjson

from fedi.activitypub.proofs import add_proof
from fedi.delivery import activities
from fedi.delivery.signing import signing_key
from fedi.publishing import kinds
from fedi.publishing.document import context_of
from fedi.publishing.kinds import Subject
from fedi.publishing.publish import ours, say
from fedi.site import Site
from fedi.storage import objects
from fedi.storage.objects import StoredObject
from fedi.storage.tx import Tx


def recount(
    tx: Tx,
    site: Site,
    object_id: str,
    change: Callable[[Any], Any],
    now: int,
    *,
    also: Iterable[str] = (),
    is_news: bool = False,
) -> bool:
    """Let `change` count anew in the details of a published thing, tell its readers, and tell whether it differs.

    Terms, facts and state follow the details; text, title and `updated` stay: Mastodon takes an Update whose
    `updated` is the one it knows for a recount and shows no edit (interop §3.4). `is_news` moves it up in feeds.
    """
    stored, group = ours(tx, object_id)
    kind = kinds.kind(stored.kind)
    later = replace(
        stored, version=stored.version + 1, updated_at=now if is_news else stored.updated_at
    )
    told: dict[str, Any] = {}
    for version in objects.latest(tx, stored):
        before = orjson.loads(version.document)
        details = kind.from_document(before)
        counted = change(details)
        if details is None or counted == details:
            return False
        subject = Subject(stored.id, group.actor, stored.title, stored.language, version.audience)
        part = kind.to_document(counted, subject)
        later = replace(later, state=part.state)
        document = _signed(tx, later, {**before, **part.terms}, now)
        facts = {**version.facts, **part.facts}
        objects.recount(
            tx,
            later,
            replace(version, version=later.version, document=orjson.dumps(document), facts=facts),
        )
        if version.audience == stored.audience:
            told = document
    say(tx, site, group, later, activities.update(group.actor, told, now), also, now)
    return True


def _signed(tx: Tx, stored: StoredObject, document: dict[str, Any], now: int) -> dict[str, Any]:
    bare = {key: value for key, value in document.items() if key not in ("@context", "proof")}
    bare["version"] = stored.version
    whole = {"@context": context_of(bare), **bare}
    return add_proof(whole, signing_key(tx, stored.actor, "ed25519"), now)

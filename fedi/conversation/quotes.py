"""Quotes: asked for, granted by the group's policy with a permission anybody can check, and revoked (FEP-044f)."""

from __future__ import annotations

from typing import Any

from ulid import ULID

from fedi.activitypub.context import OBJECT_CONTEXT
from fedi.activitypub.origins import same_origin
from fedi.activitypub.vocabulary import id_of
from fedi.actors.may_read import Reader, may_read
from fedi.actors.receive import Incoming, receives
from fedi.delivery import activities as build
from fedi.delivery import outbox
from fedi.errors import Gone, NotFound, Refused
from fedi.site import Site
from fedi.storage import follows, groups, objects, quotes
from fedi.storage.quotes import GRANTED, Quote
from fedi.storage.tx import Tx


@receives("QuoteRequest")
def on_quote_request(tx: Tx, told: Incoming) -> None:
    """Answer whoever asks to quote something of ours, as the group has decided."""
    stored, quoting = told.about.object, id_of(told.activity.instrument)
    if stored is None or quoting is None or not same_origin(quoting, told.by):
        return
    asked = {
        **{"id": told.activity.id, "type": "QuoteRequest", "actor": told.by},
        **{"object": stored.id, "instrument": quoting},
    }
    if stored.withdrawn_at is not None or not _may_quote(tx, told, stored.actor):
        refusal = build.reject(stored.actor, asked)
        outbox.send(tx, told.site, by=stored.actor, activity=refusal, to=[told.by], now=told.now)
        return
    name = f"{told.site.origin}/quotes/{str(ULID()).lower()}"
    quote = Quote(name, stored.id, quoting, told.by, told.activity.id or "", GRANTED, told.now)
    granted = quotes.add(tx, quote)
    if granted.actor != told.by or granted.state != GRANTED:
        # Revoked once, it stays revoked; and nobody takes over somebody else's permission.
        refusal = build.reject(stored.actor, asked)
        outbox.send(tx, told.site, by=stored.actor, activity=refusal, to=[told.by], now=told.now)
        return
    answer = build.accept(stored.actor, asked, result=granted.id)
    outbox.send(tx, told.site, by=stored.actor, activity=answer, to=[told.by], now=told.now)


def _may_quote(tx: Tx, told: Incoming, actor: str) -> bool:
    stored, group = told.about.object, groups.find_by_actor(tx, actor)
    if stored is None or group is None or group.removed_at is not None or told.limited:
        return False
    if (
        stored.audience not in ("public", "unlisted")
        or may_read(tx, stored, Reader(told.by)) is None
    ):
        return False
    if group.quotes == "followers":
        return follows.is_follower(tx, told.by, actor)
    return group.quotes == "public"


def authorization(tx: Tx, quote_id: str) -> dict[str, Any]:
    """Build the document of a permission; raise Gone once it is revoked, NotFound if there never was one."""
    quote = quotes.find(tx, quote_id)
    stored = objects.find(tx, quote.object) if quote else None
    if quote is None or stored is None:
        raise NotFound("There is no such permission here.")
    if quote.state != GRANTED or stored.withdrawn_at is not None:
        tombstone = {"@context": OBJECT_CONTEXT, "id": quote.id, "type": "Tombstone"}
        raise Gone(
            "This permission was revoked.",
            tombstone={**tombstone, "formerType": "QuoteAuthorization"},
        )
    return {
        "@context": OBJECT_CONTEXT,
        "id": quote.id,
        "type": "QuoteAuthorization",
        "attributedTo": stored.actor,
        "interactingObject": quote.quoting,
        "interactionTarget": quote.object,
    }


def revoke(tx: Tx, site: Site, quote_id: str, now: int) -> None:
    """Take back a permission to quote, and tell the one who has it."""
    quote = quotes.find(tx, quote_id)
    stored = objects.find(tx, quote.object) if quote else None
    if quote is None or stored is None or not quotes.revoke(tx, quote_id):
        raise Refused("There is no such permission, or it is revoked already.")
    activity = build.delete(
        stored.actor, quote.id, "QuoteAuthorization", "direct", now, [quote.actor]
    )
    outbox.send(tx, site, by=stored.actor, activity=activity, to=[quote.actor], now=now)

"""Pieces of published things that have addresses of their own: documents, kept for each audience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from fedi.activitypub import html
from fedi.activitypub.proofs import add_proof
from fedi.clock import iso
from fedi.delivery.signing import signing_key
from fedi.publishing.document import Composed, context_of
from fedi.publishing.kinds import NAMESPACE, Piece
from fedi.storage import parts, translations
from fedi.storage.objects import StoredObject
from fedi.storage.parts import SeenPart, StoredPart
from fedi.storage.translations import Translation
from fedi.storage.tx import Tx

_CHANGES = ("version", "updated", "published", "proof", "@context")


def keep(tx: Tx, stored: StoredObject, seen: Mapping[str, Composed], now: int) -> None:
    """Keep the pieces of a version as each audience sees them, and take down those it has no more."""
    whole: dict[str, Piece] = {}
    # Who sees most comes last, and has every piece in its place.
    for composed in reversed(list(seen.values())):
        whole |= {piece.id: piece for piece in composed.part.pieces if piece.id not in whole}
    for part in parts.of_object(tx, stored.id):
        if part.removed_at is None and part.id not in whole:
            parts.remove(tx, part.id, now)
    for place, piece in enumerate(whole.values()):
        parts.put(tx, _row(stored, piece, place))
        showing = {
            audience: composed
            for audience, composed in seen.items()
            if any(one.id == piece.id for one in composed.part.pieces)
        }
        for audience in parts.titles(tx, piece.id).keys() - showing.keys():
            parts.hide(tx, piece.id, audience, now)
        for audience, composed in showing.items():
            shown = next(one for one in composed.part.pieces if one.id == piece.id)
            _show(tx, stored, audience, composed, shown, now)


def speak(tx: Tx, stored: StoredObject, audience: str, now: int) -> None:
    """Let the pieces that an audience sees say what they say in the languages there are by now."""
    spoken = translations.of_object(tx, stored.id, audience)
    for part in parts.of_object(tx, stored.id):
        seen = parts.seen(tx, part.id, audience)
        if seen is None or seen.gone_at is not None:
            continue
        document = orjson.loads(seen.document)
        said = _in_each_language(document, spoken)
        if said != document["contentMap"]:
            del document["proof"]
            document |= {
                "contentMap": said,
                "version": stored.version,
                "updated": iso(stored.updated_at),
            }
            body = orjson.dumps(add_proof(document, signing_key(tx, stored.actor, "ed25519"), now))
            parts.show(tx, replace(seen, version=stored.version, document=body))


def _in_each_language(document: Mapping[str, Any], spoken: Sequence[Translation]) -> dict[str, str]:
    """Return what a piece says by language, its own first; a translation of other words than its own is none."""
    own = document["inLanguage"]
    said = {own: document["content"]}
    for one in spoken:
        piece = one.facts.get("pieces", {}).get(document["id"])
        if piece and one.language != own and piece["of"] == document["headline"]:
            said[one.language] = piece["content"]
    return said


def _row(stored: StoredObject, piece: Piece, place: int) -> StoredPart:
    return StoredPart(
        id=piece.id,
        object=stored.id,
        actor=stored.actor,
        kind=piece.kind,
        key=piece.key,
        place=place,
        taken_at=_taken(stored),
    )


def _taken(stored: StoredObject) -> int:
    return stored.published_at if stored.starts_at is None else stored.starts_at


def _show(
    tx: Tx, stored: StoredObject, audience: str, composed: Composed, piece: Piece, now: int
) -> None:
    """Keep a piece as an audience sees it; what says the same as before stays the document it was."""
    before = parts.seen(tx, piece.id, audience)
    old = orjson.loads(before.document) if before and before.gone_at is None else None
    document = _document(stored, composed, piece, old)
    spoken = translations.of_object(tx, stored.id, audience)
    document["contentMap"] = _in_each_language(document, spoken)
    if old is not None and before is not None and _said(document) == _said(old):
        body, version = before.document, before.version
    else:
        key = signing_key(tx, stored.actor, "ed25519")
        body, version = orjson.dumps(add_proof(document, key, now)), stored.version
    parts.show(
        tx,
        SeenPart(
            part=piece.id,
            audience=audience,
            version=version,
            actor=stored.actor,
            kind=piece.kind,
            title=piece.title,
            state=piece.state,
            due=piece.due,
            taken_at=_taken(stored),
            document=body,
            facts=piece.facts,
        ),
    )


def _document(
    stored: StoredObject, composed: Composed, piece: Piece, old: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Write a piece as a Note that every server can show, addressed as the whole is, without whom that mentions."""
    whole = composed.document
    mentioned = {tag["href"] for tag in whole["tag"] if tag["type"] == "Mention"}
    content = html.own(piece.content)
    warning = composed.facts["warning"]
    published = old["published"] if old else iso(stored.updated_at)
    document: dict[str, Any] = {
        "id": piece.id,
        "type": "Note",
        "additionalType": NAMESPACE + piece.meaning,
        "version": stored.version,
        "url": piece.id,
        "actor": stored.actor,
        "attributedTo": stored.actor,
        **{name: [one for one in whole[name] if one not in mentioned] for name in ("to", "cc")},
        "published": published,
        **({"updated": iso(stored.updated_at)} if old else {}),
        "headline": piece.title,
        **({"summary": warning} if warning else {}),
        "content": content,
        "contentMap": {stored.language: content},
        "mediaType": "text/html",
        "inLanguage": stored.language,
        "sensitive": bool(warning),
        "partOf": stored.id,
        **({"context": whole["context"]} if "context" in whole else {}),
        "attachment": [],
        "tag": [],
        "interactionPolicy": whole["interactionPolicy"],
        **piece.terms,
    }
    return {"@context": context_of(document), **document}


def _said(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in _CHANGES}

"""Translations: a published thing in another language, told to other servers as a later version of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from fedi.activitypub import html
from fedi.activitypub.proofs import add_proof
from fedi.clock import iso
from fedi.delivery import activities
from fedi.delivery.signing import signing_key
from fedi.errors import NotFound, Refused
from fedi.publishing import draft, fields, pieces, publish
from fedi.publishing.acts import Act, performs
from fedi.publishing.answered import DIRECT
from fedi.publishing.document import Composed, compose
from fedi.publishing.draft import Draft
from fedi.publishing.front_matter import Field, Problems, Values
from fedi.publishing.kinds import Kind, kind
from fedi.publishing.languages import spelt, with_languages
from fedi.publishing.markdown import Mentioned
from fedi.publishing.versions import MAX_DOCUMENT
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage import objects, parts, translation_links, translations
from fedi.storage import versions as rows
from fedi.storage.groups import Group
from fedi.storage.objects import StoredObject
from fedi.storage.translations import Translation
from fedi.storage.tx import Tx
from fedi.storage.versions import Version

MOST_LANGUAGES = 20


@dataclass(frozen=True, slots=True)
class _Words:
    """What a translation says, until it is put together with what it translates."""

    values: Values
    text: str


def read(kind_name: str, source: str) -> Draft:
    """Read a translation: the same file in another language, of which only the title must be there."""
    return draft.read(_translating(kind(kind_name)), source)


@performs("translate")
def translate(tx: Tx, site: Site, act: Act, now: int) -> str:
    """Add or replace a translation, or take it away where the source is empty; return the id of what it is of.

    Whoever has the post is told of a later version with the text in each language.
    """
    arguments = act.arguments
    object_id, language = str(arguments["object"]), str(arguments["language"])
    stored, group = publish.ours(tx, object_id)
    if stored.audience == DIRECT:
        raise Refused(_("This was said to one person; say it to them in their language."))
    if stored.actor != site.group(act.group):
        raise NotFound(f"There is nothing of {act.group} at {object_id}.")
    language = check(tx, stored, language)
    had = translations.drop(tx, object_id, language)
    source = str(arguments.get("source") or "")
    if source:
        mentions = {name: Mentioned(**who) for name, who in arguments.get("mentions", {}).items()}
        made = read(stored.kind, source)
        _keep(tx, site, group, replace(stored, language=language), made, mentions, now)
        translation_links.note_taken(tx, object_id, language)
    elif not had:
        raise Refused(_("There is no translation into %(language)s."), language=language)
    _tell(tx, site, group, stored, now)
    return object_id


def _translating(original: Kind) -> Kind:
    """Return a kind whose front matter may leave everything out, and is kept as it was read."""
    schema = {key: replace(field, required="") for key, field in original.schema.items()}
    return replace(
        original,
        schema=schema | {"translated_by": Field(fields.text(200))},
        read=lambda values, problems: _Words(values, ""),
        join=lambda details, text, values, problems: (_Words(values, text), text),
        names=lambda details: (),
    )


def check(tx: Tx, stored: StoredObject, language: str) -> str:
    """Return the language in its usual spelling, or raise Refused where there can be no translation into it."""
    known = spelt(language)
    if not known:
        raise Refused(
            _("`%(value)s` is not a language."),
            cure=_("Write its code, like en, so or pt-BR."),
            value=language,
        )
    if known == spelt(stored.language):
        raise Refused(
            _("The text itself is in %(language)s."),
            cure=_("Name another language."),
            language=known,
        )
    there = {one.language for one in translations.of_object(tx, stored.id, stored.audience)}
    if len(there - {known}) >= MOST_LANGUAGES:
        raise Refused(
            _("There are %(most)s translations already."),
            cure=_("Take one away."),
            most=MOST_LANGUAGES,
        )
    return known


def _keep(
    tx: Tx,
    site: Site,
    group: Group,
    stored: StoredObject,
    made: Draft,
    mentions: Mapping[str, Mentioned],
    now: int,
) -> None:
    """Keep a translation for each audience that sees something of its own; `stored` is in its language."""
    if made.language and spelt(made.language) != stored.language:
        raise Refused(
            _("The front matter says that this is in %(said)s, not in %(language)s."),
            cure=_("Write the language you translated into."),
            said=made.language,
            language=stored.language,
        )
    if made.audience and made.audience != stored.audience:
        raise Refused(
            _("Who may see this stays as it is."),
            cure=_("Leave `visibility` out of a translation."),
        )
    for version in objects.latest(tx, stored):
        seen = _as_seen(made, version.audience)
        document = orjson.loads(version.document)
        chosen, words, problems = kind(stored.kind), seen.details, Problems([])
        original = chosen.from_document(document)
        details, text = chosen.translate(original, words.text, words.values, problems)
        problems.raise_if_any()
        people = {**_mentioned(document), **mentions}
        composed = compose(
            site,
            group,
            replace(stored, audience=version.audience, title=seen.title),
            replace(
                seen,
                kind=chosen,
                body=text,
                warning=seen.warning or str(version.facts["warning"]),
                hashtags=(),
            ),
            details,
            mentions=people,
            pictures=(),
            answered=None,
        )
        translations.put(
            tx,
            Translation(
                object=stored.id,
                language=stored.language,
                audience=version.audience,
                of_version=stored.version,
                title=seen.title,
                summary=composed.document.get("summary", ""),
                content=composed.document["content"],
                html=composed.html,
                # The group goes on from all that was written, marks and all.
                source=made.whole if version.audience == "members" else seen.source,
                facts={**composed.facts, "pieces": _pieces(tx, composed, version.audience)},
                added_at=now,
                made_by=words.values["translated_by"] or "",
            ),
        )


def _pieces(tx: Tx, composed: Composed, audience: str) -> dict[str, dict[str, str]]:
    """Return what each piece says in the language of a translation, and the words of its own that this is of."""
    said: dict[str, dict[str, str]] = {}
    for piece in composed.part.pieces:
        original = parts.seen(tx, piece.id, audience)
        if original is not None:
            said[piece.id] = {"content": html.own(piece.content), "of": original.title}
    return said


def _as_seen(made: Draft, audience: str) -> Draft:
    """Return a translation as an audience sees it: what is marked for somebody is marked in it, too."""
    others = dict(made.others)
    return others.get(audience) or (made.fullest if audience == "members" else made)


def _mentioned(document: Mapping[str, Any]) -> dict[str, Mentioned]:
    """Return those whom a document mentions, by their handles."""
    tags = (tag for tag in document["tag"] if tag["type"] == "Mention")
    named = {tag["name"].removeprefix("@").lower(): tag["href"] for tag in tags}
    return {handle: Mentioned(handle, actor, actor) for handle, actor in named.items()}


def _tell(tx: Tx, site: Site, group: Group, stored: StoredObject, now: int) -> None:
    """Publish a later version that says the same, in more languages or fewer."""
    later = replace(
        stored,
        version=stored.version + 1,
        updated_at=max(now, (stored.updated_at // 1000 + 1) * 1000),
    )
    made = [_anew(tx, later, version, now) for version in objects.latest(tx, stored)]
    own = next(version for version in made if version.audience == later.audience)
    objects.revise(tx, later, own)
    others = (version for version in made if version is not own)
    rows.set_others(tx, later.id, later.version, later.audience, others)
    for version in made:
        pieces.speak(tx, later, version.audience, now)
    document = orjson.loads(own.document)
    update = activities.update(group.actor, document, now)
    named = [person.actor for person in _mentioned(document).values()]
    publish.say(tx, site, group, later, update, named, now)


def _anew(tx: Tx, later: StoredObject, version: Version, now: int) -> Version:
    document = orjson.loads(version.document)
    del document["proof"]
    document = with_languages(tx, later.id, version.audience, document)
    document |= {"version": later.version, "updated": iso(later.updated_at)}
    key = signing_key(tx, later.actor, "ed25519")
    body = orjson.dumps(add_proof(document, key, now))
    if len(body) > MAX_DOCUMENT:
        raise Refused(
            _("With this translation it makes %(size)s kB, and other servers would not take it."),
            cure=_("Shorten it, or take another translation away."),
            size=len(body) // 1000,
        )
    return replace(version, version=later.version, document=body, published_at=later.updated_at)

"""The document of a published thing: what is common to every kind, around the part of its own kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from urllib.parse import quote

from fedi.activitypub import html
from fedi.activitypub.context import OBJECT_CONTEXT
from fedi.activitypub.vocabulary import PUBLIC, as_list
from fedi.clock import iso
from fedi.delivery.activities import Audience, addressed, followers_of
from fedi.errors import Refused
from fedi.publishing.answered import Answered
from fedi.publishing.draft import Draft
from fedi.publishing.kinds import NAMESPACE, Part, Subject
from fedi.publishing.markdown import Mentioned, Rendered, hashtag_link, render
from fedi.publishing.words import _
from fedi.site import Site
from fedi.storage.groups import Group
from fedi.storage.media import Picture, Voice
from fedi.storage.objects import StoredObject

TEASER_LENGTH = 240
_UNTITLED = ("Note", "Question")
"""A Note with a name that answers a poll is a vote (interop §3.9); neither shows its name anywhere."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A document without its proof, and what page and row need of it."""

    document: dict[str, Any]
    part: Part
    html: str
    hashtags: tuple[str, ...]
    notified: tuple[str, ...]
    facts: Mapping[str, Any]


def compose(
    site: Site,
    group: Group,
    stored: StoredObject,
    draft: Draft,
    details: Any,
    *,
    mentions: Mapping[str, Mentioned],
    pictures: tuple[Picture, ...],
    answered: Answered | None,
    voices: tuple[Voice, ...] = (),
    partners: Sequence[str] = (),
) -> Composed:
    """Write the document of `stored` for its audience; nothing here depends on anything but what is handed over.

    `partners` are addressed by their ids where it is for them alone.
    """
    subject = Subject(
        stored.id,
        group.actor,
        draft.title,
        stored.language,
        stored.audience,
        draft.warning,
        mentions,
    )
    part = draft.kind.to_document(details, subject)
    if answered and part.name in answered.options:
        raise Refused(
            _("Other servers would take this for a vote in the poll it answers."),
            cure=_("Choose a title that is not one of the poll’s answers."),
        )
    tag_page = partial(_tag_page, site)
    written = render(draft.body, mentions=mentions, tag_page=tag_page)
    tags = {tag.lower(): tag for tag in (*written.hashtags, *draft.hashtags)}
    people = {person.actor: person for person in written.mentions}
    named = (mentions.get(name) for name in draft.kind.names(details))
    also = [answered.author if answered else None, *named]
    people |= {person.actor: person for person in also if person and person.actor not in people}
    people.pop(group.actor, None)
    unwritten = [
        tag for tag in draft.hashtags if tag.lower() not in {t.lower() for t in written.hashtags}
    ]
    links = " ".join(hashtag_link(tag, tag_page) for tag in dict.fromkeys(unwritten))
    content = html.own(
        part.opening + written.html + part.closing + (f"<p>{links}</p>" if links else "")
    )
    summary = _summary(draft, part)
    images = [_image(site, picture) for picture in pictures]
    document: dict[str, Any] = {
        "id": stored.id,
        "type": draft.kind.type,
        "additionalType": NAMESPACE + draft.kind.meaning,
        "version": stored.version,
        "url": stored.id,
        "actor": group.actor,  # Pleroma and Mobilizon look for it beside the other
        "attributedTo": group.actor,
        **_addresses(group.actor, stored.audience, people, partners),
        "published": iso(stored.published_at),
        **({"updated": iso(stored.updated_at)} if stored.version > 1 else {}),
        **({"headline": draft.title} if draft.title else {}),
        **({"name": part.name} if draft.kind.type not in _UNTITLED else {}),
        **({"summary": summary} if summary else {}),
        "content": content,
        "contentMap": {stored.language: content},
        "mediaType": "text/html",
        "inLanguage": stored.language,
        "sensitive": bool(draft.warning),
        **({"inReplyTo": answered.id} if answered else {}),
        **({"context": f"{stored.thread}/context"} if site.is_local(stored.thread) else {}),
        "attachment": [*images, *(_audio(site, voice) for voice in voices), *part.attachments],
        "tag": [
            *({"type": "Hashtag", "name": f"#{tags[key]}", "href": tag_page(key)} for key in tags),
            *(
                {"type": "Mention", "name": f"@{person.handle}", "href": person.actor}
                for person in people.values()
            ),
        ],
        "interactionPolicy": {"canQuote": {"automaticApproval": _may_quote(group, stored)}},
        # Named by id alone: what is counted changes without a new version of what is signed.
        **{name: f"{stored.id}/{name}" for name in ("replies", "likes", "shares")},
        **part.terms,
    }
    if images and draft.kind.type not in _UNTITLED:
        document["image"] = {**images[0], "type": "Image"}
    return Composed(
        document={"@context": context_of(document), **document},
        part=part,
        html=written.html,
        hashtags=tuple(tags.values()),
        notified=tuple(people),
        facts=_facts(draft, part, written, pictures, voices, tags),
    )


def _addresses(
    actor: str, audience: str, people: Iterable[str], partners: Sequence[str]
) -> dict[str, Any]:
    match audience:
        case "partners":
            return addressed(actor, "direct", partners)
        case "members":
            return addressed(actor, "direct")
        case _:
            return addressed(actor, cast(Audience, audience), people)


def context_of(document: Mapping[str, Any]) -> list[Any]:
    """Return the context with the terms that a document uses; all of them would be most of a short note."""
    *known, terms = OBJECT_CONTEXT
    used = set(_names(document))
    # A term may be told by another one, as status is by ical:status.
    used |= {name.partition(":")[0] for name in used}
    used |= {_meaning(terms[name]).partition(":")[0] for name in used if name in terms}
    return [*known, {name: terms[name] for name in terms if name in used}]


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
        yield from as_list(value.get("type"))
        for inner in value.values():
            yield from _names(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _names(inner)


def _meaning(definition: Any) -> str:
    return definition["@id"] if isinstance(definition, Mapping) else definition


def _tag_page(site: Site, tag: str) -> str:
    return site.tag(quote(tag.lower(), safe=""))


def _summary(draft: Draft, part: Part) -> str:
    """The warning, the line a kind wants shown first, or both: there is one place for the two of them."""
    return " · ".join(text for text in (draft.warning, part.summary) if text)


def _image(site: Site, picture: Picture) -> dict[str, Any]:
    image: dict[str, Any] = {
        "type": "Document",
        "mediaType": picture.media_type,
        "url": site.media(picture.name),
        "name": picture.description,
        "width": picture.width,
        "height": picture.height,
        "blurhash": picture.blurhash,
    }
    if picture.focal:
        image["focalPoint"] = list(picture.focal)
    return image


def _audio(site: Site, voice: Voice) -> dict[str, Any]:
    return {
        "type": "Audio",
        "mediaType": voice.media_type,
        "url": site.media(voice.name),
        "name": voice.transcript,
        "duration": f"PT{voice.duration / 1_000:g}S",
    }


def _may_quote(group: Group, stored: StoredObject) -> list[str]:
    # An empty list is read as "never said", and so is one that is absent (interop §3.8).
    if stored.audience not in ("public", "unlisted"):
        return [group.actor]
    match group.quotes:
        case "public":
            return [PUBLIC]
        case "followers":
            return [followers_of(group.actor)]
        case _:
            return [group.actor]


def _facts(
    draft: Draft,
    part: Part,
    written: Rendered,
    pictures: tuple[Picture, ...],
    voices: tuple[Voice, ...],
    tags: Mapping[str, str],
) -> dict[str, Any]:
    """What pages need; plain data, nothing in it that the document does not tell as well."""
    return {
        **part.facts,
        "warning": draft.warning,
        "changed": draft.changed,
        "summary": part.summary,
        "teaser": html.excerpt(
            html.plain(written.html) or " ".join(voice.transcript for voice in voices),
            TEASER_LENGTH,
        ),
        "markdown": draft.body,
        "hashtags": list(tags.values()),
        "pictures": [
            {
                "name": picture.name,
                "src": f"/media/{picture.name}",
                "media_type": picture.media_type,
                "width": picture.width,
                "height": picture.height,
                "description": picture.description,
                "blurhash": picture.blurhash,
                "focal": list(picture.focal) if picture.focal else None,
                "thumbnail": picture.thumbnail,
            }
            for picture in pictures
        ],
        "voices": [
            {
                "name": voice.name,
                "media_type": voice.media_type,
                "bytes": voice.bytes,
                "duration": voice.duration,
                "transcript": voice.transcript,
            }
            for voice in voices
        ],
    }

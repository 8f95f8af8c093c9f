"""Our actors as others read them: one document each that satisfies every server at once (interop §1.4)."""

from __future__ import annotations

import html
import re
from typing import Any

from fedi.activitypub.context import ACTOR_CONTEXT
from fedi.activitypub.keys import PublicKey, multikey_document, public_key_document
from fedi.actors import instance
from fedi.clock import iso
from fedi.site import Site
from fedi.storage import keys
from fedi.storage.groups import Field, Group
from fedi.storage.keys import StoredKey
from fedi.storage.tx import Tx

# FEP-844e: what this server understands, by the address of the text that says how.
IMPLEMENTS = (
    ("https://datatracker.ietf.org/doc/html/rfc9421", "RFC-9421: HTTP Message Signatures"),
    ("https://w3id.org/fep/8b32", "FEP-8b32: Object Integrity Proofs"),
    ("https://w3id.org/fep/521a", "FEP-521a: Actor public keys"),
    ("https://w3id.org/fep/8fcf", "FEP-8fcf: Followers collection synchronization"),
)
MOST_KEYS = 10  # of one actor; more are not read by Mastodon (interop §1.4)
_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}
_LINK = re.compile(r'https?://[^\s<>"]+', re.ASCII)


def actor_document(tx: Tx, site: Site, group: Group) -> dict[str, Any]:
    """Build the document of a group, or its Tombstone once it was removed.

    Nothing in it names a member or moderator. `icon` and `image` are single objects and `publicKey` is one
    key, because Mobilizon and Gancio read no lists there.
    """
    if group.removed_at is not None:
        return tombstone(group)
    document: dict[str, Any] = {
        "@context": ACTOR_CONTEXT,
        "id": group.actor,
        "type": "Group",
        "preferredUsername": group.name,
        "webfinger": site.handle(group.name),
        "name": group.title,
        "summary": paragraphs(group.summary),
        "url": site.page_of(group.name),
        "published": iso(group.created_at),
        "updated": iso(group.updated_at),
        **_endpoints(site, group.actor),
        "followers": f"{group.actor}/followers",
        "following": f"{group.actor}/following",
        "featured": f"{group.actor}/featured",
        "featuredTags": f"{group.actor}/featured_tags",
        "icon": picture(site, group, "avatar"),
        "image": picture(site, group, "banner"),
        "attachment": [_property(field) for field in group.fields],
        "tag": [hashtag(site, theme) for theme in group.themes],
        "manuallyApprovesFollowers": group.locked,
        # Whom we take in as a member is not decided by a Join from elsewhere.
        "openness": "invite_only",
        "discoverable": group.discoverable,
        "indexable": group.discoverable,
        "attributionDomains": [site.host],
        "generator": _generator(site),
        **_keys(tx, group.actor),
    }
    if group.place:
        document["location"] = {"type": "Place", "name": group.place}
    if group.also_known_as:
        document["alsoKnownAs"] = list(group.also_known_as)
    return document


def instance_document(tx: Tx, site: Site) -> dict[str, Any]:
    """Build the document of the instance's own actor, which is served to anybody, signed or not (interop §2.6)."""
    return {
        "@context": ACTOR_CONTEXT,
        "id": site.actor,
        "type": "Application",
        "preferredUsername": instance.NAME,
        "webfinger": site.handle(instance.NAME),
        "name": instance.name_of(tx, site),
        "url": f"{site.origin}/about",
        **_endpoints(site, site.actor),
        "followers": f"{site.actor}/followers",
        "following": f"{site.actor}/following",
        "manuallyApprovesFollowers": True,
        "discoverable": False,
        "indexable": False,
        "generator": _generator(site),
        **_keys(tx, site.actor),
    }


def tombstone(group: Group) -> dict[str, Any]:
    """Build what stands at the id of a group that was removed; it is served with status 410."""
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": group.actor,
        "type": "Tombstone",
        "formerType": "Group",
        "deleted": iso(group.removed_at or group.updated_at),
    }


def picture(site: Site, group: Group, which: str) -> dict[str, str]:
    """Describe a group's avatar or banner: its own picture, or the art made of its motif and inks."""
    own = group.avatar if which == "avatar" else group.banner
    if own:
        media_type = _MEDIA_TYPES.get(own.rpartition(".")[2].lower(), "image/jpeg")
        return {"type": "Image", "mediaType": media_type, "url": site.media(own)}
    # The address changes with the picture, or other servers would keep the old one for ever.
    kind = "-".join(word for word in (group.motif, group.ink) if word)
    return {
        "type": "Image",
        "mediaType": "image/png",
        "url": f"{group.actor}/{which}.png" + (f"?{kind}" if kind else ""),
    }


def hashtag(site: Site, word: str) -> dict[str, str]:
    """Describe a hashtag as documents carry it."""
    bare = word.lstrip("#")
    return {"type": "Hashtag", "href": site.tag(bare.lower()), "name": f"#{bare}"}


def paragraphs(text: str) -> str:
    """Write plain text as HTML: a paragraph where a line is empty, a break where one ends."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    return "".join(
        "<p>" + "<br>".join(html.escape(line) for line in block.splitlines()) + "</p>"
        for block in blocks
        if block
    )


def _endpoints(site: Site, actor: str) -> dict[str, Any]:
    return {
        "inbox": f"{actor}/inbox",
        "outbox": f"{actor}/outbox",
        "endpoints": {"sharedInbox": site.shared_inbox},
    }


def _generator(site: Site) -> dict[str, Any]:
    return {
        "type": "Application",
        "id": site.actor,
        "name": "fedi",
        "implements": [{"href": href, "name": name} for href, name in IMPLEMENTS],
    }


def _property(field: Field) -> dict[str, str]:
    value = html.escape(field.value)
    if _LINK.fullmatch(field.value):
        value = f'<a href="{value}" rel="me nofollow noopener">{value.partition("://")[2]}</a>'
    return {"type": "PropertyValue", "name": field.name, "value": value}


def _keys(tx: Tx, actor: str) -> dict[str, Any]:
    """The one RSA key in use, and the Ed25519 keys, newest first, those that were retired with when they expired.

    So what they signed stays checkable, and they sign nothing new.
    """
    rsa = _public(keys.signing(tx, actor, "rsa"))
    proofs = [key for key in keys.of_actor(tx, actor) if key.algorithm == "ed25519"]
    newest = [_public(key) for key in reversed(proofs)][: MOST_KEYS - 1]
    return {
        "publicKey": public_key_document(rsa),
        "assertionMethod": [multikey_document(key) for key in newest],
    }


def _public(key: StoredKey) -> PublicKey:
    algorithm = "rsa" if key.algorithm == "rsa" else "ed25519"
    return PublicKey(key.id, key.actor, algorithm, key.public, key.valid_until)

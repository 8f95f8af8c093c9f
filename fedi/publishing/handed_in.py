"""Translations by partners: a link for one language, with which they hand in what a member then publishes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from fedi.errors import Refused
from fedi.people.tokens import hashed, new_token
from fedi.publishing import translating
from fedi.publishing.words import _
from fedi.storage import objects, partners, translation_links
from fedi.storage.objects import StoredObject
from fedi.storage.translation_links import TranslationLink
from fedi.storage.tx import Tx

DAYS = 30
DAY_MS = 86_400_000
NOT_FOR_THEM: Collection[str] = ("members", "direct")
"""The audiences whose texts a partner never sees."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link that can be used, and what is to be translated with it."""

    link: TranslationLink
    stored: StoredObject


def ask(tx: Tx, stored: StoredObject, language: str, partner: str, now: int) -> str:
    """Make the link with which a partner translates something, in place of an earlier one; return its token.

    Raises Refused for who is no partner, for what partners do not see, and for a language that it cannot be in.
    """
    if stored.audience in NOT_FOR_THEM:
        raise Refused(_("This is for members alone; partners do not see it."))
    if not partners.is_partner(tx, stored.actor, partner):
        raise Refused(_("They are no partner of the group."), cure=_("Choose one of the partners."))
    token = new_token()
    link = TranslationLink(
        id=hashed(token),
        object=stored.id,
        language=translating.check(tx, stored, language),
        partner=partner,
        expires_at=now + DAYS * DAY_MS,
    )
    translation_links.put(tx, link)
    return token


def opened(tx: Tx, token: str, now: int) -> Wanted | None:
    """Return what a token is for; None once it is over, its text is gone, or the partner is one no more."""
    link = translation_links.find(tx, hashed(token))
    if link is None or link.expires_at <= now:
        return None
    stored = objects.find(tx, link.object)
    if stored is None or stored.withdrawn_at is not None or stored.audience in NOT_FOR_THEM:
        return None
    return Wanted(link, stored) if partners.is_partner(tx, stored.actor, link.partner) else None


def hand_in(tx: Tx, token: str, source: str, now: int) -> bool:
    """Keep a translation until a member has looked at it; tell whether the link was still good."""
    wanted = opened(tx, token, now)
    return wanted is not None and translation_links.hand_in(tx, wanted.link.id, source, now)

"""A post in the reader's language: which translations there are, and which one this reader is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quart import Response, request

from fedi.storage import translations
from fedi.storage import versions as rows
from fedi.storage.objects import StoredObject
from fedi.storage.streams import Entry
from fedi.storage.translations import Translation
from fedi.storage.tx import Tx
from fedi.web.i18n import Speech, autonym, locale_of
from fedi.web.tongues import best_of, wanted

HEADER = "Fedi-Languages"
"""Says in which languages an answer can be had; it is for the front cache alone."""


_NOT_WORDS = ("pictures", "voices", "hashtags")


@dataclass(frozen=True, slots=True)
class Offer:
    """One language a post can be read in."""

    code: str
    name: str
    direction: str
    href: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The languages of a post, and what there is to know about the one that is shown."""

    code: str
    offered: tuple[Offer, ...]
    is_translated: bool = False
    original: str = ""
    original_href: str = ""
    made_by: str = ""
    of_version: int = 0
    is_older: bool = False


def wish_of_request() -> tuple[str, ...]:
    """Return the languages the reader wants a text in, best first: as the address says, else as the browser does."""
    asked = request.args.get("language") or request.args.get("lang") or ""
    return (asked[:40],) if asked else wanted(request.headers.get("Accept-Language", ""))


def say_languages(response: Response, texts: Texts) -> Response:
    """Say which languages there are, unless the address chose one."""
    if len(texts.offered) > 1 and not ("language" in request.args or "lang" in request.args):
        response.headers[HEADER] = " ".join(offer.code for offer in texts.offered)
    return response


def in_language(
    tx: Tx, entry: Entry, wish: Sequence[str], speech: Speech, path: str
) -> tuple[Entry, Texts]:
    """Return a post in the language the reader likes best of those there are, its own among them."""
    stored = entry.object
    there = translations.of_object(tx, stored.id, stored.audience)
    made, texts = choose_from(tx, stored, there, wish, speech, path)
    if made is None:
        return entry, texts
    kept = {name: entry.facts[name] for name in _NOT_WORDS if name in entry.facts}
    return (
        replace(
            entry,
            object=replace(stored, title=made.title, language=made.language),
            html=made.html,
            facts={**entry.facts, **made.facts, **kept},
        ),
        texts,
    )


def choose_from(
    tx: Tx,
    stored: StoredObject,
    there: Sequence[Translation],
    wish: Sequence[str],
    speech: Speech,
    path: str,
) -> tuple[Translation | None, Texts]:
    """Return the translation that a reader likes best, or None for the text itself, and what to say about it.

    Whoever wants none of them gets the language they are spoken to in, if the text is there in that one.
    """
    own = stored.language
    codes = (own, *(one.language for one in there if one.language != own))
    chosen = best_of((*wish, speech.language), codes) or own
    offered = tuple(
        Offer(code, autonym(code), locale_of(code).text_direction, f"{path}?language={code}")
        for code in codes
    )
    made = next((one for one in there if one.language == chosen), None)
    if made is None or chosen == own:
        return None, Texts(own, offered)
    said, number = rows.source_at(tx, stored.id, made.audience, made.of_version)
    now_said, _ = rows.source_at(tx, stored.id, made.audience, stored.version)
    return made, Texts(
        code=chosen,
        offered=offered,
        is_translated=True,
        original=locale_of(own).get_language_name(speech.locale) or own,
        original_href=offered[0].href,
        made_by=made.made_by,
        of_version=number,
        is_older=said != now_said,
    )

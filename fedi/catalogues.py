"""What our translators wrote: which languages there are, and the texts of each, loaded when first needed."""

from __future__ import annotations

import io
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations

from fedi.places import folder

SOURCE = "en"


@cache
def languages() -> tuple[str, ...]:
    """Return the languages there are catalogues for, and the one the texts are written in."""
    found = {path.parent.parent.name for path in folder("locales").glob("*/LC_MESSAGES/fedi.[mp]o")}
    return tuple(sorted(found | {SOURCE}))


@lru_cache(maxsize=64)
def catalogue(language: str) -> NullTranslations:
    """Return the texts of a language, or of the one it is a variety of; nobody's language speaks English."""
    name = language.replace("-", "_")
    for known in (name, name.partition("_")[0]):
        if known in languages():
            return _load(known)
    return NullTranslations()


@cache
def _load(language: str) -> NullTranslations:
    """Load a catalogue, compiling it in memory where only the source is there."""
    place = folder("locales") / language / "LC_MESSAGES"
    compiled, source = place / "fedi.mo", place / "fedi.po"
    if compiled.is_file():
        with compiled.open("rb") as file:
            return GNUTranslations(file)
    if not source.is_file():
        return NullTranslations()
    # Only a checkout has catalogues that nobody compiled; a start should not wait for what compiles them.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        messages = read_po(file, locale=language)
    buffer = io.BytesIO()
    write_mo(buffer, messages)
    buffer.seek(0)
    return GNUTranslations(buffer)

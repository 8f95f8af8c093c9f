"""A made-up translation of every text, so that what is not translatable is seen, in either direction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from fedi import catalogues
from fedi.places import folder
from fedi.web import i18n
from fedi.web.pages import render

_ACCENTS = str.maketrans("aeioucnsyzAEIOUCNSYZ", "áéíóúçñšýžÁÉÍÓÚÇÑŠÝŽ")
_KEPT = re.compile(r"(%\(\w+\)[sd])")


def pseudo(text: str) -> str:
    """Write a text so that it can be read and yet is nobody's English; placeholders stay."""
    parts = _KEPT.split(text)
    parts[::2] = [part.translate(_ACCENTS) for part in parts[::2]]
    return f"«{''.join(parts)}»"


def write_catalogue(language: str, locales: Path) -> None:
    """Translate every text of the template of all catalogues into a file for one language."""
    with (folder("locales") / "fedi.pot").open("rb") as file:
        template = read_po(file)
    made = Catalog(locale=language, domain="fedi")
    for message in template:
        if not message.id:
            continue
        if isinstance(message.id, tuple | list):
            made.add(tuple(message.id), [pseudo(message.id[-1])] * made.num_plurals)
        else:
            made.add(message.id, pseudo(message.id))
    target = locales / language / "LC_MESSAGES" / "fedi.po"
    target.parent.mkdir(parents=True)
    with target.open("wb") as out:
        write_po(out, made)


@contextmanager
def spoken(language: str, locales: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process have a catalogue of that language until the end of the block."""
    write_catalogue(language, locales)
    with monkeypatch.context() as patch:
        patch.setattr(
            catalogues, "folder", lambda name: locales if name == "locales" else folder(name)
        )
        _forget()
        yield
    _forget()


def _forget() -> None:
    for cached in (
        catalogues.languages,
        catalogues.catalogue,
        catalogues._load,
        i18n.choose,
        render.environment,
    ):
        cached.cache_clear()

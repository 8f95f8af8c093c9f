"""What a document says in every language it was put into."""

from __future__ import annotations

import re
from typing import Any

from fedi.storage import translations
from fedi.storage.tx import Tx

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def spelt(tag: str) -> str:
    """Return a language tag of BCP 47 in its usual spelling, like pt-BR, or nothing for what is none."""
    if not _TAG.fullmatch(tag) or len(tag) > 35:
        return ""
    first, *rest = tag.split("-")
    cases = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cases.get(len(part), str.lower)(part) for part in rest)])


def with_languages(
    tx: Tx, object_id: str, audience: str, document: dict[str, Any]
) -> dict[str, Any]:
    """Return a document with what it says in each language, its own first.

    Others take the first one for the language of the whole (interop §3.6).
    """
    own = document["inLanguage"]
    there = [one for one in translations.of_object(tx, object_id, audience) if one.language != own]
    said = {
        "content": {one.language: one.content for one in there},
        "name": {one.language: one.title for one in there},
        "summary": {one.language: one.summary for one in there if one.summary},
    }
    maps = {
        f"{name}Map": {own: document[name], **others}
        for name, others in said.items()
        if name in document and (there or name == "content")
    }
    left = {key: value for key, value in document.items() if key not in ("nameMap", "summaryMap")}
    return left | maps

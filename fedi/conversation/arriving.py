"""A post arrives: it finds its place in a thread, on reading lists, and perhaps is passed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fedi.activitypub.vocabulary import Note as ReadNote
from fedi.conversation import keeping, mentions, reading
from fedi.site import Site
from fedi.storage import notes
from fedi.storage.tx import Tx


def take_in(
    tx: Tx,
    site: Site,
    read: ReadNote,
    document: Mapping[str, Any],
    now: int,
    *,
    inbox_of: str | None = None,
) -> None:
    """Keep a post for whomever of ours it concerns; what is known already is not passed on again."""
    is_known = notes.find(tx, read.id) is not None
    keeping.keep(tx, site, read, document, now, inbox_of=inbox_of)
    reading.take(tx, site, read, document, now)
    if not is_known:
        mentions.pass_on(tx, site, read, now)

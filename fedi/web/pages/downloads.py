"""Posts as Markdown with front matter, for those who take them along: what anybody may read, and nothing finer."""

from __future__ import annotations

from typing import Any

import orjson
from quart import Blueprint, Response

from fedi.actors.may_read import ANYBODY
from fedi.errors import NotFound
from fedi.house import House
from fedi.publishing.kinds import kind
from fedi.publishing.written import write
from fedi.storage import versions
from fedi.storage.tx import Tx
from fedi.web.documents import PUBLIC, stored_object
from fedi.web.negotiate import about
from fedi.web.pages.addresses import id_of

MARKDOWN = "text/markdown; charset=utf-8"


def blueprint(house: House) -> Blueprint:
    """Return the route of Markdown files."""
    bp = Blueprint("downloads", __name__)

    @bp.get("/<path>/<ulid>.md")
    async def markdown(path: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        object_id = id_of(house, path, ulid)
        text = await house.store.read(lambda tx: markdown_of(tx, object_id))
        response = Response(text, content_type=MARKDOWN)
        response.headers["Cache-Control"] = "public, max-age=60"
        response.headers["Content-Disposition"] = f'attachment; filename="{path}-{ulid}.md"'
        return about(response, f"object:{object_id}")

    return bp


def markdown_of(tx: Tx, object_id: str) -> str:
    """Write what anybody may read of a post so that it could be published again; raise NotFound or Gone."""
    stored = stored_object(tx, object_id, ANYBODY)
    version = versions.present(tx, object_id, stored.audience)
    chosen = kind(stored.kind)
    if version is None or chosen.front is None or stored.audience not in PUBLIC:
        raise NotFound("There is nothing here.")
    facts = version.facts
    details = chosen.from_document(orjson.loads(version.document))
    front: dict[str, Any] = {
        "title": stored.title,
        "language": stored.language,
        "hashtags": list(facts["hashtags"]),
        "visibility": stored.audience if stored.audience != "public" else "",
        "warning": facts["warning"],
        **chosen.front(details),
    }
    return write({key: value for key, value in front.items() if value}, facts["markdown"]) + "\n"

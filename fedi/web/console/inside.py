"""What a group published as its members read it: with what is kept for them, and also where nobody else may look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup
from quart import Blueprint, Response

from fedi.actors.may_read import Reader
from fedi.house import House
from fedi.publishing import kinds
from fedi.storage import versions
from fedi.storage.tx import Tx
from fedi.web.console import readers
from fedi.web.console.previews import piece_of
from fedi.web.console.published import found_of
from fedi.web.console.shell import console_page, member_of_request
from fedi.web.console.writing import VISIBILITIES
from fedi.web.pages.posts import post_values
from fedi.web.pages.views import LISTED


def blueprint(house: House) -> Blueprint:
    """Return the route of a post among members."""
    bp = Blueprint("inside", __name__)

    @bp.get("/console/<name>/posts/<kind>/<ulid>")
    async def inside(name: str, kind: str, ulid: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        member = await member_of_request(house, name)
        reader, now = Reader(member_of=member.group.actor), house.now()

        def read(tx: Tx) -> dict[str, Any]:
            stored = found_of(tx, house, member, kind, ulid)
            own = (stored.language,)
            values = post_values(tx, house.site, stored.id, member.speech, now, "", own, reader)
            # Translations have pages of their own, where what is kept for members is not.
            values["texts"] = replace(values["texts"], offered=())
            return {
                "values": values,
                "audience": stored.audience,
                "is_more_kept": "members" in versions.audiences(tx, stored.id, stored.version),
            }

        found = await house.store.read(read)
        values = found.pop("values")
        piece = readers.within(piece_of(house, member, kind, values), {})
        return await console_page(
            house,
            member,
            "console/inside.html",
            current=kind,
            piece=Markup(piece),  # noqa: S704 - our own page
            post=values["post"],
            plural=kinds.kind(kind).plural,
            is_listed=found["audience"] in LISTED,
            visibility=VISIBILITIES[found["audience"]],
            **found,
        )

    return bp

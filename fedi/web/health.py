"""Whether the process lives and is ready."""

from __future__ import annotations

from quart import Blueprint, Response

from fedi.errors import FediError, NotReady
from fedi.house import House
from fedi.storage.migrate import pending


def blueprint(house: House) -> Blueprint:
    """Return /livez and /readyz."""
    bp = Blueprint("health", __name__)

    @bp.get("/livez")
    async def livez() -> Response:  # pyright: ignore[reportUnusedFunction]
        return Response("alive\n", content_type="text/plain; charset=utf-8")

    @bp.get("/readyz")
    async def readyz() -> Response:  # pyright: ignore[reportUnusedFunction]
        try:
            waiting = await pending(house.store)
        except FediError as error:
            raise NotReady("The database does not answer.") from error
        if waiting:
            raise NotReady("A migration waits: run fedi migrate.")
        return Response("ready\n", content_type="text/plain; charset=utf-8")

    return bp

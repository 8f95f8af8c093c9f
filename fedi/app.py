"""The only place that wires: settings, database, client, door, practices and routes become one application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from quart import Quart

from fedi.config import Config
from fedi.delivery.clockwork import Clockwork
from fedi.delivery.worker import Worker
from fedi.house import House
from fedi.opening import open_house
from fedi.web import answers, console, discovery, documents, health
from fedi.web import limits as rate_limits
from fedi.web.front import Front, Message, Receive, Scope, Send
from fedi.web.i18n import choose
from fedi.web.letterbox import Letterbox
from fedi.web.limits import Limits
from fedi.web.pages import (
    calendars,
    downloads,
    feeds,
    figures,
    front_page,
    history,
    interact,
    listings,
    parts,
    posts,
    registers,
    texts,
)
from fedi.web.pages.render import error_page

logger = logging.getLogger(__name__)


def routes(house: House, limits: Limits | None = None) -> Quart:
    """Make the Quart application with every route but the inboxes, for one open house."""
    app = Quart("fedi", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = None
    app.url_map.strict_slashes = False
    answers.install(app, house.site, error_page(house), signed_fetch=house.config.signed_fetch)
    if limits is not None:
        rate_limits.install(app, limits)
    for part in (
        discovery,
        documents,
        health,
        figures,
        interact,
        feeds,
        calendars,
        downloads,
        history,
        parts,
        registers,
        posts,
        front_page,
        listings,
        texts,
    ):
        app.register_blueprint(part.blueprint(house))
    console.install(app, house)
    return app


class Application:
    """The ASGI application of one instance; `work` also runs the delivery worker and the clockwork.

    Until it is ready, and again while it stops, every path but /livez answers 503 with Retry-After: a 404 would
    make other servers forget what they hold (interop §3.5).
    """

    def __init__(
        self, config: Config, *, world: Mapping[str, Any] | None = None, work: bool = True
    ) -> None:
        self.config = config
        self.house: House | None = None
        self._world = world
        self._work = work
        self._whole: Letterbox | None = None
        self._stack = AsyncExitStack()

    async def start(self) -> House:
        """Open the house and begin to answer."""
        house = await self._stack.enter_async_context(open_house(self.config, world=self._world))
        limits = Limits() if self.config.rate_limits else None
        quart: Any = routes(house, limits)
        front = Front(quart, language=choose, signed_fetch=self.config.signed_fetch)
        house.store.listen("*", front.clear)
        whole = Letterbox(front, house, limits)
        if self._work:
            for run in (
                Worker(house.store, house.client, house.site, at_home=whole).run,
                Clockwork(house).run,
            ):
                self._stack.push_async_callback(_stop, asyncio.create_task(run()))
        self.house, self._whole = house, whole
        return house

    async def stop(self) -> None:
        """Answer 503 from now on, finish what was begun, and close."""
        self._whole = None
        await self._stack.aclose()
        self.house = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._whole is not None:
            await self._whole(scope, receive, send)
        elif scope["type"] == "http":
            await _not_ready(scope, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.start()
                except Exception as error:
                    logger.exception("The instance could not start")
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _not_ready(scope: Scope, send: Send) -> None:
    alive = scope["path"] == "/livez"
    headers = [(b"content-type", b"text/plain; charset=utf-8")] + (
        [] if alive else [(b"retry-after", b"30")]
    )
    body = (
        b"alive\n" if alive else b"This instance is starting or stopping. Try again in a moment.\n"
    )
    start: Message = {
        "type": "http.response.start",
        "status": 200 if alive else 503,
        "headers": headers,
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})


def create_app(
    config: Config, *, world: Mapping[str, Any] | None = None, work: bool = True
) -> Application:
    """Return the application for these settings; nothing is opened before its lifespan begins."""
    return Application(config, world=world, work=work)

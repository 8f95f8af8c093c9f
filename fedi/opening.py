"""Open the house: settings become a database, a client, a door, and what is known of other people's actors."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx

from fedi import practices
from fedi.activitypub.client import make_client
from fedi.activitypub.fetch import Door
from fedi.actors import handlers as actor_handlers
from fedi.actors.instance import ensure_instance
from fedi.actors.remote import RemoteActors
from fedi.clock import now_ms
from fedi.config import Config
from fedi.conversation import handlers as conversation_handlers
from fedi.errors import Refused
from fedi.governing import handlers as governing_handlers
from fedi.house import House
from fedi.people import upkeep as people_upkeep
from fedi.publishing import album, drafts, talking, translating
from fedi.storage.migrate import migrate
from fedi.storage.standing import open_standing
from fedi.storage.store import open_store

LISTENING = (
    *(actor_handlers, conversation_handlers, people_upkeep),
    *(album, drafts, talking, translating, governing_handlers),
)
"""The rooms whose handlers and jobs register when they are imported; practices load themselves."""


@asynccontextmanager
async def open_house(
    config: Config, *, world: Mapping[str, Any] | None = None, upgrade: bool = True
) -> AsyncGenerator[House]:
    """Open what one running instance needs, and close it again.

    The database is made, or brought to this version, first; without `upgrade` that is refused instead.
    """
    practices.load()
    async with AsyncExitStack() as stack:
        if upgrade:
            await asyncio.to_thread(migrate, config)
            store = await stack.enter_async_context(await open_store(config))
            await ensure_instance(store, config.site, now_ms())
        else:
            store = await stack.enter_async_context(open_standing(config))
        client = _client(config, world)
        stack.push_async_callback(client.aclose)
        door = Door(client, config)
        yield House(
            config, config.site, store, client, door, RemoteActors(store, door, config.site)
        )


def _client(config: Config, world: Mapping[str, Any] | None) -> httpx.AsyncClient:
    try:
        return make_client(config, world)
    except (ssl.SSLError, OSError) as error:
        raise Refused(
            f"FEDI_CA_FILE ({config.ca_file}) is not a file of certificates.",
            cure="It holds one or more of them in PEM form, -----BEGIN CERTIFICATE-----.",
        ) from error

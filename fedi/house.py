"""What the asynchronous shell holds: settings, database, HTTP client, door, remote actors."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from fedi.activitypub.fetch import Door
from fedi.actors.remote import RemoteActors
from fedi.clock import now_ms
from fedi.config import Config
from fedi.site import Site
from fedi.storage.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """One running instance; made by `opening.open_house`, handed to routes, jobs and commands."""

    config: Config
    site: Site
    store: Store
    client: httpx.AsyncClient
    door: Door
    remote: RemoteActors

    def now(self) -> int:
        """Return the moment by the one clock, in milliseconds."""
        return now_ms()

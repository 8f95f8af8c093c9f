"""The database of an instance that is there already, opened by a command beside the server that may be running."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fedi.config import Config
from fedi.errors import Refused
from fedi.site import Site
from fedi.storage import actors
from fedi.storage.migrate import pending
from fedi.storage.store import Store, open_store
from fedi.storage.tx import Tx


@asynccontextmanager
async def open_standing(config: Config) -> AsyncGenerator[Store]:
    """Open a database that exists, is of this version and belongs to this name, or raise Refused.

    A command must neither begin a second instance by a slip of the pen nor change a database below a server.
    """
    if not config.is_postgres and not _is_there(config.database):
        raise _nothing_there(config)
    async with await open_store(config) as store:
        if await pending(store):
            raise _nothing_there(config) if await store.version() == 0 else _TOO_OLD
        if not await store.read(lambda tx: has_instance(tx, config.site)):
            raise _nothing_there(config)
        yield store


def has_instance(tx: Tx, site: Site) -> bool:
    """Tell whether the instance's own actor is there; raise Refused if it has another name."""
    found = actors.find(tx, site.actor) or actors.find_instance(tx)
    if found is None:
        return False
    domain = (found.handle or "").rpartition("@")[2] or found.host
    if (found.id, domain) != (site.actor, site.domain):
        there, asked = _named(domain, found.host), _named(site.domain, site.host)
        raise Refused(
            f"This database belongs to {there}, and the settings say {asked}.",
            cure=f"Set FEDI_DOMAIN={domain}, or write it into fedi.toml; a name is for ever. "
            "For another name use another data folder.",
        )
    return True


_TOO_OLD = Refused(
    "The database is older than this program.",
    cure="Start fedi serve anew, or run fedi migrate: both copy it first, then bring it up to date.",
)


def _is_there(database: str) -> bool:
    try:
        return Path(database).exists()
    except OSError:
        return True  # opening it will say what is wrong


def _nothing_there(config: Config) -> Refused:
    where = "this database" if config.is_postgres else str(config.data)
    return Refused(
        f"There is no instance in {where}.",
        cure="Make one with fedi init, or set FEDI_DATA to the folder of the one you mean.",
    )


def _named(domain: str, host: str) -> str:
    return domain if domain == host else f"{domain} with ids at {host}"

"""Every test in this folder that asks for `config` or `store` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from facts import migrated
from postgres import empty, make_database

from fedi.config import Config, load
from fedi.storage.store import Store, open_store


@pytest.fixture(scope="session")
def shared_postgres(cluster_socket: str) -> str:
    """The address of a migrated database; to copy it for each test would take far longer than to empty it."""
    address = make_database(cluster_socket, "shared")
    migrated(load({"FEDI_DATABASE": address}))
    return address


@pytest.fixture
def sqlite_config(tmp_path: Path) -> Config:
    """Settings that name a SQLite file which is not there yet."""
    return load({"FEDI_DATA": str(tmp_path / "data"), "FEDI_DOMAIN": "groups.example"})


@pytest.fixture
def postgres_config(tmp_path: Path, shared_postgres: str) -> Config:
    """Settings that name a migrated PostgreSQL database with nothing in it."""
    empty(shared_postgres)
    return load(
        {
            "FEDI_DATA": str(tmp_path / "data"),
            "FEDI_DOMAIN": "groups.example",
            "FEDI_DATABASE": shared_postgres,
        }
    )


@pytest.fixture(params=["sqlite", "postgres"])
def config(request: pytest.FixtureRequest) -> Config:
    """Settings for either database."""
    return request.getfixturevalue(f"{request.param}_config")


@pytest.fixture
async def store(config: Config) -> AsyncIterator[Store]:
    """A migrated database of either kind, with a table of facts."""
    migrated(config)
    async with await open_store(config) as store:
        yield store

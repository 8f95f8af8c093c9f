"""What most tests start from: settings for an empty folder, and an open, migrated database."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from postgres import HOW_TO_GET_IT, binaries, cluster

from fedi.config import Config, load
from fedi.storage.migrate import migrate
from fedi.storage.store import Store, open_store


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The settings of an instance that has never been started."""
    return load({"FEDI_DATA": str(tmp_path / "data"), "FEDI_DOMAIN": "groups.example"})


@pytest.fixture
async def store(config: Config) -> AsyncIterator[Store]:
    """A migrated SQLite database."""
    migrate(config)
    async with await open_store(config) as store:
        yield store


@pytest.fixture(scope="session")
def cluster_socket() -> Iterator[str]:
    """The folder of the socket of a PostgreSQL cluster of our own."""
    if binaries() is None:
        if os.environ.get("FEDI_TEST_REQUIRE_ALL") == "1":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with cluster() as socket:
        yield socket

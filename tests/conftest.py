"""What most tests start from: settings for an empty folder, and an open, migrated database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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

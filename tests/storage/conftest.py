"""Every test in this folder that asks for `config` or `store` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest
from postgres import HOW_TO_GET_IT, binaries, cluster, drop_database, make_database

from fedi.config import Config, load
from fedi.storage.migrate import migrate


@pytest.fixture(scope="session")
def cluster_socket() -> Iterator[str]:
    """A PostgreSQL cluster of our own, with a migrated database to copy."""
    if binaries() is None:
        if os.environ.get("FEDI_TEST_REQUIRE_ALL") == "1":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with cluster() as socket:
        migrate(load({"FEDI_DATABASE": make_database(socket, "migrated")}))
        yield socket


@pytest.fixture
def postgres_url(cluster_socket: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this test's own."""
    name = f"test_{token_hex(6)}"
    yield make_database(cluster_socket, name, "migrated")
    drop_database(cluster_socket, name)


@pytest.fixture
def sqlite_config(tmp_path: Path) -> Config:
    """Settings that name a SQLite file which is not there yet."""
    return load({"FEDI_DATA": str(tmp_path / "data"), "FEDI_DOMAIN": "groups.example"})


@pytest.fixture
def postgres_config(tmp_path: Path, postgres_url: str) -> Config:
    """Settings that name a migrated PostgreSQL database."""
    return load(
        {
            "FEDI_DATA": str(tmp_path / "data"),
            "FEDI_DOMAIN": "groups.example",
            "FEDI_DATABASE": postgres_url,
        }
    )


@pytest.fixture(params=["sqlite", "postgres"])
def config(request: pytest.FixtureRequest) -> Config:
    """Settings for either database."""
    return request.getfixturevalue(f"{request.param}_config")

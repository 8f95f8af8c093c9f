"""As what we are registered at other servers, so that people can sign in with their accounts there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from fedi.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """What a host knows us by; `endpoints` are the addresses it gave, by name."""

    host: str
    client_id: str
    client_secret: str = field(repr=False)
    endpoints: Mapping[str, str]
    registered_at: int


def put(tx: Tx, client: OAuthClient) -> None:
    """Keep what a host knows us by; what stood there is replaced."""
    tx.execute(
        "INSERT INTO oauth_clients (host, client_id, client_secret, endpoints, registered_at) "
        "VALUES (:host, :client_id, :client_secret, :endpoints, :registered_at) "
        "ON CONFLICT (host) DO UPDATE SET client_id = excluded.client_id, "
        "client_secret = excluded.client_secret, endpoints = excluded.endpoints, "
        "registered_at = excluded.registered_at",
        host=client.host,
        client_id=client.client_id,
        client_secret=client.client_secret,
        endpoints=orjson.dumps(dict(client.endpoints)).decode(),
        registered_at=client.registered_at,
    )


def find(tx: Tx, host: str) -> OAuthClient | None:
    """Return what a host knows us by, if we are registered there."""
    row = tx.one(
        "SELECT client_id, client_secret, endpoints, registered_at FROM oauth_clients "
        "WHERE host = :host",
        host=host,
    )
    if row is None:
        return None
    return OAuthClient(
        host=host,
        client_id=row["client_id"],
        client_secret=row["client_secret"],
        endpoints=orjson.loads(row["endpoints"]),
        registered_at=row["registered_at"],
    )


def remove(tx: Tx, host: str) -> None:
    """Forget what a host knew us by."""
    tx.execute("DELETE FROM oauth_clients WHERE host = :host", host=host)

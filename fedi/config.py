"""Settings: fedi.toml in the data folder, overridden by FEDI_* variables; read once, frozen."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from fedi.errors import Refused
from fedi.site import Site

Network = IPv4Network | IPv6Network

SETTINGS = (
    "DATA", "DOMAIN", "ORIGIN", "LISTEN", "DATABASE", "TRUSTED_PROXIES", "ALLOW_PRIVATE", "CA_FILE",
    "PROXY", "TLS_CERT", "TLS_KEY", "SIGNED_FETCH", "RATE_LIMITS", "LOG", "AI_CRAWLERS",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an admin can set; see docs/reference/settings.md."""

    data: Path
    domain: str
    origin: str
    listen: str
    database: str
    trusted_proxies: tuple[Network, ...] = ()
    allow_private: tuple[Network, ...] = ()
    ca_file: Path | None = None
    proxy: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    signed_fetch: bool = False
    rate_limits: bool = True
    log: str = "info"
    ai_crawlers: bool = False

    @property
    def site(self) -> Site:
        """The addresses of this instance."""
        return Site(origin=self.origin, domain=self.domain)

    @property
    def media(self) -> Path:
        """Where pictures are kept."""
        return self.data / "media"

    @property
    def is_postgres(self) -> bool:
        """Whether the database is PostgreSQL rather than a SQLite file."""
        return self.database.startswith(("postgresql://", "postgres://"))


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings or raise Refused with the name of the one that is wrong."""
    env = os.environ if environ is None else environ
    data = Path(env.get("FEDI_DATA", "./data")).absolute()
    given: dict[str, Any] = {}
    file = data / "fedi.toml"
    if file.is_file():
        try:
            given = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Refused(f"{file} is not valid TOML: {error}", cure="Mend that line.") from error
        for name in given:
            if name.upper() not in SETTINGS or name.upper() == "DATA":
                raise Refused(
                    f"{file} has a setting this version does not know: {name}",
                    cure="Remove it, or see docs/reference/settings.md for the names.",
                )
    for name in SETTINGS:
        if f"FEDI_{name}" in env:
            given[name.lower()] = env[f"FEDI_{name}"]
    domain = str(given.get("domain", "localhost:8000")).lower()
    local = domain.split(":")[0] in ("localhost", "127.0.0.1", "[::1]")
    origin = str(given.get("origin") or f"{'http' if local else 'https'}://{domain}").rstrip("/")
    if not origin.startswith(("https://", "http://")):
        raise Refused(f"FEDI_ORIGIN must begin with https:// or http://, not {origin!r}")
    return Config(
        data=data,
        domain=domain,
        origin=origin,
        listen=str(given.get("listen", "127.0.0.1:8000")),
        database=str(given.get("database") or data / "fedi.sqlite"),
        trusted_proxies=_networks("trusted_proxies", given, "127.0.0.1/32,::1/128"),
        allow_private=_networks("allow_private", given, ""),
        ca_file=_path("ca_file", given),
        proxy=str(given["proxy"]) if given.get("proxy") else None,
        tls_cert=_path("tls_cert", given),
        tls_key=_path("tls_key", given),
        signed_fetch=_switch("signed_fetch", given, default=False),
        rate_limits=_switch("rate_limits", given, default=True),
        log=str(given.get("log", "info")).lower(),
        ai_crawlers=_switch("ai_crawlers", given, default=False),
    )


def _switch(name: str, given: Mapping[str, Any], *, default: bool) -> bool:
    value = given.get(name, default)
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("1", "on", "true", "yes"):
        return True
    if word in ("0", "off", "false", "no", ""):
        return False
    raise Refused(f"FEDI_{name.upper()} is {value!r}", cure="Write on or off.")


def _path(name: str, given: Mapping[str, Any]) -> Path | None:
    value = given.get(name)
    return Path(str(value)).absolute() if value else None


def _networks(name: str, given: Mapping[str, Any], default: str) -> tuple[Network, ...]:
    value = given.get(name, default)
    parts = value if isinstance(value, list) else str(value).split(",")
    try:
        return tuple(ip_network(str(part).strip()) for part in parts if str(part).strip())
    except ValueError as error:
        raise Refused(
            f"FEDI_{name.upper()} has something that is not a network: {error}",
            cure="Write networks like 10.0.0.0/8, with commas between.",
        ) from error

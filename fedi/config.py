"""Settings: fedi.toml in the data folder, overridden by FEDI_* variables; read once, frozen."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fedi.errors import Refused
from fedi.site import Site

Network = IPv4Network | IPv6Network

SETTINGS = (
    "DATA", "DOMAIN", "ORIGIN", "LISTEN", "DATABASE", "TRUSTED_PROXIES", "ALLOW_PRIVATE", "CA_FILE",
    "PROXY", "TLS_CERT", "TLS_KEY", "SIGNED_FETCH", "RATE_LIMITS", "LOG", "AI_CRAWLERS", "METRICS",
)  # fmt: skip
LEVELS = ("debug", "info", "warning", "error")
LOCAL = ("localhost", "127.0.0.1", "::1")
"""Hosts that mean this machine; an instance there is for trying out, and speaks plain http."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"({_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::([0-9]{{1,5}}))?", re.ASCII)
_LISTEN = re.compile(r"(?:([^\[\]:\s]*|\[[0-9A-Fa-f:.]+\]):)?([0-9]{1,5})", re.ASCII)
_PROXY = re.compile(r"(?:https?|socks5h?|socks4a?)://[^\s/]+/?", re.ASCII)


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
    metrics: str = ""

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

    @property
    def is_local(self) -> bool:
        """Whether this instance can be reached from this machine alone."""
        return (urlsplit(self.origin).hostname or "") in LOCAL


class _Given:
    """What was set, where it stands first: in the environment, else in the file; empty counts as not set."""

    def __init__(self, env: Mapping[str, str], file: Path) -> None:
        self._env = env
        self._file = file
        self._in_file = _read_file(file)

    def value(self, name: str) -> Any:
        """Return what was written for a setting, None if it was not."""
        value = self._env.get(f"FEDI_{name.upper()}") or self._in_file.get(name)
        return None if value == "" else value

    def wrong(self, name: str, why: str, cure: str) -> Refused:
        """Make the refusal of a setting, which says where it stands."""
        variable = f"FEDI_{name.upper()}"
        where = variable if self._env.get(variable) else f"`{name}` in {self._file}"
        return Refused(f"{where} {why}", cure=cure)

    def text(self, name: str, default: str = "") -> str:
        value = self.value(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.wrong(name, f"is {value!r}, which is not text.", "Put quotes around it.")
        return value.strip()

    def switch(self, name: str, *, default: bool) -> bool:
        value = self.value(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        word = str(value).strip().lower()
        if word not in ("1", "on", "true", "yes", "0", "off", "false", "no"):
            raise self.wrong(name, f"is {value!r}.", "Write on or off.")
        return word in ("1", "on", "true", "yes")

    def path(self, name: str) -> Path | None:
        """Return a path; one in the file begins at the folder of the file, others where the command is run."""
        text = self.text(name)
        if not text:
            return None
        path = Path(text).expanduser()
        in_file = not self._env.get(f"FEDI_{name.upper()}")
        return self._file.parent / path if in_file else path.absolute()

    def readable(self, name: str) -> Path | None:
        path = self.path(name)
        if path is not None and not (path.is_file() and os.access(path, os.R_OK)):
            raise self.wrong(
                name,
                f"names {path}, which cannot be read.",
                "Correct the path, or the permissions of that file.",
            )
        return path

    def networks(self, name: str, default: str) -> tuple[Network, ...]:
        value = self.value(name)
        parts = value if isinstance(value, list) else str(value or default).split(",")
        try:
            return tuple(ip_network(str(part).strip()) for part in parts if str(part).strip())
        except ValueError as error:
            cure = "Write networks like 10.0.0.0/8, with commas between."
            raise self.wrong(name, f"has no network where it should: {error}.", cure) from error

    def address(self, name: str, default: str) -> str:
        """Return an address to listen at; a port alone stands for 127.0.0.1."""
        value = self.value(name)
        text = default if value is None else str(value).strip()
        found = _LISTEN.fullmatch(text)
        if text and (found is None or int(found[2]) > 65535):
            cure = "Write an address and a port, like 127.0.0.1:8000 or [::1]:8000."
            raise self.wrong(name, f"is {value!r}, which is no address to listen at.", cure)
        return f"{found[1] or '127.0.0.1'}:{found[2]}" if found else ""


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings, or raise Refused with the name of the one that is wrong and where it stands."""
    env = os.environ if environ is None else environ
    data = Path(env.get("FEDI_DATA") or "./data").expanduser().absolute()
    given = _Given(env, data / "fedi.toml")
    domain = _domain(given)
    cert, key = given.readable("tls_cert"), given.readable("tls_key")
    if (cert is None) != (key is None):
        missing = "tls_key" if key is None else "tls_cert"
        raise given.wrong(missing, "is missing.", "A certificate and its key go together.")
    return Config(
        data=data,
        domain=domain,
        origin=_origin(given, domain),
        listen=given.address("listen", "127.0.0.1:8000"),
        database=_database(given, data),
        trusted_proxies=given.networks("trusted_proxies", "127.0.0.1/32,::1/128"),
        allow_private=given.networks("allow_private", ""),
        ca_file=given.readable("ca_file"),
        proxy=_proxy(given),
        tls_cert=cert,
        tls_key=key,
        signed_fetch=given.switch("signed_fetch", default=False),
        rate_limits=given.switch("rate_limits", default=True),
        log=_level(given),
        ai_crawlers=given.switch("ai_crawlers", default=False),
        metrics=given.address("metrics", ""),
    )


def _read_file(file: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{file} is not valid TOML: {error}.", cure="Mend that line.") from error
    except OSError as error:
        raise Refused(
            f"{file} cannot be read: {error.strerror}.",
            cure="Let the user that runs fedi read it.",
        ) from error
    known = {name.lower() for name in SETTINGS} - {"data"}
    for name in given:
        if name not in known:
            raise Refused(
                f"{file} has a setting this version does not know: {name}.",
                cure=f"Remove it. The settings are: {', '.join(sorted(known))}.",
            )
    return given


def _domain(given: _Given) -> str:
    text = given.text("domain", "localhost:8000")
    domain = _host(text)
    if domain is None:
        cure = "Write the name alone, like north.example; a port only if it is not 443."
        raise given.wrong("domain", f"is {text!r}, which is not the name of a host.", cure)
    return domain


def _origin(given: _Given, domain: str) -> str:
    text = given.text("origin")
    if not text:
        local = (urlsplit(f"//{domain}").hostname or "") in LOCAL
        return f"{'http' if local else 'https'}://{domain}"
    scheme, _, rest = text.lower().rstrip("/").partition("://")
    host = _host(rest)
    if scheme not in ("http", "https") or host is None:
        cure = "Write scheme and host alone, like https://north.example."
        raise given.wrong("origin", f"is {text!r}, which is no origin.", cure)
    return f"{scheme}://{host}"


def _host(text: str) -> str | None:
    """Return a host with its port in the spelling that ids have, None if it is none."""
    name, mark, port = text.strip().lower().rstrip(".").partition(":")
    if not name.isascii():
        import idna

        try:
            name = idna.encode(name, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            return None
    found = _HOST.fullmatch(f"{name}{mark}{port}")
    return None if found is None or int(found[2] or 1) not in range(1, 65536) else found[0]


def _database(given: _Given, data: Path) -> str:
    text = given.text("database")
    if "://" not in text:
        return str(given.path("database") or data / "fedi.sqlite")
    if not text.startswith(("postgresql://", "postgres://")):
        cure = "Write the path of a SQLite file, or postgresql://user@host/database."
        raise given.wrong("database", "names a database that fedi does not know.", cure)
    return text


def _proxy(given: _Given) -> str | None:
    text = given.text("proxy")
    if text and not _PROXY.fullmatch(text):
        cure = "Write it like socks5://127.0.0.1:9050 or http://127.0.0.1:3128."
        raise given.wrong("proxy", "is not the address of a proxy.", cure)
    return text or None


def _level(given: _Given) -> str:
    level = given.text("log", "info").lower()
    if level not in LEVELS:
        raise given.wrong("log", f"is {level!r}.", f"Write one of {', '.join(LEVELS)}.")
    return level

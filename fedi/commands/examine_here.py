"""What doctor can see on this machine: settings, files, database and queue."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from fedi.clock import iso
from fedi.commands.findings import Finding, bad, ok, warn
from fedi.commands.running import counted
from fedi.config import SETTINGS, Config
from fedi.house import House
from fedi.storage import counts, deliveries
from fedi.storage.deliveries import HostQueue

LOW_DISK = 500_000_000
"""Bytes; what migrations and a day of pictures may need."""
STUCK = 10 * 60_000
"""Milliseconds after which something that is due should have been tried."""


async def examine(house: House) -> list[Finding]:
    """Look at everything that needs no network."""
    config = house.config
    groups = await house.store.read(counts.groups_here)
    waiting = await house.store.read(deliveries.overview)
    return [
        *settings(config, os.environ),
        *await asyncio.to_thread(lambda: list(files(config))),
        ok(f"The database answers; {counted(groups, 'group')}.")
        if groups
        else warn("There is no group yet.", "fedi group add NAME --title TITLE"),
        *queue(waiting, house.now()),
    ]


def settings(config: Config, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Look at the settings for what works against the admin."""
    yield ok(f"Handles end in @{config.domain}, ids begin with {config.origin}.")
    if config.site.host != config.domain:
        yield warn(
            "Handles and ids have different hosts; Misskey and others follow such groups badly.",
            "Use one host for both, unless you know that you need two.",
        )
    onion = (urlsplit(config.origin).hostname or "").endswith(".onion")
    if config.is_local:
        yield from _on_this_machine(config)
    elif config.origin.startswith("http://") and not onion:
        yield bad(
            "The origin is plain http; no other server will talk to it.",
            "Set FEDI_ORIGIN to https://… (and remember that ids are for ever).",
        )
    elif config.allow_private:
        names = ", ".join(str(network) for network in config.allow_private)
        yield warn(
            f"Fetches may reach private networks: {names}.",
            "Unset FEDI_ALLOW_PRIVATE on a public server.",
        )
    if not config.rate_limits and not config.is_local:
        yield warn("Rate limits are off.", "Unset FEDI_RATE_LIMITS.")
    if any(network.prefixlen == 0 for network in config.trusted_proxies):
        yield bad(
            "Everybody counts as a proxy, so anybody can pretend to come from anywhere.",
            "Set FEDI_TRUSTED_PROXIES to the address of your proxy.",
        )
    if _is_open(config.listen) and config.tls_cert is None and not config.is_local:
        yield warn(
            f"{config.listen} can be reached without TLS.",
            "Listen at 127.0.0.1 behind a proxy, or set FEDI_TLS_CERT and FEDI_TLS_KEY.",
        )
    known = {f"FEDI_{name}" for name in SETTINGS}
    for name in sorted(set(environment) - known):
        if name.startswith("FEDI_") and not name.startswith("FEDI_TEST_"):
            yield warn(f"There is no setting {name}.", "See docs/reference/settings.md.")


def _on_this_machine(config: Config) -> Iterator[Finding]:
    yield warn(
        "This instance is for trying out: nobody beyond this machine can reach it.",
        "For others, run it under a domain of its own: docs/how-to/deploy.md.",
    )
    near = ip_address("127.0.0.1")
    if not any(near in network for network in config.allow_private):
        yield warn(
            "It does not talk to other servers on this machine either.",
            "To try federation with a second instance, set FEDI_ALLOW_PRIVATE=127.0.0.0/8,::1/128 for both.\n"
            "make demo does all of that.",
        )


def _is_open(listen: str) -> bool:
    try:
        address = ip_address(listen.rpartition(":")[0].strip("[]"))
    except ValueError:
        return False
    return not address.is_loopback and not (address.is_private and not address.is_unspecified)


def files(config: Config) -> Iterator[Finding]:
    """Look at the data folder: who may read it, who may write it, and how much room there is."""
    private = [config.data, config.data / "fedi.toml", config.media, config.tls_key]
    if not config.is_postgres:
        private += [Path(config.database + end) for end in ("", "-wal", "-shm")]
    there = [path for path in private if path is not None and path.exists()]
    open_ = [path for path in there if stat.S_IMODE(path.stat().st_mode) & 0o077]
    # What lies in a folder that nobody else may enter is safe there.
    if stat.S_IMODE(config.data.stat().st_mode) & 0o077 == 0:
        open_ = [path for path in open_ if config.data not in path.parents]
    for path in open_:
        yield bad(f"Others on this machine can read {path}.", f"chmod go-rwx {path}")
    locked = [path for path in there if not os.access(path, os.R_OK if path.is_file() else os.W_OK)]
    for path in locked:
        yield bad(f"{path} cannot be used by this user.", "Give it to the user that runs fedi.")
    owner = config.data.stat().st_uid
    if owner != os.geteuid():
        yield warn(
            f"{config.data} belongs to another user than the one who runs this command.",
            "Run commands as the user that runs the server, with sudo -u.",
        )
    if not open_ and not locked:
        yield ok(f"{config.data} is for its owner alone.")
    free = shutil.disk_usage(config.data).free
    size = f"{free / 1e9:.1f} GB free where the data is."
    yield ok(size) if free > LOW_DISK else bad(size, "Make room before writing fails.")


def queue(waiting: list[HostQueue], now: int) -> Iterator[Finding]:
    """Look at what waits to be delivered, and whether anybody delivers it."""
    total = sum(one.waiting for one in waiting)
    late = [one.next_at for one in waiting if one.next_at and one.next_at < now - STUCK]
    failing = [one.host for one in waiting if one.last_error and one.waiting]
    asleep = [one.host for one in waiting if one.asleep]
    what = f"{counted(total, 'delivery waits', 'deliveries wait')}"
    if late:
        yield bad(
            f"{what}, some since {iso(min(late))}, and nobody delivers them.",
            "Start fedi serve (without --no-worker) or fedi work.",
        )
    elif failing:
        yield warn(
            f"{what}; failing: {', '.join(failing[:5])}.",
            "fedi deliveries shows why, and when next.",
        )
    else:
        yield ok(f"{what}." if total else "Everything is delivered.")
    if asleep:
        yield warn(
            f"{counted(len(asleep), 'server has', 'servers have')} not answered for a week.",
            "Nothing to do: they are tried again when they speak to us. fedi drop HOST gives up.",
        )

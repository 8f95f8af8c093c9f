"""doctor: check what an instance needs, each finding with its cure."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import stat
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

import click

from fedi.activitypub.client import exchange
from fedi.activitypub.fetch import read_json
from fedi.actors.groups import all_groups
from fedi.commands.running import print_json, with_house
from fedi.config import Config
from fedi.errors import FediError, Malformed
from fedi.house import House
from fedi.storage import deliveries

State = Literal["ok", "warn", "bad"]
MARKS = {
    "ok": click.style("✓", fg="green"),
    "warn": click.style("!", fg="yellow"),
    "bad": click.style("✗", fg="red"),
}
LOW_DISK = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; `cure` says what to do unless it is ok."""

    state: State
    what: str
    cure: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True)
@with_house
async def doctor(house: House, as_json: bool) -> None:
    """Check settings, files, database, name, TLS, what others see, the clock and the queue."""
    found = [finding async for finding in examine(house)]
    if as_json:
        print_json([{"state": one.state, "what": one.what, "cure": one.cure} for one in found])
    else:
        for one in found:
            click.echo(f"{MARKS[one.state]} {one.what}")
            if one.cure:
                click.echo(f"  → {one.cure}")
    if any(one.state == "bad" for one in found):
        sys.exit(1)


async def examine(house: House) -> AsyncIterator[Finding]:
    """Make every check in turn."""
    for finding in _settings(house.config):
        yield finding
    for finding in await asyncio.to_thread(_files, house.config):
        yield finding
    groups = await house.store.read(all_groups)
    yield (
        Finding("ok", f"The database answers; {len(groups)} groups.")
        if groups
        else Finding("warn", "There is no group yet.", "fedi group add NAME --title TITLE")
    )
    yield await _name(house.config)
    reached = await _reach(house)
    for finding in reached:
        yield finding
    if groups and reached[0].state == "ok":
        yield await _webfinger(house, groups[0].name)
    yield await _queue(house)


def _settings(config: Config) -> list[Finding]:
    found = [Finding("ok", f"Handles end in @{config.domain}, ids begin with {config.origin}.")]
    local = (urlsplit(config.origin).hostname or "") in ("localhost", "127.0.0.1", "::1")
    if urlsplit(config.origin).netloc != config.domain:
        found.append(
            Finding(
                "warn",
                "Handles and ids have different hosts; Misskey and others follow such groups badly.",
                "Use one host for both, unless you know that you need two.",
            )
        )
    if config.origin.startswith("http://") and not local:
        found.append(
            Finding(
                "bad",
                "The origin is plain http; no other server will talk to it.",
                "Set FEDI_ORIGIN to https://…",
            )
        )
    if local:
        found.append(
            Finding(
                "warn",
                "This instance is on localhost; nobody else can reach it.",
                "Set FEDI_DOMAIN to your domain.",
            )
        )
    if config.allow_private:
        names = ", ".join(str(network) for network in config.allow_private)
        found.append(
            Finding(
                "warn",
                f"Fetches may reach private networks: {names}.",
                "Unset FEDI_ALLOW_PRIVATE on a public server.",
            )
        )
    if not config.rate_limits:
        found.append(Finding("warn", "Rate limits are off.", "Unset FEDI_RATE_LIMITS."))
    return found


def _files(config: Config) -> list[Finding]:
    found: list[Finding] = []
    for path in (config.data, *([] if config.is_postgres else [config.data / config.database])):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            found.append(
                Finding(
                    "bad",
                    f"Others on this machine can read {path}, which holds keys.",
                    f"chmod go-rwx {path}",
                )
            )
    if not os.access(config.data, os.W_OK):
        found.append(
            Finding(
                "bad", f"{config.data} cannot be written.", "Give it to the user that runs fedi."
            )
        )
    free = shutil.disk_usage(config.data).free
    size = f"{free / 1e9:.1f} GB free where the data is."
    found.append(
        Finding("ok", size)
        if free > LOW_DISK
        else Finding("bad", size, "Make room before writing fails.")
    )
    return found


async def _name(config: Config) -> Finding:
    host = urlsplit(config.origin).hostname or ""
    try:
        infos = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return Finding(
            "bad", f"The name {host} has no address.", "Make an A or AAAA record for it."
        )
    addresses = ", ".join(sorted({str(info[4][0]) for info in infos}))
    return Finding("ok", f"The name {host} leads to {addresses}.")


async def _reach(house: House) -> list[Finding]:
    """Ask our own origin as others do: name, TLS, proxy, clock."""
    url = f"{house.site.origin}/readyz"
    before = time.time()
    try:
        answer = await exchange(
            house.client, "GET", url, headers={"Accept": "text/plain"}, cap=10_000, cut=True
        )
    except FediError as error:
        return [
            Finding(
                "bad",
                f"{house.site.origin} does not answer: {error.sentence}",
                "Start fedi serve, and see that proxy, TLS and firewall lead to it. "
                "On a private address this needs FEDI_ALLOW_PRIVATE.",
            )
        ]
    if answer.status != 200:
        return [
            Finding(
                "bad",
                f"{url} answers {answer.status}.",
                "See the log of fedi serve and of the proxy.",
            )
        ]
    found = [Finding("ok", f"{house.site.origin} answers.")]
    date = answer.headers.get("date")
    if date:
        off = abs(parsedate_to_datetime(date).timestamp() - before)
        found.append(
            Finding("ok", "The clock agrees with the server's.")
            if off < 60
            else Finding(
                "bad",
                f"The clocks differ by {off:.0f} s; signatures will be refused.",
                "Run an NTP client.",
            )
        )
    if "content-security-policy" not in answer.headers:
        found.append(
            Finding(
                "warn",
                "The proxy drops the security headers.",
                "Let it pass headers on as they are.",
            )
        )
    return found


async def _webfinger(house: House, name: str) -> Finding:
    resource = f"acct:{house.site.handle(name)}"
    url = f"https://{house.site.domain}/.well-known/webfinger?resource={resource}"
    if house.site.origin.startswith("http://"):
        url = url.replace("https://", "http://", 1)
    try:
        answer = await exchange(
            house.client, "GET", url, headers={"Accept": "application/jrd+json"}, cap=100_000
        )
        subject = read_json(answer).get("subject") if answer.status == 200 else None
    except (FediError, Malformed):
        subject = None
    if subject == resource:
        return Finding("ok", f"WebFinger finds @{house.site.handle(name)}.")
    return Finding(
        "bad",
        f"WebFinger does not find @{house.site.handle(name)}; nobody can follow it.",
        "Let the web server of that domain pass /.well-known/webfinger on to fedi.",
    )


async def _queue(house: House) -> Finding:
    waiting = await house.store.read(deliveries.overview)
    total = sum(one.waiting for one in waiting)
    failing = [one.host for one in waiting if one.last_error and one.waiting]
    if failing:
        return Finding(
            "warn",
            f"{total} deliveries wait; failing: {', '.join(failing[:5])}.",
            "fedi deliveries shows why.",
        )
    return Finding("ok", f"{total} deliveries wait." if total else "Everything is delivered.")


COMMANDS = (doctor,)

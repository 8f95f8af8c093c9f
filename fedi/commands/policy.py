"""block, limit, allow, and block lists in and out."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import click

from fedi.activitypub.handles import normal_host
from fedi.commands.running import with_house
from fedi.errors import Malformed, Refused
from fedi.house import House
from fedi.storage import blocks as rows
from fedi.storage import signals
from fedi.storage.tx import Tx


def _host(text: str) -> str:
    try:
        return normal_host(text.strip().removeprefix("*."))
    except Malformed as error:
        raise Refused(f"{text!r} is not a domain.", cure="Write it like spam.example.") from error


async def _set(house: House, domain: str, severity: str) -> str:
    host, now = _host(domain), house.now()

    def unit(tx: Tx) -> None:
        rows.add(tx, rows.INSTANCE, host, severity, now)
        signals.bump(tx, "blocks")

    await house.store.write(unit)
    return host


@click.command()
@click.argument("domain")
@with_house
async def block(house: House, domain: str) -> None:
    """Take nothing from DOMAIN and all below it, and send nothing there."""
    click.echo(f"{await _set(house, domain, rows.BLOCK)} is blocked.", err=True)


@click.command()
@click.argument("domain")
@with_house
async def limit(house: House, domain: str) -> None:
    """Take what comes from DOMAIN, but do not show it."""
    click.echo(f"{await _set(house, domain, rows.LIMIT)} is limited.", err=True)


@click.command()
@click.argument("domain")
@with_house
async def allow(house: House, domain: str) -> None:
    """Lift the block or limit of DOMAIN."""
    host = _host(domain)

    def unit(tx: Tx) -> bool:
        signals.bump(tx, "blocks")
        return rows.remove(tx, rows.INSTANCE, host)

    if not await house.store.write(unit):
        raise Refused(f"{host} is neither blocked nor limited.")
    click.echo(f"{host} is allowed again.", err=True)


@click.group()
def blocks() -> None:
    """Block lists: Mastodon's CSV, or plain text with one domain a line."""


@blocks.command("export")
@click.argument("file")
@with_house
async def export(house: House, file: str) -> None:
    """Write all blocks and limits to FILE (- is standard output), as Mastodon's CSV."""
    found = await house.store.read(rows.list_)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "#domain",
            "#severity",
            "#reject_media",
            "#reject_reports",
            "#public_comment",
            "#obfuscate",
        ]
    )
    for subject, severity in found:
        word = "suspend" if severity == rows.BLOCK else "silence"
        writer.writerow([subject, word, "False", "False", "", "False"])
    if file == "-":
        click.echo(out.getvalue(), nl=False)
    else:
        _write(Path(file), out.getvalue())


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from error


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} cannot be read: {error}.") from error


@blocks.command("import")
@click.argument("file")
@with_house
async def import_(house: House, file: str) -> None:
    """Read blocks and limits from FILE (- is standard input); those that are there stay."""
    found = read_list(_read(file))
    now = house.now()

    def unit(tx: Tx) -> None:
        for subject, severity in found:
            rows.add(tx, rows.INSTANCE, subject, severity, now)
        signals.bump(tx, "blocks")

    await house.store.write(unit)
    click.echo(f"{len(found)} domains read.", err=True)


def read_list(text: str) -> list[tuple[str, str]]:
    """Read a block list, or raise Refused with the line that is wrong; nothing is taken from such a list."""
    found: list[tuple[str, str]] = []
    for number, line in enumerate(csv.reader(io.StringIO(text)), 1):
        cells = [cell.strip() for cell in line]
        if not cells or not cells[0] or cells[0].startswith("#") or cells[0] == "domain":
            continue
        severity = cells[1].lower() if len(cells) > 1 else "suspend"
        if severity in ("noop", "none"):
            continue
        try:
            host = _host(cells[0])
        except Refused as error:
            raise Refused(f"Line {number}: {error.sentence}", cure=error.cure) from error
        found.append((host, rows.LIMIT if severity in ("silence", "limit") else rows.BLOCK))
    return found


COMMANDS = (block, limit, allow, blocks)

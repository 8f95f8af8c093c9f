"""block, limit, allow, and block lists in and out."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import click

from fedi.activitypub.handles import normal_host
from fedi.commands.running import Desk, counted, our_group, with_desk
from fedi.conversation import blocking, moderation
from fedi.errors import Malformed, Refused
from fedi.storage import actors
from fedi.storage import blocks as rows
from fedi.storage.tx import Tx

HEAD = ("#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate")
SEVERITIES = {
    "suspend": rows.BLOCK,
    "block": rows.BLOCK,
    "silence": rows.LIMIT,
    "limit": rows.LIMIT,
    "noop": None,
    "none": None,
}
"""What other servers call them; a list may also name domains that nothing is done about."""
MOST_PROBLEMS = 10


def _host(text: str) -> str:
    try:
        return normal_host(text.strip().removeprefix("*."))
    except Malformed as error:
        raise Refused(f"{text!r} is not a domain.", cure="Write it like spam.example.") from error


FOR_GROUP = click.option(
    "--group",
    default="",
    metavar="GROUP",
    help="For this group alone; DOMAIN may then be a handle or id, too.",
)


async def _decide(desk: Desk, who: str, severity: str | None, group: str) -> tuple[str, bool]:
    """Decide about a domain for the instance, or about a domain or somebody for one group."""
    now = desk.now()
    ours = await desk.store.read(lambda tx: our_group(tx, desk.site, group)) if group else None
    if group and ("@" in who or who.startswith(("https://", "http://"))):
        subject = await _person(desk, who)
    else:
        subject = _host(who)
        if subject in (desk.site.domain, desk.site.host):
            raise Refused(f"{subject} is this server itself.")

    def unit(tx: Tx) -> bool:
        if ours is None or actors.find(tx, subject) is None:
            actor = ours.actor if ours else rows.INSTANCE
            return moderation.decide(tx, subject, severity, now, actor)
        before = rows.severity(tx, ours.actor, [subject])
        if severity != before:
            act = {rows.BLOCK: blocking.block, rows.LIMIT: blocking.limit, None: blocking.lift}
            act[severity](tx, desk.site, ours.name, subject, now)
        return severity != before

    return subject, await desk.store.write(unit)


async def _person(desk: Desk, who: str) -> str:
    """Return the id of somebody who is known here; nothing is fetched about whom a group wants to be rid of."""
    if who.startswith(("https://", "http://")):
        return who
    handle = who.strip().removeprefix("@").lower()
    found = await desk.store.read(lambda tx: actors.find_by_handle(tx, handle))
    if found is None:
        raise Refused(f"{who} is not known here.", cure="Give the id that fedi replies shows.")
    return found.id


@click.command()
@click.argument("who", metavar="DOMAIN")
@FOR_GROUP
@with_desk
async def block(desk: Desk, who: str, group: str) -> None:
    """Take nothing from DOMAIN and all below it, and send nothing there."""
    subject, _ = await _decide(desk, who, rows.BLOCK, group)
    click.echo(f"{subject} is blocked.", err=True)


@click.command()
@click.argument("who", metavar="DOMAIN")
@FOR_GROUP
@with_desk
async def limit(desk: Desk, who: str, group: str) -> None:
    """Take what comes from DOMAIN, but do not show it."""
    subject, _ = await _decide(desk, who, rows.LIMIT, group)
    click.echo(f"{subject} is limited.", err=True)


@click.command()
@click.argument("who", metavar="DOMAIN")
@FOR_GROUP
@with_desk
async def allow(desk: Desk, who: str, group: str) -> None:
    """Lift the block or limit of DOMAIN."""
    subject, changed = await _decide(desk, who, None, group)
    if not changed:
        raise Refused(
            f"{subject} is neither blocked nor limited.",
            cure="fedi blocks export - lists what is; a block also holds for all below its domain.",
        )
    click.echo(f"{subject} is allowed again.", err=True)


@click.group()
def blocks() -> None:
    """Block lists: Mastodon's CSV, or plain text with one domain a line."""


@blocks.command("export")
@click.argument("file")
@with_desk
async def export(desk: Desk, file: str) -> None:
    """Write all blocks and limits to FILE (- is standard output), as Mastodon's CSV."""
    found = await desk.store.read(rows.list_)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for subject, severity in found:
        word = "suspend" if severity == rows.BLOCK else "silence"
        writer.writerow([subject, word, "False", "False", "", "False"])
    if file == "-":
        click.echo(out.getvalue(), nl=False)
        return
    _write(file, out.getvalue())
    click.echo(f"{counted(len(found), 'domain')} written.", err=True)


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, "utf-8")
    except OSError as error:
        raise Refused(
            f"{file} cannot be written: {error.strerror}.", cure="Choose another place."
        ) from error


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{file} is not UTF-8 text.", cure="Save it as UTF-8.") from error
    except OSError as error:
        raise Refused(
            f"{file} cannot be read: {error.strerror}.", cure="Paths begin where you are."
        ) from error


@blocks.command("import")
@click.argument("file")
@with_desk
async def import_(desk: Desk, file: str) -> None:
    """Read blocks and limits from FILE (- is standard input); what FILE does not name stays as it is."""
    found = read_list(_read(file))
    ours = (desk.site.domain, desk.site.host)
    now = desk.now()

    def unit(tx: Tx) -> None:
        for subject, severity in found:
            if subject not in ours:
                moderation.decide(tx, subject, severity, now)

    await desk.store.write(unit)
    click.echo(f"{counted(len(found), 'domain')} read.", err=True)


def read_list(text: str) -> list[tuple[str, str]]:
    """Read a block list, or raise Refused with the lines that are wrong; nothing is taken from such a list."""
    found: list[tuple[str, str]] = []
    wrong: list[str] = []
    for number, line in enumerate(_rows(text), 1):
        cells = [cell.strip() for cell in line]
        if not cells or not cells[0] or cells[0].startswith("#") or cells[0] == "domain":
            continue
        word = cells[1].lower() if len(cells) > 1 and cells[1] else "suspend"
        if word not in SEVERITIES:
            wrong.append(f"Line {number}: {word!r} is not a severity.")
            continue
        try:
            host, severity = _host(cells[0]), SEVERITIES[word]
        except Refused as error:
            wrong.append(f"Line {number}: {error.sentence}")
            continue
        if severity:
            found.append((host, severity))
    if wrong:
        more = len(wrong) - MOST_PROBLEMS
        lines = [*wrong[:MOST_PROBLEMS], *([f"{more} more lines are wrong."] if more > 0 else [])]
        raise Refused(
            "\n".join(lines),
            cure="Nothing was taken from it. A line is a domain, and after a comma suspend, silence or noop.",
        )
    return found


def _rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(text.splitlines()))
    except csv.Error as error:
        raise Refused(f"This is not CSV: {error}.", cure="One domain a line is enough.") from error


COMMANDS = (block, limit, allow, blocks)

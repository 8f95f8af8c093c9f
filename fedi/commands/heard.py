"""replies and reports: what others said to a group, and about it."""

from __future__ import annotations

import click

from fedi.activitypub.html import excerpt, plain
from fedi.clock import iso
from fedi.commands.follows import handle_of
from fedi.commands.running import Desk, our_group, print_json, with_desk, with_house
from fedi.conversation import asked
from fedi.conversation import quotes as permissions
from fedi.conversation import reports as complaints
from fedi.conversation.fetching import get_note
from fedi.errors import Refused
from fedi.house import House
from fedi.storage import actors, notes, objects
from fedi.storage import quotes as permission_rows
from fedi.storage import reports as rows
from fedi.storage.notes import Note
from fedi.storage.quotes import Quote
from fedi.storage.tx import Tx


@click.command()
@click.argument("group")
@click.argument("action", required=False, type=click.Choice(["hide", "show"]))
@click.argument("url", required=False)
@click.option("--json", "as_json", is_flag=True)
@with_desk
async def replies(
    desk: Desk, group: str, action: str | None, url: str | None, as_json: bool
) -> None:
    """List the latest words to GROUP, or hide one from the pages here (or show it again)."""
    if action is not None:
        if url is None:
            raise click.UsageError(f"Which reply to {action}? Give its URL.")
        await _hide(desk, group, url, hidden=action == "hide")
        return
    found = await desk.store.read(lambda tx: _latest(tx, desk, group))
    if as_json:
        print_json([_as_json(note, author) for note, author in found])
        return
    for note, author in found:
        marks = [
            *(["hidden"] if note.hidden_at is not None else []),
            *([note.visibility] if note.visibility != "public" else []),
        ]
        head = "  ".join([iso(note.published_at), author, *marks])
        click.echo(f"{head}\n    {note.url or note.id}\n    {excerpt(plain(note.html), 160)}")
    if not found:
        click.echo("Nobody has said anything yet.", err=True)


async def _hide(desk: Desk, group: str, url: str, *, hidden: bool) -> None:
    now = desk.now()

    def unit(tx: Tx) -> None:
        asked.hide(tx, our_group(tx, desk.site, group).name, url, now, hidden=hidden)

    await desk.store.write(unit)
    click.echo("Hidden from the pages here." if hidden else "Shown again.", err=True)


def _latest(tx: Tx, desk: Desk, group: str) -> list[tuple[Note, str]]:
    found: list[tuple[Note, str]] = []
    for note in notes.of_group(tx, our_group(tx, desk.site, group).actor):
        author = actors.find(tx, note.author)
        found.append((note, handle_of(author) if author else note.author))
    return found


def _as_json(note: Note, author: str) -> dict[str, object]:
    return {
        "id": note.id,
        "url": note.url,
        "author": note.author,
        "handle": author,
        "in_reply_to": note.in_reply_to,
        "text": plain(note.html),
        "visibility": note.visibility,
        "hidden": note.hidden_at is not None,
        "published": iso(note.published_at),
    }


@click.command()
@click.argument("number", required=False, type=int, metavar="[NUMBER]")
@click.option("--json", "as_json", is_flag=True)
@with_desk
async def reports(desk: Desk, number: int | None, as_json: bool) -> None:
    """List open reports from other servers; with NUMBER, mark that one as dealt with."""
    if number is not None:
        now = desk.now()
        if not await desk.store.write(lambda tx: rows.resolve(tx, number, now)):
            raise Refused(f"There is no open report {number}.", cure="fedi reports lists them.")
        click.echo("Dealt with.", err=True)
        return
    found = await desk.store.read(rows.open_)
    if as_json:
        print_json(
            [
                {
                    "number": one.id,
                    "by": one.reporter,
                    "about": list(one.objects),
                    "words": one.content,
                    "at": iso(one.at),
                }
                for one in found
            ]
        )
        return
    for one in found:
        click.echo(f"{one.id}  {iso(one.at)}  {one.reporter}")
        for line in (*one.objects, *one.content.splitlines()):
            click.echo(f"    {line}")
    if not found:
        click.echo("No open reports.", err=True)


@click.command()
@click.argument("url")
@click.option("--words", default="", help="What is wrong with it, for those who moderate there.")
@with_house
async def report(house: House, url: str, words: str) -> None:
    """Report the post at URL to its author's server; this server says so, not a group."""
    if house.site.is_local(url):
        raise Refused("That is an address of this server.", cure="fedi withdraw takes a post down.")
    post, now = (await get_note(house, url)).id, house.now()
    await house.store.write(lambda tx: complaints.report(tx, house.site, post, words, now))
    click.echo("Reported.", err=True)


@click.command()
@click.argument("object_id", metavar="ID")
@click.option("--revoke", "quote", default="", metavar="QUOTE", help="Take this permission back.")
@with_desk
async def quotes(desk: Desk, object_id: str, quote: str) -> None:
    """List who may quote ID, a post of ours, or take such a permission back."""
    found = await desk.store.read(lambda tx: _permissions(tx, object_id))
    if quote:
        if quote not in (one.id for one in found):
            raise Refused(
                f"{quote} is no permission to quote that.",
                cure=f"fedi quotes {object_id} lists them.",
            )
        now = desk.now()
        await desk.store.write(lambda tx: permissions.revoke(tx, desk.site, quote, now))
        click.echo("Revoked; their server is told.", err=True)
        return
    for one in found:
        click.echo(f"{one.id}  {one.state}  {iso(one.at)}\n    {one.quoting}")
    if not found:
        click.echo("Nobody has asked to quote it.", err=True)


def _permissions(tx: Tx, object_id: str) -> list[Quote]:
    if objects.find(tx, object_id) is None:
        raise Refused(
            f"There is nothing of ours at {object_id}.", cure="Give the id that publish printed."
        )
    return list(permission_rows.of_object(tx, object_id))


COMMANDS = (replies, reports, report, quotes)

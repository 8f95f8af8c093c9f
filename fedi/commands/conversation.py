"""reply, like, boost, undo, replies and reports."""

from __future__ import annotations

import click

from fedi.activitypub.html import excerpt, plain
from fedi.actors.groups import get_group
from fedi.clock import iso
from fedi.commands.publish import read_source, report
from fedi.commands.running import print_json, told_by, with_house
from fedi.conversation import asked
from fedi.conversation.fetching import get_note
from fedi.house import House
from fedi.publishing import prepare
from fedi.storage import notes
from fedi.storage import reports as report_rows
from fedi.storage.tx import Tx


@click.command()
@click.argument("group")
@click.argument("url")
@click.argument("file")
@with_house
async def reply(house: House, group: str, url: str, file: str) -> None:
    """Answer the post at URL as GROUP, with a Markdown file (- is standard input); prints the id."""
    source, folder = read_source(file)
    if not house.site.is_local(url):
        url = (await get_note(house, url)).id
    told = await prepare.publish_file(
        house, group, "update", source, folder=folder, by=told_by(), now=house.now(), reply_to=url
    )
    report(told)


@click.command()
@click.argument("group")
@click.argument("url")
@with_house
async def like(house: House, group: str, url: str) -> None:
    """Like the post at URL as GROUP; prints the id of the activity, for undo."""
    note = await get_note(house, url)
    now = house.now()
    click.echo(await house.store.write(lambda tx: asked.like(tx, house.site, group, note.id, now)))


@click.command()
@click.argument("group")
@click.argument("url")
@with_house
async def boost(house: House, group: str, url: str) -> None:
    """Share the post at URL with everybody who follows GROUP; prints the id of the activity, for undo."""
    note = await get_note(house, url)
    now = house.now()
    click.echo(await house.store.write(lambda tx: asked.boost(tx, house.site, group, note.id, now)))


@click.command()
@click.argument("group")
@click.argument("what", metavar="URL")
@with_house
async def undo(house: House, group: str, what: str) -> None:
    """Take back a like or share of GROUP; URL is the post or the id that like or boost printed."""
    now = house.now()
    await house.store.write(lambda tx: asked.undo(tx, house.site, group, what, now))
    click.echo("Taken back.", err=True)


@click.command()
@click.argument("group")
@click.argument("action", required=False, type=click.Choice(["hide", "show"]))
@click.argument("url", required=False)
@click.option("--json", "as_json", is_flag=True)
@with_house
async def replies(
    house: House, group: str, action: str | None, url: str | None, as_json: bool
) -> None:
    """List the latest words to GROUP, or hide one from the pages here (or show it again)."""
    if action is not None:
        if url is None:
            raise click.UsageError(f"Which reply to {action}? Give its URL.")
        now, hidden = house.now(), action == "hide"
        await house.store.write(lambda tx: asked.hide(tx, group, url, now, hidden=hidden))
        click.echo("Hidden from the pages here." if hidden else "Shown again.", err=True)
        return
    found = await house.store.read(lambda tx: _latest(tx, group))
    if as_json:
        print_json(
            [
                {
                    "id": note.id,
                    "author": note.author,
                    "in_reply_to": note.in_reply_to,
                    "text": plain(note.html),
                    "visibility": note.visibility,
                    "hidden": note.hidden_at is not None,
                    "published": iso(note.published_at),
                }
                for note in found
            ]
        )
        return
    for note in found:
        mark = "hidden " if note.hidden_at is not None else ""
        click.echo(f"{iso(note.published_at)}  {note.author}  {mark}{note.url or note.id}")
        click.echo(f"    {excerpt(plain(note.html), 160)}")
    if not found:
        click.echo("Nobody has said anything yet.", err=True)


def _latest(tx: Tx, group: str) -> list[notes.Note]:
    return notes.of_group(tx, get_group(tx, group).actor)


@click.command()
@click.argument("number", required=False, type=int, metavar="[NUMBER]")
@click.option("--json", "as_json", is_flag=True)
@with_house
async def reports(house: House, number: int | None, as_json: bool) -> None:
    """List open reports from other servers; with NUMBER, mark that one as dealt with."""
    now = house.now()
    if number is not None:
        done = await house.store.write(lambda tx: report_rows.resolve(tx, number, now))
        click.echo("Dealt with." if done else "There is no such open report.", err=True)
        return
    found = await house.store.read(report_rows.open_)
    if as_json:
        print_json(
            [
                {
                    "number": one.id,
                    "by": one.reporter,
                    "about": list(one.objects),
                    "words": one.content,
                }
                for one in found
            ]
        )
        return
    for one in found:
        click.echo(
            f"{one.id}\t{iso(one.at)}\t{one.reporter}\n    {', '.join(one.objects)}\n    {one.content}"
        )
    if not found:
        click.echo("No open reports.", err=True)


COMMANDS = (reply, like, boost, undo, replies, reports)

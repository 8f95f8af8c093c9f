"""publish, edit, withdraw and pin."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fedi.activitypub.html import plain
from fedi.commands.running import told_by, with_house
from fedi.errors import Refused
from fedi.house import House
from fedi.publishing import acts, draft, kinds, pictures, prepare
from fedi.publishing.acts import Act
from fedi.publishing.draft import Draft
from fedi.publishing.markdown import find_mentions, render
from fedi.publishing.prepare import Told
from fedi.storage import objects


def read_source(file: str) -> tuple[str, Path]:
    """Return a text and the folder its pictures are looked for in; `-` is standard input."""
    try:
        if file == "-":
            return sys.stdin.buffer.read().decode("utf-8"), Path.cwd()
        path = Path(file)
        return path.read_text("utf-8"), path.absolute().parent
    except UnicodeDecodeError as error:
        raise Refused(f"{file} is not UTF-8 text.", cure="Save it as UTF-8.") from error
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error


def report(told: Told) -> None:
    """Print the id alone on standard output, and what else there is to say on standard error."""
    for handle in told.not_found:
        click.echo(f"@{handle} was not found; it stays plain text.", err=True)
    click.echo(told.id)


@click.command()
@click.argument("group")
@click.option("--kind", required=True, help="update, minutes, call or request.")
@click.option("--check", is_flag=True, help="Only check and preview; nothing is published.")
@click.argument("file")
@with_house
async def publish(house: House, group: str, kind: str, check: bool, file: str) -> None:
    """Publish a Markdown file with front matter for GROUP; prints the id. FILE - is standard input."""
    source, folder = read_source(file)
    if check:
        preview(draft.read(kinds.kind(kind), source), folder)
        return
    report(
        await prepare.publish_file(
            house, group, kind, source, folder=folder, by=told_by(), now=house.now()
        )
    )


def preview(read: Draft, folder: Path) -> None:
    """Show what would be published, or raise Refused for a picture that could not be."""
    for wanted in read.pictures:
        try:
            pictures.encode((folder / wanted.file).read_bytes(), wanted.file)
        except OSError as error:
            raise Refused(
                f"{wanted.file} (line {wanted.line}) cannot be read: {error.strerror}."
            ) from error
    rendered = render(read.body, mentions={}, tag_page=lambda tag: f"/tags/{tag}")
    for label, value in (
        ("kind", read.kind.name),
        ("title", read.title),
        ("language", read.language),
        ("visibility", read.audience),
        ("warning", read.warning),
        ("hashtags", " ".join(f"#{tag}" for tag in (*read.hashtags, *rendered.hashtags))),
        ("mentions", " ".join(f"@{handle}" for handle in find_mentions(read.body))),
        (
            "pictures",
            ", ".join(f"{one.file}: {one.description or '(decorative)'}" for one in read.pictures),
        ),
    ):
        if value:
            click.echo(f"{label}: {value}")
    click.echo()
    click.echo(plain(rendered.html))


@click.command()
@click.argument("object_id", metavar="ID")
@click.argument("file")
@with_house
async def edit(house: House, object_id: str, file: str) -> None:
    """Publish a later version of ID; every server that has it is told."""
    source, folder = read_source(file)
    report(
        await prepare.edit_file(
            house, object_id, source, folder=folder, by=told_by(), now=house.now()
        )
    )


async def _simple(house: House, kind: str, object_id: str) -> str:
    stored = await house.store.read(lambda tx: objects.find(tx, object_id))
    if stored is None:
        raise Refused(
            f"There is nothing of ours at {object_id}.", cure="Give the id that publish printed."
        )
    act = Act(kind, stored.actor.rsplit("/", 1)[-1], told_by(), {"object": object_id})
    now = house.now()
    return await house.store.write(lambda tx: acts.perform(tx, house.site, act, now))


@click.command()
@click.argument("object_id", metavar="ID")
@with_house
async def withdraw(house: House, object_id: str) -> None:
    """Take ID down: a Tombstone stays, and every server that has it is asked to delete it."""
    await _simple(house, "withdraw", object_id)
    click.echo(
        "Withdrawn. Other servers are asked to delete it; copies that people made stay.", err=True
    )


@click.command()
@click.argument("object_id", metavar="ID")
@click.option("--off", is_flag=True, help="Take it off the top again.")
@with_house
async def pin(house: House, object_id: str, off: bool) -> None:
    """Keep ID at the top of its group's page (the featured list)."""
    await _simple(house, "unpin" if off else "pin", object_id)
    click.echo("No longer pinned." if off else "Pinned.", err=True)


COMMANDS = (publish, edit, withdraw, pin)

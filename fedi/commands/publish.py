"""publish, edit, translate, withdraw and pin."""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from fedi.activitypub.html import plain
from fedi.commands.running import (
    Desk,
    counted,
    find_our_group,
    told_by,
    with_desk,
    with_house,
)
from fedi.errors import Refused
from fedi.house import House
from fedi.publishing import acts, draft, kinds, prepare, redaction
from fedi.publishing.acts import Act
from fedi.publishing.front_matter import FrontMatterError
from fedi.publishing.prepare import Preview, Told
from fedi.storage import follows, objects

_LOOKS_LIKE: Mapping[redaction.Kind, str] = {
    "phone": "this looks like a telephone number",
    "email": "this looks like an e-mail address",
    "address": "this looks like a street address",
    "payment": "this looks like an account, card or wallet",
    "person": "this looks like the full name of somebody who was there or was taken",
    "coordinates": "this tells a place to the metre",
}


def read_source(file: str) -> tuple[str, Path]:
    """Return a text and the folder its pictures are looked for in; `-` is standard input."""
    try:
        if file == "-":
            return sys.stdin.buffer.read().decode("utf-8"), Path.cwd()
        path = Path(file)
        with path.open("rb") as opened:
            # One byte of UTF-8 at least for each character; more than that will be refused anyway.
            data = opened.read(4 * draft.MAX_SOURCE + 4)
        return data.decode("utf-8"), path.absolute().parent
    except UnicodeDecodeError as error:
        raise Refused(
            f"{_named(file)} is not UTF-8 text.", cure="Save it as plain text in UTF-8."
        ) from error
    except OSError as error:
        raise Refused(
            f"{file} cannot be read: {error.strerror}.", cure="Give the path of a Markdown file."
        ) from error


def _named(file: str) -> str:
    return "What came on standard input" if file == "-" else file


@contextmanager
def refusing(file: str) -> Generator[None]:
    """Name the file in the refusal of its front matter, with every line that is wrong."""
    try:
        yield
    except FrontMatterError as error:
        raise Refused(
            f"{_named(file)} cannot be published as it is:\n{error.sentence}", cure=error.cure
        ) from error


def report(told: Told) -> None:
    """Print the id alone on standard output, and what else there is to say on standard error."""
    _say_not_found(told.not_found)
    click.echo(told.id)


async def _warn_of_published(house: House, told: Told, source: str) -> None:
    stored = await house.store.read(lambda tx: objects.find(tx, told.id))
    _warn(source, stored.audience if stored else "public")


def _warn(source: str, audience: str) -> None:
    """Say on standard error what looks private in that part of a text which leaves."""
    for finding in redaction.guard(source, audience):
        found = " ".join(finding.text.split())
        click.echo(f"Line {finding.line}: {_LOOKS_LIKE[finding.kind]}: {found}", err=True)


def _say_not_found(handles: tuple[str, ...]) -> None:
    for handle in handles:
        click.echo(f"@{handle} was not found; it stays plain text.", err=True)


@click.command()
@click.argument("group")
@click.option("--kind", required=True, help="update, minutes, call or request.")
@click.option("--check", is_flag=True, help="Only check and preview; nothing is published.")
@click.argument("file")
@with_house
async def publish(house: House, group: str, kind: str, check: bool, file: str) -> None:
    """Publish a Markdown file with front matter for GROUP; prints the id. FILE - is standard input."""
    ours = await find_our_group(house, group)
    kinds.kind(kind)
    source, folder = read_source(file)
    do = prepare.preview_file if check else prepare.publish_file
    with refusing(file):
        made = await do(
            house, ours.name, kind, source, folder=folder, by=told_by(), now=house.now()
        )
    if isinstance(made, Told):
        await _warn_of_published(house, made, source)
        report(made)
        return
    _warn(source, made.audience)
    numbers = await house.store.read(lambda tx: follows.counts(tx, ours.actor))
    _show(made, kind)
    click.echo(f"This can be published, to {counted(numbers.followers, 'follower')}.", err=True)


def _show(preview: Preview, kind: str) -> None:
    """Print what others would get, and the text as it reads without its form."""
    document = preview.document
    tags = document["tag"]
    pictures = [one for one in document["attachment"] if one["type"] == "Document"]
    for label, value in (
        ("kind", kind),
        ("title", document.get("headline")),
        ("language", document.get("inLanguage")),
        ("visibility", preview.audience),
        ("summary", document.get("summary")),
        ("hashtags", " ".join(tag["name"] for tag in tags if tag["type"] == "Hashtag")),
        ("mentions", " ".join(tag["name"] for tag in tags if tag["type"] == "Mention")),
        ("answers", document.get("inReplyTo")),
    ):
        if value:
            click.echo(f"{label}: {value}")
    for one in pictures:
        described = one["name"] or "without description, it decorates only"
        click.echo(f"picture: {one['width']} × {one['height']}, {described}")
    for one in document["attachment"]:
        if one["type"] == "Audio":
            said = one["name"] or "without transcript"
            click.echo(f"recording: {one['duration'][2:-1]} s, {said}")
    click.echo(f"\n{plain(document['content'])}\n")
    _say_not_found(preview.not_found)


@click.command()
@click.argument("object_id", metavar="ID")
@click.argument("file")
@with_house
async def edit(house: House, object_id: str, file: str) -> None:
    """Publish a later version of ID from FILE (- is standard input); every server that has it is told."""
    source, folder = read_source(file)
    with refusing(file):
        told = await prepare.edit_file(
            house, object_id, source, folder=folder, by=told_by(), now=house.now()
        )
    await _warn_of_published(house, told, source)
    report(told)


@click.command()
@click.argument("object_id", metavar="ID")
@click.argument("language")
@click.argument("file", required=False)
@click.option("--remove", is_flag=True, help="Take the translation away.")
@with_house
async def translate(
    house: House, object_id: str, language: str, file: str | None, remove: bool
) -> None:
    """Add ID in another LANGUAGE from FILE (- is standard input): the same Markdown with the words translated.

    What FILE leaves out stays in the words of the original; `translated_by` says who made it, where it was not the
    group. A later version with the text in each language goes to every server that has it.
    """
    if (file is None) is not remove:
        raise click.UsageError("Give a FILE, or --remove.")
    source = read_source(file)[0] if file else ""
    if file and not source.strip():
        raise Refused("There is nothing in that file.", cure="Write a title and the text.")
    with refusing(file or ""):
        told = await prepare.translate_file(
            house, object_id, language, source, by=told_by(), now=house.now()
        )
    report(told)


async def _simple(desk: Desk, kind: str, object_id: str) -> None:
    stored = await desk.store.read(lambda tx: objects.find(tx, object_id))
    if stored is None:
        raise Refused(
            f"There is nothing of ours at {object_id}.", cure="Give the id that publish printed."
        )
    act = Act(kind, stored.actor.rsplit("/", 1)[-1], told_by(), {"object": object_id})
    now = desk.now()
    await desk.store.write(lambda tx: acts.perform(tx, desk.site, act, now))


@click.command()
@click.argument("object_id", metavar="ID")
@with_desk
async def withdraw(desk: Desk, object_id: str) -> None:
    """Take ID down: a Tombstone stays, and every server that has it is asked to delete it."""
    await _simple(desk, "withdraw", object_id)
    said = "Withdrawn. Other servers are asked to delete it; copies that people made stay."
    click.echo(said, err=True)


@click.command()
@click.argument("object_id", metavar="ID")
@click.option("--off", is_flag=True, help="Take it off the top again.")
@with_desk
async def pin(desk: Desk, object_id: str, off: bool) -> None:
    """Keep ID at the top of its group's page (the featured list)."""
    await _simple(desk, "unpin" if off else "pin", object_id)
    click.echo("No longer pinned." if off else "Pinned.", err=True)


COMMANDS = (publish, edit, translate, withdraw, pin)

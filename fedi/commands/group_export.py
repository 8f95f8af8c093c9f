"""group export: everything a group has here as one file."""

from __future__ import annotations

from pathlib import Path

import click

from fedi.commands.running import Desk, find_our_group, with_desk
from fedi.errors import Refused


@click.command()
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@with_desk
async def export(desk: Desk, name: str, file: Path) -> None:
    """Write everything a group has here into FILE, a ZIP archive.

    What it published and its drafts as Markdown, the documents other servers got, its pictures, its profile and
    settings. Who its members are, and its keys, are not in it.
    """
    from fedi.governing import export as exporting

    group = await find_our_group(desk, name)
    _check_free(file)
    size = await exporting.write(desk, group.actor, file)
    click.echo(f"{file} has everything of {group.name}, {_told(size)}.", err=True)
    click.echo("Drafts and what only members read are in it: keep it safe.", err=True)


def _check_free(file: Path) -> None:
    if file.exists():
        raise Refused(
            f"{file} is there already.", cure="Choose another name; nothing is overwritten."
        )
    if not file.parent.is_dir():
        raise Refused(
            f"There is no folder {file.parent}.", cure="Make it first, or choose another."
        )


def _told(size: int) -> str:
    """Write a number of bytes as people read it."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} KB"


COMMANDS = (export,)

"""doctor: check what an instance needs, each finding with its cure."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import click

from fedi.commands import examine_here, examine_outside
from fedi.commands.findings import Finding
from fedi.commands.running import counted, print_json, with_house
from fedi.house import House

MARKS = {
    "ok": click.style("✓", fg="green"),
    "warn": click.style("!", fg="yellow"),
    "bad": click.style("✗", fg="red"),
}


@click.command()
@click.option("--json", "as_json", is_flag=True)
@with_house
async def doctor(house: House, as_json: bool) -> None:
    """Check settings, files, database, name, TLS, what others see, the clock and the queue.

    Exit status 1 if something must be mended.
    """
    found: list[Finding] = []
    async for finding in examine(house):
        found.append(finding)
        if not as_json:
            _say(finding)
    if as_json:
        print_json([{"state": one.state, "what": one.what, "cure": one.cure} for one in found])
    bad = sum(one.state == "bad" for one in found)
    if bad:
        click.echo(f"{counted(bad, 'thing')} to mend.", err=True)
        sys.exit(1)
    if not as_json:
        click.echo("All is well.", err=True)


def _say(finding: Finding) -> None:
    click.echo(f"{MARKS[finding.state]} {finding.what}")
    for line in finding.cure.splitlines():
        click.echo(f"  → {line}")


async def examine(house: House) -> AsyncIterator[Finding]:
    """Make every check in turn, from the settings outwards."""
    for finding in await examine_here.examine(house):
        yield finding
    async for finding in examine_outside.examine(house):
        yield finding


COMMANDS = (doctor,)

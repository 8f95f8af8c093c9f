"""deliveries, retry and drop."""

from __future__ import annotations

import click

from fedi.clock import iso
from fedi.commands.running import Desk, counted, print_json, with_desk
from fedi.errors import Refused
from fedi.storage import deliveries as rows
from fedi.storage.deliveries import HostQueue


@click.command()
@click.option("--json", "as_json", is_flag=True)
@with_desk
async def deliveries(desk: Desk, as_json: bool) -> None:
    """Show what waits to be delivered or failed for good, by host, with the last error."""
    found = await desk.store.read(rows.overview)
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    if not found:
        click.echo("Everything is delivered.", err=True)
        return
    now = desk.now()
    width = max(len("host"), *(len(one.host) for one in found))
    click.echo(f"{'host':<{width}}  waiting  failed  {'next try':<20}  last error")
    for one in found:
        line = f"{one.host:<{width}}  {one.waiting:>7}  {one.failed:>6}  {_when(one, now):<20}"
        click.echo(f"{line}  {one.last_error or ''}".rstrip())


def _when(one: HostQueue, now: int) -> str:
    if one.next_at is None:
        return ""
    return "asleep" if one.asleep else "now" if one.next_at <= now else iso(one.next_at)


def _as_json(one: HostQueue) -> dict[str, object]:
    return {
        "host": one.host,
        "waiting": one.waiting,
        "failed": one.failed,
        "next": iso(one.next_at) if one.next_at else None,
        "asleep": one.asleep,
        "last_error": one.last_error,
    }


@click.command()
@click.argument("host", required=False)
@with_desk
async def retry(desk: Desk, host: str | None) -> None:
    """Try again now what waits or failed, for HOST or for all."""
    now = desk.now()
    named = host.lower() if host else None
    count = await desk.store.write(lambda tx: rows.retry(tx, named, now))
    if host and not count:
        raise _nothing_for(host)
    verb = "is" if count == 1 else "are"
    click.echo(f"{counted(count, 'delivery', 'deliveries')} {verb} tried again now.", err=True)


@click.command()
@click.argument("host")
@with_desk
async def drop(desk: Desk, host: str) -> None:
    """Give up everything that waits for HOST or failed there."""
    count = await desk.store.write(lambda tx: rows.drop(tx, host.lower()))
    if not count:
        raise _nothing_for(host)
    verb = "is" if count == 1 else "are"
    said = f"{counted(count, 'delivery', 'deliveries')} to {host} {verb} given up."
    click.echo(said, err=True)


def _nothing_for(host: str) -> Refused:
    return Refused(f"Nothing waits for {host}.", cure="fedi deliveries lists the hosts.")


COMMANDS = (deliveries, retry, drop)

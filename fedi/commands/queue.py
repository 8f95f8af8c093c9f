"""deliveries, retry and drop."""

from __future__ import annotations

import click

from fedi.clock import iso
from fedi.commands.running import print_json, with_house
from fedi.errors import Refused
from fedi.house import House
from fedi.storage import deliveries as rows


@click.command()
@click.option("--json", "as_json", is_flag=True)
@with_house
async def deliveries(house: House, as_json: bool) -> None:
    """Show what waits to be delivered or failed for good, by host, with the last error."""
    found = await house.store.read(rows.overview)
    if as_json:
        print_json(
            [
                {
                    "host": one.host,
                    "waiting": one.waiting,
                    "failed": one.failed,
                    "next": iso(one.next_at) if one.next_at else None,
                    "asleep": one.asleep,
                    "last_error": one.last_error,
                }
                for one in found
            ]
        )
        return
    if not found:
        click.echo("Everything is delivered.", err=True)
        return
    width = max(len(one.host) for one in found)
    click.echo(f"{'host':<{width}}  waiting  failed  next try              last error")
    for one in found:
        when = "asleep" if one.asleep else iso(one.next_at) if one.next_at else ""
        click.echo(
            f"{one.host:<{width}}  {one.waiting:>7}  {one.failed:>6}  {when:<20}  {one.last_error or ''}"
        )


@click.command()
@click.argument("host", required=False)
@with_house
async def retry(house: House, host: str | None) -> None:
    """Try again now what waits or failed, for HOST or for all."""
    now = house.now()
    count = await house.store.write(lambda tx: rows.retry(tx, host, now))
    click.echo(f"{count} deliveries are tried again now.", err=True)


@click.command()
@click.argument("host")
@with_house
async def drop(house: House, host: str) -> None:
    """Give up everything that waits for HOST or failed there."""
    count = await house.store.write(lambda tx: rows.drop(tx, host))
    if not count:
        raise Refused(f"Nothing waits for {host}.", cure="fedi deliveries lists the hosts.")
    click.echo(f"{count} deliveries to {host} are given up.", err=True)


COMMANDS = (deliveries, retry, drop)

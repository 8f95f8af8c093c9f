"""person, which has invite, begin, list, reset, disable, enable and remove."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import click

from fedi.clock import iso
from fedi.commands.running import Desk, counted, our_group, print_json, with_desk
from fedi.errors import Refused
from fedi.people import accounts, invitations, membership
from fedi.storage import members, persons
from fedi.storage.persons import Person
from fedi.storage.tx import Tx


@click.group()
def person() -> None:
    """People: pseudonyms that sign in and belong to groups."""


@person.command()
@click.argument("group")
@click.option(
    "--uses",
    default=1,
    show_default=True,
    type=click.IntRange(1, invitations.MOST_USES),
    help="How many people may come in by it.",
)
@click.option(
    "--days",
    default=7,
    show_default=True,
    type=click.IntRange(1, invitations.MOST_DAYS),
    help="How long it can be used.",
)
@with_desk
async def invite(desk: Desk, group: str, uses: int, days: int) -> None:
    """Print a link by which people join GROUP, newcomers as well as people who are here already."""

    def unit(tx: Tx) -> tuple[str, str]:
        found = our_group(tx, desk.site, group)
        token = invitations.invite(
            tx, group=found.actor, made_by="", uses=uses, days=days, now=desk.now()
        )
        return found.title, token

    title, token = await desk.store.write(unit)
    click.echo(f"{desk.site.origin}/join/{token}")
    who = f"{counted(uses, 'person', 'people')} can join {title} by it"
    click.echo(f"{who}, within {counted(days, 'day')}. Whoever has it can.", err=True)


@person.command()
@with_desk
async def begin(desk: Desk) -> None:
    """Print a new link for the first person here; an earlier one counts no more."""
    token = await desk.store.write(lambda tx: invitations.begin_link(tx, desk.now()))
    click.echo(f"{desk.site.origin}/begin/{token}")
    within = counted(invitations.BEGIN_DAYS, "day")
    click.echo(f"It can be used once, within {within}; an earlier one counts no more.", err=True)


@person.command("list")
@click.argument("group", default="")
@click.option("--json", "as_json", is_flag=True)
@with_desk
async def list_(desk: Desk, group: str, as_json: bool) -> None:
    """List the people here with their groups, or the members of GROUP."""
    found = await desk.store.read(lambda tx: _facts(tx, desk, group))
    if as_json:
        print_json(found)
        return
    for one in found:
        state = "\tdisabled" if one["disabled"] else ""
        click.echo(f"{one['name']}\t{', '.join(one['groups'])}{state}")
    if not found:
        click.echo("Nobody yet. Let somebody in with: fedi person invite GROUP", err=True)


@person.command()
@click.argument("login")
@with_desk
async def reset(desk: Desk, login: str) -> None:
    """Print a link for somebody who cannot sign in any more; using it signs them out elsewhere."""

    def unit(tx: Tx) -> tuple[Person, str]:
        found = _our_person(tx, login)
        if found.disabled_at is not None:
            raise Refused(
                f"{found.name} is disabled.", cure=f"First: fedi person enable '{found.login}'"
            )
        return found, invitations.reset_link(tx, found.id, desk.now())

    found, token = await desk.store.write(unit)
    click.echo(f"{desk.site.origin}/back-in/{token}")
    within = counted(invitations.RESET_HOURS, "hour")
    click.echo(
        f"It lets {found.name} in once, within {within}. Be sure that it reaches nobody else.",
        err=True,
    )


@person.command()
@click.argument("login")
@with_desk
async def disable(desk: Desk, login: str) -> None:
    """Sign somebody out everywhere, and let them sign in no more until they are enabled."""

    def unit(tx: Tx) -> tuple[Person, list[str]]:
        found = _our_person(tx, login)
        accounts.disable(tx, found.id, desk.now())
        left = [
            group.title
            for group in membership.groups_of(tx, found.id)
            if membership.is_last(tx, group.actor, found.id)
        ]
        return found, left

    found, left = await desk.store.write(unit)
    click.echo(f"{found.name} is signed out and cannot sign in.", err=True)
    for title in left:
        click.echo(f"Nobody who can sign in is left in {title}: fedi person invite", err=True)


@person.command()
@click.argument("login")
@with_desk
async def enable(desk: Desk, login: str) -> None:
    """Let somebody sign in again who was disabled."""

    def unit(tx: Tx) -> Person:
        found = _our_person(tx, login)
        accounts.enable(tx, found.id)
        return found

    found = await desk.store.write(unit)
    click.echo(f"{found.name} can sign in again.", err=True)


@person.command()
@click.argument("login")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_desk
async def remove(desk: Desk, login: str, yes: bool) -> None:
    """Erase somebody for ever; what they did in their groups stays, done by nobody."""
    found = await desk.store.read(lambda tx: _our_person(tx, login))
    if not yes:
        click.confirm(
            f"Erase {found.name} for ever? Everything of theirs is deleted.", abort=True, err=True
        )
    await desk.store.write(lambda tx: accounts.erase(tx, found.id, desk.now()))
    click.echo(f"{found.name} is erased; the pseudonym is free again.", err=True)


def _our_person(tx: Tx, login: str) -> Person:
    found = persons.find_login(tx, login)
    if found is None:
        names = [one.login for one in persons.list_(tx)]
        near = get_close_matches(persons.login_of(login), names, n=1)
        raise Refused(
            f"There is nobody called {login} here.",
            cure=f"Did you mean {near[0]}?" if near else "fedi person list shows who there is.",
        )
    return found


def _facts(tx: Tx, desk: Desk, group: str) -> list[dict[str, Any]]:
    found = persons.list_(tx)
    if group:
        wanted = our_group(tx, desk.site, group).actor
        found = [one for one in found if members.has(tx, wanted, one.id)]
    return [
        {
            "name": one.name,
            "login": one.login,
            "groups": [group.name for group in membership.groups_of(tx, one.id)],
            "created": iso(one.created_at),
            "disabled": one.disabled_at is not None,
        }
        for one in found
    ]


COMMANDS = (person,)

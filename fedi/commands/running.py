"""How every command runs: settings, an open house, and errors as one sentence and a cure."""

from __future__ import annotations

import asyncio
import functools
import getpass
import sys
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

import click
import orjson

from fedi.app import open_house
from fedi.config import Config, load
from fedi.errors import FediError
from fedi.house import House

T = TypeVar("T")


def fail(error: FediError) -> NoReturn:
    """End the command with what went wrong and what to do, on standard error, with exit status 1."""
    click.echo(f"{click.style('fedi:', fg='red', bold=True)} {error.sentence}", err=True)
    if error.cure:
        click.echo(f"      {error.cure}", err=True)
    sys.exit(1)


def settings() -> Config:
    """Read the settings, or end the command."""
    try:
        return load()
    except FediError as error:
        fail(error)


def with_house(command: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    """Make a click callback of an asynchronous command whose first argument is the open house."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        async def inside() -> Any:
            async with open_house(settings()) as house:
                return await command(house, *args, **options)

        try:
            return asyncio.run(inside())
        except FediError as error:
            fail(error)
        except KeyboardInterrupt:
            sys.exit(130)

    return run


def told_by() -> str:
    """Name who asks, for the local log: the account on this machine."""
    try:
        return f"admin:{getpass.getuser()}"
    except (KeyError, OSError):
        return "admin"


def print_json(value: Any) -> None:
    """Print a value as JSON that a script can read."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())


def name_of(house: House, actor: str) -> str:
    """Shorten the id of one of our groups to its name; others stay as they are."""
    prefix = f"{house.site.origin}/groups/"
    return actor.removeprefix(prefix) if actor.startswith(prefix) else actor

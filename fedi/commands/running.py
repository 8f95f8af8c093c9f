"""How every command runs: settings, an open database or house, and errors as a sentence and a cure."""

from __future__ import annotations

import asyncio
import functools
import getpass
import os
import shlex
import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, Protocol

import click
import orjson

from fedi.clock import now_ms
from fedi.config import Config, load
from fedi.errors import FediError, Gone, Refused
from fedi.site import Site
from fedi.storage import groups
from fedi.storage.groups import Group
from fedi.storage.standing import open_standing
from fedi.storage.store import Store
from fedi.storage.tx import Tx


class Indoors(Protocol):
    """What a command needs that asks nobody elsewhere; a House has it too."""

    @property
    def config(self) -> Config: ...
    @property
    def site(self) -> Site: ...
    @property
    def store(self) -> Store: ...

    def now(self) -> int:
        """Return the moment by the one clock, in milliseconds."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """An open database alone: the client and all that fetches take half a second to load."""

    config: Config
    site: Site
    store: Store

    def now(self) -> int:
        """Return the moment by the one clock, in milliseconds."""
        return now_ms()


@asynccontextmanager
async def _desk_of(config: Config) -> AsyncGenerator[Desk]:
    async with open_standing(config) as store:
        yield Desk(config, config.site, store)


def _house_of(config: Config) -> AbstractAsyncContextManager[Any]:
    from fedi.opening import open_house

    return open_house(config, upgrade=False)


def with_desk(command: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    """Make a click callback of an asynchronous command whose first argument is an open desk."""
    return _with(_desk_of, command)


def with_house(command: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    """Make a click callback of an asynchronous command whose first argument is the open house."""
    return _with(_house_of, command)


def _with(
    open_: Callable[[Config], AbstractAsyncContextManager[Any]],
    command: Callable[..., Awaitable[Any]],
) -> Callable[..., Any]:
    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        async def inside() -> Any:
            async with open_(settings()) as opened:
                return await command(opened, *args, **options)

        return finish(inside)

    return run


def finish(work: Callable[[], Awaitable[Any]]) -> Any:
    """Run a command to its end; what it refuses becomes a sentence and a cure, Ctrl-C exit status 130."""

    async def inside() -> Any:
        return await work()

    try:
        return asyncio.run(inside())
    except FediError as error:
        fail(error)
    except KeyboardInterrupt:
        sys.exit(130)
    except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get("FEDI_LOG", "").lower() == "debug":
            raise
        fail(_unforeseen(error))


def _unforeseen(error: Exception) -> FediError:
    """Say what nobody foresaw: a full disk, a file taken away meanwhile, or a mistake in the program."""
    if isinstance(error, OSError) and error.strerror:
        about = f"{error.filename}: " if error.filename else ""
        return FediError(f"This did not succeed. {about}{error.strerror}.")
    if type(error).__module__.partition(".")[0] in ("sqlite3", "psycopg"):
        return FediError(
            f"The database did not take it: {error}.",
            cure="See that the disk is not full, and that this user may write to the data folder.",
        )
    return FediError(
        f"This did not succeed, and nobody foresaw why: {type(error).__name__}: {error}.",
        cure="With FEDI_LOG=debug it says where; please report it.",
    )


def fail(error: FediError) -> NoReturn:
    """End the command with what went wrong and what to do, on standard error, with exit status 1."""
    mark = click.style("fedi:", fg="red", bold=True)
    first, *more = sentence(error).split("\n")
    click.echo(f"{mark} {first}", err=True)
    for line in [*more, *error.cure.split("\n")]:
        if line:
            click.echo(f"      {line}", err=True)
    sys.exit(1)


def sentence(error: FediError) -> str:
    """Write what went wrong as a sentence; what is said of another server begins with its name."""
    said = error.sentence
    if said.split(" ")[0] in ("that", "the", "this"):
        said = said[0].upper() + said[1:]
    return said if said.endswith((".", "!", "?")) else f"{said}."


def settings() -> Config:
    """Read the settings, or end the command."""
    try:
        return load()
    except FediError as error:
        fail(error)


def our_group(tx: Tx, site: Site, name: str) -> Group:
    """Return a group of ours by its name, handle or id, or raise Refused or Gone with what to do."""
    wanted = name.removeprefix(f"{site.origin}/groups/").removeprefix("@")
    wanted = wanted.removesuffix(f"@{site.domain}").lower()
    group = groups.find(tx, wanted)
    if group is None:
        names = [one.name for one in groups.list_(tx)]
        near = get_close_matches(wanted, names, n=1)
        raise Refused(
            f"There is no group {name} here.",
            cure=f"Did you mean {near[0]}?"
            if near
            else "fedi group list shows them; fedi group add NAME --title TITLE makes one.",
        )
    if group.removed_at is not None:
        raise Gone(f"The group {group.name} was removed.")
    return group


async def find_our_group(indoors: Indoors, name: str) -> Group:
    """Return a group of ours by its name, handle or id, or raise Refused or Gone with what to do."""
    return await indoors.store.read(lambda tx: our_group(tx, indoors.site, name))


def called() -> str:
    """Return how to call this program from where the person is, for hints that can be copied elsewhere."""
    given = Path(sys.argv[0])
    known = shutil.which("fedi")
    if given.name != "fedi" or (known and Path(known).resolve() == given.resolve()):
        name = "fedi"
    else:
        name = shlex.quote(os.path.relpath(given))
    given_here = ((key, os.environ.get(key)) for key in ("FEDI_DATA", "FEDI_DOMAIN", "FEDI_ORIGIN"))
    return " ".join([*(f"{key}={shlex.quote(value)}" for key, value in given_here if value), name])


def told_by() -> str:
    """Name who asks, for the local log: the account on this machine."""
    try:
        return f"admin:{getpass.getuser()}"
    except (KeyError, OSError):
        return "admin"


def print_json(value: Any) -> None:
    """Print a value as JSON that a script can read."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
